"""The insertions of an advertising item: one a month, each priced by the list of the first day of its month."""

from __future__ import annotations

from datetime import date, timedelta

from engine.dates import Period, month_after
from engine.documents.order import AdvertisingItem, Order
from engine.documents.transaction import Transaction
from engine.rulebook.plans import Terms
from engine.stages.scheduling.build_transactions import inserted
from engine.stages.scheduling.item_schedule import PriceList


def schedule_insertions(order: Order, item: AdvertisingItem, terms: Terms, prices: PriceList, *, through: date) -> tuple[Transaction, ...]:
    """One transaction a month whose billing date − lead is on or before a day, without cancelled insertions.

    Insertions with a billing date before `order.invoiced_elsewhere_until` are left out.
    """
    if item.state == "cancelled":
        return ()
    since, latest = order.invoiced_elsewhere_until, through + timedelta(days=terms.invoice_lead)
    transactions = []
    for number in range(1, item.last_insertion + 1):
        start = month_after(item.first_month.replace(day=1), number - 1)
        period = Period(start, month_after(start, 1))
        billing_date = period.start if terms.timing == "advance" else period.until
        if since is None or billing_date >= since:
            line = prices.price_on(item, period.start, item.quantity)  # also of a later month: what has no price is refused at once
            if billing_date <= latest:
                transactions.append(inserted(order, item, terms, line, number, period, billing_date))
    return tuple(transactions)
