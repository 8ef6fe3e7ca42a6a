"""The store: one database, brought up to date when it is opened, and the transactions in which everything is read and written."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from api.refusals import NO_DATABASE, OTHER_TABLES, Conflict, OutsideFailure
from api.store import tables
from api.store.migrate import is_known, newest_revision, revision_of, upgrade
from api.store.sql import Reading, Writing

WAIT_SECONDS: Final = 30
"""How long a writer waits for another one before it gives up."""

_LIMITS: Final = {"lock_timeout": "30s", "statement_timeout": "120s", "idle_in_transaction_session_timeout": "60s"}
_MAY_NOT_WRITE: Final = ("25006", "42501")
"""What PostgreSQL says to who may only read: a read-only transaction, missing privileges."""


class Store:
    """A database with our tables. Every write is one transaction that takes its locks in the order: order, item, series, outbox."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """A transaction that only reads: the database itself refuses to write in it."""
        with _as_failure(), self.engine.connect() as connection:
            reader = connection.execution_options(postgresql_readonly=True) if self.dialect == "postgresql" else connection
            with reader.begin():
                yield Reading(reader)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A transaction that writes: all of it or nothing. SQLite takes its one write lock at the beginning."""
        with _as_failure(), self.engine.connect() as connection:
            writer = connection.execution_options(writes=True)
            with writer.begin():
                yield Writing(Reading(writer))

    def revision(self) -> str | None:
        """The revision of the tables."""
        with self.reading() as connection:
            return revision_of(connection)

    def installation(self) -> str:
        """The id of this installation, made with the database: a copy that is told apart must not send."""
        with self.reading() as connection:
            return str(connection.execute(select(tables.installation.c.id)).scalar_one())

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def open_store(url: str, *, now: Callable[[], datetime]) -> Store:
    """The store at an address, its tables made or brought up to date; two may open a new one at once.

    Refuses a database that does not answer, and one whose tables another version of this program made.
    """
    try:
        store = Store(_make_engine(url))
        try:
            _bring_up_to_date(store, now)
        except BaseException:
            store.close()
            raise
    except (ArgumentError, NoSuchModuleError, sqlite3.OperationalError, ImportError, OSError) as fault:
        raise _failure(fault) from fault
    return store


def is_absent(url: str) -> bool:
    """Whether the address is that of a SQLite file that is not there."""
    address = make_url(url)
    return address.get_backend_name() == "sqlite" and not Path((address.database or "").removeprefix("file:")).exists()


@contextmanager
def _as_failure() -> Iterator[None]:
    """A database that is gone, full, hurt, locked too long or read-only is a failure outside the program, and no fault of it."""
    try:
        yield
    except DatabaseError as fault:
        is_outside = isinstance(fault, OperationalError) or type(fault) is DatabaseError
        if is_outside or getattr(fault.orig, "sqlstate", None) in _MAY_NOT_WRITE:  # the others are faults of a query of ours
            raise _failure(fault) from fault
        raise


def _failure(fault: Exception) -> OutsideFailure:
    reason = str(getattr(fault, "orig", None) or fault).strip().splitlines()[0]
    return OutsideFailure((NO_DATABASE.at(None, fault=reason),))


def _make_engine(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database and not address.database.startswith((":", "file:")):
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(address, hide_parameters=True, connect_args={"timeout": WAIT_SECONDS, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    options = " ".join(f"-c {name}={limit}" for name, limit in _LIMITS.items())
    arguments = {"options": options, "connect_timeout": 10}
    return create_engine(address, hide_parameters=True, isolation_level="READ COMMITTED", pool_pre_ping=True, connect_args=arguments)


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """The file survives a power cut, keeps its links, waits for others, and leaves BEGIN to us."""
    connection.isolation_level = None  # the driver then begins nothing by itself
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={WAIT_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(store: Store, now: Callable[[], datetime]) -> None:
    with store.reading() as connection:
        revision = revision_of(connection)
        if revision == newest_revision():
            return
        if revision is not None and not is_known(revision):
            raise Conflict((OTHER_TABLES.at(None, revision=revision),))
    with store.writing() as connection:
        if store.dialect == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(7262512001)"))
        upgrade(connection)
        known = connection.execute(select(tables.installation.c.id)).first()
        if known is None:
            connection.execute(tables.installation.insert().values(one=1, id=secrets.token_hex(8), made_at=now()))
