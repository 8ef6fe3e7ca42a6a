"""Shared by all queries: the types of connections and columns, canonical JSON, and chunks of long lists."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final, NewType, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Dialect,
    Integer,
    RowMapping,
    Select,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine.phrases import Figure, Named, Phrase, as_written, named, phrase

Reading = NewType("Reading", Connection)
"""A connection within a transaction that only reads."""
Writing = NewType("Writing", Reading)
"""A connection within a transaction that may write; functions that change the database require one."""
_Columns = TypeVar("_Columns", bound=tuple[object, ...])
_CHUNK_SIZE: Final = 500
ROWS_AT_ONCE: Final = 500
"""How many rows of a list are read together."""


class Day(TypeDecorator[date]):
    """A day: DATE in PostgreSQL, ISO text in SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[date] | TypeEngine[str]:
        """DATE where the database has it."""
        return Date() if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: date | None, dialect: Dialect) -> date | str | None:
        """Refuses a datetime."""
        if value is None:
            return None
        if type(value) is not date:
            raise TypeError(f"not a day: {value!r}")
        return value if dialect.name == "postgresql" else value.isoformat()

    def process_result_value(self, value: date | str | None, dialect: Dialect) -> date | None:
        """The day."""
        return date.fromisoformat(value) if isinstance(value, str) else value


class CompactDay(TypeDecorator[date]):
    """A day of a large table: DATE in PostgreSQL, the number YYYYMMDD in SQLite."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[date] | TypeEngine[int]:
        """DATE where the database has it."""
        return Date() if dialect.name == "postgresql" else Integer()

    def process_bind_param(self, value: date | None, dialect: Dialect) -> date | int | None:
        """The day as the database stores it; refuses a datetime."""
        if value is not None and type(value) is not date:
            raise TypeError(f"not a day: {value!r}")
        return value if value is None or dialect.name == "postgresql" else day_number(value)

    def process_result_value(self, value: date | int | None, dialect: Dialect) -> date | None:
        """The day."""
        return day_of_number(value) if isinstance(value, int) else value


class Coded(TypeDecorator[str]):
    """One of a few words, stored as its place among them: numbers of one byte instead of the word in each of millions of rows."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, *words: str) -> None:
        super().__init__()
        self.words = words

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[int]:
        """The smallest integer that the database has."""
        return SmallInteger() if dialect.name == "postgresql" else Integer()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> int | None:
        """The place of the word."""
        return None if value is None else self.words.index(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> str | None:
        """The word."""
        return None if value is None else self.words[value]


class Instant(TypeDecorator[datetime]):
    """An instant in UTC. SQLite has no time zones: there it is ISO text ending in Z. A datetime without a zone is refused."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime] | TypeEngine[str]:
        """TIMESTAMP WITH TIME ZONE where the database has it."""
        return DateTime(timezone=True) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Refuses a datetime without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError(f"a moment without a zone: {value!r}")
        return value.astimezone(UTC) if dialect.name == "postgresql" else instant_text(value)

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:
        """The instant in UTC."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


class YesNo(TypeDecorator[bool]):
    """A boolean: BOOLEAN in PostgreSQL, 1 or 0 in SQLite."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[bool] | TypeEngine[int]:
        """BOOLEAN where the database has it."""
        return Boolean() if dialect.name == "postgresql" else Integer()

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> bool | int | None:
        """The boolean as the database stores it."""
        if value is None or dialect.name == "postgresql":
            return value
        return int(value)

    def process_result_value(self, value: bool | int | None, dialect: Dialect) -> bool | None:
        """The boolean as Python has it."""
        return None if value is None else bool(value)


class SentenceText(TypeDecorator[str]):
    """A sentence. One with arguments is stored as its template and these in JSON, so that it is read in any language."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text; a sentence with arguments as JSON."""
        return canonical_json(_tree(value)) if isinstance(value, Phrase) and value.words else value and str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """The sentence."""
        return _word(json.loads(value)) if value and value.startswith(_STORED_SENTENCE) else value and as_written(value)


_STORED_SENTENCE: Final = '{"template":'
"""How the JSON of a sentence begins."""


def _tree(word: str) -> object:
    """A sentence or an argument of one as JSON."""
    if isinstance(word, Phrase):
        return {"template": word.template, "words": {name: _tree(each) for name, each in word.words}}
    if isinstance(word, Named):
        return {"names": dict(word.texts), "text": str(word)}
    return {"figure": str(word)} if isinstance(word, Figure) else word


def _word(tree: object) -> str:
    match tree:
        case {"template": str(template), "words": dict(words)}:
            return phrase(template, **{name: _word(each) for name, each in words.items()})
        case {"names": dict(names), "text": str(text)}:
            return named(names, text)
        case {"figure": str(figure)}:
            return Figure(figure)
        case _:
            return str(tree)


Whole: Final = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit integer: minor units of money, millionths of quantities and prices, counts."""


def instant_text(instant: datetime) -> str:
    """An instant as ISO text in UTC, as SQLite stores it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def day_number(day: date) -> int:
    """A day as the number YYYYMMDD."""
    return day.year * 10_000 + day.month * 100 + day.day


def day_of_number(number: int) -> date:
    """The day of a number YYYYMMDD."""
    return date(number // 10_000, number // 100 % 100, number % 100)


def insert_many(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Inserts rows whose values are as the driver takes them: COPY in PostgreSQL, one prepared statement in SQLite."""
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "sqlite":
        statement = f"insert into {table.name} ({names}) values ({', '.join('?' * len(columns))})"
        connection.exec_driver_sql(statement, list(rows))
        return
    cursor, faults = connection.connection.cursor(), connection.dialect.loaded_dbapi.Error
    statement = f"copy {table.name} ({names}) from stdin"
    try:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except faults as fault:  # as SQLAlchemy tells it where it executes a statement itself
        raise DBAPIError.instance(statement, None, fault, faults, hide_parameters=True, dialect=connection.dialect) from fault
    finally:
        cursor.close()


def tolerant_insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that may say what happens to rows that are there already: ON CONFLICT."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def insert_absent(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> frozenset[str]:
    """Inserts rows, one or more, with an `id` and leaves those that are there already; gives the ids that are new."""
    inserting = tolerant_insert(connection, table).on_conflict_do_nothing(index_elements=["id"]).returning(table.c.id)
    return frozenset(connection.execute(inserting, list(rows)).scalars())


def rows_after(connection: Reading, query: Select[_Columns], key: ColumnElement[str], after: str | None) -> Iterator[RowMapping]:
    """The rows of a query in the order of a key, after one; some are in memory at once."""
    ordered = query.order_by(key).limit(ROWS_AT_ONCE)
    while some := connection.execute(ordered if after is None else ordered.where(key > after)).mappings().all():
        yield from some
        after = str(some[-1][key])


def canonical_json(tree: object) -> str:
    """JSON in the form that is stored and hashed: sorted keys, no blanks, no escaped characters."""
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def chunks(names: Iterable[str]) -> Iterator[Sequence[str]]:
    """The unique names in order, in chunks: databases limit the number of a statement's parameters."""
    unique = sorted(set(names))
    return (unique[at : at + _CHUNK_SIZE] for at in range(0, len(unique), _CHUNK_SIZE))
