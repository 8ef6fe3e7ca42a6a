"""The store: one database, migrated when it is opened, and its transactions for reading and writing."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from api.refusals import DAMAGED_DATABASE, LOCKED_DATABASE, MISSING_DATABASE, NO_DATABASE, OTHER_TABLES, Conflict, OutsideFailure
from api.store import tables
from api.store.migrate import is_known, newest_revision, revision_of, upgrade
from api.store.rulebooks import StoredVersion, version_in_force
from api.store.sql import Reading, Writing

WAIT_SECONDS: Final = 30
"""How long a transaction waits for a lock, unless the caller says otherwise."""
_RETRY_MILLISECONDS: Final = 10
"""How long SQLite waits for its write lock before it is asked anew: it then tries after 1, 2 and 5 ms again."""
_INSPECTION_SECONDS: Final = 2
"""How long an inspection waits for a lock, and looks for damage."""

_SETTINGS: Final = {"statement_timeout": "120s", "idle_in_transaction_session_timeout": "60s", "jit": "off"}
"""How sessions of PostgreSQL begin. To compile a statement for the processor takes it ten times as long as to execute a report."""
_READ_ONLY: Final = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
_MAY_NOT_WRITE: Final = ("25006", "42501")
"""What PostgreSQL says to who may only read: a read-only transaction, missing privileges."""
_INTERNAL: Final = "XX"
"""How the codes begin of faults of PostgreSQL's own, such as damaged rows or a log of writes that may not grow."""
_LOCKED: Final = ("55P03", "40P01")
"""What it says to who has waited too long for a lock, or waits for who waits for it."""


_OVERTAKEN: Final = ("23505", "40P01")
"""What it says where another transaction inserted the same key, and of a deadlock."""
_MOST_OVERTAKEN: Final = 3
_T = TypeVar("_T")


class Store:
    """A database with our tables. Every writing transaction takes its locks in the order: order, item, series, outbox."""

    def __init__(self, engine: Engine, joined: Writing | None = None) -> None:
        self.engine = engine
        self._joined = joined

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """A read-only transaction, enforced by the database, which sees one state of it from beginning to end."""
        if self._joined is not None:
            yield self._joined
            return
        with outside_failures(), self.engine.connect() as connection:
            reader = connection.execution_options(**_READ_ONLY) if self.dialect == "postgresql" else connection
            with reader.begin():
                yield Reading(reader)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A transaction that writes. SQLite takes its write lock at the start."""
        if self._joined is not None:
            yield self._joined
            return
        with outside_failures(), self.engine.connect() as connection:
            writer = connection.execution_options(writes=True)
            with writer.begin():
                yield Writing(Reading(writer))

    @contextmanager
    def one_transaction(self) -> Iterator[Store]:
        """A transaction that writes, as a store: all that is read and written through it is part of it."""
        with self.writing() as connection:
            yield Store(self.engine, connection)

    @contextmanager
    def one_state(self) -> Iterator[Store]:
        """A read-only transaction, as a store: all that is read through it is of one state of the database."""
        with self.reading() as connection:
            yield Store(self.engine, Writing(connection))

    def in_one_transaction(self, work: Callable[[Store], _T]) -> _T:
        """What some work gives that is one transaction; done again where another inserted the same meanwhile, or a deadlock ended it."""
        for _ in range(_MOST_OVERTAKEN):
            try:
                with self.one_transaction() as store:
                    return work(store)
            except (IntegrityError, OutsideFailure) as fault:
                if not _is_overtaken(fault):
                    raise
        with self.one_transaction() as store:
            return work(store)

    def revision(self) -> str | None:
        """The revision of the tables."""
        with self.reading() as connection:
            return revision_of(connection)

    def installation(self) -> str:
        """The id of this installation, created with the database: a copy under another id must not send messages."""
        with self.reading() as connection:
            return str(connection.execute(select(tables.installation.c.id)).scalar_one())

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()


def open_store(url: str, *, now: Callable[[], datetime], lock_timeout: int = WAIT_SECONDS) -> Store:
    """The store at an address, with its tables created or migrated; two processes may do that at once.

    Its transactions wait so many seconds for a lock that another holds; in SQLite every writer locks out the others.
    Refuses a database that does not answer, and one with tables of another version of this program.
    """
    try:
        store = Store(_create_engine(url, lock_timeout))
        try:
            _migrate(store, now)
        except BaseException:
            store.close()
            raise
    except (ArgumentError, NoSuchModuleError, sqlite3.OperationalError, ImportError, OSError) as fault:
        raise failure_of(fault) from fault
    return store


def is_absent(url: str) -> bool:
    """Whether the address is that of a missing SQLite file."""
    address = make_url(url)
    return address.get_backend_name() == "sqlite" and not Path((address.database or "").removeprefix("file:")).exists()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a database is: its kind, the revision of its tables (None: it has none yet), its installation, and its rulebook of a day."""

    dialect: str
    revision: str | None
    installation: str | None
    in_force: StoredVersion | None = None


def inspect_database(url: str, *, on: date | None = None) -> Inspection:
    """Looks at a database within seconds, and neither creates nor changes it; `on` is the day whose version of the rulebook is wanted.

    Refuses one that is missing, damaged, locked or does not answer, and one with tables of another version of this program.
    """
    if is_absent(url):
        raise OutsideFailure((MISSING_DATABASE.at(None, path=make_url(url).database),))
    try:
        engine = _inspecting_engine(url)
    except (ArgumentError, NoSuchModuleError, ImportError) as fault:
        raise failure_of(fault) from fault
    try:
        with outside_failures(), engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                _check_pages(connection)
            revision = revision_of(connection)
            if revision is not None and not is_known(revision):
                raise Conflict((OTHER_TABLES.at(None, revision=revision),))
            installation = None if revision is None else str(connection.execute(select(tables.installation.c.id)).scalar_one())
            is_newest = on is not None and revision == newest_revision()
            in_force = version_in_force(Reading(connection), on) if on is not None and is_newest else None
            return Inspection(engine.dialect.name, revision, installation, in_force)
    finally:
        engine.dispose()


def _inspecting_engine(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, hide_parameters=True, connect_args={"connect_timeout": _INSPECTION_SECONDS})
    path = Path((address.database or "").removeprefix("file:")).resolve()
    existing = URL.create("sqlite", database=path.as_uri(), query={"mode": "rw", "uri": "true"})  # rw, unlike rwc, creates no file
    return create_engine(existing, hide_parameters=True, connect_args={"timeout": _INSPECTION_SECONDS})


def _check_pages(connection: Connection) -> None:
    """Refuses a damaged SQLite file; looks only as long as an inspection may take."""
    driver, until = connection.connection.driver_connection, time.monotonic() + _INSPECTION_SECONDS
    assert isinstance(driver, sqlite3.Connection)
    driver.set_progress_handler(lambda: time.monotonic() > until, 10_000)
    try:
        verdict = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
    except OperationalError as fault:
        if "interrupted" not in str(fault):
            raise
        verdict = "ok"
    finally:
        driver.set_progress_handler(None, 0)
    if verdict != "ok":
        raise OutsideFailure((DAMAGED_DATABASE.at(None, fault=verdict.splitlines()[-1]),))


@contextmanager
def outside_failures() -> Iterator[None]:
    """Turns the failure of a database that is missing, full, damaged, locked or read-only into an OutsideFailure."""
    try:
        yield
    except DatabaseError as fault:
        is_outside = isinstance(fault, OperationalError) or type(fault) is DatabaseError
        state = getattr(fault.orig, "sqlstate", None) or ""
        if is_outside or state in _MAY_NOT_WRITE or state.startswith(_INTERNAL):  # the other subclasses are faults of our statements
            raise failure_of(fault) from fault
        raise


def failure_of(fault: Exception) -> OutsideFailure:
    """The failure of a database, with what its driver says."""
    reason = str(getattr(fault, "orig", None) or fault).strip().splitlines()[0]
    is_damaged = "not a database" in reason or "malformed" in reason
    is_locked = "database is locked" in reason or getattr(getattr(fault, "orig", None), "sqlstate", None) in _LOCKED
    kind = DAMAGED_DATABASE if is_damaged else LOCKED_DATABASE if is_locked else NO_DATABASE
    return OutsideFailure((kind.at(None, fault=reason),))


def _is_overtaken(fault: Exception) -> bool:
    """Whether a transaction failed since another was faster: done again, it sees what that one did."""
    cause = fault.__cause__ if isinstance(fault, OutsideFailure) else fault
    return getattr(getattr(cause, "orig", None), "sqlstate", None) in _OVERTAKEN


def _create_engine(url: str, lock_timeout: int) -> Engine:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database and not address.database.startswith((":", "file:")):
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(address, hide_parameters=True, connect_args={"timeout": lock_timeout, "check_same_thread": False})
        event.listen(engine, "connect", partial(_prepare_sqlite, lock_timeout))
        event.listen(engine, "begin", partial(_begin_sqlite, lock_timeout))
        return engine
    options = " ".join(f"-c {name}={limit}" for name, limit in (_SETTINGS | {"lock_timeout": f"{lock_timeout}s"}).items())
    arguments = {"options": options, "connect_timeout": 10}
    return create_engine(address, hide_parameters=True, isolation_level="READ COMMITTED", pool_pre_ping=True, connect_args=arguments)


def _prepare_sqlite(lock_timeout: int, connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Sets durability, foreign keys and lock timeout, and leaves BEGIN to SQLAlchemy's event."""
    connection.isolation_level = None  # the driver then starts no transactions by itself
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={lock_timeout * 1000}")
    _use_write_ahead_log(cursor, lock_timeout)
    for pragma in ("cache_size=-65536", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _use_write_ahead_log(cursor: DBAPICursor, lock_timeout: int) -> None:
    """Switches to the write-ahead log. SQLite does not wait for a lock here, so several that open a new database at once must."""
    until = time.monotonic() + lock_timeout
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault) or time.monotonic() > until:
                raise
        time.sleep(0.01)


def _begin_sqlite(lock_timeout: int, connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    if connection.info.get("writes") != writes:
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
        connection.info["writes"] = writes
    if writes:
        _lock_to_write(connection, lock_timeout)
    else:
        connection.exec_driver_sql("BEGIN")


def _lock_to_write(connection: Connection, lock_timeout: int) -> None:
    """Takes the write lock, asking every few milliseconds.

    SQLite itself asks ever more rarely while it waits, so that writers who go on one after the other would never let one in.
    """
    driver, until = connection.connection.driver_connection, time.monotonic() + lock_timeout
    assert isinstance(driver, sqlite3.Connection)
    driver.execute(f"PRAGMA busy_timeout={_RETRY_MILLISECONDS}")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except OperationalError as fault:
                if "locked" not in str(fault.orig) or time.monotonic() > until:
                    raise
    finally:
        driver.execute(f"PRAGMA busy_timeout={lock_timeout * 1000}")


def _migrate(store: Store, now: Callable[[], datetime]) -> None:
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
        row = connection.execute(select(tables.installation.c.id)).first()
        if row is None:
            connection.execute(tables.installation.insert().values(one=1, id=secrets.token_hex(8), made_at=now()))
