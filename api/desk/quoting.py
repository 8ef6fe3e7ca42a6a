"""Quotes: priced and numbered, approved, sent, accepted or refused; each step only from a state that allows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from api.desk.desk import Desk, number_of, plan_orders, series_of, with_invoiced
from api.desk.erased import named_by, refuse_erased
from api.desk.order_outcome import Outcome, action_of
from api.desk.order_preview import effect_of
from api.desk.sales import follow_quote, take_back_win
from api.refusals import Conflict, not_possible, unknown
from api.store import customers, issued_documents, opportunities, order_actions, orders, quotes
from api.store.quotes import StoredQuote
from api.store.sql import Reading, Writing
from engine import billing
from engine.documents.billed import RunningOrders
from engine.documents.order import ORDER_TYPES, Order
from engine.documents.order_effect import OrderEffect
from engine.documents.party import Customer
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote import LineRequest, QuoteRequest
from engine.language import Plain
from engine.order_types.registry import JOINING
from engine.phrases import phrase
from engine.problems import Kind, Refusal, refuse
from engine.rulebook.book import Rulebook, missing_of_customer
from engine.rulebook.facts import attribute_facts, customer_facts, seller_facts

NOBODY: Final = "nobody"
_NONE: Final[Mapping[str, str]] = {}
OUTDATED: Final = Kind(
    "quote-outdated",
    "the items of quote `{number}` would now begin or join `{order}`, for which it was not priced",
    "make a new version with `centwright quote version {number}`, which prices it anew",
)
OTHER_TERMS: Final = Kind(
    "terms-of-the-order",
    "the items join the order `{order}`, whose payment terms are {terms}",
    "leave the payment terms out, or set those of the order with `centwright order terms {order}`",
)
_POSSIBLE: Final[dict[str, tuple[str, ...]]] = {
    "draft": ("approve",),
    "approval-needed": ("approve",),
    "approved": ("send", "accept", "refuse"),
    "sent": ("accept", "refuse"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The result of an accepted quote: new orders, and the subscriptions that its items joined."""

    orders: tuple[Order, ...]
    joined: tuple[Order, ...]


def make_quote(
    desk: Desk,
    connection: Writing,
    buyer: Customer,
    lines: Sequence[LineRequest],
    *,
    on: date,
    opportunity: str | None = None,
    subscription: str | None = None,
    attributes: Mapping[str, str] = _NONE,
    payment_terms: str | None = None,
) -> StoredQuote:
    """Stores the first version of a new quote; approved at once where the rules name no approver.

    `subscription` names the running order that its items join, where there are several.
    """
    if opportunity is not None:
        of = opportunities.find(connection, [opportunity])
        if opportunity not in of:
            raise unknown("opportunity", opportunity)
        refuse_erased(connection, named_by(of[opportunity]))
    priced = price(desk, connection, buyer, lines, on, subscription, payment_terms)
    place = issued_documents.reserve_place(connection, series_of("quote", on, desk.rulebook), "quote", None)
    number = number_of("quote", place.sequence, on, desk.rulebook)
    issued_documents.advance_counter(connection, place)
    return _store(desk, connection, number, 1, priced, opportunity, attributes)


def buyer_of(connection: Reading, customer: str) -> Customer:
    """A stored customer, to be quoted; refuses an unknown one."""
    buyers = customers.find(connection, [customer])
    if customer not in buyers:
        raise unknown("customer", customer)
    return buyers[customer]


def find_quote(desk: Desk, number: str) -> StoredQuote:
    """The last version of a quote; refuses an unknown one."""
    with desk.store.reading() as connection:
        return _last(connection, number)


def price(
    desk: Desk,
    connection: Reading,
    buyer: Customer,
    lines: Sequence[LineRequest],
    on: date,
    subscription: str | None = None,
    payment_terms: str | None = None,
) -> PricedQuote:
    """A quote priced for a customer as acceptance would bill it, with the products that it already has and its running orders."""
    refuse_erased(connection, ("customer", buyer.id))
    segment = missing_of_customer(buyer, desk.rulebook)
    if segment is not None:
        raise Refusal((segment.problem("/customer/segment"),))
    request = QuoteRequest(currency=desk.rulebook.currency, customer=buyer, lines=tuple(lines), on=on, payment_terms=payment_terms)
    running = orders.find(connection, customer=buyer.id)
    owned = {item.product for order in running.values() for item in order.items if item.state_on(on) == "active"}
    if subscription is not None and subscription not in running:
        raise unknown("order", subscription)
    priced = billing.quote(request, desk.rulebook, running=RunningOrders(running, subscription), owned=frozenset(owned))
    _check_terms(priced, running)
    return priced


def _check_terms(quote: PricedQuote, running: Mapping[str, Order]) -> None:
    """Refuses payment terms of a quote whose items all join a running order, if that order has others: it keeps its own."""
    joined = {line.joins for line in quote.lines}
    if quote.payment_terms is not None and None not in joined:
        for order in (running[name] for name in joined if name is not None):
            if order.payment_terms != quote.payment_terms:
                raise refuse(OTHER_TERMS, None, "/payment_terms", order=order.id, terms=order.payment_terms or phrase("none of its own"))


def make_version(desk: Desk, number: str, *, on: date, subscription: str | None = None, payment_terms: str | None = None) -> StoredQuote:
    """Stores a new version of a quote, priced on a day; the last version is superseded.

    `subscription` names the running order that its items join, else the one that those of the last version join, if it still runs.
    Without `payment_terms` it has those of the last version.
    """
    with desk.writing() as connection:
        last = _locked(connection, number)
        if last.state in ("accepted", "refused"):
            raise not_possible("quote", number, last.state, phrase("be priced anew"), ())
        lines = [line.request for line in last.quote.lines]
        buyer = customers.find(connection, [last.quote.customer.id])[last.quote.customer.id]
        terms = payment_terms or last.quote.payment_terms
        priced = price(desk, connection, buyer, lines, on, subscription or _still_running(connection, last.quote, on), terms)
        _step(desk, connection, last, "superseded", on)
        return _store(desk, connection, number, last.version + 1, priced, last.opportunity, last.attributes)


def step(desk: Desk, number: str, verb: str, state: str, *, on: date, note: str | None = None) -> StoredQuote:
    """Changes the state of the last version of a quote by a verb (approve, send, refuse); refuses what its state does not allow."""
    with desk.writing() as connection:
        last = _locked(connection, number)
        _check(last, verb, on)
        _step(desk, connection, last, state, on, note)
    with desk.store.reading() as connection:
        return _last(connection, number)


def accept(desk: Desk, number: str, *, on: date, subscription: str | None = None) -> Accepted:
    """Accepts a quote: one order per order type, where subscription items join the subscription of the quote; its opportunity is won.

    Refused where they would now join another subscription than the quote was priced for.
    """
    with desk.writing() as connection:
        last = _locked(connection, number)
        running, placed = _placed(desk, connection, last, on, subscription, lock=partial(orders.lock_all, connection))
        fresh, joined = _store_placed(desk, connection, running, placed)
        _step(desk, connection, last, "accepted", on)
        if last.opportunity is not None:
            opportunity = opportunities.find(connection, [last.opportunity])[last.opportunity]
            won = opportunity.replace(state="won", stage="won", reason=None)
            opportunities.replace(connection, won, replace(desk.signed(), on=on))
    return Accepted(orders=fresh, joined=joined)


def preview_acceptance(desk: Desk, number: str, *, on: date, subscription: str | None = None) -> tuple[OrderEffect, ...]:
    """What accepting a quote would do, order by order; refused where accepting would be, and nothing is written."""
    with desk.store.reading() as connection:
        last = _last(connection, number)
        running, placed = _placed(desk, connection, last, on, subscription)
        effects = []
        for order in placed:
            before = running.get(order.id, order.replace(items=(), history=()))
            after = with_invoiced(desk, connection, before, order) if order.id in running else order
            effects.append(effect_of(desk, connection, Outcome(before=before, after=after), "accept", on))
    return tuple(effects)


def reopen(desk: Desk, connection: Writing, number: str, version: int, *, note: str) -> None:
    """Gives an accepted version, and the opportunity that it won, the state again that they had before.

    What its acceptance brought is taken back by the caller.
    """
    steps = [row for row in quotes.steps(connection, number) if row["version"] == version]
    if not steps or steps[-1]["state"] != "accepted":
        return
    before = next(row["state"] for row in reversed(steps) if row["state"] != "accepted")
    quotes.append_step(connection, number, version, before, on=desk.today, at=desk.now(), author=desk.author, note=note)
    opportunity = _last(connection, number).opportunity
    if opportunity is not None and "accepted" not in quotes.states_of(connection, opportunity):
        take_back_win(desk, connection, opportunity, since=steps[-1]["stepped_at"])


def _placed(
    desk: Desk, connection: Reading, of: StoredQuote, on: date, named: str | None, lock: Callable[[Iterable[str]], None] | None = None
) -> tuple[Mapping[str, Order], Sequence[Order]]:
    """The running orders of a quote's customer, and what accepting it makes: new orders, or running ones that its items joined."""
    _check(of, "accept", on)
    refuse_erased(connection, ("customer", of.quote.customer.id))
    buyer = customers.find(connection, [of.quote.customer.id])[of.quote.customer.id]
    ids = {kind: f"{of.number}-{kind}" for kind in ORDER_TYPES}
    agreed = billing.accept(of.quote, ids, desk.rulebook, on=on, source=f"{of.number} version {of.version}")
    running = {name: order for name, order in orders.find(connection, customer=buyer.id).items() if order.type in JOINING}
    if named and named not in running and any(order.type in JOINING for order in agreed):
        raise unknown("order", named)
    if lock is not None:
        lock(running)
    running = orders.find(connection, running)
    others = partial(orders.of_type, connection)
    joins = RunningOrders(running, named or _joins(of.quote))
    placed = [billing.place(order, buyer, joins, desk.rulebook, on=on, others=others) for order in agreed]
    _check_as_quoted(of, running, placed)
    return running, placed


def _store_placed(
    desk: Desk, connection: Writing, running: Mapping[str, Order], placed: Sequence[Order]
) -> tuple[tuple[Order, ...], tuple[Order, ...]]:
    """Stores and plans the orders of an accepted quote; gives the new ones, and those that its items joined."""
    fresh = tuple(order for order in placed if order.id not in running)
    joined = tuple(with_invoiced(desk, connection, running[order.id], order) for order in placed if order.id in running)
    for order in joined:
        orders.replace(connection, order)
        action = action_of(running[order.id], order, None)
        order_actions.append(connection, order.id, action, at=desk.now(), author=desk.author)
    orders.append(connection, fresh)
    plan_orders(desk, connection, [*fresh, *joined])
    return fresh, joined


def _check_as_quoted(of: StoredQuote, running: Mapping[str, Order], placed: Sequence[Order]) -> None:
    """Refuses where items join another order, or merge into another item, than the quote was priced for."""
    for order in placed:
        if order.type not in JOINING:
            continue
        lines = [line for line in of.quote.lines if line.order_type == order.type]
        before = running[order.id].history if order.id in running else order.history
        merged = [step.items[0] if step.what == "merged" else None for step in order.history[len(before) :]] or [None] * len(lines)
        now = [(order.id if order.id in running else None, each) for each in merged]
        if now != [(line.joins, line.merges_into) for line in lines]:
            raise Conflict((OUTDATED.at(None, number=of.number, order=order.id),), of.state, ("version",))


def _joins(quote: PricedQuote) -> str | None:
    """The running order that the items of a quote join."""
    return next((line.joins for line in quote.lines if line.joins), None)


def _still_running(connection: Reading, quote: PricedQuote, on: date) -> str | None:
    """The running order that the items of a quote join, if it has an item that is served on a day."""
    joins = _joins(quote)
    running = orders.find(connection, [joins]) if joins else {}
    return joins if any(item.state_on(on) in ("active", "suspended") for order in running.values() for item in order.items) else None


def approver(quote: PricedQuote, rulebook: Rulebook, attributes: Mapping[str, str] = _NONE) -> str:
    """Who must approve a quote by the rules; `nobody` where there is no such rule."""
    if "quote.approver" not in rulebook.rules.targets:
        return NOBODY
    discounts = [line.request.discount.micros for line in quote.lines if line.request.discount]
    facts: dict[str, Plain] = {
        **seller_facts(rulebook),
        **customer_facts(quote.customer, rulebook, quote.on),
        "quote.discount": max(discounts, default=0),
        "quote.list-total": quote.list_total.minor,
        "quote.total": quote.contract_value.minor,
        "quote.on": quote.on,
        **attribute_facts("quote", attributes, rulebook),
    }
    return str(rulebook.rules.ask("quote.approver", facts).value)


def _store(
    desk: Desk,
    connection: Writing,
    number: str,
    version: int,
    priced: PricedQuote,
    opportunity: str | None,
    attributes: Mapping[str, str],
) -> StoredQuote:
    quotes.append(connection, number, version, priced, opportunity=opportunity, attributes=attributes, at=desk.now())
    who = approver(priced, desk.rulebook, attributes)
    state = "approved" if who == NOBODY else "approval-needed"
    note = None if who == NOBODY else f"to be approved by {who}"
    stored = StoredQuote(number=number, version=version, state=state, opportunity=opportunity, quote=priced, attributes=attributes)
    _step(desk, connection, stored, state, priced.on, note)
    if opportunity is not None:
        follow_quote(desk, connection, opportunity, number, priced)
    return stored


def _check(quote: StoredQuote, verb: str, on: date) -> None:
    state = "expired" if quote.state in ("approved", "sent") and on > quote.quote.valid_until else quote.state
    possible = _POSSIBLE.get(state, ())
    if verb not in possible:
        raise not_possible("quote", quote.number, state, verb, possible)


def _step(desk: Desk, connection: Writing, of: StoredQuote, state: str, on: date, note: str | None = None) -> None:
    quotes.append_step(connection, of.number, of.version, state, on=on, at=desk.now(), author=desk.author, note=note)


def _locked(connection: Writing, number: str) -> StoredQuote:
    """The last version of a quote, locked until the transaction ends."""
    quotes.lock(connection, number)
    return _last(connection, number)


def _last(connection: Reading, number: str) -> StoredQuote:
    versions = quotes.find(connection, number)
    if not versions:
        raise unknown("quote", number)
    return versions[-1]
