"""Journal entries that are not of issued documents in the store: appended once, never changed; and the periods that are closed.

Each entry is queued for the accounting tool with its storing, whatever its kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final, Literal

from sqlalchemy import and_, func, or_, select, text, true

from api.store import accounting_entries, tables
from api.store.ledger_tables import closed_periods, ledger_entries, ledger_postings
from api.store.payments import Recorded
from api.store.sql import Reading, Writing, canonical_json, chunks
from engine.documents.journal import JournalEntry

ClosedKind = Literal["month", "vat"]
_ENTRY: Final = ledger_entries.c
_LEG: Final = ledger_postings.c


def append(connection: Writing, entries: Sequence[JournalEntry], recorded: Recorded) -> None:
    """Stores entries, and queues them for the accounting tool. One whose kind and document are stored is refused by the database."""
    if not entries:
        return
    connection.execute(
        ledger_entries.insert(),
        [
            {
                "kind": each.kind,
                "source": each.document,
                "subject": each.subject or each.document,
                "posted_on": each.posted_on,
                "customer": each.customer,
                "document": canonical_json(dict(each.tree)),
                "recorded_at": recorded.at,
                "author": recorded.author,
            }
            for each in entries
        ],
    )
    connection.execute(ledger_postings.insert(), [row for each in entries for row in posting_rows(each)])
    accounting_entries.queue(connection, entries, recorded.at)


def posting_rows(entry: JournalEntry) -> Iterator[dict[str, object]]:
    """The rows of an entry's postings."""
    for line, each in enumerate(entry.postings, start=1):
        yield {
            "kind": entry.kind,
            "source": entry.document,
            "line": line,
            "role": each.role or "",
            "account": each.account,
            "customer": each.customer or "",
            "document": each.document or "",
            "amount": each.debit.minor - each.credit.minor,
        }


def of_subjects(connection: Reading, subjects: Iterable[str]) -> dict[str, list[JournalEntry]]:
    """The entries of some subjects, such as payments, in the order in which they were made."""
    result: dict[str, list[JournalEntry]] = {}
    for some in chunks(subjects):
        query = select(_ENTRY.subject, _ENTRY.document).where(_ENTRY.subject.in_(some)).order_by(_ENTRY.recorded_at, _ENTRY.source)
        for row in connection.execute(query):
            result.setdefault(row.subject, []).append(JournalEntry.model_validate_json(row.document))
    return result


def find(connection: Reading, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], JournalEntry]:
    """Entries by their kind and source."""
    wanted, result = set(names), dict[tuple[str, str], JournalEntry]()
    for some in chunks(source for _, source in wanted):
        for row in connection.execute(select(_ENTRY.kind, _ENTRY.source, _ENTRY.document).where(_ENTRY.source.in_(some))):
            if (row.kind, row.source) in wanted:
                result[row.kind, row.source] = JournalEntry.model_validate_json(row.document)
    return result


def of_document(connection: Reading, number: str) -> tuple[JournalEntry, ...]:
    """The entries with a posting that settles an invoice."""
    named = select(_LEG.kind, _LEG.source).where(_LEG.document == number).distinct().subquery()
    query = select(_ENTRY.document).join(named, (named.c.kind == _ENTRY.kind) & (named.c.source == _ENTRY.source))
    rows = connection.execute(query.order_by(_ENTRY.posted_on, _ENTRY.source)).scalars()
    return tuple(map(JournalEntry.model_validate_json, rows))


def close(connection: Writing, kind: ClosedKind, period: str, days: tuple[date, date], recorded: Recorded) -> None:
    """Closes a period for ever."""
    values = {"kind": kind, "period": period, "first_day": days[0], "last_day": days[1]}
    connection.execute(closed_periods.insert().values(**values, closed_on=recorded.on, closed_at=recorded.at, author=recorded.author))


def closed_until(connection: Reading, kind: ClosedKind) -> date | None:
    """The last day of the last period that is closed; None before the first."""
    columns = closed_periods.c
    return connection.execute(select(func.max(columns.last_day)).where(columns.kind == kind)).scalar()


def lock_periods(connection: Writing) -> None:
    """Whoever closes a period waits for whoever does so already. SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("lock table closed_periods in share row exclusive mode"))


def first_open(connection: Reading, day: date) -> date:
    """The day, or where its month is closed the first day that is not."""
    closed = closed_until(connection, "month")
    return day if closed is None or day > closed else closed + timedelta(days=1)


def with_deferred_income(connection: Reading) -> list[str]:
    """The documents of whose income something is still deferred."""
    query = select(_ENTRY.subject).join(ledger_postings, and_(_LEG.kind == _ENTRY.kind, _LEG.source == _ENTRY.source))
    return list(
        connection.execute(query.where(_LEG.role == "deferred").group_by(_ENTRY.subject).having(func.sum(_LEG.amount) != 0)).scalars()
    )


def issued_since_closing(connection: Reading, until: date) -> list[str]:
    """The documents of the months that are not closed until a day, and those that were issued in closed ones since."""
    columns = closed_periods.c
    closed = connection.execute(select(func.max(columns.last_day), func.max(columns.closed_at)).where(columns.kind == "month")).one()
    issued = tables.issued.c
    is_open = true() if closed[0] is None else or_(issued.issued_on > closed[0], issued.issued_at > closed[1])
    return list(connection.execute(select(issued.number).where(issued.issued_on <= until, is_open)).scalars())
