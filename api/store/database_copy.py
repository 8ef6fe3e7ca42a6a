"""Backups: the whole database as one SQLite file, whatever database it is, and its restoration into either kind.

A backup is one consistent snapshot and is made while others write: by the online backup of SQLite, or from one transaction of PostgreSQL
(REPEATABLE READ). It has the tables of the revision at which it was made. A restored copy has an installation id of its own, so that it
never sends the messages that wait in the outbox of the first one.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from api.refusals import MISSING_DATABASE, OTHER_TABLES, Conflict, OutsideFailure
from api.store.auditor import audit
from api.store.database import WAIT_SECONDS, failure_of, is_absent, outside_failures
from api.store.migrate import is_known, newest_revision, revision_of, upgrade
from api.store.sql import Reading, day_number, instant_text
from engine.problems import Kind, Problem

FILE_EXISTS: Final = Kind("file-exists", "`{place}` is there already", "name another file, or write --replace")
NO_BACKUP: Final = Kind("no-backup", "`{place}` is no backup: {why}", "name a file that `centwright backup` wrote")
NO_TABLES: Final = Kind("no-tables", "the database has no tables yet", "`centwright import DIR` makes them; or give the address of another")
NOT_WRITTEN: Final = Kind("backup-not-written", "`{place}` cannot be written: {why}", "name a file in a folder that may be written")
HOLDS_DOCUMENTS: Final = Kind(
    "holds-documents",
    "the database holds {rows} rows of {tables}",
    "give the address of an empty one with --database; with --replace all that it holds is lost",
)
SAME_FILE: Final = Kind("same-file", "`{place}` is the database itself", "name another file")

_OURS: Final = ("alembic_version", "installation")
"""Tables that a database has from the first, before anything is written into it."""
_ROWS: Final = 5_000
"""How many rows are read at a time."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written: the installation from which it comes, its revision, its rows, and what its audit reports."""

    installation: str
    revision: str
    rows: int
    problems: tuple[Problem, ...]
    """Empty for tables of a former revision, which only `restore` brings to a form that can be verified."""


def back_up(url: str, place: Path, *, replaces: bool = False) -> Backup:
    """Writes the database into a file, while others may write into it, and verifies the file.

    Refuses a database that is missing or has no tables, and an existing file unless it is to be replaced.
    """
    if is_absent(url):
        raise OutsideFailure((MISSING_DATABASE.at(None, path=make_url(url).database),))
    if place.exists() and not replaces:
        raise Conflict((FILE_EXISTS.at(None, place=place),))
    _check_other_file(url, place)
    unfinished = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        with _failures(place):
            os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))  # it holds names and addresses: not for everyone
            _copy_into(url, unfinished)
            backup = _inspect(unfinished)
            os.replace(unfinished, place)
            return backup
    finally:
        unfinished.unlink(missing_ok=True)


def restore(place: Path, url: str, *, replaces: bool = False) -> str:
    """Writes a backup into a database, as one step; gives the new installation id.

    Refuses a file that is no backup or is damaged, and a database that holds anything, unless it is to be replaced.
    """
    _check_backup(place)
    _check_other_file(url, place)
    installation = secrets.token_hex(8)
    with _failures(place), tempfile.TemporaryDirectory(prefix="centwright-restore-") as folder:
        own = Path(folder) / "copy.sqlite"
        with closing(sqlite3.connect(place)) as source, closing(sqlite3.connect(own)) as target:
            source.backup(target)
            target.execute("update installation set id = ?", (installation,))
            target.commit()
        engine = _engine(url)
        try:
            with closing(sqlite3.connect(own)) as source:
                if engine.dialect.name == "sqlite":
                    _write_sqlite(source, engine, replaces=replaces)
                else:
                    _write_postgres(source, engine, replaces=replaces)
        finally:
            engine.dispose()
    return installation


# ---------------------------------------------------------------- writing a backup


def _copy_into(url: str, place: Path) -> None:
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            reader = (
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                if _is_postgres(engine)
                else connection
            )
            with reader.begin(), closing(sqlite3.connect(place)) as target:
                revision = revision_of(reader)
                if revision is None:
                    raise Conflict((NO_TABLES.at(None),))
                if not is_known(revision):
                    raise Conflict((OTHER_TABLES.at(None, revision=revision),))
                if _is_postgres(engine):
                    _create_tables(place, revision)
                    _copy_rows(reader, target)
                else:
                    driver = reader.connection.driver_connection
                    assert isinstance(driver, sqlite3.Connection)
                    driver.backup(target)
                target.execute("pragma journal_mode=delete")  # one file, without a log beside it
    finally:
        engine.dispose()


def _copy_rows(source: Connection, target: sqlite3.Connection) -> None:
    for table, columns in _tables(target).items():
        if table == "alembic_version":
            continue
        kinds = [row[2] for row in target.execute(f"pragma table_info({_names([table])})")]
        statement = f"insert into {_names([table])} ({_names(columns)}) values ({', '.join('?' * len(columns))})"
        with source.execution_options(yield_per=_ROWS).execute(text(f"select {_names(columns)} from {_names([table])}")) as rows:
            target.executemany(statement, (tuple(map(_as_sqlite, row, kinds)) for row in rows))
    target.commit()


def _as_sqlite(value: str | int | bytes | date | None, kind: str) -> str | int | bytes | None:
    """A value as SQLite stores it in a column of some kind: instants as ISO text, days as ISO text or as the number YYYYMMDD."""
    match value:
        case datetime():
            return instant_text(value)
        case date():
            return day_number(value) if kind == "INTEGER" else value.isoformat()
        case _:
            return value


def _inspect(place: Path) -> Backup:
    """What stands in a backup; problems are looked for where this version knows its tables."""
    address = URL.create("sqlite", database=place.resolve().as_uri(), query={"mode": "ro", "uri": "true"})
    engine = create_engine(address, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        revision, rows = revision_of(connection), 0
        for table in _tables(connection.connection.driver_connection):
            rows += int(connection.execute(text(f"select count(*) from {_names([table])}")).scalar_one())
        installation = str(connection.execute(text("select id from installation")).scalar_one())
        problems = audit(Reading(connection)) if revision == newest_revision() else ()
    return Backup(installation, str(revision), rows, problems)


# ---------------------------------------------------------------- restoring one


def _check_backup(place: Path) -> None:
    """Refuses a file that is missing, damaged or none of ours, or whose tables this version does not know."""
    if not place.is_file():
        raise Conflict((NO_BACKUP.at(None, place=place, why="there is no such file"),))
    try:
        with closing(sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True)) as source:
            verdict = str(source.execute("pragma integrity_check(1)").fetchone()[0])
            broken = source.execute("pragma foreign_key_check").fetchone()
            revision = str(source.execute("select version_num from alembic_version").fetchone()[0])
            source.execute("select id from installation").fetchone()
    except (sqlite3.Error, TypeError) as fault:
        raise Conflict((NO_BACKUP.at(None, place=place, why=str(fault).splitlines()[0]),)) from fault
    if verdict != "ok" or broken is not None:
        raise Conflict((NO_BACKUP.at(None, place=place, why=verdict if verdict != "ok" else f"rows of {broken[0]} refer to nothing"),))
    if not is_known(revision):
        raise Conflict((OTHER_TABLES.at(None, revision=revision),))


def _write_sqlite(source: sqlite3.Connection, engine: Engine, *, replaces: bool) -> None:
    """Overwrites every page of the file under its lock; a reader sees all of the former database or all of the copy."""
    Path(engine.url.database or "").resolve().parent.mkdir(parents=True, exist_ok=True)
    with engine.connect() as connection:
        target = connection.connection.driver_connection
        assert isinstance(target, sqlite3.Connection)
        if not replaces:
            _check_empty(connection, _tables(target))
        connection.rollback()
        source.backup(target)


def _write_postgres(source: sqlite3.Connection, engine: Engine, *, replaces: bool) -> None:
    """Writes the tables anew in one transaction."""
    with engine.connect() as connection, connection.begin():
        connection.execute(text(f"set local lock_timeout = '{WAIT_SECONDS}s'"))
        connection.execute(text("select pg_advisory_xact_lock(7262512001)"))
        before = revision_of(connection)
        if before is not None:
            if not is_known(before):
                raise Conflict((OTHER_TABLES.at(None, revision=before),))
            former = _tables_of(before)
            if not replaces:
                _check_empty(connection, former)
            _drop(connection, former)
        upgrade(connection, to=str(source.execute("select version_num from alembic_version").fetchone()[0]))
        _load(source, connection, engine)


def _load(source: sqlite3.Connection, connection: Connection, engine: Engine) -> None:
    """Fills empty tables of PostgreSQL; their triggers and constraints check every row."""
    driver, failures = connection.connection.driver_connection, engine.dialect.loaded_dbapi.Error
    assert driver is not None
    try:
        for table, columns in _tables(source).items():
            if table == "alembic_version":
                continue
            rows = source.execute(f"select {_names(columns)} from {_names([table])}")
            with driver.cursor().copy(f"copy {_names([table])} ({_names(columns)}) from stdin") as copy:
                for row in rows:
                    copy.write_row(row)
    except failures as fault:
        raise failure_of(fault) from fault


def _check_empty(connection: Connection, tables: dict[str, tuple[str, ...]]) -> None:
    """Refuses a database in which anything was written."""
    counts = {
        table: int(connection.execute(text(f"select count(*) from {_names([table])}")).scalar_one())
        for table in tables
        if table not in _OURS
    }
    holding = [table for table, count in counts.items() if count]
    if holding:
        raise Conflict((HOLDS_DOCUMENTS.at(None, rows=sum(counts.values()), tables=", ".join(holding)),))


def _drop(connection: Connection, tables: dict[str, tuple[str, ...]]) -> None:
    """Drops tables of ours with the functions of their triggers, and no others."""
    query = (
        "select distinct t.tgfoid::regprocedure::text from pg_trigger t join pg_class c on c.oid = t.tgrelid "
        "where not t.tgisinternal and c.relname = any(:names)"
    )
    functions = connection.execute(text(query), {"names": list(tables)}).scalars().all()
    for table in tables:
        connection.execute(text(f"drop table if exists {_names([table])} cascade"))
    for function in functions:
        connection.execute(text(f"drop function {function}"))


# ---------------------------------------------------------------- tables and databases


def _tables(connection: object) -> dict[str, tuple[str, ...]]:
    """The tables of an SQLite database with their columns, each after those to which it refers."""
    assert isinstance(connection, sqlite3.Connection)
    names = [
        row[0]
        for row in connection.execute("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name")
    ]
    after = {name: {row[2] for row in connection.execute(f"pragma foreign_key_list({_names([name])})")} - {name} for name in names}
    columns = {name: tuple(row[1] for row in connection.execute(f"pragma table_info({_names([name])})")) for name in names}
    return {name: columns[name] for name in TopologicalSorter(after).static_order()}


def _tables_of(revision: str) -> dict[str, tuple[str, ...]]:
    """The tables of a revision."""
    with tempfile.TemporaryDirectory(prefix="centwright-tables-") as folder:
        place = Path(folder) / "tables.sqlite"
        _create_tables(place, revision)
        with closing(sqlite3.connect(place)) as connection:
            return _tables(connection)


def _create_tables(place: Path, revision: str) -> None:
    """Creates the empty tables of a revision in an SQLite file."""
    with create_engine(URL.create("sqlite", database=str(place)), poolclass=NullPool).begin() as connection:
        upgrade(connection, to=revision)


def _names(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _engine(url: str) -> Engine:
    """Connections without the limits of time that commands have: a copy may take minutes."""
    try:
        address = make_url(url)
        arguments = {"timeout": WAIT_SECONDS} if address.get_backend_name() == "sqlite" else {"connect_timeout": 10}
        return create_engine(address, poolclass=NullPool, hide_parameters=True, connect_args=arguments)
    except (ArgumentError, NoSuchModuleError, ImportError) as fault:
        raise failure_of(fault) from fault


def _is_postgres(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def _check_other_file(url: str, place: Path) -> None:
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database and Path(address.database).resolve() == place.resolve():
        raise Conflict((SAME_FILE.at(None, place=place),))


@contextmanager
def _failures(place: Path) -> Iterator[None]:
    """Turns the failure of a database or a disk into an OutsideFailure."""
    try:
        with outside_failures():
            yield
    except sqlite3.Error as fault:
        raise failure_of(fault) from fault
    except OSError as fault:
        raise OutsideFailure((NOT_WRITTEN.at(None, place=place, why=fault.strerror or type(fault).__name__),)) from fault
