"""The approval of quotes: who must approve one by the rules, why, and that nobody else does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from api.desk.desk import Desk
from api.desk.quote_states import check, locked, take_step
from api.refusals import NotAllowed, unknown
from api.store import users
from api.store.quotes import StoredQuote
from api.store.sql import Reading, Writing
from api.store.users import Role
from engine.documents.priced_quote import PricedQuote
from engine.language import Plain
from engine.money import Money
from engine.phrases import phrase
from engine.problems import Kind
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import attribute_facts, customer_facts, seller_facts

NOBODY: Final = "nobody"
_TARGET: Final = "quote.approver"
_NONE: Final[Mapping[str, str]] = {}
NOT_THE_APPROVER: Final = Kind(
    "not-the-approver",
    "quote `{number}` is approved by {role}, and {person} is not: {reasons}",
    "ask somebody who is; an administrator says who: `centwright user change NAME --approves {role}`",
)


@dataclass(frozen=True, slots=True)
class Approval:
    """Who must approve a quote, and the rules that say so."""

    role: str = NOBODY
    reasons: tuple[str, ...] = ()

    @property
    def is_needed(self) -> bool:
        """Whether somebody must approve it."""
        return self.role != NOBODY


@dataclass(frozen=True, slots=True)
class Approver:
    """A person who approves, and the roles that the person has."""

    name: str
    roles: frozenset[str]


def approval_of(quote: PricedQuote, rulebook: Rulebook, attributes: Mapping[str, str] = _NONE) -> Approval:
    """Who must approve a quote: the highest that the rules name for it, or for another choice of its lines."""
    if _TARGET not in rulebook.rules.targets:
        return Approval()
    highest = Approval()
    for total, list_total in _totals(quote):
        answer = rulebook.rules.ask(_TARGET, _facts(quote, total, list_total, rulebook, attributes), tracing=True)
        named = Approval(str(answer.value), tuple(f"{each.rule}: {each.because}" if each.because else each.rule for each in answer.reasons))
        if is_higher(named.role, highest.role, rulebook):
            highest = named
    return highest


def is_higher(role: str, than: str, rulebook: Rulebook) -> bool:
    """Whether a role approves more than another; without an order of roles, whether it is another and somebody."""
    ladder = rulebook.checked.ladder(_TARGET)
    if role in ladder and than in ladder:
        return ladder.index(role) > ladder.index(than)
    return role not in (than, NOBODY)


def approver_of(desk: Desk, person: str, user: str | None, role: Role | None = None) -> Approver:
    """Somebody who approves: the role of the key that asks, and what its user may approve. Refuses an unknown user."""
    with desk.store.reading() as connection:
        return Approver(person, frozenset({role} if role else ()) | _roles_of(connection, user))


def approve(desk: Desk, number: str, by: Approver, *, note: str | None = None) -> StoredQuote:
    """Approves the last version of a quote; refused unless its rules name a role of the person, or a lower one."""
    with desk.writing() as connection:
        last = locked(connection, number)
        check(last, "approve", desk.today)
        role = last.approver or NOBODY
        if not any(each == role or is_higher(each, role, desk.rulebook) for each in _ranked(by.roles, desk.rulebook, role)):
            reasons = "; ".join(approval_of(last.quote, desk.rulebook, last.attributes).reasons) or phrase("its rules say so")
            problem = NOT_THE_APPROVER.at(None, number=number, role=role, person=by.name, reasons=reasons)
            raise NotAllowed((problem,), last.state, (f"approve by {role}",))
        return take_step(desk, connection, last, "approved", desk.today, note, {"by": by.name, "role": role})


def submitted(desk: Desk, connection: Writing, of: StoredQuote) -> StoredQuote:
    """A new quote or a draft that is offered: approved at once where the rules name nobody, else to be approved."""
    needed = approval_of(of.quote, desk.rulebook, of.attributes)
    if not needed.is_needed:
        return take_step(desk, connection, of, "approved", of.quote.on)
    details = {"approver": needed.role, "reasons": list(needed.reasons)}
    return take_step(
        desk, connection, replace(of, approver=needed.role), "approval-needed", of.quote.on, f"to be approved by {needed.role}", details
    )


def _ranked(roles: Collection[str], rulebook: Rulebook, role: str) -> Iterator[str]:
    """The roles of a person that count for an approval: the role itself, and those of the order of roles."""
    ladder = rulebook.checked.ladder(_TARGET)
    return (each for each in roles if each == role or each in ladder)


def _roles_of(connection: Reading, user: str | None) -> frozenset[str]:
    if user is None:
        return frozenset()
    known = users.find(connection, user)
    if user not in known:
        raise unknown("user", user)
    return frozenset((known[user].role, *known[user].approves)) if known[user].state == "active" else frozenset()


def _totals(quote: PricedQuote) -> Iterator[tuple[Money, Money]]:
    yield quote.contract_value, quote.list_total
    yield from ((each.contract_value, each.list_total) for each in quote.variants)


def _facts(quote: PricedQuote, total: Money, list_total: Money, rulebook: Rulebook, attributes: Mapping[str, str]) -> dict[str, Plain]:
    discounts = [line.request.discount.micros for line in quote.lines if line.request.discount]
    return {
        **seller_facts(rulebook),
        **customer_facts(quote.customer, rulebook, quote.on),
        "quote.discount": max(discounts, default=0),
        "quote.list-total": list_total.minor,
        "quote.total": total.minor,
        "quote.on": quote.on,
        **attribute_facts("quote", attributes, rulebook),
    }
