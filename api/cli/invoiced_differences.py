"""Writing how the bills of a run differ from those of a former system: the customers, why, and their lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from api.cli.invocation import Invocation
from api.desk.invoiced_comparison import InvoicedComparison, InvoicedDifference
from api.output.sheets import Cell, Sheet, as_text, as_tree
from engine.phrases import phrase, say

_COLUMNS: Final = ("customer", "name", "net_before", "net", "change", "gross_before", "gross", "why")
_LINES: Final = ("customer", "product", "description", "quantity", "unit_price", "detail", "net")


def write_comparison(invocation: Invocation, comparison: InvoicedComparison) -> None:
    """Writes the differences as a table, then the lines of bills whose net differs; a sentence counts the bills that are equal."""
    invocation.write_how_lists_were_read(comparison.advice)
    sheet = Sheet(
        name="differences",
        columns=_COLUMNS,
        rows=tuple(_row(each) for each in comparison.differences),
        sections=_lines(comparison),
    )
    if invocation.as_json:
        invocation.write_json({"equal": comparison.equal, **as_tree(sheet, invocation.language)})
        return
    if comparison.differences:
        columns = _COLUMNS[:-1]
        invocation.write(as_text(replace(sheet, columns=columns, rows=tuple(row[:-1] for row in sheet.rows)), invocation.language))
    for one in comparison.differences:
        invocation.write(f"{one.customer}: {say(one.why, invocation.language)}")
    count, of = comparison.equal, comparison.equal + len(comparison.differences)
    invocation.write(say(phrase("{count} of {of} customers are billed as before, to the cent", count=count, of=of), invocation.language))


def _row(one: InvoicedDifference) -> tuple[Cell, ...]:
    gross_before = "" if one.gross_before is None else one.gross_before
    return (one.customer, one.name, one.net_before, one.net, one.net - one.net_before, gross_before, one.gross, one.why)


def _lines(comparison: InvoicedComparison) -> tuple[Sheet, ...]:
    rows = tuple(
        (one.customer, line.product, line.description, line.quantity, line.unit_price, line.detail, line.net)
        for one in comparison.differences
        for line in one.lines
    )
    return (Sheet(name="lines", columns=_LINES, rows=rows),) if rows else ()
