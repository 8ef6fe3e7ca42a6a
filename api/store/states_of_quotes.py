"""The states of quotes on a day, told by SQL: that of the last step, unless it waits for its customer longer than it is valid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, Text, and_, cast, func, not_, or_, select, true
from sqlalchemy import column as column_of
from sqlalchemy.dialects.postgresql import JSON

from api.store import tables
from api.store.sql import Reading
from engine.money import Currency, Money

_quotes, _steps, _last = tables.quotes.c, tables.quote_steps.c, tables.quotes.alias("last_version").c
WAITING: Final = ("approval-needed", "approved", "sent")
"""The states in which a quote waits, and expires."""


class StateOn(NamedTuple):
    """A state, as of a day."""

    state: str
    day: date


def has_state(requested: StateOn) -> ColumnElement[bool]:
    """Whether the last version of a quote is in a state on a day."""
    return _holds(requested, _state_of_last(), _of_last(_last.valid_until))


def version_has_state(requested: StateOn) -> ColumnElement[bool]:
    """Whether a version of a quote is in a state on a day."""
    state = _steps_of_quote().where(_steps.version == _quotes.version).order_by(_steps.sequence.desc()).limit(1).scalar_subquery()
    return _holds(requested, state, _quotes.valid_until)


def is_for(opportunity: str) -> ColumnElement[bool]:
    """Whether the last version of a quote is for an opportunity."""
    return _of_last(_last.opportunity) == opportunity


def contract_values(connection: Reading, criteria: Sequence[ColumnElement[bool]], *, versions: bool) -> Iterator[Money]:
    """The contract values of the last versions of quotes, or of versions, for which criteria hold: nothing else of them is read."""
    document, names = _quotes.document if versions else _of_last(_last.document), ("contract_value", "currency")
    if connection.dialect.name == "sqlite":
        parts = [func.json_extract(document, f"$.{name}") for name in names]
        query = select(*parts).select_from(tables.quotes)
    else:  # a function in the place of a table reads each document once
        figures = func.json_to_record(cast(document, JSON)).table_valued(*(column_of(name, Text) for name in names))
        read = figures.render_derived(name="figures", with_types=True)
        query = select(*read.c).select_from(tables.quotes.join(read, true()))
    for amount, currency in connection.execute(query.where(*criteria)):
        yield Money.parse(amount, Currency.of(currency))


def _holds(requested: StateOn, state: ScalarSelect[str], valid_until: ColumnElement[date]) -> ColumnElement[bool]:
    is_over = and_(state.in_(WAITING), valid_until < requested.day)
    if requested.state == "expired":
        return or_(state == requested.state, is_over)
    return and_(state == requested.state, not_(valid_until < requested.day)) if requested.state in WAITING else state == requested.state


def _state_of_last() -> ScalarSelect[str]:
    return _steps_of_quote().order_by(_steps.version.desc(), _steps.sequence.desc()).limit(1).scalar_subquery()


def _steps_of_quote() -> Select[str]:
    return select(_steps.state).where(_steps.number == _quotes.number).correlate(tables.quotes)


def _of_last(column: ColumnElement[date] | ColumnElement[str]) -> ScalarSelect[date]:
    query = select(column).where(_last.number == _quotes.number).correlate(tables.quotes)
    return query.order_by(_last.version.desc()).limit(1).scalar_subquery()
