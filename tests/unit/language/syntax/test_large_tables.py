"""Long tables are read cell by cell, and come out as if they had been read as a whole."""

from __future__ import annotations

from engine.language.syntax.parser import parse_rules
from engine.language.syntax.table_blocks import Row, TableBlock

HEAD = """\
module rules.long

table long "A long table"
  first match
  dated by price.date
  | line.quantity | customer.segment | customer.country | valid || fee | note |
"""
KINDS = (
    "  | - | - | - | - || 1.00 EUR | \"with | a bar\" |",
    "  | at most 10 | retail, smb | EU except BE | from 2027-01-01 || if line.quantity > 5 then 2.00 EUR else 3.00 EUR | |",
    "  |  10 .. 20.5 |not gold|  BE , FR | until 2026-12-31||  half(line.net)  |\"x\"|  # a remark | with bars ||",
    "  | < 3 | retail | not EU | from 2026-01-01 until 2026-12-31 || -1.50 EUR | \"é \" |",
)  # fmt: skip


def rows_of(text: str) -> tuple[Row, ...]:
    module, problems = parse_rules("rules/long.rules", text)
    assert problems == ()
    table = module.blocks[0]
    assert isinstance(table, TableBlock)
    return table.rows


def test_rows_of_a_long_table_are_those_of_short_ones_at_the_same_places() -> None:
    lines = [KINDS[number % len(KINDS)] for number in range(160)]
    together = rows_of(HEAD + "\n".join(lines) + "\n")
    apart: list[Row] = []
    for first in range(0, 160, 40):
        shown = [line if first <= number < first + 40 else "  #" + line[3:] for number, line in enumerate(lines)]
        apart += rows_of(HEAD + "\n".join(shown) + "\n")
    assert together == tuple(apart)


def test_a_large_table_reports_its_errors_row_by_row_and_reads_the_rest() -> None:
    lines = [KINDS[number % len(KINDS)] for number in range(160)]
    lines[120] = '  | at most | retail | BE | - || 1.00 EUR | "x" |'
    lines[130] = '  | - | - | - || 1.00 EUR | "x" |'
    _module, problems = parse_rules("rules/long.rules", HEAD + "\n".join(lines) + "\n")
    assert [(problem.code, problem.where.line if problem.where else 0) for problem in problems] == [
        ("not-expected", 127),
        ("column-count", 137),
    ]


def test_a_long_table_ends_where_its_last_row_does() -> None:
    text = HEAD + "\n".join([KINDS[0]] * 160) + "\n\ndefine half : Number = 1\n"
    module, problems = parse_rules("rules/long.rules", text)
    table = module.blocks[0]
    assert problems == ()
    assert isinstance(table, TableBlock)
    assert (table.span.line, table.span.end_line, len(table.rows), len(module.blocks)) == (3, 166, 160, 2)
