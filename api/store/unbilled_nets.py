"""What was served by a day and is on no invoice of that day or before: the base of what is accrued at the end of a month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, not_, or_, select

from api.store import tables
from api.store.sql import ROWS_AT_ONCE, Reading
from api.store.transaction_rows import OPEN

_MEASURED = ("usage", "commitment", "drawdown")


class UnbilledNet(NamedTuple):
    """A transaction that is on no invoice by a day, with the days that it serves: until is the first that it does not."""

    customer: str
    revenue_account: str
    currency: str
    net: int
    service_from: date
    service_until: date


def unbilled_on(connection: Reading, day: date) -> Iterator[UnbilledNet]:
    """Every transaction that serves a day until then and was not invoiced by then; what was invoiced since counts, what is held too.

    What waits for an event that is only expected is not served, what is paid in advance neither; usage of a running period counts as it
    is expected.
    """
    lines, items, orders, issued = tables.transactions.c, tables.items.c, tables.orders.c, tables.issued.c
    columns = (orders.customer, items.revenue_account, orders.currency, lines.net, lines.service_from, lines.service_until)
    query = select(*columns).select_from(tables.transactions).join(tables.items, items.id == lines.item)
    query = query.join(tables.orders, orders.id == items.order).outerjoin(tables.issued, issued.number == lines.invoice)
    is_open = and_(lines.state.in_(OPEN), or_(not_(lines.expected), lines.kind.in_(_MEASURED)))
    is_later = and_(lines.state == "invoiced", issued.issued_on > day)
    is_prepaid = and_(lines.kind == "one-time", items.details.contains('"prepaid":'))
    query = query.where(
        not_(is_prepaid), lines.service_from <= day, lines.service_until.is_not(None), lines.net != 0, or_(is_open, is_later)
    )
    for row in connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE)):
        yield UnbilledNet(*row)
