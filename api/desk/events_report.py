"""The report of events: for what the payment plans of orders wait, until when, and what each event makes billable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Annotated, Final

from api.desk.desk import Desk, find_transactions
from api.desk.report_parameters import FIRST_PAGE, Filling, Option, Page, no_row
from api.output.sheets import Cell, Sheet
from api.store import orders
from api.store.sql import Reading
from api.store.transaction_rows import OPEN, TransactionFilter
from engine.documents.order import ORDER_TYPES, Order, has_payment_plan
from engine.money import Money
from engine.stages.ordering import item_lifecycle
from engine.stages.scheduling.awaited_events import awaited_events

_ORDERS_AT_ONCE: Final = 100
_WITH_PLANS: Final = tuple(each for each in ORDER_TYPES if has_payment_plan(each))


def events(
    desk: Desk,
    *,
    customer: Annotated[str | None, Option("Only this customer.")] = None,
    all_: Annotated[bool, Option("Also what was reported.", "all")] = False,
    page: Page = FIRST_PAGE,
) -> Sheet:
    """Show the events for which payment plans wait, the day on which each is expected, and what it makes billable.

    `order event` reports one. An event that was expected before today is overdue.
    """
    desk.check_names(customer=customer)
    filling = Filling[tuple[Cell, ...]](page)
    place, _ = page.place
    with desk.store.reading() as connection:
        if place is not None and place not in orders.plan_revisions(connection, [place]):
            raise no_row(page.after)
        every = orders.each(connection, after=place, from_=page.from_, customer=customer, types=_WITH_PLANS)
        while filling.next is None and (some := list(islice(every, _ORDERS_AT_ONCE))):
            as_of = [item_lifecycle.as_of(order, desk.today) for order in some]
            for name, rows in _rows(desk, connection, as_of, with_reported=all_):
                filling.add(name, rows)
    columns = ("order", "customer", "event", "item", "on", "state", "instalments", "net")
    return Sheet(name="events", columns=columns, rows=tuple(filling.rows), next=filling.next)


def _rows(desk: Desk, connection: Reading, some: Sequence[Order], *, with_reported: bool) -> Iterator[tuple[str, list[tuple[Cell, ...]]]]:
    """The rows of some orders, of each that has any."""
    awaited = {order.id: list(awaited_events(order, desk.rulebook, on=desk.today)) for order in some}
    if not with_reported:
        awaited = {name: [one for one in events if one.state != "reported"] for name, events in awaited.items()}
    shown = tuple(name for name, events in awaited.items() if events)
    if not shown:
        return
    open_ones = find_transactions(desk, connection, TransactionFilter(orders=shown, states=OPEN), through=desk.horizon)
    waiting = {(one.item, one.number or 0): one.net.minor for one in open_ones if one.kind == "instalment"}
    for order in (order for order in some if awaited[order.id]):
        yield (
            order.id,
            [
                (
                    *(order.id, order.customer, one.event, one.item, one.on, one.state, len(one.instalments)),
                    Money(sum(waiting.get(each, 0) for each in one.instalments), order.currency),
                )
                for one in awaited[order.id]
            ],
        )
