"""Why a row of a table did not decide: its first cell that does not match and the value of that column, or the row before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.language.interpreter.environment import Environment, MissingFact
from engine.language.interpreter.python_trees import ExactValue
from engine.language.interpreter.reference_values import cell_matches, plain_of
from engine.language.ir.checked_rules import Checked
from engine.language.ir.checked_tables import Cell, ConditionCell, IntervalsCell, Row, Table, ValuesCell
from engine.language.ir.typed import Expression, Lookup, Result
from engine.language.ir.walker import Block, expressions, walk
from engine.language.tracing.false_conditions import other_day, place, source_text, value_text
from engine.language.tracing.recorded_rules import Question
from engine.phrases import Phrase, phrase


def arguments_of(table: Table, question: Question, checked: Checked, environment: Environment) -> list[ExactValue] | None:
    """The values of the columns of a table in an evaluation; None where the evaluation does not lead to the table."""
    seen: set[str] = set()
    for lookup in _leading(_blocks(question, checked), table, checked, seen):
        subjects = [column.subject for column in table.inputs] if lookup is None else list(lookup.arguments)
        try:
            return [environment.evaluate(expression) for expression in subjects]
        except MissingFact:
            continue
    return None


def row_verdict(
    table: Table, row: Row, arguments: Sequence[ExactValue], checked: Checked, environment: Environment
) -> tuple[Phrase, str] | None:
    """Why a row does not apply, and its position; None where it does."""
    wrong_day = other_day(row.in_force, environment)
    if wrong_day is not None:
        return wrong_day, place(row.span)
    of_row = replace(environment, columns={one.name: given for one, given in zip(table.inputs, arguments, strict=True)})
    for column, cell, given in zip(table.inputs, row.cells, arguments, strict=True):
        plain = plain_of(given, column.type, checked.exponent)
        holds = of_row.holds(cell.condition) if isinstance(cell, ConditionCell) else cell_matches(cell, plain)
        if not holds:
            text = value_text(environment, given, column.type)
            return phrase("{name} is {found}, and the row is for {cell}", name=column.name, found=text, cell=_cell(cell, checked)), place(
                row.span
            )
    return None


def _cell(cell: Cell, checked: Checked) -> str:
    written = source_text(checked, cell.span)
    if written or not isinstance(cell, ValuesCell | IntervalsCell):
        return written or "…"
    if isinstance(cell, ValuesCell):
        return ", ".join(map(str, cell.values))
    return ", ".join(f"{one.low}…{one.high}" for one in cell.intervals)


def _blocks(question: Question, checked: Checked) -> Iterator[Block]:
    """The blocks of rules that an evaluation starts from."""
    match question.kind:
        case "ask":
            answers = checked.answers.get(question.name)
            layers = answers.layers if answers else ()
            yield from (version for layer in layers for version in layer.versions)
        case "price":
            yield from (version for layer in checked.prices.get(question.name, ()) for version in layer.versions)
        case "bundle":
            yield from (version for layer in checked.bundles.get(question.name, ()) for version in layer.versions)
        case "offers":
            yield from (version for layer in checked.discounts for version in layer.versions)
        case "stacking":
            yield from (version for layer in checked.stacking for version in layer.versions)


def _leading(blocks: Iterator[Block], table: Table, checked: Checked, seen: set[str]) -> Iterator[Lookup | None]:
    """The paths from blocks to a table: None where it is one of them, else the lookup."""
    for block in blocks:
        if isinstance(block, Table) and block.name == table.name:
            yield None
        for expression in expressions(block):
            yield from _inside(expression, table, checked, seen)


def _inside(expression: Expression, table: Table, checked: Checked, seen: set[str]) -> Iterator[Lookup | None]:
    for inner in walk(expression):
        if isinstance(inner, Lookup) and inner.table == table.name:
            yield inner
        elif isinstance(inner, Lookup) and inner.table not in seen:
            seen.add(inner.table)
            yield from _leading(iter(checked.tables[inner.table].versions), table, checked, seen)
        elif isinstance(inner, Result) and inner.name not in seen:
            seen.add(inner.name)
            yield from _leading(_blocks(Question("ask", inner.name, {}), checked), table, checked, seen)
