"""Invoices of which payment is doubtful in the store: appended, and the last row of each counts."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from sqlalchemy import func, select

from api.store.payment_tables import doubtful_documents
from api.store.payments import Recorded
from api.store.sql import Reading, Writing, chunks
from engine.documents.doubtful_debt import Doubt
from engine.money import MICRO, Percent

_D = doubtful_documents.c


def append(connection: Writing, doubt: Doubt, recorded: Recorded, *, has_ended: bool) -> None:
    """Stores that payment of an invoice is doubtful, otherwise than before, or is so no more."""
    last = connection.execute(select(func.coalesce(func.max(_D.sequence), 0)).where(_D.document == doubt.document)).scalar_one()
    connection.execute(
        doubtful_documents.insert().values(
            document=doubt.document,
            sequence=last + 1,
            state="ended" if has_ended else "doubtful",
            allowance=doubt.allowance.micros,
            since=doubt.since,
            because=doubt.because,
            recorded_at=recorded.at,
            author=recorded.author,
        )
    )


def find(connection: Reading, numbers: Iterable[str] | None = None, *, after: str | None = None) -> dict[str, Doubt]:
    """The invoices of which payment is doubtful, by number: of some, or all, after one."""
    later = doubtful_documents.alias("later")
    is_last = ~select(later.c.document).where(later.c.document == _D.document, later.c.sequence > _D.sequence).exists()
    query = select(doubtful_documents).where(_D.state == "doubtful", is_last).order_by(_D.document)
    if after is not None:
        query = query.where(_D.document > after)
    queries = [query] if numbers is None else [query.where(_D.document.in_(some)) for some in chunks(numbers)]
    return {
        row.document: Doubt(document=row.document, since=row.since, allowance=Percent(Fraction(row.allowance, MICRO)), because=row.because)
        for each in queries
        for row in connection.execute(each)
    }
