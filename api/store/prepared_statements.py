"""Statements of which a run executes thousands: compiled once, and given to the driver as they are.

What SQLAlchemy does to find a large statement among those it knows takes longer than the rest. Rows go with a statement as one text in
JSON, which costs a fraction of an array for each column.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ClauseElement, Column, CursorResult, Dialect, FromClause, Text, bindparam, cast, func, select
from sqlalchemy import column as column_of
from sqlalchemy.dialects.postgresql import JSONB, psycopg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.sql.compiler import SQLCompiler

from api.store.sql import Writing, day_number

_DRIVERS: Final[Mapping[str, Dialect]] = {
    "sqlite": pysqlite.dialect(paramstyle="named"),
    "postgresql": psycopg.dialect(),  # type: ignore[no-untyped-call]  # its types are missing
}
_MOST_PARAMETERS: Final = 50
"""PostgreSQL's driver reads the text of a statement with more of them anew whenever it is executed."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as the driver takes it."""

    text: str
    fixed: Mapping[str, object]
    processors: Mapping[str, Callable[[object], object] | None]
    """Of each parameter that is given, what makes its value as the driver takes it."""

    def run(self, connection: Writing, given: Mapping[str, object]) -> CursorResult[tuple[object, ...]]:
        """Executes it with the values that are given; what is not given is empty, and what it does not take is left out."""
        values = {name: processed(given.get(name)) if processed else given.get(name) for name, processed in self.processors.items()}
        return connection.exec_driver_sql(self.text, {**self.fixed, **values})


def prepared(dialect: str, statement: ClauseElement) -> Prepared:
    """A statement compiled for a dialect."""
    driver = _DRIVERS[dialect]
    compiled = statement.compile(dialect=driver)
    assert isinstance(compiled, SQLCompiler)
    processors = {name: parameter.type.dialect_impl(driver).bind_processor(driver) for name, parameter in compiled.binds.items()}
    assert len(processors) <= _MOST_PARAMETERS
    fixed = {name: value for name, value in compiled.params.items() if value is not None}
    fixed = {name: processed(value) if (processed := processors.pop(name)) else value for name, value in fixed.items()}
    return Prepared(str(compiled), fixed, processors)


def rows_as_json(dialect: str, rows: Sequence[Mapping[str, object]]) -> str:
    """Rows that are given with a statement as one value."""
    return json.dumps(rows, default=day_number if dialect == "sqlite" else date.isoformat)


def given_rows(dialect: str, name: str, columns: Sequence[Column[object]]) -> FromClause:
    """The rows of JSON that is given with a statement under a name, with the types of some columns."""
    given = bindparam(name, type_=Text)
    if dialect == "sqlite":
        row = func.json_each(given).table_valued("value", name=f"{name}_each").c.value
        return select(*(func.json_extract(row, f"$.{each.name}", type_=each.type).label(each.name) for each in columns)).subquery(name)
    rows = func.jsonb_to_recordset(cast(given, JSONB)).table_valued(*(column_of(each.name, each.type) for each in columns))
    return rows.render_derived(name=name, with_types=True)
