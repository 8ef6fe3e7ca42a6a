"""Checks tables of discounts: each row of a table with `all matches` is a discount."""

from __future__ import annotations

from engine.language.checking.check_cells import condition_of
from engine.language.checking.check_dates import in_force
from engine.language.checking.check_expressions import expect, infer
from engine.language.checking.declarations import result_columns
from engine.language.checking.scope import Scope
from engine.language.checking.table_rows import reason_of, row_cells
from engine.language.checking.titles import printed_title
from engine.language.ir import typed
from engine.language.ir.checked_sales import Discount
from engine.language.ir.checked_tables import Input
from engine.language.ir.in_force import InForce
from engine.language.syntax import blocks, nodes, table_blocks
from engine.language.syntax.rule_problems import (
    ALL_MATCHES,
    MISSING_RESULT,
)
from engine.language.syntax.table_blocks import TableBlock
from engine.language.types.value_types import BOOL, MoneyType, PercentType
from engine.phrases import phrase


def table_discounts(module: blocks.Module, block: TableBlock, inputs: list[Input | None], scope: Scope) -> tuple[Discount, ...]:
    """The rows of a table with `all matches` as discounts."""
    known = {"discount", "group", "priority", "at-most"}
    columns = [column.name.name for column in result_columns(block)]
    for column in result_columns(block):
        if column.name.name not in known:
            scope.problems.append(ALL_MATCHES.at(column.span, what=phrase("`{name}` is none of their columns", name=column.name.name)))
    if "discount" not in columns:
        scope.problems.append(ALL_MATCHES.at(block.head.name.span, what=phrase("the column `discount` is missing")))
        return ()
    whole, title = in_force(block.head, scope), printed_title(block.head, scope)
    made = []
    for number, row in enumerate(block.rows, start=1):
        cells, days = row_cells(row, block, inputs, scope)
        by_column = {column.name.name: cell for column, cell in zip(block.results, row.results, strict=False) if cell is not None}
        discount = _row_discount(by_column, row, scope)
        if discount is None or None in cells:
            continue
        give, group, priority, at_most = discount
        parts = [condition_of(cell, one.subject) for cell, one in zip(cells, inputs, strict=False) if cell and one]
        conditions = tuple(part for part in parts if part is not None)
        made.append(
            Discount(
                name=f"{block.head.name.name} row {number}",
                title=title,
                module=module.name.name,
                in_force=_both(whole, days),
                when=typed.All(conditions, BOOL, row.span) if conditions else None,
                give=give,
                off="line.list",
                group=group,
                priority=priority,
                at_most=at_most,
                because=reason_of(by_column.get("because"), scope) or (block.head.because.text if block.head.because else None),
                yields_to=(),
                span=row.span,
            )
        )
    return tuple(made)


def _row_discount(
    by_column: dict[str, nodes.Expression], row: table_blocks.Row, scope: Scope
) -> tuple[typed.Expression, str | None, int, typed.Expression | None] | None:
    if "discount" not in by_column:
        scope.problems.append(MISSING_RESULT.at(row.span, column="discount"))
        return None
    give = infer(by_column["discount"], scope, PercentType())
    if give is not None and not isinstance(give.type, PercentType | MoneyType):
        give = expect(by_column["discount"], PercentType(), scope)
    group, priority = by_column.get("group"), by_column.get("priority")
    if group is not None and not isinstance(group, nodes.Word):
        scope.problems.append(ALL_MATCHES.at(group.span, what=phrase("a group is a name")))
    if priority is not None and not isinstance(priority, nodes.Number):
        scope.problems.append(ALL_MATCHES.at(priority.span, what=phrase("a priority is a whole number")))
    cap = by_column.get("at-most")
    at_most = expect(cap, MoneyType(scope.vocabulary.currency.code), scope) if cap is not None else None
    if give is None or (cap is not None and at_most is None):
        return None
    rank = int(priority.digits.partition(".")[0]) if isinstance(priority, nodes.Number) else 0
    return give, group.name if isinstance(group, nodes.Word) else None, rank, at_most


def _both(one: InForce, other: InForce) -> InForce:
    """The intersection of two validities."""
    starts = [day for day in (one.start, other.start) if day is not None]
    ends = [day for day in (one.until, other.until) if day is not None]
    return InForce(one.by, max(starts, default=None), min(ends, default=None))
