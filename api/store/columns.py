"""How the columns and constraints of tables are written: short names for each kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, MetaData, Table, Text
from sqlalchemy.schema import SchemaItem

from api.store.sql import Coded, CompactDay, Day, Instant, SentenceText, Whole

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def table(name: str, *parts: SchemaItem, by_key: bool = False) -> Table:
    """A table of the store, with strict types in SQLite; `by_key`: SQLite keeps its rows in the order of the primary key, without ids."""
    return Table(name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=not by_key)


def history(name: str, subject: str, *, of: str) -> Table:
    """The table of the changes of one kind of document; `subject` names the column of its id, and `of` what that refers to."""
    return table(
        name,
        text(subject, key=True, of=of),
        whole("sequence", key=True),
        text("field", key=True),
        text("before", needed=False),
        text("after", needed=False),
        day("changed_on"),
        instant("changed_at"),
        text("author"),
    )


def text(name: str, *, key: bool = False, needed: bool = True, of: str | None = None) -> Column[str]:
    """A text column; `of` names the column of another table to which it refers."""
    links = [ForeignKey(of)] if of else []
    return Column(name, Text, *links, primary_key=key, nullable=not (needed or key))


def whole(name: str, *, key: bool = False, needed: bool = True, of: str | None = None) -> Column[int]:
    """A column of 64-bit integers; `of` names the column of another table to which it refers."""
    links = [ForeignKey(of)] if of else []
    return Column(name, Whole, *links, primary_key=key, nullable=not (needed or key), autoincrement=False)


def small(name: str) -> Column[int]:
    """A column of 32-bit integers in a large table."""
    return Column(name, Integer, nullable=False, autoincrement=False)


def day(name: str, *, key: bool = False, needed: bool = True) -> Column[date]:
    """A column of days."""
    return Column(name, Day, primary_key=key, nullable=not (needed or key))


def compact_day(name: str, *, key: bool = False, needed: bool = True) -> Column[date]:
    """A column of days in a large table."""
    return Column(name, CompactDay, primary_key=key, nullable=not (needed or key), autoincrement=False)


def coded(name: str, words: Sequence[str], *, key: bool = False) -> Column[str]:
    """A column of one of a few words, stored as a number."""
    return Column(name, Coded(*words), primary_key=key, nullable=False)


def sentence(name: str) -> Column[str]:
    """A column of sentences, which are read in any language; it may be empty."""
    return Column(name, SentenceText, nullable=True)


def instant(name: str, *, needed: bool = True) -> Column[datetime]:
    """A column of instants in UTC."""
    return Column(name, Instant, nullable=not needed)


def one_of(column: str, *choices: str) -> CheckConstraint:
    """The constraint that a column holds one of some words."""
    return CheckConstraint(f"{column} in ({', '.join(repr(choice) for choice in choices)})", name=column)
