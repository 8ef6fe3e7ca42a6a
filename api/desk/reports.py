"""The reports as sheets: to invoice, forecast, held back, journal and slots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Annotated, Final, Literal

from api.desk.billing_run import held_now
from api.desk.desk import Desk, due_by_customer, find_transactions, plan_in_memory, planned_through, unplanned
from api.desk.due_drafts import Selection, draft
from api.desk.pipeline_report import expected_sales
from api.desk.report_parameters import FIRST_PAGE, Months, Option, Page
from api.output.sheets import Cell, Sheet
from api.store import customers, issued_documents, orders, transactions
from api.store.sql import Reading
from api.store.transaction_rows import OPEN, TransactionFilter
from engine.dates import Period
from engine.documents.forecast_sum import ForecastSum
from engine.documents.order import Order, OrderType
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Money
from engine.order_types.registry import WITH_SLOTS
from engine.phrases import phrase
from engine.rulebook.book import items_without_names
from engine.stages.ordering.item_lifecycle import as_of
from engine.stages.reporting.forecast import NO_FAMILY, Forecast, ForecastKey, sums_of
from engine.stages.reporting.forecast import forecast as forecast_of
from engine.stages.reporting.journal_report import journal as journal_of
from engine.stages.reporting.slot_report import slots as slots_of
from engine.stages.reporting.to_invoice import ToInvoice, WhyNot, why_not_invoiced
from engine.stages.reporting.to_invoice import to_invoice as to_invoice_of

UNDATED = "without a date yet: {amount} in {count} transactions"
OneCustomer = Annotated[str | None, Option("Only this customer.")]
OneMonth = Annotated[Period, Months(1)]
OneYear = Annotated[Period, Months(12)]
ToInvoiceKey = Literal["month", "order-type", "family", "customer", "order"]
_HELD: Final = 2
"""The column of what is held among those of a forecast."""
_ORDERS_AT_ONCE: Final = 50
_ITEMS_LOOKED_AT: Final = 2_000
"""How many items a page of what is held looks at, so that it answers at once where nothing is held."""


def forecast_figures(desk: Desk, by: Sequence[ForecastKey], period: Period, *, customer: str | None = None) -> Forecast:
    """The forecast of a period: what was and will be invoiced."""
    desk.check_names(customer=customer)
    with desk.store.reading() as connection:
        criteria = TransactionFilter(customer=customer, billed_from=period.start, billed_until=period.until, or_undated=True)
        stale = unplanned(desk, connection, criteria, period.last)
        sums = transactions.sums(connection, planned_through(desk, criteria, period.last) if stale else criteria, by, desk.today)
        for _, figures in plan_in_memory(desk, connection, stale, criteria, period.last):
            sums += sums_of(figures, by, desk.today)
    families = {product.code: product.family for product in desk.rulebook.products.values()}
    return forecast_of(sums, by=by, start=period.start, until=period.until, families=families, currency=desk.rulebook.currency)


def forecast(desk: Desk, period: OneYear, *, by: tuple[ForecastKey, ...] = ("month", "order-type"), customer: OneCustomer = None) -> Sheet:
    """Show what was and will be invoiced, by default for twelve months from the current one, and the weighted pipeline apart from it."""
    result = forecast_figures(desk, by, period, customer=customer)
    keys = tuple(key.replace("-", "_") for key in by)
    sums = ("planned", "to_invoice", "held", "invoiced", "net")
    rows = tuple(tuple(getattr(row, name) for name in (*keys, *sums)) for row in result.rows)
    totals = {name: _sum([getattr(row, name) for row in result.rows], desk) for name in sums}
    notes = (phrase(UNDATED, amount=result.undated, count=result.undated_transactions),) if result.undated_transactions else ()
    pipeline = expected_sales(desk, until=period.until, customer=customer)
    return Sheet(
        name="forecast", columns=(*keys, *sums), rows=rows, totals=totals, notes=notes, sections=(pipeline,) if pipeline.rows else ()
    )


def to_invoice_figures(
    desk: Desk, period: Period, *, order_type: str | None = None, customer: str | None = None, customers: tuple[str, ...] | None = None
) -> ToInvoice:
    """The items to invoice in a period, of some customers or of all; those that a run would hold back are marked as held."""
    desk.check_names(customer=customer)
    selection = Selection(due_through=period.last, order_type=order_type, customer=customer)
    criteria = TransactionFilter(order_type=order_type, customer=customer, customers=customers, states=OPEN, billed_until=period.until)
    with desk.store.reading() as connection:
        waiting = find_transactions(desk, connection, criteria, through=period.last)
        due = find_transactions(desk, connection, selection.of_customers(customers), through=period.last) if customers else ()
        held = {one.identity: one.held_because or "" for one in draft(desk, connection, due, period.last, desk.today, tracing=False).held}
    if customers is None:
        held = held_now(desk, selection)
    return to_invoice_of(waiting, on=desk.today, period=period, held=held, currency=desk.rulebook.currency)


def to_invoice(
    desk: Desk,
    period: OneMonth,
    *,
    by: tuple[ToInvoiceKey, ...] = (),
    order_type: Annotated[OrderType | None, Option("Only orders of this type.", "type")] = None,
    customer: OneCustomer = None,
    page: Page = FIRST_PAGE,
) -> Sheet:
    """Show what is to be invoiced in a period (default: the calendar month of the business date), late and held marked.

    A page ends with a customer. Totals are of all pages. Grouped, what is held is what the last run held.
    """
    desk.check_names(customer=customer)
    criteria = TransactionFilter(order_type=order_type, customer=customer, states=OPEN, billed_until=period.until)
    if by:
        return _grouped(desk, criteria, period, by)
    net, late = (
        _net_of(_open_sums(desk, each, (), period.last), desk) for each in (criteria, replace(criteria, billed_until=period.start))
    )
    with desk.store.reading() as connection:
        counts = due_by_customer(desk, connection, criteria, through=period.last)
    names, more = _customers_of_page(counts, page)
    result = to_invoice_figures(desk, period, order_type=order_type, customer=customer, customers=names)
    with desk.store.reading() as connection:
        buyers = {buyer.id: buyer.name for buyer in customers.find(connection, names).values()}
    columns = ("customer", "name", "order_type", "order", "item", "product", "kind", "service_from", "service_until", "billing_date")
    rows = tuple(
        (
            row.customer,
            buyers.get(row.customer, ""),
            row.order_type,
            row.order,
            row.item,
            row.product,
            row.kind,
            row.service_period.start if row.service_period else None,
            row.service_period.until if row.service_period else None,
            row.billing_date,
            row.quantity,
            row.net,
            "held" if row.held_because else "late" if row.late else "due",
            row.held_because,
        )
        for row in result.rows
    )
    return Sheet(
        name="to-invoice",
        columns=(*columns, "quantity", "net", "state", "held_because"),
        rows=rows,
        totals={"net": net},
        notes=(phrase("late {late}, held {held}", late=late, held=result.held),) if late or result.held else (),
        next=more,
    )


def _customers_of_page(counts: Mapping[str, int], page: Page) -> tuple[tuple[str, ...], str | None]:
    """The customers whose rows fill a page, and the last of them where others follow."""
    names: list[str] = []
    rows = 0
    for name in sorted(counts):
        if page.after is not None and name <= page.after:
            continue
        if rows >= page.limit:
            return tuple(names), names[-1]
        names.append(name)
        rows += counts[name]
    return tuple(names), None


def _open_sums(desk: Desk, criteria: TransactionFilter, by: Sequence[str], through: date) -> list[ForecastSum]:
    """The sums of what is not invoiced yet, of stored transactions and of those planned in memory."""
    with desk.store.reading() as connection:
        stale = unplanned(desk, connection, criteria, through)
        sums = transactions.sums(connection, planned_through(desk, criteria, through) if stale else criteria, by, desk.today)
        for _, figures in plan_in_memory(desk, connection, stale, criteria, through):
            sums += sums_of(figures, by, desk.today)
    return sums


def _net_of(sums: Iterable[ForecastSum], desk: Desk) -> Money:
    return Money(sum(one.net for one in sums), desk.rulebook.currency)


def held_back(desk: Desk, *, page: Page = FIRST_PAGE) -> Sheet:
    """Show every item that is not invoiced now, the first state or rule that holds it back, and the way out.

    A page ends with an order, after so many rows or items looked at: it may be empty where what follows is not.
    """
    rows: list[tuple[Cell, ...]] = []
    seen = 0
    with desk.store.reading() as connection:
        stale = frozenset(unplanned(desk, connection, TransactionFilter(), desk.horizon))
        waiting = orders.each(connection, after=page.after)
        last: str | None = None
        while some := tuple(islice(waiting, _ORDERS_AT_ONCE)):
            because = _held_back(desk, connection, some, stale)
            for order in some:
                if len(rows) >= page.limit or seen >= _ITEMS_LOOKED_AT:
                    return _held_sheet(rows, last)
                rows += [(why.customer, why.order, why.item, why.product, why.because, why.remedy) for why in because.get(order.id, ())]
                seen, last = seen + len(order.items), order.id
    return _held_sheet(rows, None)


def _held_sheet(rows: Sequence[tuple[Cell, ...]], more: str | None) -> Sheet:
    columns = ("customer", "order", "item", "product", "because", "remedy")
    return Sheet(name="held-back", columns=columns, rows=tuple(rows), next=more)


def _held_back(desk: Desk, connection: Reading, some: Sequence[Order], stale: Set[str]) -> dict[str, list[WhyNot]]:
    """Why the items of some orders are not invoiced now, by order."""
    agreed = [as_of(order, desk.today) for order in some]
    buyers = customers.find(connection, {order.customer for order in agreed})
    stored = tuple(order.id for order in agreed if order.id not in stale)
    figures = [*transactions.find(connection, TransactionFilter(orders=stored))]
    in_memory = (order.id for order in agreed if order.id in stale)
    for _, of_order in plan_in_memory(desk, connection, in_memory, TransactionFilter(), desk.horizon):
        figures += of_order
    due = [one for one in figures if one.is_due(desk.today)]
    held = {one.identity: one.held_because or "" for one in draft(desk, connection, due, desk.today, desk.today, tracing=False).held}
    without = (items_without_names(order, buyers[order.customer], desk.rulebook) for order in agreed)
    missing = {item: problem for problems in without for item, problem in problems.items()}
    result: dict[str, list[WhyNot]] = {}
    for why in why_not_invoiced(agreed, figures, on=desk.today, held=held, missing=missing):
        if why.because is not None:
            result.setdefault(why.order, []).append(why)
    return result


def journal(desk: Desk, period: OneMonth) -> Sheet:
    """Show the postings of a period (default: the calendar month of the business date)."""
    with desk.store.reading() as connection:
        entries = issued_documents.entries(connection, since=period.start, until=period.until)
    result = journal_of(entries, period=period, currency=desk.rulebook.currency)
    columns = ("posted_on", "document", "customer", "account", "name", "debit", "credit", "due_on", "vat_code")
    rows = tuple(tuple(getattr(row, name) for name in columns) for row in result.rows)
    return Sheet(name="journal", columns=columns, rows=rows, totals={"debit": result.debit, "credit": result.credit})


def slots(desk: Desk, period: OneYear) -> Sheet:
    """Show advertising slots sold and free, by default for twelve months from the current one."""
    with desk.store.reading() as connection:
        sold = [
            one
            for type_ in WITH_SLOTS
            for one in find_transactions(desk, connection, TransactionFilter(order_type=type_), through=period.last)
        ]
    products = {code: product for code, product in desk.rulebook.products.items() if product.order_type in WITH_SLOTS}
    result = sorted(slots_of(sold, products, start=period.start, until=period.until), key=lambda row: (row.month, row.product))
    columns = ("month", "product", "slots", "sold", "free")
    return Sheet(name="slots", columns=columns, rows=tuple(tuple(getattr(row, name) for name in columns) for row in result))


def _grouped(desk: Desk, criteria: TransactionFilter, period: Period, by: Sequence[ToInvoiceKey]) -> Sheet:
    sums: dict[tuple[str, ...], list[int]] = {}
    for one in _open_sums(desk, criteria, by, period.last):
        row = sums.setdefault(tuple(_key(one, name, desk) for name in by), [0, 0, 0])
        row[0] += one.transactions
        row[1] += one.net
        row[2] += one.net if one.column == _HELD else 0
    currency = desk.rulebook.currency
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (*key, count, Money(net, currency), Money(held, currency)) for key, (count, net, held) in sorted(sums.items())
    )
    totals = {name: Money(sum(row[at] for row in sums.values()), currency) for at, name in ((1, "net"), (2, "held"))}
    late = _net_of(_open_sums(desk, replace(criteria, billed_until=period.start), (), period.last), desk)
    notes = (phrase("late {late}, held {held}", late=late, held=totals["held"]),) if late or totals["held"] else ()
    columns = tuple(key.replace("-", "_") for key in by)
    return Sheet(name="to-invoice", columns=(*columns, "items", "net", "held"), rows=rows, totals=totals, notes=notes)


def _key(one: ForecastSum, name: ToInvoiceKey, desk: Desk) -> str:
    match name:
        case "month":
            return one.month or ""
        case "order-type":
            return one.order_type or ""
        case "family":
            product = desk.rulebook.products.get(one.product or "")
            return product.family if product else NO_FAMILY
        case "customer":
            return one.customer or ""
        case "order":
            return one.order or ""


def _sum(amounts: Sequence[Money], desk: Desk) -> Money:
    return Money(sum(amount.minor for amount in amounts), desk.rulebook.currency)


def due_now(desk: Desk, one: TransactionFigures) -> str:
    """The state of a transaction as shown to users: planned and due means to invoice."""
    return "to-invoice" if one.state == "planned" and one.is_due(desk.today) else one.state
