"""Shared by all queries: the types of connections and columns, canonical JSON, and chunks of long lists."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Final, NewType

from sqlalchemy import BigInteger, Boolean, Connection, Date, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

Reading = NewType("Reading", Connection)
"""A connection within a transaction that only reads."""
Writing = NewType("Writing", Reading)
"""A connection within a transaction that may write; functions that change the database require one."""
_CHUNK_SIZE: Final = 500


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


Whole: Final = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit integer: minor units of money, millionths of quantities and prices, counts."""


def instant_text(instant: datetime) -> str:
    """An instant as ISO text in UTC, as SQLite stores it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical_json(tree: object) -> str:
    """JSON in the form that is stored and hashed: sorted keys, no blanks, no escaped characters."""
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def chunks(names: Iterable[str]) -> Iterator[Sequence[str]]:
    """The unique names in order, in chunks: databases limit the number of a statement's parameters."""
    unique = sorted(set(names))
    return (unique[at : at + _CHUNK_SIZE] for at in range(0, len(unique), _CHUNK_SIZE))
