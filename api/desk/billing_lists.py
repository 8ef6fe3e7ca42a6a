"""The lists of transactions and of issued documents: their columns, and what may be asked of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Final, Literal

from pydantic import BaseModel, Field

from api.desk.billing_run import last_runs
from api.desk.desk import Desk, find_transactions, plan_in_memory, planned_through, unplanned
from api.desk.listing import Cells, Listing, Row, Totals, Walked, listing, uncounted
from api.desk.reports import due_now
from api.desk.ways_out import way_out_of
from api.store import issued_lists, records, settlements, transactions, walks
from api.store.issued_lists import ListedDocument
from api.store.sql import Reading
from api.store.transaction_rows import TransactionFilter
from api.store.walks import Start
from engine.dates import Day
from engine.documents.document import Document
from engine.documents.order import OrderType
from engine.documents.payment_match import PaymentState, Settlement
from engine.documents.transaction_figures import TransactionFigures
from engine.documents.way_out import WayOut
from engine.money import Currency, Money, Quantity

PaidState = Literal["open", "part-paid", "paid", "overpaid", "written-off"]
_ORDERS_AT_ONCE: Final = 20
LARGEST_RUN: Final = 2**31 - 1
TransactionStateNow = Literal["planned", "to-invoice", "held", "invoiced", "elsewhere", "cancelled"]


class ListedTransaction(BaseModel):
    """A transaction in a list, with its state today; `service_until` is the first day that it does not serve."""

    identity: str
    customer: str
    order: str
    order_type: OrderType
    item: str
    product: str
    kind: str
    service_from: date | None
    service_until: date | None
    billing_date: date | None
    quantity: Quantity
    net: Money
    currency: str
    state: TransactionStateNow
    held_because: str | None
    invoice: str | None
    way_out: WayOut | None


class TransactionConditions(Document):
    """What may be asked of transactions."""

    customer: str | None = Field(default=None, max_length=200)
    order: str | None = Field(default=None, max_length=200)
    order_type: OrderType | None = None
    state: TransactionStateNow | None = None
    billed_from: Day | None = None
    billed_to: Day | None = None


class ListedInvoice(BaseModel):
    """An invoice or a credit note in a list; of an invoice, whether it is paid and what is still to be paid."""

    number: str
    kind: Literal["invoice", "credit-note"]
    issued_on: date
    customer: str
    name: str
    order_type: OrderType
    lines: int
    net: Money
    vat: Money
    gross: Money
    currency: str
    due_on: date | None
    channel: str
    corrects: str | None
    pdf: Literal["stored", "missing"]
    paid: PaymentState | None
    rest: Money | None


class InvoiceConditions(Document):
    """What may be asked of invoices and credit notes; overdue: due before today, and not wholly paid."""

    customer: str | None = Field(default=None, max_length=200)
    kind: Literal["invoice", "credit-note"] | None = None
    order_type: OrderType | None = None
    corrects: str | None = Field(default=None, max_length=200)
    paid: PaidState | None = None
    overdue: bool | None = None
    due_to: Day | None = Field(default=None, description="Only those that are due until this day at the latest.")
    run: int | None = Field(default=None, ge=1, le=LARGEST_RUN)
    issued_from: Day | None = None
    issued_to: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """A row of the list: a document, whether its PDF is stored, and what was done on it (an invoice)."""

    document: ListedDocument
    has_pdf: bool
    settlement: Settlement | None
    today: date

    @property
    def is_overdue(self) -> bool:
        """Whether something is left of what was to be paid before today."""
        due_on = self.document.due_on
        return due_on is not None and due_on < self.today and self.settlement is not None and self.settlement.rest.minor > 0


def _invoices(desk: Desk, connection: Reading, numbers: Collection[str]) -> Mapping[str, _Listed]:
    printed, settled = records.with_rendition(connection, numbers), settlements.of_documents(connection, numbers)
    return {
        one.number: _Listed(document=one, has_pdf=one.number in printed, settlement=settled.get(one.number), today=desk.today)
        for one in issued_lists.listed(connection, numbers)
    }


def _fits(listed: _Listed, conditions: InvoiceConditions) -> bool:
    return conditions.overdue in (None, listed.is_overdue)


def _on_day(desk: Desk, criteria: Mapping[str, object]) -> Mapping[str, object]:
    """What is overdue is unpaid, and due before today: that is for the database to tell."""
    if criteria.get("overdue") is not True:
        return criteria
    yesterday, due_to = desk.today - timedelta(days=1), criteria.get("due_to")
    return {**criteria, "overdue": None, "unpaid": True, "due_to": min(due_to, yesterday) if isinstance(due_to, date) else yesterday}


def invoice_cells(_desk: Desk, listed: _Listed) -> Cells:
    """What a list says of an issued document, whether its PDF is stored, and whether it is paid."""
    one, settled = listed.document, listed.settlement
    buyer, currency = (one.customer, one.buyer_name, one.order_type, one.lines), Currency.of(one.currency)
    amounts = (*(Money(minor, currency) for minor in (one.net, one.vat, one.gross)), one.currency)
    paid = (None, None) if settled is None else (settled.state, settled.rest)
    pdf = "stored" if listed.has_pdf else "missing"
    return (one.number, one.kind, one.issued_on, *buyer, *amounts, one.due_on, one.channel, one.corrects, pdf, *paid)


def transaction_cells(desk: Desk, one: TransactionFigures) -> Cells:
    """What a list says of a transaction."""
    period, held = one.service_period, one.held_because
    first = (one.identity, one.customer, one.order, one.order_type, one.item, one.product, one.kind)
    days = (period.start if period else None, period.until if period else None, one.billing_date)
    return (*first, *days, one.quantity, one.net, one.currency.code, due_now(desk, one), held, one.invoice, way_out_of(held))


def _transactions(desk: Desk, conditions: TransactionConditions, start: Start) -> Iterator[Row]:
    """Transactions by order, in each by item and billing date; of some orders at a time."""
    desk.check_names(customer=conditions.customer, order=conditions.order)
    after = start.after
    with desk.store.reading() as connection:
        names: Iterator[str] = iter((conditions.order,)) if conditions.order else _order_names(desk, connection, conditions, start)
        many = 1  # then twice as many each time: an order may fill a page
        while some := tuple(islice(names, many)):
            matches = find_transactions(desk, connection, _criteria(desk, conditions, orders=some), through=_planned_to(desk, conditions))
            place = {name: at for at, name in enumerate(some)}
            for one in sorted(matches, key=lambda each: (place[each.order], _place(each))):
                if (after is None or _place(one) > after) and conditions.state in (None, due_now(desk, one)):
                    yield _place(one), transaction_cells(desk, one)
            many = min(2 * many, _ORDERS_AT_ONCE)


def _transactions_by(desk: Desk, conditions: TransactionConditions, _names: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    """How many transactions are in each state now; none where some orders must be planned first."""
    criteria = _criteria(desk, conditions.replace(state=None), orders=(conditions.order,) if conditions.order else None)
    with desk.store.reading() as connection:
        if unplanned(desk, connection, criteria, desk.horizon):
            return {}
        return {"state": transactions.count_by_state(connection, criteria, desk.today)}


def _total_transactions(desk: Desk, conditions: TransactionConditions) -> Totals:
    """How many transactions there are, and their net: of stored ones by the database, of other orders one by one."""
    criteria = _criteria(desk, conditions, orders=(conditions.order,) if conditions.order else None)
    through, is_later = _planned_to(desk, conditions), conditions.state == "planned"
    with desk.store.reading() as connection:
        stale = unplanned(desk, connection, criteria, through)
        stored = planned_through(desk, criteria, through) if stale else criteria
        count, net = transactions.totals(connection, stored, is_later=is_later, on=desk.today)
        for _, figures in plan_in_memory(desk, connection, stale, criteria, through):
            amounts = [one.net.minor for one in figures if conditions.state in (None, due_now(desk, one))]
            count, net = count + len(amounts), net + sum(amounts)
    return count, {"net": Money(net, desk.rulebook.currency)}


def _planned_to(desk: Desk, conditions: TransactionConditions) -> date:
    """The day through which orders must be planned: what lies beyond today is only planned."""
    return desk.horizon if conditions.state in (None, "planned") else desk.today


def _criteria(desk: Desk, conditions: TransactionConditions, *, orders: tuple[str, ...] | None) -> TransactionFilter:
    return TransactionFilter(
        orders=orders,
        invoiceable_through=desk.today if conditions.state == "to-invoice" else None,
        order_type=conditions.order_type,
        customer=conditions.customer,
        states=_stored_states(conditions.state),
        billed_from=conditions.billed_from,
        billed_until=conditions.billed_to + timedelta(days=1) if conditions.billed_to else None,
    )


def _place(one: TransactionFigures) -> tuple[str, ...]:
    return (one.order, one.item, str(one.billing_date or ""), one.identity)


def _order_names(desk: Desk, connection: Reading, conditions: TransactionConditions, start: Start) -> Iterator[str]:
    """The orders of a customer or a type, from the one on in which the page before ended; with a state or days, those that have such."""
    criteria = {"customer": conditions.customer, "type": conditions.order_type}
    if any(each is not None for each in (conditions.state, conditions.billed_from, conditions.billed_to)):
        wanted = _criteria(desk, conditions, orders=None)
        stale = unplanned(desk, connection, wanted, _planned_to(desk, conditions))
        first = str(start.after[0]) if start.after is not None else ""
        yield from sorted({*transactions.orders_with(connection, wanted, first), *(name for name in stale if name >= first)})
        return
    if start.after is not None:
        yield str(start.after[0])
    for batch in walks.batches(connection, walks.ORDERS, Start(after=start.after[:1] if start.after else None), criteria):
        yield from (key for _, key in batch)


def _stored_states(state: str | None) -> tuple[str, ...] | None:
    if state is None:
        return None
    return ("planned",) if state == "to-invoice" else (state,)


class ListedRun(BaseModel):
    """A billing run in a list, and how far it is."""

    run: int
    state: str
    issued_on: date
    due_through: date
    shards: int
    done: int
    issued: int
    held: int
    resumed: int


class RunConditions(Document):
    """Nothing may be asked of runs but their page."""


def _runs(desk: Desk, _conditions: RunConditions, start: Start) -> Iterator[Row]:
    for so_far in last_runs(desk):
        of = so_far.run
        if start.after is None or of.number < int(start.after[0]):
            counts = (so_far.shards, so_far.done, so_far.issued, so_far.held, of.resumed)
            yield (of.number,), (of.number, of.state, of.issued_on, of.due_through, *counts)


_INVOICES: Final = Walked(walk=walks.ISSUED, load=_invoices, cells=invoice_cells, fits=_fits, computed=("overdue",), criteria=_on_day)
INVOICES: Final = listing("invoices", ListedInvoice, InvoiceConditions, _INVOICES, facets=("kind", "order_type", "paid"))
TRANSACTIONS: Final = Listing(
    name="transactions",
    row=ListedTransaction,
    conditions=TransactionConditions,
    key="order",
    rows=_transactions,
    totals=_total_transactions,
    summed=("net",),
    facets=("state",),
    counts_by=_transactions_by,
    is_one_way=True,
)
RUNS: Final = Listing(name="runs", row=ListedRun, conditions=RunConditions, key="latest", rows=_runs, totals=uncounted, is_one_way=True)
