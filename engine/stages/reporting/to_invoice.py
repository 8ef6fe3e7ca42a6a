"""Reports of what is to be invoiced: the transactions of a period, the late and the held ones, and why an item is not invoiced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from engine.dates import Period, month_after
from engine.documents.document import Document, OneCurrency
from engine.documents.order import Order, OrderItem, OrderType
from engine.documents.totals import add
from engine.documents.transaction import TransactionKind
from engine.documents.transaction_figures import TransactionFigures
from engine.documents.way_out import WayOut
from engine.money import Currency, Money, Quantity
from engine.phrases import Sentence, phrase
from engine.problems import Problem, message_of, remedy_of

EXPECTED = "its event is not reported; it is expected on {day}"
ACTIVATION = "item.activated"
_NOTHING: Final[Mapping[tuple[str, int], str]] = {}
EXPECTED_USAGE = "its period is not over; the usage until {day} is expected"
_OPEN = ("planned", "to-invoice", "held")
_Remedy = tuple[str | None, WayOut | None]
_NO_WAY_OUT: Final[_Remedy] = (None, None)


class ToInvoiceRow(Document):
    """One transaction that is to be invoiced: whether it is late, and what holds it, where something does."""

    identity: str
    billing_date: date
    customer: str
    order: str
    order_type: OrderType
    item: str
    product: str
    kind: TransactionKind
    number: int | None
    service_period: Period | None
    quantity: Quantity
    net: Money
    late: bool
    held_because: Sentence | None


class ToInvoice(OneCurrency):
    """The items to invoice in a period, in the order of customers, with their sums."""

    period: Period
    rows: tuple[ToInvoiceRow, ...]
    net: Money
    late: Money
    held: Money


class WhyNot(Document):
    """An item and the first state or rule that keeps it from being invoiced (None: nothing does, the next run takes it)."""

    item: str
    order: str
    customer: str
    product: str
    because: Sentence | None
    remedy: Sentence | None = None
    """The way out, where somebody has to do something."""
    way_out: WayOut | None = None
    """The same in a word."""


def month_of(day: date) -> Period:
    """The calendar month in which a day lies."""
    first = day.replace(day=1)
    return Period(first, month_after(first, 1))


def to_invoice(
    transactions: Iterable[TransactionFigures], *, on: date, period: Period | None = None, held: Mapping[str, str], currency: Currency
) -> ToInvoice:
    """The transactions not yet invoiced with a billing date before the end of the period (by default the day's calendar month).

    Billing dates before the period are late. `held` gives, by identity, why a run would hold a transaction.
    """
    within = period or month_of(on)
    rows = [
        _row(one, one.billing_date, within, held)
        for one in transactions
        if one.state in _OPEN and one.billing_date is not None and one.billing_date < within.until
    ]
    rows.sort(key=lambda row: (row.customer, row.order_type, row.billing_date, row.order, row.item, row.number or 0))
    return ToInvoice(
        currency=currency,
        period=within,
        rows=tuple(rows),
        net=add((row.net for row in rows), currency),
        late=add((row.net for row in rows if row.late), currency),
        held=add((row.net for row in rows if row.held_because), currency),
    )


def why_not_invoiced(
    orders: Iterable[Order],
    transactions: Iterable[TransactionFigures],
    *,
    on: date,
    held: Mapping[str, str],
    missing: Mapping[str, Problem],
    awaited: Mapping[tuple[str, int], str] = _NOTHING,
) -> tuple[WhyNot, ...]:
    """For each item, why it is not invoiced on a day. `missing` gives, by item, the name that left the rulebook.

    `awaited` gives the event for which an instalment waits, by item and number.
    """
    by_item: dict[tuple[str, str], list[TransactionFigures]] = {}
    for one in transactions:
        by_item.setdefault((one.order, one.item), []).append(one)
    result = []
    for order in orders:
        for item in order.items:
            of_item = by_item.get((order.id, item.id), ())
            because, (remedy, way_out) = _because(item, of_item, order, on, held, missing.get(item.id), awaited)
            fields = {"item": item.id, "order": order.id, "customer": order.customer, "product": item.product}
            result.append(WhyNot.model_validate({**fields, "because": because, "remedy": remedy, "way_out": way_out}))
    return tuple(result)


def _because(
    item: OrderItem,
    transactions: Sequence[TransactionFigures],
    order: Order,
    on: date,
    held: Mapping[str, str],
    missing: Problem | None,
    awaited: Mapping[tuple[str, int], str],
) -> tuple[str | None, _Remedy]:
    """The reason, and the way out: from its missing name, its earliest due transaction, else its state, else its billing dates."""
    if item.state == "cancelled":
        return phrase("the item is cancelled"), _NO_WAY_OUT
    if missing is not None and item.state != "ended":
        return message_of(missing), (remedy_of(missing), "change-rules")
    open_ones = [one for one in transactions if one.state in _OPEN]
    dated = sorted((one for one in open_ones if one.billing_date is not None), key=lambda one: (one.billing_date, one.identity))
    if dated and dated[0].is_due(on):
        because = held.get(dated[0].identity)
        shown = phrase(
            "`centwright explain to-invoice/{customer}` says which rule or which detail of the customer", customer=order.customer
        )
        return because, (shown, None) if because is not None else _NO_WAY_OUT
    following = (dated or sorted(open_ones, key=lambda one: one.number or 0))[:1] if item.plan is not None else []
    event = next((awaited.get((item.id, one.number or 0)) for one in following), None)
    state = _state(item) if not following or event == ACTIVATION or item.state != "pending" else None
    if state is not None:
        return state
    waits = (not dated and bool(open_ones)) or (bool(dated) and _waits_for_event(dated[0]))
    report = phrase("report the event when it has happened: `centwright order event {order}`", order=order.id)
    return _dates(dated, open_ones, transactions, order, event), (report, "report-event") if waits else _NO_WAY_OUT


def _state(item: OrderItem) -> tuple[str, _Remedy] | None:
    match item.state:
        case "pending" if item.activated_on is None and item.one_off is None:
            activate = phrase("activate it: `centwright item activate {item}`", item=item.id)
            if item.starts_on is None:
                return phrase("the item is not activated"), (activate, "activate-item")
            return phrase("the item is not activated; it is to begin on {day}", day=item.starts_on), (activate, "activate-item")
        case "suspended":
            since = max((change.on for change in item.changes if change.suspend), default=None)
            resume = phrase("resume it: `centwright item resume {item}`", item=item.id)
            because = phrase("the item is suspended since {day}", day=since) if since else phrase("the item is suspended")
            return because, (resume, "resume-item")
        case _:
            return None


def _dates(
    dated: Sequence[TransactionFigures],
    open_ones: Sequence[TransactionFigures],
    all_ones: Sequence[TransactionFigures],
    order: Order,
    event: str | None,
) -> str:
    if dated:
        first = dated[0]
        if _waits_for_event(first):
            return phrase(EXPECTED, day=first.billing_date)
        if not first.invoice_lead:
            return phrase("its next billing date is {day}", day=first.billing_date)
        return phrase(
            "its next billing date is {day}, and may be invoiced {days} days before", day=first.billing_date, days=first.invoice_lead
        )
    if open_ones and event is not None:
        return phrase("it waits for `{event}`, which has no date yet", event=event)
    if open_ones:
        return phrase("the event that it waits for has no date yet")
    if any(one.state == "invoiced" for one in all_ones):
        return phrase("everything planned is invoiced")
    if order.invoiced_elsewhere_until is not None:
        return phrase(
            "nothing has a billing date on or after {day}; what is earlier was invoiced elsewhere", day=order.invoiced_elsewhere_until
        )
    return phrase("nothing is planned")


def _waits_for_event(one: TransactionFigures) -> bool:
    """Whether it waits for an event; what is used is expected until its period is over."""
    return one.expected and one.kind not in ("usage", "commitment", "drawdown")


def _row(one: TransactionFigures, billing_date: date, within: Period, held: Mapping[str, str]) -> ToInvoiceRow:
    waiting = None
    if one.expected:
        waiting = phrase(EXPECTED if _waits_for_event(one) else EXPECTED_USAGE, day=billing_date)
    because = waiting or held.get(one.identity) or one.held_because
    return ToInvoiceRow.of(one, late=billing_date < within.start, held_because=because)
