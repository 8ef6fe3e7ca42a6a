"""What all queries share: the connections they run on, the kinds of columns, canonical JSON, and long lists cut into pieces."""

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
"""A connection within a transaction that may write: whatever changes the database asks for one."""
_AT_ONCE: Final = 500


class Day(TypeDecorator[date]):
    """A day: DATE in PostgreSQL, ISO text in SQLite, which sorts as days do."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[date] | TypeEngine[str]:
        """DATE where the database has it."""
        return Date() if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: date | None, dialect: Dialect) -> date | str | None:
        """Refuses an instant: a day has no clock."""
        if value is None:
            return None
        if type(value) is not date:
            raise TypeError(f"not a day: {value!r}")
        return value if dialect.name == "postgresql" else value.isoformat()

    def process_result_value(self, value: date | str | None, dialect: Dialect) -> date | None:
        """The day, whatever the database keeps."""
        return date.fromisoformat(value) if isinstance(value, str) else value


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. SQLite drops zones without a word; here it is ISO text that ends in Z, and a moment without a zone is refused."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime] | TypeEngine[str]:
        """TIMESTAMP WITH TIME ZONE where the database has it."""
        return DateTime(timezone=True) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Takes moments with a zone only."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError(f"a moment without a zone: {value!r}")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


class YesNo(TypeDecorator[bool]):
    """Yes or no: BOOLEAN in PostgreSQL, 1 or 0 in SQLite, whose strict tables know no boolean."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[bool] | TypeEngine[int]:
        """BOOLEAN where the database has it."""
        return Boolean() if dialect.name == "postgresql" else Integer()

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> bool | int | None:
        """The truth as the database writes it."""
        if value is None or dialect.name == "postgresql":
            return value
        return int(value)

    def process_result_value(self, value: bool | int | None, dialect: Dialect) -> bool | None:
        """The truth as Python writes it."""
        return None if value is None else bool(value)


Whole: Final = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits: minor units of money, millionths of quantities and prices, counts."""


def canonical_json(tree: object) -> str:
    """JSON in the one form that is stored and hashed: keys sorted, no blanks, every character as itself."""
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def chunks(names: Iterable[str]) -> Iterator[Sequence[str]]:
    """The names, each once and in order, some hundred at a time: databases bound the number of a statement's parameters."""
    found = sorted(set(names))
    return (found[at : at + _AT_ONCE] for at in range(0, len(found), _AT_ONCE))
