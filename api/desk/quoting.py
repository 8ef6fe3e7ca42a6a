"""Quotes: drafted, priced and numbered, changed line by line, offered, sent or refused; each step only from a state that allows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from api.desk.delivery_addresses import delivery_address
from api.desk.desk import Desk, number_of, series_of
from api.desk.erased import named_by, refuse_erased
from api.desk.quote_approval import submitted
from api.desk.quote_states import as_of, check, last_version, locked, no_line, not_joined, of_line, take_step
from api.desk.report_parameters import check_reach
from api.desk.sales import check_party, follow_quote, surviving
from api.refusals import unknown
from api.store import customers, issued_documents, opportunities, orders, quotes
from api.store.quotes import StoredQuote
from api.store.sql import Reading, Writing
from engine import billing
from engine.documents.billed import RunningOrders
from engine.documents.order import Order
from engine.documents.party import Customer, DeliveryAddress
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote import LineRequest, QuoteRequest
from engine.phrases import phrase
from engine.problems import Kind, Refusal, refuse
from engine.rulebook.book import Rulebook, missing_of_customer

_NONE: Final[Mapping[str, str]] = {}
Lines = tuple[LineRequest, ...]
OTHER_PLACE: Final = Kind(
    "other-delivery-address",
    "all items join the order `{order}`, which is delivered to {place}",
    "leave the address out, or change that of the order: `centwright order delivery {order} ADDRESS`",
)
OTHER_TERMS: Final = Kind(
    "terms-of-the-order",
    "the items join the order `{order}`, whose payment terms are {terms}",
    "leave the payment terms out, or set those of the order with `centwright order terms {order}`",
)
LAST_LINE: Final = Kind("last-line", "a quote has at least one line", "add another line first, or refuse the quote")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """What is asked of a version beside its lines; None: as the version before, or as the customer and the company have it."""

    on: date | None = None
    subscription: str | None = None
    """The running order that its items join, where there are several."""
    payment_terms: str | None = None
    valid_until: date | None = None
    deliver_to: str | DeliveryAddress | None = None
    """The name of the address of the customer to which its orders are delivered, or that of the version before."""


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
    valid_until: date | None = None,
    deliver_to: str | None = None,
    is_draft: bool = False,
) -> StoredQuote:
    """Stores the first version of a new quote: a draft, or offered; then it is approved at once where the rules name no approver.

    `subscription` names the running order that its items join, where there are several.
    """
    if opportunity is not None:
        of = opportunities.find(connection, [opportunity])
        if opportunity not in of:
            raise unknown("opportunity", opportunity)
        refuse_erased(connection, named_by(of[opportunity]))
        check_party(connection, of[opportunity], buyer)
    requested = Requested(on=on, subscription=subscription, payment_terms=payment_terms, valid_until=valid_until, deliver_to=deliver_to)
    priced = price(desk, connection, buyer, lines, requested)
    place = issued_documents.reserve_place(connection, series_of("quote", on, desk.rulebook), "quote", None)
    number = number_of("quote", place.sequence, on, desk.rulebook)
    issued_documents.advance_counter(connection, place)
    fresh = StoredQuote(number=number, version=1, state="draft", opportunity=opportunity, quote=priced, attributes=attributes)
    return _store(desk, connection, fresh, is_draft=is_draft)


def buyer_of(connection: Reading, customer: str) -> Customer:
    """A stored customer or prospect, to be quoted, or the one into which it was merged; refuses an unknown one."""
    [buyer] = customers.find(connection, [surviving(connection, customer)]).values()
    return buyer


def find_quote(desk: Desk, number: str) -> StoredQuote:
    """The last version of a quote, with its state today; refuses an unknown one."""
    with desk.store.reading() as connection:
        return as_of(last_version(connection, number), desk.today)


def signed(desk: Desk, lines: Sequence[LineRequest], before: Collection[LineRequest] = ()) -> Lines:
    """Lines whose manual discounts have an author: who asks, unless the line had the discount before."""
    known = {(each.product, each.discount): each.discount_author for each in before if each.discount}
    authors = (known.get((line.product, line.discount), desk.author) if line.discount else None for line in lines)
    return tuple(line.replace(discount_author=author) for line, author in zip(lines, authors, strict=True))


def price(
    desk: Desk,
    connection: Reading,
    buyer: Customer,
    lines: Sequence[LineRequest],
    requested: Requested,
    *,
    chosen: Collection[int] | None = None,
    rulebook: Rulebook | None = None,
    is_joining: bool = True,
) -> PricedQuote:
    """A quote priced for a customer as acceptance would bill it, with the products that it already has and its running orders.

    `chosen` are the optional and alternative lines that count, where they are chosen. Without `is_joining` its items join none of them.
    """
    refuse_erased(connection, ("customer", buyer.id))
    book, on, place = rulebook or desk.rulebook, requested.on or desk.today, requested.deliver_to
    segment = missing_of_customer(buyer, book)
    if segment is not None:
        raise Refusal((segment.problem("/customer/segment"),))
    request = QuoteRequest(
        currency=book.currency,
        customer=buyer,
        lines=tuple(lines),
        on=on,
        payment_terms=requested.payment_terms,
        deliver_to=delivery_address(connection, buyer.id, place, "/deliver_to") if isinstance(place, str) else place,
        valid_until=requested.valid_until,
    )
    for pointer, day in (("/on", on), *((f"/lines/{at}/starts_on", line.starts_on) for at, line in enumerate(request.lines))):
        check_reach(day or on, desk.today, pointer)
    running = orders.find(connection, customer=buyer.id)
    owned = frozenset(item.product for order in running.values() for item in order.items if item.state_on(on) == "active")
    if requested.subscription is not None and requested.subscription not in running:
        raise not_joined(connection, requested.subscription)
    joins = RunningOrders(running, requested.subscription) if is_joining else None
    priced = billing.quote(request, book, running=joins, owned=owned, chosen=chosen)
    _check_terms(priced, running)
    return priced


def _check_terms(quote: PricedQuote, running: Mapping[str, Order]) -> None:
    """Refuses payment terms and an address of a quote whose items all join a running order, if that has others: it keeps its own."""
    joined = {line.joins for line in quote.lines}
    if None not in joined:
        for order in (running[name] for name in joined if name is not None):
            if quote.deliver_to not in (None, order.deliver_to):
                raise refuse(
                    OTHER_PLACE, None, "/deliver_to", order=order.id, place=order.deliver_to or phrase("the customer's own address")
                )
            if quote.payment_terms not in (None, order.payment_terms):
                raise refuse(OTHER_TERMS, None, "/payment_terms", order=order.id, terms=order.payment_terms or phrase("none of its own"))


def make_version(
    desk: Desk, number: str, requested: Requested, *, lines: Sequence[LineRequest] | None = None, is_draft: bool = False
) -> StoredQuote:
    """Stores a new version of a quote, priced on a day (today); the last version is superseded.

    It has the lines of the last version unless others are given, its payment terms, and the running order that its items join, if that
    still runs.
    """
    with desk.writing() as connection:
        last = locked(connection, number)
        check(last, "version", desk.today)
        wanted = _lines(last) if lines is None else signed(desk, lines, _lines(last))
        return _next_version(desk, connection, last, wanted, requested, is_draft=is_draft)


def change_lines(desk: Desk, number: str, verb: str, changed: Callable[[StoredQuote, Lines], Sequence[LineRequest]]) -> StoredQuote:
    """A quote with other lines: a draft is changed and priced anew where it is, of any other a new version is made.

    `verb` is one of those that change lines, `changed` gives the new lines.
    """
    with desk.writing() as connection:
        last = locked(connection, number)
        check(last, verb, desk.today)
        before = _lines(last)
        lines = signed(desk, changed(last, before), before)
        if lines == before:
            return as_of(last, desk.today)
        if last.state != "draft":
            return _next_version(desk, connection, last, lines, Requested())
        return _redrafted(desk, connection, last, lines, last.quote.on)


def add_line(desk: Desk, number: str, line: LineRequest) -> StoredQuote:
    """A quote with one more line, the last one."""
    place: list[int] = []

    def changed(_: StoredQuote, lines: Lines) -> Lines:
        place.append(len(lines) + 1)
        return (*lines, line.replace(discount_author=None))

    try:
        return change_lines(desk, number, "add-line", changed)
    except Refusal as refusal:
        raise of_line(refusal, *place) from None


def change_line(desk: Desk, number: str, line: int, fields: Mapping[str, object]) -> StoredQuote:
    """A quote with other values in some fields of a line."""

    def changed(of: StoredQuote, lines: Lines) -> Lines:
        _check_line(of, lines, line)
        return (*lines[: line - 1], lines[line - 1].replace(**fields), *lines[line:])

    try:
        return change_lines(desk, number, "change-line", changed)
    except Refusal as refusal:
        raise of_line(refusal, line) from None


def remove_line(desk: Desk, number: str, line: int) -> StoredQuote:
    """A quote without one of its lines; the lines after it have the numbers before theirs."""

    def changed(of: StoredQuote, lines: Lines) -> Lines:
        _check_line(of, lines, line)
        if len(lines) == 1:
            raise refuse(LAST_LINE, None, "/line")
        return (*lines[: line - 1], *lines[line:])

    return change_lines(desk, number, "remove-line", changed)


def submit(desk: Desk, number: str, *, on: date | None = None) -> StoredQuote:
    """Offers a draft with the prices of a day (today, or its own later day): it is approved, or to be approved as the rules say."""
    with desk.writing() as connection:
        last = locked(connection, number)
        check(last, "submit", desk.today)
        day = on or max(last.quote.on, desk.today)
        return submitted(desk, connection, _redrafted(desk, connection, last, _lines(last), day))


def step(desk: Desk, number: str, verb: str, state: str, *, note: str | None = None) -> StoredQuote:
    """Changes the state of the last version of a quote by a verb (send, refuse); refuses what its state does not allow."""
    with desk.writing() as connection:
        last = locked(connection, number)
        check(last, verb, desk.today)
        return as_of(take_step(desk, connection, last, state, desk.today, note), desk.today)


def joined_by(quote: PricedQuote) -> str | None:
    """The running order that the items of a quote join."""
    return next((line.joins for line in quote.lines if line.joins), None)


def own_validity(quote: PricedQuote, rulebook: Rulebook) -> date | None:
    """Until when a quote is valid, if that is not what the company's quotes are."""
    usual = quote.on + timedelta(days=rulebook.company.quote_validity_days)
    return None if quote.valid_until == usual else quote.valid_until


def _lines(of: StoredQuote) -> Lines:
    return tuple(line.request for line in of.quote.lines)


def _check_line(of: StoredQuote, lines: Lines, line: int) -> None:
    if not 1 <= line <= len(lines):
        raise no_line(of.number, line, len(lines))


def _next_version(
    desk: Desk, connection: Writing, last: StoredQuote, lines: Lines, requested: Requested, *, is_draft: bool = False
) -> StoredQuote:
    priced = priced_again(desk, connection, last, lines, requested)
    take_step(desk, connection, last, "superseded", desk.today)
    return _store(desk, connection, replace(last, version=last.version + 1, quote=priced, approver=None), is_draft=is_draft)


def _redrafted(desk: Desk, connection: Writing, draft: StoredQuote, lines: Lines, on: date) -> StoredQuote:
    """A draft with these lines, priced on a day, in the place of the stored one."""
    after = replace(draft, quote=priced_again(desk, connection, draft, lines, Requested(on=on)))
    quotes.change_draft(connection, after)
    _follow(desk, connection, after)
    return after


def priced_again(desk: Desk, connection: Reading, last: StoredQuote, lines: Lines, requested: Requested) -> PricedQuote:
    """A version priced again: what is not asked is as it was, the validity only as long as it is not over."""
    on, before = requested.on or desk.today, last.quote
    until = requested.valid_until or own_validity(before, desk.rulebook)
    as_before = Requested(
        on=on,
        subscription=requested.subscription or _still_running(connection, before, on),
        payment_terms=requested.payment_terms or before.payment_terms,
        deliver_to=requested.deliver_to or before.deliver_to,
        valid_until=until if requested.valid_until or (until is not None and until >= on) else None,
    )
    return price(desk, connection, buyer_of(connection, before.customer.id), lines, as_before)


def _still_running(connection: Reading, quote: PricedQuote, on: date) -> str | None:
    """The running order that the items of a quote join, if it has an item that is served on a day."""
    joins = joined_by(quote)
    running = orders.find(connection, [joins]) if joins else {}
    return joins if any(item.state_on(on) in ("active", "suspended") for order in running.values() for item in order.items) else None


def _store(desk: Desk, connection: Writing, fresh: StoredQuote, *, is_draft: bool) -> StoredQuote:
    """Stores a new version: a draft, or offered."""
    quotes.append(
        connection,
        fresh.number,
        fresh.version,
        fresh.quote,
        opportunity=fresh.opportunity,
        attributes=fresh.attributes,
        at=desk.now(),
    )
    stored = take_step(desk, connection, fresh, "draft", fresh.quote.on) if is_draft else submitted(desk, connection, fresh)
    _follow(desk, connection, stored)
    return stored


def _follow(desk: Desk, connection: Writing, of: StoredQuote) -> None:
    """Lets the amount of the opportunity of a quote follow it, where it is the primary one."""
    if of.opportunity is not None:
        follow_quote(desk, connection, of.opportunity, of.number, of.quote)
