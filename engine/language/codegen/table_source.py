"""Decision tables as Python source: one look into an index for each column, then the result of the row that is left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from engine.language.codegen.expression_source import Exact, Writer, scaled_to
from engine.language.codegen.rule_source import Around, Lines
from engine.language.codegen.table_index import days_index, points_index, words_index
from engine.language.codegen.trace_text import Step, place_name, speaker
from engine.language.ir.checked_rules import AnyCell, ConditionCell, IntervalsCell, Row, Table, ValuesCell
from engine.language.ir.typed import Constant
from engine.language.types.value_types import NumberType, PercentType, Plain, QuantityType, Type
from engine.money import MICRO


def is_dated(table: Table) -> bool:
    """Whether rows of a table have dates of their own."""
    return any(not row.in_force.is_always for row in table.rows)


def asked(table: Table) -> list[str]:
    """The names under which the source of a table finds what it is asked."""
    return [f"asked_{at}" for at in range(len(table.inputs))]


def ask_lines(table: Table, writer: Writer) -> Lines:
    """The lines that look up what a table is asked about: its columns in order, then the day that its rows look at."""
    lines = [f"asked_{at} = {writer.plain(column.subject)}" for at, column in enumerate(table.inputs)]
    day = next((row.in_force.by for row in table.rows if not row.in_force.is_always), None)
    return [*lines, f"day = facts[{day!r}]" if day else "day = None"]


def inner_writer(table: Table, writer: Writer) -> Writer:
    """A writer for what stands in the rows, where the names of the columns mean what was asked."""
    names = {column.name: Exact(variable, _over(column.type)) for variable, column in zip(asked(table), table.inputs, strict=True)}
    return replace(writer, instead=names, _written={})


def _over(kind: Type) -> int:
    return MICRO if isinstance(kind, NumberType | PercentType | QuantityType) else 1


@dataclass(frozen=True)
class TableSource:
    """The source of one result column of a table; `name` begins the names of the functions for its rows."""

    table: Table
    column: int
    over: int
    subject: str
    name: str
    writer: Writer
    around: Around
    is_last: bool

    @cached_property
    def _handed_on(self) -> str:
        """What the functions for single rows are called with."""
        return ", ".join(["facts", "memo", *(["trace", "seen"] if self.around.tracing else []), *asked(self.table)])

    @cached_property
    def _question(self) -> str:
        """What a refusal needs to know of what was asked."""
        names = asked(self.table)
        return f"({', '.join(names)}{',' if names else ''}), {'day' if is_dated(self.table) else 'None'}"

    @cached_property
    def _fixed(self) -> dict[int, Plain]:
        """By row, as a bit: the results that need no computing, counted in `over`."""
        fixed: dict[int, Plain] = {}
        for at, row in enumerate(self.table.rows):
            result = row.results[self.column]
            if isinstance(result, Constant):
                plain, unit = result.value, _over(result.type)
                fixed[1 << at] = plain * self.over // unit if isinstance(plain, int) and unit > 1 else plain
        return fixed

    def row_functions(self) -> Lines:
        """Functions for the conditions that are written out in cells, and for the results that must be computed."""
        lines: Lines = []
        conditions, results = [], []
        for at, row in enumerate(self.table.rows):
            cells = [self.writer.condition(cell.condition) for cell in row.cells if isinstance(cell, ConditionCell)]
            if cells:
                lines += [f"def {self.name}_holds_{at}({self._handed_on}):", f"    return {' and '.join(cells)}"]
                conditions.append(f"{1 << at}: {self.name}_holds_{at}")
            if 1 << at not in self._fixed:
                code = scaled_to(self.writer.write(row.results[self.column]), self.over)
                lines += [f"def {self.name}_row_{at}({self._handed_on}):", f"    return {code}"]
                results.append(f"{1 << at}: {self.name}_row_{at}")
        lines.append(f"{self.name}_holds = {{{', '.join(conditions)}}}")
        lines.append(f"{self.name}_rows = {{{', '.join(results)}}}")
        return lines

    def lines(self) -> Lines:
        """The lines that find the row and give its result."""
        policy = self.table.policy
        has_conditions = any(isinstance(cell, ConditionCell) for row in self.table.rows for cell in row.cells)
        lines = [f"rows = {' & '.join(self._indices()) or (1 << len(self.table.rows)) - 1}"]
        if has_conditions:
            function = "first_surviving" if policy == "first match" else "surviving"
            lines.append(f"rows = {function}(rows, {self.name}_holds, {self._handed_on})")
        elif policy == "first match":
            lines.append("rows &= -rows")
        fixed = self.around.constant(self._fixed)
        if policy in ("exactly one", "first match") and not self.around.tracing and self._fixed:
            lines += [f"found = {fixed}.get(rows, NOTHING)", "if found is not NOTHING: return found"]
        table = self.around.constant(self.table)
        lines.append(f"if not rows: {f'raise no_row({table}, {self._question})' if self.is_last else 'return NOTHING'}")
        if policy == "exactly one":
            lines.append(f"if rows & (rows - 1): raise two_rows({table}, numbers_of(rows), {self._question})")
        if policy in ("same result", "highest of"):
            lines += self._several(table, fixed)
        else:
            computed = f"{self.name}_rows[rows]({self._handed_on})"
            lines += ["at = rows.bit_length() - 1", f"found = {fixed}[rows] if rows in {fixed} else {computed}"]
        if self.around.tracing:
            steps = self.around.constant(tuple(self._step(row) for row in self.table.rows))
            lines.append(f"trace.append(({steps}[at], found, {self._question.rsplit(', ', 1)[0]}))")
        return [*lines, "return found"]

    def _indices(self) -> Lines:
        """For each column that tells rows apart the look into its index."""
        looks = []
        for at in range(len(self.table.inputs)):
            cells = [row.cells[at] for row in self.table.rows]
            if any(isinstance(cell, ValuesCell) for cell in cells):
                rows, others = words_index(cells)
                looks.append(f"{self.around.constant(rows)}.get(asked_{at}, {others})")
            elif any(isinstance(cell, IntervalsCell) for cell in cells):
                looks.append(f"{self.around.constant(points_index(cells))}(asked_{at})")
        if is_dated(self.table):
            looks.append(f"{self.around.constant(days_index([row.in_force for row in self.table.rows]))}(day)")
        return looks

    def _several(self, table: str, fixed: str) -> Lines:
        computed = f"{self.name}_rows[1 << at]({self._handed_on})"
        lines = ["numbers = numbers_of(rows)", f"results = [{fixed}[1 << at] if 1 << at in {fixed} else {computed} for at in numbers]"]
        if self.table.policy == "same result":
            lines.append(f"check_same_result({table}, numbers, results, {self._question})")
            return [*lines, "at, found = numbers[0], results[0]"]
        return [
            *lines,
            f"chosen = highest_of({self.around.constant(self.table.ladder)}, results)",
            "at, found = numbers[chosen], results[chosen]",
        ]

    def _step(self, row: Row) -> Step:
        columns = tuple(
            (at, column.name, speaker(column.type, _over(column.type)))
            for at, (column, cell) in enumerate(zip(self.table.inputs, row.cells, strict=True))
            if not isinstance(cell, AnyCell)
        )
        rule = f"{place_name(self.table.module)}: {self.table.name} row {row.number}"
        speak = speaker(self.table.outputs[self.column].type, self.over)
        return Step(self.subject, rule, row.because or self.table.because, row.span, speak, (), columns)
