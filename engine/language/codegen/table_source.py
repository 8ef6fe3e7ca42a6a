"""Generates Python source for decision tables: one index lookup for each column, then the result of the remaining row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from engine.language.codegen.exact_source import Exact, plain_denominator
from engine.language.codegen.expression_source import ExpressionWriter
from engine.language.codegen.generated_module import Lines
from engine.language.codegen.source_template import formatter
from engine.language.codegen.table_index import days_index, points_index, words_index
from engine.language.codegen.trace_factors import factor_parts
from engine.language.codegen.trace_steps import TraceStep, module_path
from engine.language.ir.checked_tables import AnyCell, ConditionCell, IntervalsCell, Row, Table, ValuesCell
from engine.language.ir.typed import Constant
from engine.language.types.value_types import Plain


def column_variables(table: Table) -> list[str]:
    """The variables with the values of the columns."""
    return [f"column_{at}" for at in range(len(table.inputs))]


def column_lines(table: Table, writer: ExpressionWriter) -> Lines:
    """The lines that evaluate the columns in order, then the day."""
    lines = [f"column_{at} = {writer.plain(column.subject)}" for at, column in enumerate(table.inputs)]
    day = next((row.in_force.by for row in table.rows if not row.in_force.is_always), None)
    return [*lines, f"day = facts[{day!r}]" if day else "day = None"]


def row_writer(table: Table, writer: ExpressionWriter) -> ExpressionWriter:
    """A writer for cells, in which the names of the columns are variables."""
    names = {column.name: Exact(f"column_{at}", plain_denominator(column.type)) for at, column in enumerate(table.inputs)}
    return replace(writer, columns=names, _written={})


def column_answering(table: Table, subject: str) -> int:
    """The result column of a name."""
    return next(at for at, output in enumerate(table.outputs) if output.answers == subject)


@dataclass(frozen=True)
class TableSource:
    """The source of one result column of a table; `name` is the prefix of the functions of its rows."""

    table: Table
    column: int
    denominator: int
    name: str
    writer: ExpressionWriter
    is_last: bool

    @cached_property
    def _arguments(self) -> str:
        """The arguments of the functions of single rows."""
        return ", ".join(["facts", "memo", "trace", "values", *column_variables(self.table)])

    @cached_property
    def _columns(self) -> str:
        """The values of the columns, as a tuple."""
        return f"({''.join(f'{variable}, ' for variable in column_variables(self.table))})"

    @cached_property
    def _constants(self) -> dict[int, Plain]:
        """The results that are constants, by row (as a bit), over the denominator."""
        constants: dict[int, Plain] = {}
        for at, row in enumerate(self.table.rows):
            result = row.results[self.column]
            if isinstance(result, Constant):
                plain, unit = result.value, plain_denominator(result.type)
                constants[1 << at] = plain * self.denominator // unit if isinstance(plain, int) and unit > 1 else plain
        return constants

    def row_functions(self) -> Lines:
        """Functions for the conditions written out in cells, and for the results that are computed."""
        lines: Lines = []
        conditions, results = [], []
        for at, row in enumerate(self.table.rows):
            cells = [self.writer.condition(cell.condition) for cell in row.cells if isinstance(cell, ConditionCell)]
            if cells:
                lines += [f"def {self.name}_holds_{at}({self._arguments}):", f"    return {' and '.join(cells)}"]
                conditions.append(f"{1 << at}: {self.name}_holds_{at}")
            if 1 << at not in self._constants:
                code = self.writer.write(row.results[self.column]).scaled_to(self.denominator)
                lines += [f"def {self.name}_row_{at}({self._arguments}):", f"    return {code}"]
                results.append(f"{1 << at}: {self.name}_row_{at}")
        lines.append(f"{self.name}_holds = {{{', '.join(conditions)}}}")
        lines.append(f"{self.name}_rows = {{{', '.join(results)}}}")
        return lines

    def lines(self) -> Lines:
        """The lines that find the row and return its result."""
        policy, constant = self.table.policy, self.writer.module.constant
        has_conditions = any(isinstance(cell, ConditionCell) for row in self.table.rows for cell in row.cells)
        lines = [f"rows = {' & '.join(self._indices()) or (1 << len(self.table.rows)) - 1}"]
        if has_conditions:
            function = "first_surviving" if policy == "first match" else "surviving"
            lines.append(f"rows = {function}(rows, {self.name}_holds, {self._arguments})")
        elif policy == "first match":
            lines.append("rows &= -rows")
        table = constant(self.table)
        question = f"{self._columns}, {'day' if self._is_dated else 'None'}"
        lines.append(f"if not rows: {f'raise no_row({table}, {question})' if self.is_last else 'return NOTHING'}")
        if policy in ("same result", "highest of"):
            lines += self._several(table, question)
        else:
            if policy == "exactly one":
                lines.append(f"if rows & (rows - 1): raise two_rows({table}, numbers_of(rows), {question})")
            lines += ["at = rows.bit_length() - 1", f"result = {self._result('rows')}"]
        steps = constant(tuple(self._step(row) for row in self.table.rows))
        return [*lines, f"trace.append(({steps}[at], result, {self._columns}, values))", "return result"]

    @property
    def _is_dated(self) -> bool:
        return any(not row.in_force.is_always for row in self.table.rows)

    def _indices(self) -> Lines:
        """The index lookup of each column that restricts rows."""
        constant = self.writer.module.constant
        looks = []
        for at in range(len(self.table.inputs)):
            cells = [row.cells[at] for row in self.table.rows]
            if any(isinstance(cell, ValuesCell) for cell in cells):
                rows, others = words_index(cells)
                looks.append(f"{constant(rows)}.get(column_{at}, {others})")
            elif any(isinstance(cell, IntervalsCell) for cell in cells):
                looks.append(f"{constant(points_index(cells))}(column_{at})")
        if self._is_dated:
            looks.append(f"{constant(days_index([row.in_force for row in self.table.rows]))}(day)")
        return looks

    def _result(self, row: str) -> str:
        """The result of a row given as a bit."""
        constants = self.writer.module.constant(self._constants)
        return f"{constants}[{row}] if {row} in {constants} else {self.name}_rows[{row}]({self._arguments})"

    def _several(self, table: str, question: str) -> Lines:
        lines = ["numbers = numbers_of(rows)", f"results = [{self._result('1 << at')} for at in numbers]"]
        if self.table.policy == "same result":
            differ = "results.count(results[0]) < len(results)"
            lines.append(f"if {differ}: raise different_results({table}, numbers, results, {question})")
            return [*lines, "at, result = numbers[0], results[0]"]
        ladder = self.writer.module.constant(self.table.ladder)
        return [*lines, f"chosen = highest_of({ladder}, results)", "at, result = numbers[chosen], results[chosen]"]

    def _step(self, row: Row) -> TraceStep:
        columns = tuple(
            (at, column.name, formatter(column.type, plain_denominator(column.type)))
            for at, (column, cell) in enumerate(zip(self.table.inputs, row.cells, strict=True))
            if not isinstance(cell, AnyCell)
        )
        output = self.table.outputs[self.column]
        return TraceStep(
            subject=output.answers,
            rule=f"{module_path(self.table.module)}: {self.table.name} row {row.number}",
            because=row.because or self.table.because,
            span=row.span,
            format=formatter(output.type, self.denominator),
            columns=columns,
            denominator=self.denominator,
            factors=factor_parts(row.results[self.column], self.writer.module.checked),
        )
