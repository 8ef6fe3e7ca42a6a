"""Tables of a text as grids: cells are written in place, rows are added, removed and moved, and every other line stays as it is."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.workbench.tables.text_grids import RowChange, column_at, grids_of, shown, with_cells, with_row_change
from engine.problems import Refusal

SHIPPED = Path(__file__).parents[4]
RULES, CSV = "rules/pricing.rules", "catalog/price-books/book-2026.csv"
TABLE = """module rules.prices

table factor "Factor"  # of a segment
  exactly one
  | customer.segment || factor | because       |
  | chain            || 0.85   | "A | B # one" |
  # everybody else
  | not chain        || 1      | ""            |

define x : Number = 1
"""
ROWS = '\ufeffproduct;price;note\r\nA;1.00;"one; two"\r\n\r\nB;2.00;\r\n'


def cells(path: str, text: str) -> list[list[str]]:
    return [[shown(grid, at, cell.text) for at, cell in enumerate(row.cells)] for grid in grids_of(path, text) for row in grid.rows]


def test_a_table_of_a_rule_file_is_a_grid() -> None:
    (grid,) = grids_of(RULES, TABLE)
    assert (grid.title, grid.line, grid.notes, grid.conditions) == ('table factor "Factor"  # of a segment', 3, ("exactly one",), 1)
    assert grid.columns == ("customer.segment", "factor", "because")
    assert cells(RULES, TABLE) == [["chain", "0.85", "A | B # one"], ["not chain", "1", ""]]
    assert [row.line for row in grid.rows] == [6, 8]
    assert (column_at(grid.rows[0], 5), column_at(grid.rows[0], 25), column_at(grid.rows[0], 1)) == (0, 1, None)


def test_rows_of_a_csv_are_a_grid() -> None:
    assert cells(CSV, ROWS) == [["A", "1.00", "one; two"], ["B", "2.00", ""]]
    assert with_cells(CSV, ROWS, {(4, 2): 'a "b"; c', (2, 1): "1.50"}) == ROWS.replace("1.00", "1.50").replace(
        "B;2.00;", 'B;2.00;"a ""b""; c"'
    )


def test_a_table_whose_rows_are_in_a_file_is_none() -> None:
    assert grids_of(RULES, TABLE.replace("exactly one", 'from file "rates.yaml"')) == ()
    assert grids_of("a.yaml", TABLE) == ()


def test_a_cell_is_written_in_place() -> None:
    assert with_cells(RULES, TABLE, {(6, 1): "0.8"}) == TABLE.replace("0.85  ", "0.8   ")
    assert with_cells(RULES, TABLE, {(6, 2): "Why?"}) == TABLE.replace('"A | B # one"', '"Why?"       ')
    longer = with_cells(RULES, TABLE, {(6, 0): "chain, clinic, foreign"})
    assert "  | chain, clinic, foreign || 0.85   |" in longer
    assert with_cells(RULES, longer, {(6, 0): "chain"}) == TABLE, "and back again"


@pytest.mark.parametrize(("typed", "written"), [("a # b", '"a # b"'), ("a\nb", '"a b"'), ("a | b", '"a | b"')])
def test_a_text_gets_its_quotes(typed: str, written: str) -> None:
    assert written in with_cells(RULES, TABLE, {(8, 2): typed})


def test_what_would_break_its_line_gets_quotes() -> None:
    assert '  | "a | b # c"      || 1' in with_cells(RULES, TABLE, {(8, 0): "a | b # c"})
    assert '  | "a|b", c         || 1' in with_cells(RULES, TABLE, {(8, 0): '"a|b", c'})


@pytest.mark.parametrize(("column", "typed"), [(0, '"'), (0, 'a" | b'), (2, '5" screen'), (2, 'a "b"')])
def test_what_no_cell_can_hold_is_refused(column: int, typed: str) -> None:
    with pytest.raises(Refusal, match="a cell cannot hold"):
        with_cells(RULES, TABLE, {(8, column): typed})


@pytest.mark.parametrize(
    ("change", "line", "rows"),
    [
        ("add", 6, ["chain", "-", "not chain"]),
        ("add", 5, ["-", "chain", "not chain"]),
        ("remove", 6, ["not chain"]),
        ("down", 6, ["not chain", "chain"]),
        ("up", 8, ["not chain", "chain"]),
        ("up", 6, ["chain", "not chain"]),
    ],
)
def test_a_row_is_added_removed_and_moved(change: RowChange, line: int, rows: list[str]) -> None:
    changed = with_row_change(RULES, TABLE, line, change)
    assert [row[0] for row in cells(RULES, changed)] == rows
    assert len(changed.splitlines()) == len(TABLE.splitlines()) + {"add": 1, "remove": -1}.get(change, 0)


def test_a_comment_moves_with_its_row() -> None:
    assert '  # everybody else\n  | not chain        || 1      | ""            |\n  | chain' in with_row_change(RULES, TABLE, 8, "up")


@pytest.mark.parametrize(("line", "change"), [(1, "add"), (7, "remove"), (5, "remove"), (99, "up")])
def test_a_row_that_is_not_there_is_refused(line: int, change: RowChange) -> None:
    with pytest.raises(Refusal, match="has no row in line"):
        with_row_change(RULES, TABLE, line, change)


SHIPPED_TEXTS = [
    (path, (SHIPPED / path).read_text(encoding="utf-8"))
    for path in (RULES, CSV, "vat/treatment.rules", "tests/golden/rulebook/rules/prices.rules")
]


@pytest.mark.parametrize(("path", "text"), SHIPPED_TEXTS)
def test_cells_as_they_are_change_nothing(path: str, text: str) -> None:
    rows = [(grid, row) for grid in grids_of(path, text) for row in grid.rows]
    same = {(row.line, at): shown(grid, at, cell.text) for grid, row in rows for at, cell in enumerate(row.cells)}
    assert len(same) > 5
    assert with_cells(path, text, same) == text


@given(st.sampled_from(SHIPPED_TEXTS), st.data(), st.text(max_size=12))
def test_one_cell_changes_one_line_and_reads_as_it_was_typed(case: tuple[str, str], data: st.DataObject, typed: str) -> None:
    path, text = case
    at, grid = data.draw(st.sampled_from(list(enumerate(grids_of(path, text)))))
    row = data.draw(st.sampled_from(grid.rows))
    column = data.draw(st.integers(0, len(row.cells) - 1))
    try:
        before, after = text.split("\n"), with_cells(path, text, {(row.line, column): typed}).split("\n")
    except Refusal:
        assert '"' in typed
        return
    assert [line for line, (one, other) in enumerate(zip(before, after, strict=True), 1) if one != other] in ([], [row.line])
    again = next(one for one in grids_of(path, "\n".join(after))[at].rows if one.line == row.line)
    others = [(number, cell.text) for number, cell in enumerate(row.cells) if number != column]
    assert [(number, cell.text) for number, cell in enumerate(again.cells) if number != column] == others
    said = shown(grid, column, again.cells[column].text)
    one_line = " ".join(typed.replace("\r", "\n").split("\n")).strip()
    assert one_line in (said, f'"{said}"', said.removeprefix('"').removesuffix('"'))
