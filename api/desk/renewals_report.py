"""The report of renewals: the terms that end or are followed by another, and until when notice may be given."""

from __future__ import annotations

from typing import Annotated

from api.desk.desk import Desk
from api.desk.report_parameters import FIRST_PAGE, Filling, Months, Option, Page, no_row
from api.output.sheets import Cell, Sheet
from api.store import customers, orders
from api.store.sql import Reading
from engine import billing
from engine.dates import Period
from engine.documents.order import Order
from engine.stages.ordering import item_lifecycle, notice


def renewals(
    desk: Desk,
    period: Annotated[Period, Months(3)],
    *,
    customer: Annotated[str | None, Option("Only this customer.")] = None,
    page: Page = FIRST_PAGE,
) -> Sheet:
    """Show the terms that end or renew, by default within three months from the current one, and the last day for notice."""
    desk.check_names(customer=customer)
    filling = Filling[tuple[Cell, ...]](page)
    place, _ = page.place
    with desk.store.reading() as connection:
        if place is not None and place not in orders.plan_revisions(connection, [place]):
            raise no_row(page.after)
        for order in orders.each(connection, after=place, from_=page.from_, customer=customer):
            if filling.next is not None:
                break
            filling.add(order.id, _rows(desk, connection, item_lifecycle.as_of(order, desk.today), period))
    columns = ("order", "item", "customer", "product", "quantity", "term_ends", "outcome", "notice_by", "committed_until", "mrr")
    return Sheet(name="renewals", columns=columns, rows=tuple(filling.rows), next=filling.next)


def _rows(desk: Desk, connection: Reading, order: Order, period: Period) -> list[tuple[Cell, ...]]:
    ends = list(notice.term_ends(order, desk.rulebook, period, on=desk.today))
    if not ends:
        return []
    buyers = customers.find(connection, [order.customer])
    rows: list[tuple[Cell, ...]] = []
    for one in ends:
        alone = billing.mrr([order.replace(items=(one.item,))], buyers, desk.rulebook, desk.today).mrr
        outcome = "renews" if one.renews else "ends"
        quantity = one.item.quantity_on(desk.today)
        dates = (one.term_ends, outcome, one.notice_by, one.committed_until)
        rows.append((order.id, one.item.id, order.customer, one.item.product, quantity, *dates, alone))
    return rows
