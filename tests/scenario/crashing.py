"""Desks that crash at their k-th SQL event, and what came of it."""

import os
from datetime import date
from pathlib import Path

from sqlalchemy import event

from api.desk.billing_run import start_run, work
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.store import issued_documents, transactions
from api.store.auditor import audit
from api.store.database import Store, open_store
from api.store.transaction_rows import TransactionFilter
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources
from tests.scenario.conftest import now

JANUARY = date(2027, 1, 31)
DIED = 9


def die_at(store: Store, last: int) -> None:
    """Ends this process at its k-th SQL event: before a statement, or before a commit."""
    left = [last]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os._exit(DIED)

    event.listen(store.engine, "before_cursor_execute", count)
    event.listen(store.engine, "commit", count)


def counted_events(store: Store) -> list[int]:
    """Counts the SQL events of a store from now on."""
    seen = [0]

    def count(*_: object) -> None:
        seen[0] += 1

    event.listen(store.engine, "before_cursor_execute", count)
    event.listen(store.engine, "commit", count)
    return seen


def desk_at(url: str, rulebook: Rulebook, sources: Sources, today: date = JANUARY) -> Desk:
    """A desk of this process over a database."""
    return open_desk(url, rulebook, sources, today=today, now=now)


def a_month(desk: Desk, folder: Path) -> None:
    """The small run: a folder taken over, and everything due issued, in shards as for two workers."""
    import_files(desk, folder)
    work(desk, start_run(desk, Selection(due_through=desk.today), workers=2))


def outcome(url: str) -> tuple[list[tuple[str, str, str, int, str]], list[str], int]:
    """What came of it: each invoice with customer, type, lines and gross; what the auditor says; what is still due."""
    store = open_store(url, now=now)
    with store.reading() as connection:
        invoices = issued_documents.find_invoices(connection)
        problems = [str(problem) for problem in audit(connection)]
        due = transactions.find(connection, TransactionFilter(states=("planned", "held"), invoiceable_through=JANUARY))
    store.close()
    return [(one.number, one.customer.id, one.order_type, len(one.lines), str(one.gross)) for one in invoices], problems, len(due)
