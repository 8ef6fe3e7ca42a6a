"""CSV files: every cell has its position, with any quoting and any line ends."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.importing.csv_files import Columns, decode, read_rows
from engine.problems import Problem

COLUMNS = Columns(needed=("a", "b"))


def cells(text: str) -> list[list[tuple[str, str]]]:
    problems: list[Problem] = []
    rows = [[(cell.text, str(cell.span)) for cell in row.cells.values()] for row in read_rows("x.csv", text, COLUMNS, problems) or ()]
    assert problems == []
    return rows


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_cells_know_their_place(end: str) -> None:
    assert cells(end.join(["a,b", "1, two ", "", "3,4"])) == [
        [("1", "x.csv:2:1"), ("two", "x.csv:2:3")],
        [("3", "x.csv:4:1"), ("4", "x.csv:4:3")],
    ]


def test_quotes_hold_commas_marks_and_line_breaks() -> None:
    assert cells('a,b\n"x, ""y""\nz",1\n2,"3"\n') == [
        [('x, "y"\nz', "x.csv:2:1"), ("1", "x.csv:3:4")],
        [("2", "x.csv:4:1"), ("3", "x.csv:4:3")],
    ]


def test_a_last_cell_may_be_empty() -> None:
    assert cells('a,b\n"1",\n2,') == [[("1", "x.csv:2:1"), ("", "x.csv:2:5")], [("2", "x.csv:3:1"), ("", "x.csv:3:3")]]


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail(content: bytes) -> None:
    text, _ = decode("x.csv", content)
    list(read_rows("x.csv", text, COLUMNS, []) or ())


@given(st.text(alphabet='ab,;"\n\r\t =', max_size=120))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    list(read_rows("x.csv", "a,b\n" + text, COLUMNS, []) or ())


def test_rows_are_in_memory_one_at_a_time() -> None:
    text = "a,b\n" + "one,two\n" * 20_000
    tracemalloc.start()
    count = sum(1 for _ in read_rows("x.csv", text, COLUMNS, []) or ())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert most < 3 * len(text) + 2_000_000
