"""The reports as sheets: to invoice, forecast, held back, journal and slots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from api.desk.billing_run import held_now
from api.desk.desk import Desk, find_transactions, plan_in_memory, planned_through, unplanned
from api.desk.due_drafts import Selection
from api.desk.pipeline_report import expected_sales
from api.desk.report_parameters import Months, Option
from api.output.sheets import Cell, Sheet
from api.store import customers, issued_documents, orders, transactions
from api.store.transaction_rows import OPEN, TransactionFilter
from engine.dates import Period
from engine.documents.order import OrderType
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Money
from engine.order_types.registry import WITH_SLOTS
from engine.phrases import phrase
from engine.problems import message_of
from engine.rulebook.book import items_without_names
from engine.stages.ordering.item_lifecycle import as_of
from engine.stages.reporting.forecast import NO_FAMILY, Forecast, ForecastKey, sums_of
from engine.stages.reporting.forecast import forecast as forecast_of
from engine.stages.reporting.journal_report import journal as journal_of
from engine.stages.reporting.slot_report import slots as slots_of
from engine.stages.reporting.to_invoice import ToInvoice, ToInvoiceRow, why_not_invoiced
from engine.stages.reporting.to_invoice import to_invoice as to_invoice_of

UNDATED = "without a date yet: {amount} in {count} transactions"
OneCustomer = Annotated[str | None, Option("Only this customer.")]
OneMonth = Annotated[Period, Months(1)]
OneYear = Annotated[Period, Months(12)]


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


def to_invoice_figures(desk: Desk, period: Period, *, order_type: str | None = None, customer: str | None = None) -> ToInvoice:
    """The items to invoice in a period; those that a run would hold back are marked as held."""
    desk.check_names(customer=customer)
    held = held_now(desk, Selection(due_through=period.last, order_type=order_type, customer=customer))
    with desk.store.reading() as connection:
        criteria = TransactionFilter(order_type=order_type, customer=customer, states=OPEN, billed_until=period.until)
        waiting = find_transactions(desk, connection, criteria, through=period.last)
    return to_invoice_of(waiting, on=desk.today, period=period, held=held, currency=desk.rulebook.currency)


def to_invoice(
    desk: Desk,
    period: OneMonth,
    *,
    by: tuple[ForecastKey, ...] = (),
    order_type: Annotated[OrderType | None, Option("Only orders of this type.", "type")] = None,
    customer: OneCustomer = None,
) -> Sheet:
    """Show what is to be invoiced in a period (default: the calendar month of the business date), late and held marked."""
    result = to_invoice_figures(desk, period, order_type=order_type, customer=customer)
    notes = (phrase("late {late}, held {held}", late=result.late, held=result.held),) if result.late or result.held else ()
    if by:
        return _grouped(result.rows, by, desk, notes)
    with desk.store.reading() as connection:
        names = {buyer.id: buyer.name for buyer in customers.find(connection, {row.customer for row in result.rows}).values()}
    columns = ("customer", "name", "order_type", "order", "item", "product", "kind", "service_from", "service_until", "billing_date")
    rows = tuple(
        (
            row.customer,
            names.get(row.customer, ""),
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
        totals={"net": result.net},
        notes=notes,
    )


def held_back(desk: Desk) -> Sheet:
    """Show every item that is not invoiced now, and which state or rule holds it back."""
    held = held_now(desk, Selection(due_through=desk.today))
    with desk.store.reading() as connection:
        agreed = [as_of(order, desk.today) for order in orders.find(connection).values()]
        buyers = customers.find(connection, {order.customer for order in agreed})
        result = find_transactions(desk, connection, TransactionFilter(), through=desk.horizon)
    without = (items_without_names(order, buyers[order.customer], desk.rulebook) for order in agreed)
    missing = {item: message_of(problem) for problems in without for item, problem in problems.items()}
    rows = tuple(
        (why.customer, why.order, why.item, why.product, why.because)
        for why in why_not_invoiced(agreed, result, on=desk.today, held=held, missing=missing)
        if why.because is not None
    )
    return Sheet(name="held-back", columns=("customer", "order", "item", "product", "because"), rows=rows)


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


def _grouped(rows: Sequence[ToInvoiceRow], by: Sequence[ForecastKey], desk: Desk, notes: tuple[str, ...]) -> Sheet:
    sums: dict[tuple[str, ...], tuple[int, int]] = {}
    for row in rows:
        key = tuple(_key(row, name, desk) for name in by)
        count, minor = sums.get(key, (0, 0))
        sums[key] = (count + 1, minor + row.net.minor)
    currency = desk.rulebook.currency
    result: tuple[tuple[Cell, ...], ...] = tuple((*key, count, Money(minor, currency)) for key, (count, minor) in sorted(sums.items()))
    total = Money(sum(minor for _, minor in sums.values()), currency)
    columns = tuple(key.replace("-", "_") for key in by)
    return Sheet(name="to-invoice", columns=(*columns, "items", "net"), rows=result, totals={"net": total}, notes=notes)


def _key(row: ToInvoiceRow, name: ForecastKey, desk: Desk) -> str:
    match name:
        case "month":
            return f"{row.billing_date:%Y-%m}"
        case "order-type":
            return row.order_type
        case "family":
            product = desk.rulebook.products.get(row.product)
            return product.family if product else NO_FAMILY
        case "customer":
            return row.customer


def _sum(amounts: Sequence[Money], desk: Desk) -> Money:
    return Money(sum(amount.minor for amount in amounts), desk.rulebook.currency)


def due_now(desk: Desk, one: TransactionFigures) -> str:
    """The state of a transaction as shown to users: planned and due means to invoice."""
    return "to-invoice" if one.state == "planned" and one.is_due(desk.today) else one.state
