"""The report of events: for what the payment plans of orders wait, until when, and what each event makes billable."""

from __future__ import annotations

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
        for order in orders.each(connection, after=place, from_=page.from_, customer=customer):
            if filling.next is not None:
                break
            if order.type in _WITH_PLANS:
                filling.add(order.id, _rows(desk, connection, item_lifecycle.as_of(order, desk.today), with_reported=all_))
    columns = ("order", "customer", "event", "item", "on", "state", "instalments", "net")
    return Sheet(name="events", columns=columns, rows=tuple(filling.rows), next=filling.next)


def _rows(desk: Desk, connection: Reading, order: Order, *, with_reported: bool) -> list[tuple[Cell, ...]]:
    awaited = [one for one in awaited_events(order, desk.rulebook, on=desk.today) if with_reported or one.state != "reported"]
    if not awaited:
        return []
    criteria = TransactionFilter(order=order.id, states=OPEN, or_undated=True)
    open_ones = find_transactions(desk, connection, criteria, through=desk.horizon)
    waiting = {(one.item, one.number or 0): one.net.minor for one in open_ones if one.kind == "instalment"}
    return [
        (
            *(order.id, order.customer, one.event, one.item, one.on, one.state, len(one.instalments)),
            Money(sum(waiting.get(each, 0) for each in one.instalments), order.currency),
        )
        for one in awaited
    ]
