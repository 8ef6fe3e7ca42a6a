"""Quotes in the store: each version as an immutable document, and its steps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import RowMapping, func, literal, select, tuple_

from api.store import tables
from api.store.sql import Reading, Writing, canonical_json, chunks
from engine.documents.priced_quote import PricedQuote

_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuote:
    """One version of a quote: its number, document, and the state of its last step."""

    number: str
    version: int
    state: str
    opportunity: str | None
    quote: PricedQuote
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What the rulebook's vocabulary adds to a quote, as text by name."""


def append(
    connection: Writing,
    number: str,
    version: int,
    quote: PricedQuote,
    *,
    opportunity: str | None,
    attributes: Mapping[str, str],
    at: datetime,
) -> None:
    """Inserts a new version of a quote; its document never changes."""
    connection.execute(
        tables.quotes.insert().values(
            number=number,
            version=version,
            customer=quote.customer.id,
            opportunity=opportunity,
            quoted_on=quote.on,
            valid_until=quote.valid_until,
            rulebook=quote.rulebook,
            made_at=at,
            document=canonical_json(quote.model_dump(mode="json")),
            attributes=canonical_json(dict(attributes)),
        )
    )


def append_step(
    connection: Writing, number: str, version: int, state: str, *, on: date, at: datetime, author: str, note: str | None = None
) -> None:
    """Adds a step to a version: its new state."""
    table = tables.quote_steps
    last = connection.execute(select(func.max(table.c.sequence)).where(table.c.number == number, table.c.version == version)).scalar()
    values = {"number": number, "version": version, "sequence": (last or 0) + 1, "state": state, "stepped_on": on, "stepped_at": at}
    connection.execute(table.insert().values(values | {"author": author, "note": note}))


def lock(connection: Writing, number: str) -> None:
    """Locks a quote until the transaction ends, so that its last version has one next step."""
    connection.execute(select(tables.quotes.c.version).where(tables.quotes.c.number == number).with_for_update(key_share=True)).all()


def find(connection: Reading, number: str | None = None) -> tuple[StoredQuote, ...]:
    """Quotes in the order of number and version; all, or the versions of one number."""
    query = select(tables.quotes).order_by(tables.quotes.c.number, tables.quotes.c.version)
    if number is not None:
        query = query.where(tables.quotes.c.number == number)
    states = _states(connection, number)
    return tuple(_stored(row, states) for row in connection.execute(query).mappings())


def each(connection: Reading, *, after: tuple[str, int] | None = None) -> Iterator[StoredQuote]:
    """Every version in the order of number and version, after one; some are in memory at once."""
    table, steps = tables.quotes, tables.quote_steps.c
    key = (table.c.number, table.c.version)
    query = select(table).order_by(*key).limit(_AT_ONCE)
    while some := connection.execute(query if after is None else query.where(tuple_(*key) > tuple_(*map(literal, after)))).mappings().all():
        numbers = [row["number"] for row in some]
        of_steps = select(steps.number, steps.version, steps.state).where(steps.number.in_(numbers))
        rows = connection.execute(of_steps.order_by(steps.number, steps.version, steps.sequence))
        states = {(row.number, row.version): row.state for row in rows}
        yield from (_stored(row, states) for row in some)
        after = (some[-1]["number"], some[-1]["version"])


def last_versions(connection: Reading, numbers: Iterable[str]) -> dict[str, StoredQuote]:
    """The last version of each of some quotes, by number."""
    table, steps_of, last = tables.quotes, tables.quote_steps.c, dict[str, StoredQuote]()
    for some in chunks(numbers):
        of_steps = select(steps_of.number, steps_of.version, steps_of.state).where(steps_of.number.in_(some))
        rows = connection.execute(of_steps.order_by(steps_of.number, steps_of.version, steps_of.sequence))
        states = {(row.number, row.version): row.state for row in rows}
        newest = select(table.c.number, func.max(table.c.version)).where(table.c.number.in_(some)).group_by(table.c.number)
        query = select(table).where(tuple_(table.c.number, table.c.version).in_(newest))
        last |= {row["number"]: _stored(row, states) for row in connection.execute(query).mappings()}
    return last


def states_of(connection: Reading, opportunity: str) -> frozenset[str]:
    """The states of the quotes of an opportunity, of each that of its last version."""
    numbers = select(tables.quotes.c.number).where(tables.quotes.c.opportunity == opportunity)
    return frozenset(one.state for one in last_versions(connection, connection.execute(numbers).scalars()).values())


def steps(connection: Reading, number: str) -> list[RowMapping]:
    """The steps of all versions of a quote."""
    table = tables.quote_steps
    query = select(table).where(table.c.number == number).order_by(table.c.version, table.c.sequence)
    return list(connection.execute(query).mappings())


def _stored(row: RowMapping, states: Mapping[tuple[str, int], str]) -> StoredQuote:
    return StoredQuote(
        number=row["number"],
        version=row["version"],
        state=states[row["number"], row["version"]],
        opportunity=row["opportunity"],
        quote=PricedQuote.model_validate_json(row["document"]),
        attributes=json.loads(row["attributes"]),
    )


def _states(connection: Reading, number: str | None) -> dict[tuple[str, int], str]:
    table = tables.quote_steps
    query = select(table.c.number, table.c.version, table.c.state).order_by(table.c.number, table.c.version, table.c.sequence)
    if number is not None:
        query = query.where(table.c.number == number)
    return {(row.number, row.version): row.state for row in connection.execute(query)}
