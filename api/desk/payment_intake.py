"""Payments as they come in: statements of banks and payments that are entered, each matched, stored once, posted and announced."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from api.desk.desk import Desk
from api.desk.open_documents import open_items
from api.desk.payment_duplicates import held_as_duplicate, is_reported, of_tool
from api.desk.payment_events import announce_paid, announce_received
from api.desk.payment_lists import EnteredPayment
from api.desk.payment_posting import Settling, post_payments
from api.desk.refunding import Origin, apply, origin_of
from api.desk.stored_payments import BY_HAND, likeness_of, lock, new_payment, recorded_now, settling
from api.importing.bank.bank_file import BankFile
from api.importing.bank.bank_problems import MISSING_STATEMENT
from api.store import payments, refunds
from api.store.issued_documents import advance_counter
from api.store.payments import StoredPayment
from api.store.sql import Writing
from engine.countries.payment_references import references_in
from engine.documents.bank_statement import BankMovement, BankStatement
from engine.documents.payment_match import Payment, PaymentMatch
from engine.problems import Kind, Problem, Span
from engine.stages.settling.matching import match
from engine.stages.settling.open_items import OpenItems

KNOWN_OTHERWISE: Final = Kind(
    "statement-known-otherwise",
    "the statement {name} of {iban} was imported before, with other contents",
    "ask the bank which of the two is right; what was imported stays",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of an import: how many statements and payments are new, and how many payments are in each state."""

    statements: int
    known_statements: int
    payments: int
    states: dict[str, int]


class PaymentIntake:
    """Takes statements one after the other, each after those before it."""

    def __init__(self, desk: Desk, connection: Writing) -> None:
        self._desk, self._connection, self._recorded = desk, connection, recorded_now(desk)
        self._place = lock(connection)
        self._number = self._place.sequence - 1
        self._items: OpenItems | None = None
        self._booked: list[Settling] = []
        self._sources: list[tuple[str, str]] = []
        self._paid_back: list[str] = []
        self._stored = 0
        self._origin: Origin | None = None
        self._of_tool: list[StoredPayment] = []
        self.imported = Imported(statements=0, known_statements=0, payments=0, states={})

    def take(self, file: BankFile) -> tuple[Problem, ...]:
        """The statements of a file; the problems where one cannot be taken."""
        problems: list[Problem] = []
        for statement in file.statements:
            known = payments.statement(self._connection, statement)
            if known is not None:
                if _without_marks(known) != _without_marks(statement):
                    problems.append(KNOWN_OTHERWISE.at(Span(file.path, 1, 1, 1, 1), name=statement.name, iban=statement.iban))
                self.imported = replace(self.imported, known_statements=self.imported.known_statements + 1)
                continue
            last = payments.last_statement(self._connection, statement)
            if last is not None and last[1] != statement.old_balance:
                words = {"name": statement.name, "old": statement.old_balance, "before": last[0], "new": last[1]}
                problems.append(MISSING_STATEMENT.at(Span(file.path, 1, 1, 1, 1), None, **words))
                continue
            self._take(statement)
        return tuple(problems)

    def enter(self, given: EnteredPayment, source: str, account: str | None = None) -> str:
        """A payment that is entered, of one of our bank accounts; one that another source reported alike is the same payment.

        Where files of the bank report what comes in, they count, and another payment of the tool is held.
        """
        own_iban = account or self._desk.rulebook.company.seller.iban.replace(" ", "")
        payment = entered(self._next_name(), given)
        likeness = likeness_of(payment, own_iban, payment.iban)
        alike = payments.without_source(self._connection, source, [likeness]).get(likeness)
        if alike:
            payments.append_evidence(self._connection, source, given.id, alike[0], self._recorded)
            return alike[0]
        owner = self._desk.rulebook.accounts.owner(own_iban)
        is_of_tool = owner == "tool" or (owner is None and not payments.has_statements(self._connection, own_iban))
        is_counted = source == BY_HAND or is_of_tool
        self._book(payment, (own_iban, likeness), (source, given.id), is_counted=is_counted)
        self.end()
        return payment.id

    def end(self) -> None:
        """Stores, posts and announces the payments, and stores the number of the last one."""
        self._store()
        changed = [settling(self._connection, name) for name in dict.fromkeys(self._paid_back)]
        names = {one.stored.payment.id for one in changed}
        as_they_are = [*(one for one in self._booked if one.stored.payment.id not in names), *changed]
        post_payments(self._desk, self._connection, as_they_are, self._recorded)
        announce_received(self._desk, self._connection, (each.stored for each in self._booked))
        announce_paid(self._desk, self._connection, [part for each in self._booked for part in each.allocations])
        if self._number >= self._place.sequence:
            advance_counter(self._connection, replace(self._place, sequence=self._number))

    def _take(self, statement: BankStatement) -> None:
        """A new statement with its payments: what another form reported already is one payment with two sources."""
        owner = payments.owner(self._connection, statement)
        is_counted = owner in (None, statement.format) and self._desk.rulebook.accounts.owner(statement.iban) != "tool"
        payments.append_statement(self._connection, statement, self._recorded)
        source, movements = statement.format, statement.payments
        given = [_payment("", each) for each in movements]
        likenesses = [likeness_of(one, statement.iban, each.counterparty.iban) for one, each in zip(given, movements, strict=True)]
        alike = payments.without_source(self._connection, source, set(likenesses))
        days = [one.entry_date for one in given]
        self._of_tool = of_tool(self._connection, statement.iban, days)
        states = dict(self.imported.states)
        for movement, payment, likeness in zip(movements, given, likenesses, strict=True):
            source_id = _source_id(statement, movement)
            known = alike[likeness].pop(0) if alike.get(likeness) else self._entered_refund(payment, statement.iban, source)
            if known is not None:
                payments.append_evidence(self._connection, source, source_id, known, self._recorded)
                states["known"] = states.get("known", 0) + 1
                continue
            named = replace(payment, id=self._next_name())
            state = self._book(named, (statement.iban, likeness), (source, source_id), is_counted=is_counted)
            states[state] = states.get(state, 0) + 1
        counted = {"statements": self.imported.statements + 1, "payments": self.imported.payments + len(movements)}
        self.imported = replace(self.imported, states=states, **counted)

    def _entered_refund(self, payment: Payment, own_iban: str, source: str) -> str | None:
        """The refund that was entered by hand before the bank reported it, in other words and perhaps on another day."""
        is_out = payment.amount.minor < 0 and payment.iban is not None
        return refunds.entered_alike(self._connection, payment, own_iban, source) if is_out else None

    def _next_name(self) -> str:
        return f"P{self._number + 1:06d}"

    def _store(self) -> None:
        """Stores the payments that are not stored yet, with what they settle and their sources."""
        payments.append_many(self._connection, self._booked[self._stored :], self._sources[self._stored :], self._recorded)
        self._stored = len(self._booked)

    def _book(self, payment: Payment, alike: tuple[str, str], source: tuple[str, str], *, is_counted: bool) -> str:
        """Matches a new payment of one of our accounts, with its likeness; gives its state."""
        self._number += 1
        if self._items is None:
            self._items = open_items(self._connection)
        if not is_counted:
            matched = held_as_duplicate(payment)
        elif payment.amount.minor < 0:
            matched = self._paid_out(payment, alike[0], self._items)
        else:
            matched = match(payment, self._items)
            if is_reported(payment, matched, self._of_tool):
                matched = held_as_duplicate(payment)
            self._items.settle(matched.allocations)
        stored = new_payment(payment, alike, matched, self._recorded)
        self._booked.append(Settling(stored, matched.allocations))
        self._sources.append(source)
        self._give_back(stored)
        return stored.state

    def _paid_out(self, payment: Payment, own_iban: str, items: OpenItems) -> PaymentMatch:
        """What becomes of a payment that left our account: it gives back one that came in, or is somebody else's."""
        self._store()
        origin = origin_of(self._connection, payment, own_iban, items)
        if origin is None:
            return match(payment, items)
        self._origin = origin
        return PaymentMatch(
            payment=payment.id,
            state="matched",
            unallocated=payment.amount + origin.amount,
            documents=origin.settling.stored.documents,
            because="reversal" if payment.is_reversal else None,
        )

    def _give_back(self, stored: StoredPayment) -> None:
        """Stores what a payment gives back, and opens again what the other settled."""
        origin, self._origin = self._origin, None
        if origin is not None and self._items is not None:
            self._store()
            parts = apply(self._connection, stored.payment.id, [origin], self._recorded, is_return=stored.payment.is_reversal)
            self._items.settle(parts)
            self._paid_back += [origin.settling.stored.payment.id, stored.payment.id]


def _payment(name: str, movement: BankMovement) -> Payment:
    party = movement.counterparty
    return Payment(
        id=name,
        amount=movement.amount,
        entry_date=movement.entry_date,
        value_date=movement.value_date,
        reference=movement.reference,
        text=" ".join(movement.text.split()),
        name=party.name,
        iban=party.iban or party.account,
        is_reversal=movement.is_reversal or movement.returned is not None,
        charge=movement.charge,
    )


def _source_id(statement: BankStatement, movement: BankMovement) -> str:
    return f"{statement.iban} {statement.currency} {statement.name} {movement.number} {movement.detail}"


def entered(name: str, given: EnteredPayment) -> Payment:
    """A payment that is entered, under an id."""
    references, text = references_in(given.reference), " ".join(given.reference.split())
    return Payment(
        id=name,
        amount=given.amount,
        entry_date=given.on,
        reference=references[0] if len(references) == 1 else None,
        text=text,
        name=given.name.strip(),
        iban="".join((given.iban or "").upper().split()) or None,
    )


def _without_marks(statement: BankStatement) -> BankStatement:
    return statement.replace(is_duplicate=False, created_on=date.min)
