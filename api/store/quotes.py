"""Quotes in the store: each version as an immutable document, and its steps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple

from pydantic_core import from_json
from sqlalchemy import ColumnElement, RowMapping, func, literal, select, tuple_

from api.store import tables
from api.store.sql import Reading, Writing, canonical_json, chunks
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote_summary import QuoteSummary

_AT_ONCE: Final = 100
QuoteStep = RowMapping
"""A step of a version: its state, when and by whom, a note, and `details` as JSON."""


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
    approver: str | None = None
    """The role that must approve it, or had to; None where the rules name nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarizedQuote:
    """What lists tell of one version of a quote; its fields are those of `StoredQuote`."""

    number: str
    version: int
    state: str
    opportunity: str | None
    quote: QuoteSummary
    attributes: Mapping[str, str]


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
    """Inserts a new version of a quote; its document never changes, unless it is a draft."""
    key = {"number": number, "version": version, "customer": quote.customer.id, "made_at": at}
    connection.execute(tables.quotes.insert().values(key | _content(quote, opportunity, attributes)))


def change_draft(connection: Writing, quote: StoredQuote) -> None:
    """Replaces the document of a draft."""
    table = tables.quotes
    query = table.update().where(table.c.number == quote.number, table.c.version == quote.version)
    connection.execute(query.values(_content(quote.quote, quote.opportunity, quote.attributes)))


def _content(quote: PricedQuote, opportunity: str | None, attributes: Mapping[str, str]) -> dict[str, object]:
    return {
        "opportunity": opportunity,
        "quoted_on": quote.on,
        "valid_until": quote.valid_until,
        "rulebook": quote.rulebook,
        "document": canonical_json(quote.model_dump(mode="json")),
        "attributes": canonical_json(dict(attributes)),
    }


def lock(connection: Writing, number: str) -> tuple[StoredQuote, ...]:
    """The versions of a quote, locked until the transaction ends; none where the number is unknown."""
    table = tables.quotes
    connection.execute(select(table.c.version).where(table.c.number == number).with_for_update(key_share=True)).all()
    return find(connection, number)


def append_step(
    connection: Writing,
    number: str,
    version: int,
    state: str,
    *,
    on: date,
    at: datetime,
    author: str,
    note: str | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Adds a step to a version: its new state, and what belongs to it."""
    table = tables.quote_steps
    last = connection.execute(select(func.max(table.c.sequence)).where(table.c.number == number, table.c.version == version)).scalar()
    values = {"number": number, "version": version, "sequence": (last or 0) + 1, "state": state, "stepped_on": on, "stepped_at": at}
    text = canonical_json(dict(details)) if details else None
    connection.execute(table.insert().values(values | {"author": author, "note": note, "details": text}))


def find(connection: Reading, number: str | None = None) -> tuple[StoredQuote, ...]:
    """Quotes in the order of number and version; all, or the versions of one number."""
    query = select(tables.quotes).order_by(tables.quotes.c.number, tables.quotes.c.version)
    if number is not None:
        query = query.where(tables.quotes.c.number == number)
    states = _states(connection, None if number is None else tables.quote_steps.c.number == number)
    return tuple(_stored(row, states) for row in connection.execute(query).mappings())


def each(connection: Reading, *, after: tuple[str, int] | None = None) -> Iterator[StoredQuote]:
    """Every version in the order of number and version, after one; some are in memory at once."""
    table, steps = tables.quotes, tables.quote_steps.c
    key = (table.c.number, table.c.version)
    query = select(table).order_by(*key).limit(_AT_ONCE)
    while some := connection.execute(query if after is None else query.where(tuple_(*key) > tuple_(*map(literal, after)))).mappings().all():
        numbers = [row["number"] for row in some]
        states = _states(connection, steps.number.in_(numbers))
        yield from (_stored(row, states) for row in some)
        after = (some[-1]["number"], some[-1]["version"])


def last_versions(connection: Reading, numbers: Iterable[str]) -> dict[str, StoredQuote]:
    """The last version of each of some quotes, by number."""
    return {row["number"]: _stored(row, states) for row, states in _last_rows(connection, numbers)}


def last_summaries(connection: Reading, numbers: Iterable[str]) -> dict[str, SummarizedQuote]:
    """The summary of the last version of each of some quotes, by number."""
    return {row["number"]: _summarized(row, states) for row, states in _last_rows(connection, numbers)}


def _last_rows(connection: Reading, numbers: Iterable[str]) -> Iterator[tuple[RowMapping, _States]]:
    table = tables.quotes
    for some in chunks(numbers):
        states = _states(connection, tables.quote_steps.c.number.in_(some))
        newest = select(table.c.number, func.max(table.c.version)).where(table.c.number.in_(some)).group_by(table.c.number)
        query = select(table).where(tuple_(table.c.number, table.c.version).in_(newest))
        yield from ((row, states) for row in connection.execute(query).mappings())


def states_of(connection: Reading, opportunity: str) -> frozenset[str]:
    """The states of the quotes of an opportunity, of each that of its last version."""
    numbers = select(tables.quotes.c.number).where(tables.quotes.c.opportunity == opportunity)
    return frozenset(one.state for one in last_summaries(connection, connection.execute(numbers).scalars()).values())


def some_summaries(connection: Reading, keys: Iterable[str]) -> dict[str, SummarizedQuote]:
    """The summaries of some versions of quotes, by number and version in five digits: `Q2027-0001:00002`."""
    table, versions = tables.quotes, dict[str, SummarizedQuote]()
    for some in chunks(keys):
        pairs = [(number, int(version)) for number, _, version in (key.rpartition(":") for key in some)]
        states = _states(connection, tables.quote_steps.c.number.in_({number for number, _ in pairs}))
        rows = connection.execute(select(table).where(tuple_(table.c.number, table.c.version).in_(pairs))).mappings()
        versions |= {f"{row['number']}:{row['version']:05}": _summarized(row, states) for row in rows}
    return versions


def steps(connection: Reading, number: str) -> list[QuoteStep]:
    """The steps of all versions of a quote."""
    table = tables.quote_steps
    query = select(table).where(table.c.number == number).order_by(table.c.version, table.c.sequence)
    return list(connection.execute(query).mappings())


def _stored(row: RowMapping, states: _States) -> StoredQuote:
    state = states[row["number"], row["version"]]
    return StoredQuote(
        number=row["number"],
        version=row["version"],
        state=state.name,
        opportunity=row["opportunity"],
        quote=PricedQuote.model_validate_json(row["document"]),
        attributes=json.loads(row["attributes"]),
        approver=state.approver,
    )


def _summarized(row: RowMapping, states: _States) -> SummarizedQuote:
    return SummarizedQuote(
        number=row["number"],
        version=row["version"],
        state=states[row["number"], row["version"]].name,
        opportunity=row["opportunity"],
        quote=QuoteSummary.model_validate(from_json(row["document"])),
        attributes=json.loads(row["attributes"]),
    )


class _State(NamedTuple):
    """The state of the last step of a version, and the approver that one of its steps names."""

    name: str
    approver: str | None


_States = Mapping[tuple[str, int], _State]


def _states(connection: Reading, which: ColumnElement[bool] | None) -> dict[tuple[str, int], _State]:
    steps_of = tables.quote_steps.c
    query = select(steps_of.number, steps_of.version, steps_of.state, steps_of.details)
    query = query.order_by(steps_of.number, steps_of.version, steps_of.sequence)
    states: dict[tuple[str, int], _State] = {}
    for number, version, state, details in connection.execute(query if which is None else query.where(which)):
        before = states.get((number, version))
        named = json.loads(details).get("approver") if details else None
        states[number, version] = _State(state, named or (before.approver if before else None))
    return states
