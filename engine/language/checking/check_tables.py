"""Tables checked: columns, policies, cells typed by column, rows of files, and tables of discounts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.language.checking.check_cells import check_cell, condition_of
from engine.language.checking.check_dates import dated_by, days_of, in_force, refuse_clauses
from engine.language.checking.check_expressions import expect, infer
from engine.language.checking.declarations import Gathered, answer_name, is_of_discounts, result_columns
from engine.language.checking.file_cells import plain_cell, plain_result
from engine.language.checking.file_rows import FileRow
from engine.language.checking.scope import Scope
from engine.language.ir import typed
from engine.language.ir.checked_sales import Discount
from engine.language.ir.checked_tables import AnyCell, Cell, ConditionCell, Input, Output, Policy, Row, Table
from engine.language.ir.in_force import InForce
from engine.language.syntax import blocks, nodes, table_blocks
from engine.language.syntax.block_head import Validity
from engine.language.syntax.rule_problems import (
    ALL_MATCHES,
    BECAUSE_CELL,
    COLUMN_COUNT,
    COLUMN_SIDE,
    COLUMN_TWICE,
    INPUT_ANSWERED,
    LADDER_COLUMNS,
    LADDER_TWICE,
    LADDER_WORD,
    MISSING_RESULT,
    NO_RESULT_COLUMN,
    NO_ROWS,
    ROWS_AND_FILE,
    UNKNOWN_NAME,
    VALIDITY_CELL,
)
from engine.language.syntax.table_blocks import TableBlock
from engine.language.types.value_types import BOOL, EnumType, MoneyType, PercentType
from engine.phrases import phrase
from engine.text.nearest import suggestion

_INSTEAD = {"when": phrase("put the condition into a column")}


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """A table with what checking found out beside it."""

    table: Table | None
    discounts: tuple[Discount, ...]
    outputs: tuple[str, ...]
    """The names that it answers."""
    scope: Scope
    cell_depends: frozenset[str]
    """What its cells need, without what its columns are about."""


def check_table(module: blocks.Module, block: TableBlock, gathered: Gathered) -> CheckedTable:
    """A table of rows that answers names, or one whose rows are discounts."""
    bare = gathered.scope(module)
    by = dated_by(block.head, bare)
    scope = replace(bare, dated_by=by)
    refuse_clauses(block.head, scope, **_INSTEAD)
    _check_columns(block, scope)
    about = replace(scope, depends=set())
    inputs = _inputs(block, about)
    if is_of_discounts(block):
        refuse_clauses(block.head, scope, overrides=phrase("let one row exclude the other"))
        return CheckedTable(None, _discounts(module, block, inputs, scope), (), scope, frozenset())
    outputs = _outputs(block, gathered, scope)
    rows = _rows(module, block, inputs, outputs, gathered, scope)
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
            side = phrase("before") if column.kind == "valid" else phrase("behind")
            scope.problems.append(COLUMN_SIDE.at(column.span, column=column.name.name, side=side))


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
            scope.problems.append(INPUT_ANSWERED.at(column.span, name=name))
        kind = gathered.type_of(name)
        made.append(Output(name, column.name.name, kind, column.span) if kind else None)
    return made


def _rows(
    module: blocks.Module,
    block: TableBlock,
    inputs: list[Input | None],
    outputs: list[Output | None],
    gathered: Gathered,
    scope: Scope,
) -> list[Row]:
    if block.file is None:
        rows = [_row(number, row, block, inputs, outputs, scope) for number, row in enumerate(block.rows, start=1)]
        return [row for row in rows if row is not None]
    file = gathered.file_of(module, block)
    if file is None:
        scope.problems.append(
            UNKNOWN_NAME.at(
                block.file.span, sort=phrase("file with rows"), name=block.file.text, remedy=suggestion(block.file.text, gathered.files)
            )
        )
        return []
    return _file_rows(file, inputs, outputs, scope)


def _row(
    number: int,
    row: table_blocks.Row,
    block: TableBlock,
    inputs: list[Input | None],
    outputs: list[Output | None],
    scope: Scope,
) -> Row | None:
    cells, days = _cells(row, block, inputs, scope)
    results: list[typed.Expression | None] = []
    because = None
    made = iter(outputs)
    for column, cell in zip(block.results, row.results, strict=False):
        if column.kind != "name":
            because = _because(cell, scope)
            continue
        output = next(made)
        if cell is None:
            scope.problems.append(MISSING_RESULT.at(row.span, column=column.name.name))
        results.append(expect(cell, output.type, scope) if cell is not None and output is not None else None)
    if None in cells or None in results:
        return None
    whole_cells = tuple(cell for cell in cells if cell is not None)
    return Row(number, days, whole_cells, tuple(one for one in results if one is not None), because, row.span)


def _cells(row: table_blocks.Row, block: TableBlock, inputs: list[Input | None], scope: Scope) -> tuple[list[Cell | None], InForce]:
    days = InForce(scope.dated_by, None, None)
    cells: list[Cell | None] = []
    subjects = iter(inputs)
    for column, test in zip(block.conditions, row.tests, strict=False):
        if column.kind != "name":
            days = _days(test, block, days, scope)
            continue
        subject = next(subjects)
        if isinstance(test, table_blocks.Anything):
            cells.append(AnyCell(test.span))
        elif isinstance(test, Validity):
            scope.problems.append(VALIDITY_CELL.at(test.span))
            cells.append(None)
        else:
            cells.append(check_cell(test, subject.subject, scope) if subject is not None else None)
    return cells, days


def _days(test: table_blocks.Test, block: TableBlock, always: InForce, scope: Scope) -> InForce:
    if isinstance(test, table_blocks.Anything):
        return always
    if isinstance(test, Validity):
        return days_of(test, block.head.name, scope, is_told=block.head.dated_by is not None)
    scope.problems.append(VALIDITY_CELL.at(test.span))
    return always


def _because(cell: nodes.Expression | None, scope: Scope) -> str | None:
    if cell is None or isinstance(cell, nodes.TextLiteral):
        return cell.text if cell is not None else None
    scope.problems.append(BECAUSE_CELL.at(cell.span))
    return None


def _check_ladder(block: TableBlock, outputs: list[Output | None], rows: list[Row], scope: Scope) -> None:
    if block.policy is None or block.policy.name != "highest of":
        return
    if len(outputs) != 1:
        scope.problems.append(LADDER_COLUMNS.at(block.policy.span))
        return
    output = outputs[0]
    check_ladder(block.policy, output.type if output else None, [row.results[0] for row in rows if row.results], scope)


def check_ladder(policy: table_blocks.Policy, kind: object, results: list[typed.Expression], scope: Scope) -> None:
    """A ladder holds values of the answer's type, each once, and every result stands on it."""
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


def _file_rows(file: tuple[FileRow, ...], inputs: list[Input | None], outputs: list[Output | None], scope: Scope) -> list[Row]:
    wanted = len(inputs) + len(outputs)
    rows = []
    for number, (row, until) in enumerate(_with_ends(file, len(inputs)), start=1):
        if len(row.cells) != wanted:
            scope.problems.append(COLUMN_COUNT.at(row.span, found=len(row.cells), wanted=wanted, side=""))
            continue
        keys, values = row.cells[: len(inputs)], row.cells[len(inputs) :]
        cells = [plain_cell(cell, one.type, scope) if one else None for cell, one in zip(keys, inputs, strict=True)]
        results = [plain_result(cell, one.type, scope) if one else None for cell, one in zip(values, outputs, strict=True)]
        if None in cells or None in results:
            continue
        whole = tuple(cell for cell in cells if cell is not None)
        found = tuple(one for one in results if one is not None)
        rows.append(Row(number, InForce(scope.dated_by, row.start, until), whole, found, None, row.span))
    return rows


def _with_ends(rows: tuple[FileRow, ...], keys: int) -> list[tuple[FileRow, date | None]]:
    """Each row with its last day: its own, or the one before the next row with the same conditions begins."""
    later: dict[tuple[str, ...], list[date]] = {}
    for row in rows:
        if row.start is not None:
            later.setdefault(tuple(cell.text for cell in row.cells[:keys]), []).append(row.start)
    made = []
    for row in rows:
        starts = later.get(tuple(cell.text for cell in row.cells[:keys]), [])
        after = [start for start in starts if row.start is None or start > row.start]
        made.append((row, row.until or (min(after) - timedelta(days=1) if after else None)))
    return made


def _discounts(module: blocks.Module, block: TableBlock, inputs: list[Input | None], scope: Scope) -> tuple[Discount, ...]:
    """The rows of a table with `all matches`, each as a discount."""
    known = {"discount", "group", "priority", "at-most"}
    columns = [column.name.name for column in result_columns(block)]
    for column in result_columns(block):
        if column.name.name not in known:
            scope.problems.append(ALL_MATCHES.at(column.span, what=phrase("`{name}` is none of their columns", name=column.name.name)))
    if "discount" not in columns:
        scope.problems.append(ALL_MATCHES.at(block.head.name.span, what=phrase("the column `discount` is missing")))
        return ()
    whole = in_force(block.head, scope)
    made = []
    for number, row in enumerate(block.rows, start=1):
        cells, days = _cells(row, block, inputs, scope)
        found = {column.name.name: cell for column, cell in zip(block.results, row.results, strict=False) if cell is not None}
        discount = _row_discount(found, row, scope)
        if discount is None or None in cells:
            continue
        give, group, priority, at_most = discount
        parts = [condition_of(cell, one.subject) for cell, one in zip(cells, inputs, strict=False) if cell and one]
        conditions = tuple(part for part in parts if part is not None)
        made.append(
            Discount(
                name=f"{block.head.name.name} row {number}",
                title=block.head.title.text if block.head.title else None,
                module=module.name.name,
                in_force=_both(whole, days),
                when=typed.All(conditions, BOOL, row.span) if conditions else None,
                give=give,
                off="line.list",
                group=group,
                priority=priority,
                at_most=at_most,
                because=_because(found.get("because"), scope) or (block.head.because.text if block.head.because else None),
                yields_to=(),
                span=row.span,
            )
        )
    return tuple(made)


def _row_discount(
    found: dict[str, nodes.Expression], row: table_blocks.Row, scope: Scope
) -> tuple[typed.Expression, str | None, int, typed.Expression | None] | None:
    if "discount" not in found:
        scope.problems.append(MISSING_RESULT.at(row.span, column="discount"))
        return None
    give = infer(found["discount"], scope, PercentType())
    if give is not None and not isinstance(give.type, PercentType | MoneyType):
        give = expect(found["discount"], PercentType(), scope)
    group, priority = found.get("group"), found.get("priority")
    if group is not None and not isinstance(group, nodes.Word):
        scope.problems.append(ALL_MATCHES.at(group.span, what=phrase("a group is a name")))
    if priority is not None and not isinstance(priority, nodes.Number):
        scope.problems.append(ALL_MATCHES.at(priority.span, what=phrase("a priority is a whole number")))
    cap = found.get("at-most")
    at_most = expect(cap, MoneyType(scope.vocabulary.currency.code), scope) if cap is not None else None
    if give is None or (cap is not None and at_most is None):
        return None
    rank = int(priority.digits.partition(".")[0]) if isinstance(priority, nodes.Number) else 0
    return give, group.name if isinstance(group, nodes.Word) else None, rank, at_most


def _both(one: InForce, other: InForce) -> InForce:
    """The days on which both hold."""
    starts = [day for day in (one.start, other.start) if day is not None]
    ends = [day for day in (one.until, other.until) if day is not None]
    return InForce(one.by, max(starts, default=None), min(ends, default=None))


def askable(table: Table) -> ConditionCell | None:
    """The first cell of a table that keeps it from being asked with arguments, or None."""
    return next((cell for row in table.rows for cell in row.cells if isinstance(cell, ConditionCell)), None)
