"""Quotes: priced and numbered, approved, sent, accepted or refused; each step only from a state that allows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from api.desk.desk import Desk, number_of, plan_orders, series_of
from api.refusals import not_possible, unknown
from api.store import customers, issued_documents, opportunities, orders, quotes
from api.store.quotes import StoredQuote
from api.store.sql import Reading, Writing
from engine import billing
from engine.documents.order import ORDER_TYPES, Order
from engine.documents.party import Customer
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote import LineRequest, QuoteRequest
from engine.language import Plain
from engine.order_types.registry import JOINING
from engine.phrases import phrase
from engine.rulebook.facts import customer_facts, seller_facts

NOBODY: Final = "nobody"
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
    desk: Desk, connection: Writing, buyer: Customer, lines: Sequence[LineRequest], *, on: date, opportunity: str | None = None
) -> StoredQuote:
    """Stores the first version of a new quote; approved at once where the rules name no approver."""
    if opportunity is not None and opportunity not in opportunities.find(connection, [opportunity]):
        raise unknown("opportunity", opportunity)
    priced = price(desk, connection, buyer, lines, on)
    place = issued_documents.reserve_place(connection, series_of("quote", on, desk.rulebook), "quote", None)
    number = number_of("quote", place.sequence, on, desk.rulebook)
    issued_documents.advance_counter(connection, place)
    return _store(desk, connection, number, 1, priced, opportunity)


def price(desk: Desk, connection: Reading, buyer: Customer, lines: Sequence[LineRequest], on: date) -> PricedQuote:
    """A quote priced for a customer, with the products that it already has."""
    request = QuoteRequest(currency=desk.rulebook.currency, customer=buyer, lines=tuple(lines), on=on)
    running = orders.find(connection, customer=buyer.id)
    owned = {item.product for order in running.values() for item in order.items if item.state_on(on) == "active"}
    joins = any(order.type in JOINING and order.state == "active" for order in running.values())
    return billing.quote(request, desk.rulebook, order_kind="increment" if joins else "new", owned=frozenset(owned))


def make_version(desk: Desk, number: str, *, on: date) -> StoredQuote:
    """Stores a new version of a quote, priced on a day; the last version is superseded."""
    with desk.writing() as connection:
        last = _last(connection, number)
        if last.state in ("accepted", "refused"):
            raise not_possible("quote", number, last.state, phrase("be priced anew"), ())
        lines = [line.request for line in last.quote.lines]
        buyer = customers.find(connection, [last.quote.customer.id])[last.quote.customer.id]
        priced = price(desk, connection, buyer, lines, on)
        _step(desk, connection, last, "superseded", on)
        return _store(desk, connection, number, last.version + 1, priced, last.opportunity)


def step(desk: Desk, number: str, verb: str, state: str, *, on: date, note: str | None = None) -> StoredQuote:
    """Changes the state of the last version of a quote by a verb (approve, send, refuse); refuses what its state does not allow."""
    with desk.writing() as connection:
        last = _last(connection, number)
        _check(last, verb, on)
        _step(desk, connection, last, state, on, note)
    with desk.store.reading() as connection:
        return _last(connection, number)


def accept(desk: Desk, number: str, *, on: date, subscription: str | None = None) -> Accepted:
    """Accepts a quote: one order per order type, where subscription items join a running subscription; its opportunity is won."""
    with desk.writing() as connection:
        last = _last(connection, number)
        _check(last, "accept", on)
        buyer = customers.find(connection, [last.quote.customer.id])[last.quote.customer.id]
        source = f"{number} version {last.version}"
        agreed = billing.accept(last.quote, {kind: f"{number}-{kind}" for kind in ORDER_TYPES}, desk.rulebook, on=on, source=source)
        fresh, joined = _place(desk, connection, agreed, buyer, on, subscription)
        _step(desk, connection, last, "accepted", on)
        if last.opportunity is not None:
            opportunity = opportunities.find(connection, [last.opportunity])[last.opportunity]
            won = opportunity.replace(state="won", stage="won")
            opportunities.replace(connection, won, on=on, at=desk.now(), author=desk.author)
    return Accepted(orders=fresh, joined=joined)


def _place(
    desk: Desk, connection: Writing, agreed: Sequence[Order], buyer: Customer, on: date, named: str | None
) -> tuple[tuple[Order, ...], tuple[Order, ...]]:
    """Stores and plans the orders of an accepted quote: new orders, or items that joined a running subscription."""
    running = {name: order for name, order in orders.find(connection, customer=buyer.id).items() if order.type in JOINING}
    if named and named not in running and any(order.type in JOINING for order in agreed):
        raise unknown("order", named)
    orders.lock_all(connection, running)
    running = orders.find(connection, running)
    others = partial(orders.of_type, connection)
    placed = [billing.place(order, buyer, running, desk.rulebook, on=on, others=others, into=named) for order in agreed]
    fresh = tuple(order for order in placed if order.id not in running)
    joined = tuple(order for order in placed if order.id in running)
    for order in joined:
        orders.replace(connection, order)
    orders.append(connection, fresh)
    plan_orders(desk, connection, placed)
    return fresh, joined


def approver(desk: Desk, quote: PricedQuote) -> str:
    """Who must approve a quote by the rules; `nobody` where there is no such rule."""
    if "quote.approver" not in desk.rulebook.rules.targets:
        return NOBODY
    discounts = [line.request.discount.fraction for line in quote.lines if line.request.discount]
    facts: dict[str, Plain] = {
        **seller_facts(desk.rulebook),
        **customer_facts(quote.customer, desk.rulebook, quote.on),
        "quote.discount": int(max(discounts, default=0) * 1_000_000),
        "quote.total": quote.contract_value.minor,
        "quote.on": quote.on,
    }
    return str(desk.rulebook.rules.ask("quote.approver", facts).value)


def _store(desk: Desk, connection: Writing, number: str, version: int, priced: PricedQuote, opportunity: str | None) -> StoredQuote:
    quotes.append(connection, number, version, priced, opportunity=opportunity, at=desk.now())
    who = approver(desk, priced)
    state = "approved" if who == NOBODY else "approval-needed"
    note = None if who == NOBODY else f"to be approved by {who}"
    stored = StoredQuote(number=number, version=version, state=state, opportunity=opportunity, quote=priced)
    _step(desk, connection, stored, state, priced.on, note)
    return stored


def _check(quote: StoredQuote, verb: str, on: date) -> None:
    state = "expired" if quote.state in ("approved", "sent") and on > quote.quote.valid_until else quote.state
    possible = _POSSIBLE.get(state, ())
    if verb not in possible:
        raise not_possible("quote", quote.number, state, verb, possible)


def _step(desk: Desk, connection: Writing, of: StoredQuote, state: str, on: date, note: str | None = None) -> None:
    quotes.append_step(connection, of.number, of.version, state, on=on, at=desk.now(), author=desk.author, note=note)


def _last(connection: Reading, number: str) -> StoredQuote:
    versions = quotes.find(connection, number)
    if not versions:
        raise unknown("quote", number)
    return versions[-1]
