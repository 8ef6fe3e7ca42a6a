"""Builds the AST of tables and tiers: columns, rows and cells."""

from __future__ import annotations

from typing import Any, cast

from engine.language.syntax import nodes, sales_blocks, table_blocks
from engine.language.syntax.build_clauses import clauses_of, head_of, spaced, split_head, validity_of
from engine.language.syntax.build_expressions import Building, comparison_of
from engine.language.syntax.rule_problems import CLAUSE_FORMS, COLUMN_COUNT, MISSING_CLAUSE
from engine.language.syntax.table_blocks import TableBlock
from engine.phrases import phrase
from engine.problems import Span

_HEADER = "| condition || result |"


def build_tiers(make: Building, parsed: Any) -> sales_blocks.Tiers:
    """The tiers of a price."""
    mode, on, header, *rows = parsed.children
    columns = tuple(_tier_column(make, column) for column in header.children)
    made = []
    for row in rows:
        limit, *cells = row.children
        _count(make, row, len(cells), len(columns))
        filled = tuple(build_cell(make, cell) for cell in cells)
        made.append(sales_blocks.Tier(None if limit.rule == "beyond" else make.expression(limit), filled, make.span(row)))
    return sales_blocks.Tiers(cast("Any", str(mode)), make.expression(on), columns, tuple(made), make.span(parsed))


def _tier_column(make: Building, parsed: Any) -> sales_blocks.TierColumn:
    if parsed.rule == "flat_column":
        return sales_blocks.TierColumn("flat", None, make.span(parsed))
    unit = parsed.children[0]
    return sales_blocks.TierColumn("price", make.word(unit) if unit else None, make.span(parsed))


def build_cell(make: Building, parsed: Any) -> nodes.Expression | None:
    """A result cell; None where it is empty."""
    return None if parsed.rule == "empty" else make.expression(parsed)


def _count(make: Building, row: Any, count: int, wanted: int, *, place: str = "") -> None:
    if count != wanted:
        make.problems.append(COLUMN_COUNT.at(make.span(row), found=count, wanted=wanted, side=place))


def build_table(make: Building, parts: list[Any], where: Span) -> TableBlock:
    """A decision table."""
    name, title, rest = split_head(parts)
    clauses = clauses_of(make, [part for part in rest if part.rule not in ("header", "row")])
    head = head_of(make, "table", name, title, clauses)
    header = next((part for part in rest if part.rule == "header"), None)
    conditions = _columns(make, header.children[0]) if header else ()
    results = _columns(make, header.children[1]) if header else ()
    if header is None:
        make.problems.append(
            MISSING_CLAUSE.at(head.name.span, block="table", name=head.name.name, clause=_HEADER, form=CLAUSE_FORMS[_HEADER])
        )
    policy, file = clauses.each("policy"), clauses.one("from_file")
    rows = []
    for row in (part for part in rest if part.rule == "row"):
        tests, cells = row.children
        _count(make, row, len(tests.children), len(conditions), place=phrase(" before the `||`"))
        _count(make, row, len(cells.children), len(results), place=phrase(" after the `||`"))
        rows.append(
            table_blocks.Row(
                tuple(build_test(make, test) for test in tests.children),
                tuple(build_cell(make, cell) for cell in cells.children),
                make.span(row),
            )
        )
    named_file = make.quoted(file[0]) if file else None
    return TableBlock(head, policy_of(make, policy[0]) if policy else None, named_file, conditions, results, tuple(rows), where)


def _columns(make: Building, parsed: Any) -> tuple[table_blocks.Column, ...]:
    kinds = {"valid": "valid", "because": "because"}
    return tuple(
        table_blocks.Column(cast("Any", kinds.get(str(token), "name")), make.word(token), make.span(token)) for token in parsed.children
    )


def policy_of(make: Building, parsed: Any) -> table_blocks.Policy:
    """The hit policy of a table."""
    if parsed.rule == "ladder":
        return table_blocks.Policy("highest of", tuple(make.word(token) for token in parsed.children), make.span(parsed))
    return table_blocks.Policy(cast("Any", spaced(parsed.children[0])), (), make.span(parsed))


def build_test(make: Building, parsed: Any) -> table_blocks.Test:
    """A condition cell."""
    where = make.span(parsed)
    if parsed.rule == "anything":
        return table_blocks.Anything(where)
    if parsed.rule in ("validity", "only_until"):
        return validity_of(make, parsed)
    choices = tuple(_choice(make, choice) for choice in parsed.children[0].children)
    return table_blocks.Choices(choices, parsed.rule == "none_of", where)


def _choice(make: Building, parsed: Any) -> nodes.Expression | table_blocks.Comparing:
    if parsed.rule != "compared":
        return make.expression(parsed)
    sign = cast("Any", comparison_of(parsed.children[0]))
    return table_blocks.Comparing(sign, make.expression(parsed.children[1]), make.span(parsed))
