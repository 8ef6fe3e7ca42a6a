"""Every cell of a CSV knows its place, and what is wrong with a quote is kept beside the cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.csv_cells import csv_lines
from engine.text.csv_rows import read_csv


def cells(text: str, *, joins_lines: bool = False, separator: str = ",") -> list[list[str]]:
    return [[f"{cell.text}@{cell.span.line}:{cell.span.column}" for cell in line.cells]
            for line in csv_lines("x.csv", text, separator, joins_lines=joins_lines)]  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_cells_know_their_place(end: str, quote: str) -> None:
    text = end.join([f"{quote}a{quote};b", "", "1; two ;", ""])
    shift = 2 * len(quote)
    assert cells(text, separator=";") == [["a@1:1", f"b@1:{3 + shift}"], ["@2:1"], ["1@3:1", "two@3:3", "@3:9"]]


def test_a_quoted_cell_goes_on_in_the_next_line_where_lines_are_joined() -> None:
    assert cells('"x\ny",1\n2', joins_lines=True) == [["x\ny@1:1", "1@2:4"], ["2@3:1"]]
    first, second, _ = csv_lines("x.csv", '"x\ny",1\n2', joins_lines=False)
    assert str(first.unclosed) == "x.csv:1:1"
    assert [str(where) for where in second.stray] == ["x.csv:2:1"]


def test_an_unclosed_quote_spoils_its_line_alone() -> None:
    rows, problems = read_csv("x.csv", 'product,price\n"A,1\nB,2\n', ("product", "price"))
    assert [row["product"].text for row in rows] == ["B"]
    assert [str(problem) for problem in problems] == ["x.csv:2:1: csv-quote: a quote is not closed"]


def test_what_follows_a_closing_quote_is_a_mistake_and_not_dropped() -> None:
    rows, problems = read_csv("x.csv", 'product,price\n""27,5\n', ("product", "price"))
    assert rows == ()
    assert [problem.code for problem in problems] == ["csv-quote"]


@given(st.text(alphabet='ab,;"\n\r\t =', max_size=120), st.booleans(), st.sampled_from(",;"))
def test_no_text_makes_the_reader_fail(text: str, joins_lines: bool, separator: str) -> None:
    for line in csv_lines("x.csv", text, separator, joins_lines=joins_lines):
        assert line.cells or line.unclosed
