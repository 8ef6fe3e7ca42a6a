"""How far the invoices of a run are on their way: how many have a PDF, and in which state their messages are, by channel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from api.store import tables
from api.store.outbox import MessageRow
from api.store.sql import Reading, chunks

NO_CHANNEL = "held"
FAILED = ("dead", "rejected")
"""The states of what somebody must look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierInvoices:
    """The invoices that a customer got so far for orders of a type: how many, and the largest net in minor units."""

    invoices: int
    largest: int


def printed(connection: Reading, run: int) -> int:
    """How many invoices of a run have a PDF."""
    issued, renditions = tables.issued.c, tables.renditions.c
    query = select(func.count(renditions.document.distinct())).join(tables.issued, issued.number == renditions.document)
    return int(connection.execute(query.where(issued.run == run)).scalar_one())


def billed(connection: Reading, run: int) -> int:
    """How many transactions are on the invoices of a run."""
    issued, table = tables.issued.c, tables.transactions.c
    query = select(func.count()).select_from(tables.issued).join(tables.transactions, table.invoice == issued.number)
    return int(connection.execute(query.where(issued.run == run, table.invoice.is_not(None))).scalar_one())


def without_pdf(connection: Reading, run: int, *, most: int) -> tuple[str, ...]:
    """The numbers of some invoices of a run that have no PDF, in their order."""
    issued = tables.issued.c
    has = select(1).where(tables.renditions.c.document == issued.number).exists()
    query = select(issued.number).where(issued.run == run, ~has).order_by(issued.series, issued.sequence).limit(most)
    return tuple(connection.execute(query).scalars())


def message_states(connection: Reading, run: int) -> dict[tuple[str, str], int]:
    """How many messages about the invoices of a run there are, by channel and state."""
    issued, outbox = tables.issued.c, tables.outbox.c
    query = select(outbox.channel, outbox.state, func.count().label("many")).join(tables.issued, issued.number == outbox.document)
    rows = connection.execute(query.where(issued.run == run).group_by(outbox.channel, outbox.state))
    return {(row.channel, row.state): row.many for row in rows}


def stopped_messages(connection: Reading, run: int) -> Sequence[MessageRow]:
    """The messages about invoices of a run that were given up, or held on their way; not those that the rules give no channel."""
    issued, outbox = tables.issued.c, tables.outbox.c
    query = (
        select(tables.outbox)
        .join(tables.issued, issued.number == outbox.document)
        .where(issued.run == run, outbox.state.in_(("dead", "held")))
    )
    query = query.where(outbox.channel != NO_CHANNEL)
    return connection.execute(query.order_by(outbox.key)).mappings().all()


def earlier_invoices(connection: Reading, customers: Collection[str]) -> dict[tuple[str, str], EarlierInvoices]:
    """What some customers were invoiced so far, by customer and order type."""
    issued = tables.issued.c
    query = select(issued.customer, issued.order_type, func.count().label("invoices"), func.max(issued.net).label("largest"))
    query = query.where(issued.kind == "invoice").group_by(issued.customer, issued.order_type)
    return {
        (row.customer, row.order_type): EarlierInvoices(invoices=row.invoices, largest=int(row.largest))
        for some in chunks(customers)
        for row in connection.execute(query.where(issued.customer.in_(some)))
    }
