"""Checks tables: columns, hit policies, cells by the type of their column, rows of files, and tables of discounts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.language.checking.check_dates import dated_by, in_force, refuse_clauses
from engine.language.checking.declarations import Gathered, answer_name, is_of_discounts, result_columns
from engine.language.checking.discount_tables import table_discounts
from engine.language.checking.scope import Scope
from engine.language.checking.table_rows import table_rows
from engine.language.ir import typed
from engine.language.ir.checked_sales import Discount
from engine.language.ir.checked_tables import ConditionCell, Input, Output, Policy, Row, Table
from engine.language.syntax import blocks, table_blocks
from engine.language.syntax.rule_problems import (
    COLUMN_PLACE,
    COLUMN_TWICE,
    INPUT_AS_RESULT,
    LADDER_COLUMNS,
    LADDER_TWICE,
    LADDER_WORD,
    NO_RESULT_COLUMN,
    NO_ROWS,
    ROWS_AND_FILE,
)
from engine.language.syntax.table_blocks import TableBlock
from engine.language.types.value_types import EnumType
from engine.phrases import phrase
from engine.text.nearest import suggestion

_INSTEAD = {"when": phrase("put the condition into a column")}


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """A checked table with its outputs and dependencies."""

    table: Table | None
    discounts: tuple[Discount, ...]
    outputs: tuple[str, ...]
    """The names that it answers."""
    scope: Scope
    cell_depends: frozenset[str]
    """The dependencies of its cells, without those of its columns."""


def check_table(module: blocks.Module, block: TableBlock, gathered: Gathered) -> CheckedTable:
    """Checks a table that answers names, or one whose rows are discounts."""
    bare = gathered.scope(module)
    by = dated_by(block.head, bare)
    scope = replace(bare, dated_by=by, is_of_discounts=is_of_discounts(block))
    refuse_clauses(block.head, scope, **_INSTEAD)
    _check_columns(block, scope)
    about = replace(scope, depends=set())
    inputs = _inputs(block, about)
    if is_of_discounts(block):
        refuse_clauses(block.head, scope, overrides=phrase("let one row exclude the other"))
        return CheckedTable(None, table_discounts(module, block, inputs, scope), (), scope, frozenset())
    refuse_clauses(block.head, scope, titles=phrase("documents print the titles of discounts only"))
    outputs = _outputs(block, gathered, scope)
    rows = table_rows(module, block, inputs, outputs, gathered, scope)
    policy: Policy = block.policy.name if block.policy and block.policy.name != "all matches" else "exactly one"
    ladder = tuple(word.name for word in block.policy.ladder) if block.policy else ()
    _check_ladder(block, outputs, rows, scope)
    answers = tuple(answer_name(block, column, gathered.vocabulary) for column in result_columns(block))
    of_cells = frozenset(scope.depends)
    scope.depends.update(about.depends)
    if None in inputs or None in outputs:
        return CheckedTable(None, (), answers, scope, of_cells)
    table = Table(
        name=block.head.name.name,
        title=block.head.title.text if block.head.title else None,
        module=module.name.name,
        in_force=in_force(block.head, scope),
        policy=policy,
        ladder=ladder,
        inputs=tuple(one for one in inputs if one is not None),
        outputs=tuple(one for one in outputs if one is not None),
        rows=tuple(rows),
        because=block.head.because.text if block.head.because else None,
        span=block.span,
    )
    return CheckedTable(table, (), answers, scope, of_cells)


def _check_columns(block: TableBlock, scope: Scope) -> None:
    seen: set[str] = set()
    for column in (*block.conditions, *block.results):
        if column.name.name in seen:
            scope.problems.append(COLUMN_TWICE.at(column.span, column=column.name.name))
        seen.add(column.name.name)
    if not result_columns(block):
        scope.problems.append(NO_RESULT_COLUMN.at(block.head.name.span, name=block.head.name.name))
    if block.file is None and not block.rows:
        scope.problems.append(NO_ROWS.at(block.head.name.span, name=block.head.name.name))
    if block.file is not None and block.rows:
        scope.problems.append(ROWS_AND_FILE.at(block.file.span, name=block.head.name.name))
    for column in (*block.conditions, *block.results):
        is_result = column in block.results
        if (column.kind == "valid" and is_result) or (column.kind == "because" and not is_result):
            place = phrase("before") if column.kind == "valid" else phrase("behind")
            scope.problems.append(COLUMN_PLACE.at(column.span, column=column.name.name, side=place))


def _inputs(block: TableBlock, scope: Scope) -> list[Input | None]:
    made: list[Input | None] = []
    for column in block.conditions:
        if column.kind == "name":
            subject = scope.named(column.name)
            made.append(Input(column.name.name, subject, subject.type, column.span) if subject else None)
    return made


def _outputs(block: TableBlock, gathered: Gathered, scope: Scope) -> list[Output | None]:
    made: list[Output | None] = []
    for column in result_columns(block):
        name = answer_name(block, column, gathered.vocabulary)
        entry = gathered.vocabulary.entries.get(name)
        if entry is not None and entry.role == "input":
            scope.problems.append(INPUT_AS_RESULT.at(column.span, name=name))
        kind = gathered.type_of(name)
        made.append(Output(name, column.name.name, kind, column.span) if kind else None)
    return made


def _check_ladder(block: TableBlock, outputs: list[Output | None], rows: list[Row], scope: Scope) -> None:
    if block.policy is None or block.policy.name != "highest of":
        return
    if len(outputs) != 1:
        scope.problems.append(LADDER_COLUMNS.at(block.policy.span))
        return
    output = outputs[0]
    check_ladder(block.policy, output.type if output else None, [row.results[0] for row in rows if row.results], scope)


def check_ladder(policy: table_blocks.Policy, kind: object, results: list[typed.Expression], scope: Scope) -> None:
    """A ladder lists values of the result's type, each once, and contains every result."""
    ladder = [word.name for word in policy.ladder]
    shown = " < ".join(ladder)
    for at, word in enumerate(policy.ladder):
        if isinstance(kind, EnumType) and word.name not in kind.values:
            scope.problems.append(LADDER_WORD.at(word.span, word=word.name, ladder=kind.name, remedy=suggestion(word.name, kind.values)))
        if word.name in ladder[:at]:
            scope.problems.append(LADDER_TWICE.at(word.span, word=word.name))
    for result in results:
        if not isinstance(result, typed.Constant) or result.value not in ladder:
            text = str(result.value) if isinstance(result, typed.Constant) else phrase("a computed result")
            scope.problems.append(LADDER_WORD.at(result.span, word=text, ladder=shown, remedy=suggestion(text, ladder)))


def askable(table: Table) -> ConditionCell | None:
    """The first cell that makes lookups in a table impossible, or None."""
    return next((cell for row in table.rows for cell in row.cells if isinstance(cell, ConditionCell)), None)
