"""The reports as sheets: to invoice, forecast, held back and slots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import date
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import Annotated, Final, Literal

from api.desk.billing_run import held_now
from api.desk.desk import Desk, due_by_customer, find_transactions, plan_in_memory, planned_through, unplanned
from api.desk.due_drafts import Selection, draft, held_of
from api.desk.pipeline_report import expected_sales
from api.desk.report_parameters import CUSTOMERS_AT_ONCE, FIRST_PAGE, Filling, Months, Option, Page, no_row
from api.output.sheets import Cell, Sheet
from api.store import customers, orders, transactions
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
from engine.stages.reporting.forecast import NO_FAMILY, Forecast, ForecastKey, ForecastRow, sums_of
from engine.stages.reporting.forecast import forecast as forecast_of
from engine.stages.reporting.slot_report import SLOT_STATES, insertions_of
from engine.stages.reporting.slot_report import slots as slots_of
from engine.stages.reporting.to_invoice import ToInvoice, ToInvoiceRow, WhyNot, why_not_invoiced
from engine.stages.reporting.to_invoice import to_invoice as to_invoice_of
from engine.stages.scheduling.awaited_events import awaited_by_instalment

UNDATED = "without a date yet: {amount} in {count} transactions"
USAGE = "of which {amount} in {count} transactions is expected usage"
OneCustomer = Annotated[str | None, Option("Only this customer.")]
OneMonth = Annotated[Period, Months(1)]
OneYear = Annotated[Period, Months(12)]
ToInvoiceKey = Literal["month", "order-type", "family", "customer", "order"]
_HELD: Final = 2
"""The column of what is held among those of a forecast."""
_ORDERS_AT_ONCE: Final = 50
_CUSTOMERS_TO_INVOICE: Final = 50
"""How many customers are looked at together for a month, or a part of them for more."""
_FEW_OPEN: Final = 50_000
"""So few open transactions are counted by customer, so that only customers with some are looked at."""
_ITEMS_LOOKED_AT: Final = 1_000
"""How many items a page of what is held looks at, so that it answers at once where nothing is held."""


def forecast_figures(desk: Desk, by: Sequence[ForecastKey], period: Period, *, customer: str | None = None) -> Forecast:
    """The forecast of a period: what was and will be invoiced."""
    desk.check_names(customer=customer)
    with desk.store.reading() as connection:
        return _forecast(desk, connection, by, period, None if customer is None else (customer,))


def _forecast(
    desk: Desk, connection: Reading, by: Sequence[ForecastKey], period: Period, customers: tuple[str, ...] | None = None
) -> Forecast:
    criteria = TransactionFilter(customers=customers, billed_from=period.start, billed_until=period.until, or_undated=True)
    stale = unplanned(desk, connection, criteria, period.last)
    sums = transactions.sums(connection, planned_through(desk, criteria, period.last) if stale else criteria, by, desk.today)
    for _, figures in plan_in_memory(desk, connection, stale, criteria, period.last):
        sums += sums_of(figures, by, desk.today)
    families = {product.code: product.family for product in desk.rulebook.products.values()}
    return forecast_of(sums, by=by, start=period.start, until=period.until, families=families, currency=desk.rulebook.currency)


def forecast(
    desk: Desk,
    period: OneYear,
    *,
    by: tuple[ForecastKey, ...] = ("month", "order-type"),
    customer: OneCustomer = None,
    page: Page = FIRST_PAGE,
) -> Sheet:
    """Show what was and will be invoiced, by default for twelve months from the current one, and the weighted pipeline apart from it.

    Grouped by customer, among others, rows come customer by customer, and in pages. Totals are of all pages.
    """
    desk.check_names(customer=customer)
    keys, filling = tuple(key.replace("-", "_") for key in by), Filling[ForecastRow](page)
    with desk.store.reading() as connection:
        if "customer" in by and customer is None:
            result = _forecast(desk, connection, (), period)
            _fill_by_customer(desk, connection, by, period, filling)
        else:
            result = _forecast(desk, connection, by, period, None if customer is None else (customer,))
            filling.add_all((",".join(str(getattr(row, name)) for name in keys), (row,)) for row in result.rows)
    sums = ("planned", "to_invoice", "held", "invoiced", "net")
    rows = tuple(tuple(getattr(row, name) for name in (*keys, *sums)) for row in filling.rows)
    totals = {name: _sum([getattr(row, name) for row in result.rows], desk) for name in sums}
    notes = (phrase(UNDATED, amount=result.undated, count=result.undated_transactions),) if result.undated_transactions else ()
    pipeline = expected_sales(desk, until=period.until, customer=customer)
    return Sheet(
        name="forecast",
        columns=(*keys, *sums),
        rows=rows,
        totals=totals,
        notes=(*notes, *_expected_usage(desk, period, customer)),
        sections=(pipeline,) if pipeline.rows else (),
        next=filling.next,
    )


def _expected_usage(desk: Desk, period: Period, customer: str | None) -> tuple[str, ...]:
    """How much of a forecast is usage that is only expected."""
    of = None if customer is None else (customer,)
    criteria = TransactionFilter(customers=of, billed_from=period.start, billed_until=period.until, expected_usage=True)
    is_sold = any(product.measured for product in desk.rulebook.products.values())
    sums = _open_sums(desk, criteria, (), period.last) if is_sold else []
    return (phrase(USAGE, amount=_net_of(sums, desk), count=sum(one.transactions for one in sums)),) if sums else ()


def _fill_by_customer(desk: Desk, connection: Reading, by: Sequence[ForecastKey], period: Period, filling: Filling[ForecastRow]) -> None:
    """Fills a page with the rows of one customer after another."""
    after, _ = filling.page.place
    if after is not None and after not in customers.find(connection, [after]):
        raise no_row(filling.page.after)
    for names in customers.with_orders(connection, CUSTOMERS_AT_ONCE, after=after, from_=filling.page.from_):
        of_customer: dict[str, list[ForecastRow]] = {name: [] for name in names}
        for row in _forecast(desk, connection, by, period, names).rows:
            of_customer[row.customer or ""].append(row)
        if not all(filling.add(name, rows) for name, rows in of_customer.items()):
            return


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
        drafted = draft(desk, connection, due, period.last, desk.today, tracing=False)
        held = held_of(desk, connection, drafted)
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

    Totals are of all pages. Grouped, what is held is what the last run held.
    """
    desk.check_names(customer=customer)
    criteria = TransactionFilter(order_type=order_type, customer=customer, states=OPEN, billed_until=period.until)
    if by:
        return _grouped(desk, criteria, period, by, page)
    sums, of_late = (_open_sums(desk, each, (), period.last) for each in (criteria, replace(criteria, billed_until=period.start)))
    net, late = _net_of(sums, desk), _net_of(of_late, desk)
    filling, held, (place, _) = Filling[ToInvoiceRow](page), 0, page.place
    with desk.store.reading() as connection:
        if place is not None and place not in customers.find(connection, [place]):
            raise no_row(page.after)
        some = max(_CUSTOMERS_TO_INVOICE // (1 + (period.until - period.start).days // 31), 5)
        everybody = customers.with_orders(connection, some, after=place, from_=page.from_)
        if sum(one.transactions for one in sums) <= _FEW_OPEN:
            waiting = page.rest_of(sorted(due_by_customer(desk, connection, criteria, through=period.last)))
            everybody = (tuple(waiting[at : at + some]) for at in range(0, len(waiting), some))
        for names in everybody if customer is None else [(customer,)]:
            result = to_invoice_figures(desk, period, order_type=order_type, customer=customer, customers=names)
            held += result.held.minor
            by_customer = groupby(result.rows, key=attrgetter("customer"))
            if not all(filling.add(name, tuple(of_customer)) for name, of_customer in by_customer):
                break
        buyers = customers.names_of(connection, {row.customer for row in filling.rows})
    columns = ("customer", "name", "order_type", "order", "item", "product", "kind", "service_from", "service_until", "billing_date")
    rows = tuple(
        (
            *(row.customer, buyers.get(row.customer, ""), row.order_type, row.order, row.item, row.product, row.kind),
            row.service_period.start if row.service_period else None,
            row.service_period.until if row.service_period else None,
            *(row.billing_date, row.quantity, row.net),
            "held" if row.held_because else "late" if row.late else "due",
            row.held_because,
        )
        for row in filling.rows
    )
    return Sheet(
        name="to-invoice",
        columns=(*columns, "quantity", "net", "state", "held_because"),
        rows=rows,
        totals={"net": net},
        notes=(phrase("late {late}, held {held}", late=late, held=Money(held, desk.rulebook.currency)),) if late or held else (),
        next=filling.next,
    )


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

    A page looks at so many items at most: it may be short or empty where what follows is not.
    """
    filling, seen, last = Filling[tuple[Cell, ...]](page), 0, ""
    place, _ = page.place
    with desk.store.reading() as connection:
        if place is not None and place not in orders.plan_revisions(connection, [place]):
            raise no_row(page.after)
        stale = frozenset(unplanned(desk, connection, TransactionFilter(), desk.horizon))
        waiting = orders.each(connection, after=place, from_=page.from_)
        while filling.next is None and (some := tuple(islice(waiting, _ORDERS_AT_ONCE))):
            if seen >= _ITEMS_LOOKED_AT:
                filling.stop(last)
                break
            because = _held_back(desk, connection, some, stale)
            for order in some:
                of_order = because.get(order.id, ())
                filling.add(order.id, [(why.customer, why.order, why.item, why.product, why.because, why.remedy) for why in of_order])
                seen, last = seen + len(order.items), order.id
    columns = ("customer", "order", "item", "product", "because", "remedy")
    return Sheet(name="held-back", columns=columns, rows=tuple(filling.rows), next=filling.next)


def _held_back(desk: Desk, connection: Reading, some: Sequence[Order], stale: Set[str]) -> dict[str, list[WhyNot]]:
    """Why the items of some orders are not invoiced now, by order."""
    agreed = [as_of(order, desk.today) for order in some]
    buyers = customers.find(connection, {order.customer for order in agreed})
    stored = tuple(order.id for order in agreed if order.id not in stale)
    figures = [*transactions.find(connection, TransactionFilter(orders=stored))]
    for _, of_order in plan_in_memory(desk, connection, stale & {each.id for each in agreed}, TransactionFilter(), desk.horizon):
        figures += of_order
    due, today = [one for one in figures if one.is_due(desk.today)], desk.today
    held = held_of(desk, connection, draft(desk, connection, due, today, today, tracing=False))
    without = (items_without_names(order, buyers[order.customer], desk.rulebook).items() for order in agreed)
    missing, result = dict(chain.from_iterable(without)), dict[str, list[WhyNot]]()
    awaited = awaited_by_instalment(agreed, desk.rulebook, on=today)
    for why in why_not_invoiced(agreed, figures, on=today, held=held, missing=missing, awaited=awaited):
        if why.because is not None:
            result.setdefault(why.order, []).append(why)
    return result


def slots(desk: Desk, period: OneYear) -> Sheet:
    """Show advertising slots sold and free, by default for twelve months from the current one."""
    products = {code: product for code, product in desk.rulebook.products.items() if product.order_type in WITH_SLOTS}
    criteria = TransactionFilter(states=SLOT_STATES)
    with desk.store.reading() as connection:
        stale = [one for type_ in WITH_SLOTS for one in unplanned(desk, connection, TransactionFilter(order_type=type_), period.last)]
        sold = transactions.insertions(
            connection,
            planned_through(desk, criteria, period.last) if stale else criteria,
            products,
            start=period.start,
            until=period.until,
        )
        for _, figures in plan_in_memory(desk, connection, stale, criteria, period.last):
            sold += insertions_of(figures)
    result = sorted(slots_of(sold, products, start=period.start, until=period.until), key=lambda row: (row.month, row.product))
    columns = ("month", "product", "slots", "sold", "free")
    return Sheet(name="slots", columns=columns, rows=tuple(tuple(getattr(row, name) for name in columns) for row in result))


def _grouped(desk: Desk, criteria: TransactionFilter, period: Period, by: Sequence[ToInvoiceKey], page: Page) -> Sheet:
    sums: dict[tuple[str, ...], list[int]] = {}
    for one in _open_sums(desk, criteria, by, period.last):
        row = sums.setdefault(tuple(_key(one, name, desk) for name in by), [0, 0, 0])
        row[0] += one.transactions
        row[1] += one.net
        row[2] += one.net if one.column == _HELD else 0
    currency = desk.rulebook.currency
    filling = Filling[tuple[Cell, ...]](page)
    filling.add_all(
        (",".join(key), ((*key, count, Money(net, currency), Money(held, currency)),)) for key, (count, net, held) in sorted(sums.items())
    )
    totals = {name: Money(sum(row[at] for row in sums.values()), currency) for at, name in ((1, "net"), (2, "held"))}
    late = _net_of(_open_sums(desk, replace(criteria, billed_until=period.start), (), period.last), desk)
    notes = (phrase("late {late}, held {held}", late=late, held=totals["held"]),) if late or totals["held"] else ()
    columns = tuple(key.replace("-", "_") for key in by)
    columns = (*columns, "items", "net", "held")
    return Sheet(name="to-invoice", columns=columns, rows=tuple(filling.rows), totals=totals, notes=notes, next=filling.next)


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
