"""The reports as sheets: forecast, held back and slots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from datetime import date
from itertools import chain, islice
from typing import Annotated, Final

from api.desk.desk import Desk, plan_in_memory, planned_through, unplanned
from api.desk.due_drafts import draft, held_of
from api.desk.pipeline_report import expected_sales
from api.desk.report_parameters import CUSTOMERS_AT_ONCE, FIRST_PAGE, Filling, Months, Option, Page, no_row
from api.desk.ways_out import way_out_of
from api.output.sheets import Cell, Sheet
from api.store import customers, held_orders, orders, transactions
from api.store.sql import Reading
from api.store.transaction_rows import OPEN, TransactionFilter
from engine.dates import Period
from engine.documents.forecast_sum import ForecastSum
from engine.documents.order import ORDER_TYPES, Order, OrderType, has_payment_plan
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Money
from engine.order_types.registry import WITH_SLOTS
from engine.phrases import phrase
from engine.rulebook.book import items_without_names
from engine.stages.ordering.item_lifecycle import as_of
from engine.stages.reporting.forecast import Forecast, ForecastKey, ForecastRow, sums_of
from engine.stages.reporting.forecast import forecast as forecast_of
from engine.stages.reporting.slot_report import SLOT_STATES, insertions_of
from engine.stages.reporting.slot_report import slots as slots_of
from engine.stages.reporting.to_invoice import WhyNot, why_not_invoiced
from engine.stages.scheduling.awaited_events import awaited_by_instalment

UNDATED = "without a date yet: {amount} in {count} transactions"
USAGE = "of which {amount} in {count} transactions is expected usage"
OneCustomer = Annotated[str | None, Option("Only this customer.")]
OneMonth = Annotated[Period, Months(1)]
OneYear = Annotated[Period, Months(12)]
_WITH_PLANS: Final[tuple[OrderType, ...]] = tuple(filter(has_payment_plan, ORDER_TYPES))
_ORDERS_AT_ONCE: Final = 50
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
    sums = open_sums(desk, criteria, (), period.last) if is_sold else []
    return (phrase(USAGE, amount=net_of(sums, desk), count=sum(one.transactions for one in sums)),) if sums else ()


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


def open_sums(desk: Desk, criteria: TransactionFilter, by: Sequence[str], through: date) -> list[ForecastSum]:
    """The sums of what is not invoiced yet, of stored transactions and of those planned in memory."""
    with desk.store.reading() as connection:
        stale = unplanned(desk, connection, criteria, through)
        sums = transactions.sums(connection, planned_through(desk, criteria, through) if stale else criteria, by, desk.today)
        for _, figures in plan_in_memory(desk, connection, stale, criteria, through):
            sums += sums_of(figures, by, desk.today)
    return sums


def net_of(sums: Iterable[ForecastSum], desk: Desk) -> Money:
    """The net of some sums."""
    return Money(sum(one.net for one in sums), desk.rulebook.currency)


def held_back(
    desk: Desk, *, to_do: Annotated[bool, Option("Only where somebody has to do something.")] = False, page: Page = FIRST_PAGE
) -> Sheet:
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
        if to_do:
            waiting = held_orders.to_look_at(connection, desk.today, types=_WITH_PLANS, after=place, from_=page.from_)
        while filling.next is None and (some := tuple(islice(waiting, _ORDERS_AT_ONCE))):
            if seen >= _ITEMS_LOOKED_AT:
                filling.stop(last)
                break
            because = _held_back(desk, connection, some, stale, to_do=to_do)
            for order in some:
                of_order = [why for why in because.get(order.id, ()) if why.remedy is not None or not to_do]
                filling.add(order.id, [_held_row(why) for why in of_order])
                seen, last = seen + len(order.items), order.id
    columns = ("customer", "order", "item", "product", "because", "remedy", "way_out")
    return Sheet(name="held-back", columns=columns, rows=tuple(filling.rows), next=filling.next)


def _held_row(why: WhyNot) -> tuple[Cell, ...]:
    return (why.customer, why.order, why.item, why.product, why.because, why.remedy, why.way_out or way_out_of(why.because))


def _held_back(desk: Desk, connection: Reading, some: Sequence[Order], stale: Set[str], *, to_do: bool) -> dict[str, list[WhyNot]]:
    """Why the items of some orders are not invoiced now, by order; `to_do`: from what comes next of each only."""
    agreed = [as_of(order, desk.today) for order in some]
    buyers = customers.find(connection, {order.customer for order in agreed})
    stored = tuple(order.id for order in agreed if order.id not in stale)
    figures = [
        *(
            transactions.find_next(connection, stored, desk.today)
            if to_do
            else transactions.find(connection, TransactionFilter(orders=stored))
        )
    ]
    criteria = TransactionFilter(states=OPEN if to_do else None)
    for _, of_order in plan_in_memory(desk, connection, stale & {each.id for each in agreed}, criteria, desk.horizon):
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


def _sum(amounts: Sequence[Money], desk: Desk) -> Money:
    return Money(sum(amount.minor for amount in amounts), desk.rulebook.currency)


def due_now(desk: Desk, one: TransactionFigures) -> str:
    """The state of a transaction as shown to users: planned and due means to invoice."""
    return "to-invoice" if one.state == "planned" and one.is_due(desk.today) else one.state
