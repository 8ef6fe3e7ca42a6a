"""Writers of one database, each going on without a pause: none is starved by the others."""

import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import text

from api.store.database import Store, open_store
from tests.contract.store_documents import now

WAIT_SECONDS = 4
WRITES = 10


def write(store: Store) -> None:
    """A short transaction that writes."""
    with store.writing() as connection:
        time.sleep(0.003)
        connection.execute(text("update installation set made_at = made_at"))


def until(over: threading.Event, work: Callable[[], None]) -> None:
    """Works without a pause until it is over."""
    while not over.is_set():
        work()


def test_a_writer_is_let_in_while_others_write_without_a_pause(store_url: str) -> None:
    others = [open_store(store_url, now=now) for _ in range(5)]
    over = threading.Event()
    threads = [threading.Thread(target=until, args=(over, partial(write, store))) for store in others]
    for thread in threads:
        thread.start()
    try:
        mine = open_store(store_url, now=now, lock_timeout=WAIT_SECONDS)
        for _ in range(WRITES):
            write(mine)
        mine.close()
    finally:
        over.set()
        for thread in threads:
            thread.join()
        for store in others:
            store.close()


def test_each_commit_is_written_through_to_the_disk(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}", now=now)
    with store.writing() as connection:
        settings = {name: connection.execute(text(f"pragma {name}")).scalar() for name in ("synchronous", "journal_mode", "foreign_keys")}
    store.close()
    assert settings == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}, "2 is FULL"
