"""Coverage of tables: rows, alternatives of cells, ends of intervals, and both sides of each day on which a row changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from engine.language.interpreter.environment import Environment, MissingFact
from engine.language.interpreter.reference_rules import ReferenceRules
from engine.language.interpreter.reference_values import cell_matches, plain_of
from engine.language.ir.checked_rules import Checked
from engine.language.ir.checked_tables import IntervalsCell, Row, Table, ValuesCell
from engine.language.tracing.recorded_rules import Question
from engine.language.tracing.unmatched_rows import arguments_of
from engine.language.types.value_text import plain_in_words
from engine.language.types.value_types import Plain, Type
from engine.phrases import Phrase, listed, phrase, together
from engine.problems import Refusal, Span

Piece = tuple[Span, str, Phrase, Phrase | None]
"""One piece that evaluations can reach: its position, its kind, what it is, and why nothing reaches it (None: something does)."""


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """One evaluation of a table: the scenario, the column values, the day, and the rows that decided it (none: another table, or none)."""

    by: str
    arguments: tuple[Plain, ...]
    day: date | None
    places: frozenset[str]

    def decided_by(self, row: Row) -> bool:
        """Whether a row decided it."""
        return f"{row.span.path}:{row.span.line}" in self.places


def rows(checked: Checked, questions: Sequence[Question]) -> Iterator[Piece]:
    """Every piece of every table."""
    reference = ReferenceRules(checked)
    for name, layer in checked.tables.items():
        by_name = _questions_to(name, checked, questions)
        for table in layer.versions:
            uses = [one for question in by_name if (one := _table_question(table, question, checked, reference)) is not None]
            for row in table.rows:
                yield from _of_row(table, row, uses)


def _questions_to(table: str, checked: Checked, questions: Sequence[Question]) -> list[Question]:
    """The evaluations of a table: those whose reasons name one of its rows, and those that were refused."""
    lines = {f"{row.span.path}:{row.span.line}" for version in checked.tables[table].versions for row in version.rows}
    return [question for question in questions if not question.places or question.places & lines]


def _table_question(table: Table, question: Question, checked: Checked, reference: ReferenceRules) -> TableQuestion | None:
    environment = Environment(reference, table.name, question.facts)
    try:
        arguments = arguments_of(table, question, checked, environment)
        plain = [plain_of(given, column.type, checked.exponent) for given, column in zip(arguments or (), table.inputs, strict=True)]
    except (MissingFact, Refusal, ValueError):
        return None
    return TableQuestion(question.by, tuple(plain), _day(table, question), question.places)  # type: ignore[arg-type]  # plain values, a fraction of a micro too


def _day(table: Table, question: Question) -> date | None:
    """The day of the evaluation: by the table's own date, or by that of the block that looks it up."""
    names = {row.in_force.by for row in table.rows} | {table.in_force.by, "invoice.tax-point", "order.on", "line.priced-on"}
    days = (question.facts.get(name) for name in names if name is not None)
    return next((day for day in days if isinstance(day, date)), None)


def _of_row(table: Table, row: Row, uses: Sequence[TableQuestion]) -> Iterator[Piece]:
    deciding = [one for one in uses if one.decided_by(row)]
    what = phrase("row {number} of {table}", number=row.number, table=table.name)
    yield row.span, "row", what, None if deciding else _why_no_row(table, row, uses)
    if not deciding:
        return
    for at, (column, cell) in enumerate(zip(table.inputs, row.cells, strict=True)):
        if isinstance(cell, ValuesCell) and not cell.is_negated and len(cell.values) > 1:
            reached = {one.arguments[at] for one in deciding}
            for word in cell.values:
                what = phrase("`{word}` in row {number} of {table}", word=word, number=row.number, table=table.name)
                yield cell.span, "alternative", what, None if word in reached else _why_no_word(column.name, str(word), deciding)
        elif isinstance(cell, IntervalsCell):
            yield from _ends(table, row, at, cell, uses)
    yield from _days(table, row, uses)


# --- Why nothing reaches a row. ---


def _why_no_row(table: Table, row: Row, uses: Sequence[TableQuestion]) -> Phrase:
    wanted = _wanted(table, row)
    if not uses:
        return phrase("no scenario asks {table}", table=table.name)
    nearest = min(uses, key=lambda one: len(_wrong(row, one)))
    wrong = _wrong(row, nearest)
    if not wrong and row.in_force.start is not None:
        return phrase("no scenario asks it on a day from {start} on; “{nearest}” asks on {day}",
                      start=row.in_force.start, nearest=nearest.by, day=nearest.day or phrase("no day"))  # fmt: skip
    differs = listed(f"{table.inputs[at].name} = {_value_text(nearest.arguments[at], table.inputs[at].type)}" for at in wrong)
    return phrase("no scenario has {wanted}; the nearest, “{nearest}”, has {differs}", wanted=wanted, nearest=nearest.by, differs=differs)


def _wrong(row: Row, one: TableQuestion) -> list[int]:
    """The columns in which an evaluation does not match a row."""
    return [
        at
        for at, (cell, given) in enumerate(zip(row.cells, one.arguments, strict=True))
        if isinstance(cell, ValuesCell | IntervalsCell) and not cell_matches(cell, given)
    ]


def _wanted(table: Table, row: Row) -> str:
    """The conditions of a row: `customer.segment = chain together with product.order-type = investment`."""
    parts = [f"{column.name} = {_of_cell(cell, column.type)}" for column, cell in zip(table.inputs, row.cells, strict=True)
             if isinstance(cell, ValuesCell | IntervalsCell)]  # fmt: skip
    return phrase("{first} together with {rest}", first=parts[0], rest=listed(parts[1:])) if len(parts) > 1 else together(parts, "")


def _of_cell(cell: ValuesCell | IntervalsCell, kind: Type) -> str:
    if isinstance(cell, IntervalsCell):
        return " / ".join(f"{_value_text(one.low, kind)}…{_value_text(one.high, kind)}" for one in cell.intervals)
    words = ", ".join(_value_text(word, kind) for word in cell.values[:4]) + (", …" if len(cell.values) > 4 else "")
    return f"not {words}" if cell.is_negated else words


def _value_text(plain: Plain | None, kind: Type) -> str:
    return "" if plain is None else plain_in_words(plain, kind)


def _why_no_word(column: str, word: str, deciding: Sequence[TableQuestion]) -> Phrase:
    return phrase("scenarios reach this row ({number}), but none with {column} = {word}; one is “{name}”",
                  number=len({one.by for one in deciding}), column=column, word=word, name=deciding[0].by)  # fmt: skip


# --- Ends of intervals, and days. ---


def _ends(table: Table, row: Row, at: int, cell: IntervalsCell, uses: Sequence[TableQuestion]) -> Iterator[Piece]:
    """Each end of an interval, at it and one step outside it."""
    column = table.inputs[at]
    reached = {one.arguments[at] for one in uses}
    for interval in cell.intervals:
        for end, step in ((interval.low, -1), (interval.high, 1)):
            if end is None or (interval.low == interval.high and step == -1):
                continue
            for point in dict.fromkeys((end, _beyond(end, step))):
                what = phrase("{column} at {point}, row {number} of {table}", column=column.name, point=_value_text(point, column.type),
                              number=row.number, table=table.name)  # fmt: skip
                why = phrase("no scenario has {column} = {point}", column=column.name, point=_value_text(point, column.type))
                yield cell.span, "boundary", what, None if point in reached else why


def _beyond(end: int | date, step: int) -> int | date:
    return end + timedelta(days=step) if isinstance(end, date) else end + step


def _days(table: Table, row: Row, uses: Sequence[TableQuestion]) -> Iterator[Piece]:
    """The first day of a row that replaces another, and the day before."""
    start = row.in_force.start
    if start is None or not any(_is_before(one, row) and _same(one, row) for one in table.rows):
        return
    alike = [one for one in table.rows if one is row or _same(one, row)]
    on_days = {one.day for one in uses if one.day is not None and any(one.decided_by(other) for other in alike)}
    for day in (start - timedelta(days=1), start):
        what = phrase("{day}, on which row {number} of {table} begins", day=day, number=row.number, table=table.name)
        if day != start:
            what = phrase("{day}, the day before row {number} of {table}", day=day, number=row.number, table=table.name)
        others = sorted(on_days, key=lambda other: abs(other - day))
        why = phrase("no scenario asks about this day; the nearest day is {other}", other=others[0]) if others else phrase(
            "no scenario asks about this day")  # fmt: skip
        yield row.span, "day", what, None if day in on_days else why


def _is_before(one: Row, row: Row) -> bool:
    return one is not row and row.in_force.start is not None and (one.in_force.start or date.min) < row.in_force.start


def _same(one: Row, row: Row) -> bool:
    """Whether two rows have the same conditions, apart from their validity."""
    return all(
        isinstance(first, ValuesCell) and isinstance(second, ValuesCell) and first.values == second.values
        for first, second in zip(one.cells, row.cells, strict=True)
    )
