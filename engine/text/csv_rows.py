"""CSV as spreadsheets save it: rows of cells that remember where they stood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from engine.phrases import listed
from engine.problems import Kind, Problem, Span
from engine.text.sources import DECIMAL_COMMA, check_characters, without_mark
from engine.text.text_cell import TextCell

CSV_COLUMNS: Final = Kind("csv-columns", "the first line must name the columns {columns}", "write `{line}` as the first line")
CSV_CELLS: Final = Kind(
    "csv-cells",
    "this row has {found} cells and the first line has {wanted}",
    "add or remove a comma; put a text that holds one between quotes",
)
CSV_QUOTE: Final = Kind("csv-quote", "a quote is not closed", 'close it with `"`; write a quote inside a text twice')
_DIGITS: Final = re.compile("[0-9]+")


def read_csv(path: str, text: str, columns: tuple[str, ...]) -> tuple[tuple[dict[str, TextCell], ...], tuple[Problem, ...]]:
    """The rows of a CSV by column, and all problems. Commas or semicolons part them, as in the first line; other columns are left alone."""
    text = without_mark(text)
    unfit = check_characters(path, text)
    if unfit:
        return (), unfit
    lines = text.splitlines()
    separator = ";" if lines and ";" in lines[0] and "," not in lines[0] else ","
    head = [cell.text.strip() for cell in _cells(path, 1, lines[0], separator)[0]] if lines else []
    if not set(columns) <= set(head):
        wanted = Span(path, 1, 1, 1, len(lines[0]) + 1 if lines else 1)
        return (), (CSV_COLUMNS.at(wanted, columns=listed([f"`{name}`" for name in columns]), line=separator.join(columns)),)
    rows, problems = [], []
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            cells, unclosed = _cells(path, number, line, separator)
            if unclosed:
                problems.append(CSV_QUOTE.at(unclosed))
            elif (comma := _split_by_a_comma(cells, head, separator)) is not None:
                problems.append(comma)
            elif len(cells) != len(head):
                problems.append(CSV_CELLS.at(Span(path, number, 1, number, len(line) + 1), found=len(cells), wanted=len(head)))
            else:
                rows.append(dict(zip(head, cells, strict=True)))
    return tuple(rows), tuple(problems)


def _split_by_a_comma(cells: Sequence[TextCell], head: Sequence[str], separator: str) -> Problem | None:
    """That a decimal comma made two cells of one number: there is one cell too many, and two side by side are digits."""
    if separator != "," or len(cells) != len(head) + 1:
        return None
    for one, other in reversed(list(pairwise(cells))):
        if _DIGITS.fullmatch(one.text) and _DIGITS.fullmatch(other.text):
            return DECIMAL_COMMA.at(one.span.through(other.span), word=f"{one.text},{other.text}", corrected=f"{one.text}.{other.text}")
    return None


def _cells(path: str, number: int, line: str, separator: str) -> tuple[list[TextCell], Span | None]:
    """The cells of one line; or the place of a quote that is not closed on it."""
    cells = []
    for text, start, end in _pieces(line, separator):
        if text is None:
            return [], Span(path, number, start + 1, number, len(line) + 1)
        cells.append(TextCell(text.strip(), Span(path, number, start + 1, number, max(start + 2, end + 1))))
    return cells, None


def _pieces(line: str, separator: str) -> Iterator[tuple[str | None, int, int]]:
    """Text, beginning and end of each cell; the text is None where a quote is not closed."""
    at = 0
    while at <= len(line):
        if line[at : at + 1] == '"':
            end, start = at + 1, at
            while end < len(line) and (line[end] != '"' or line[end + 1 : end + 2] == '"'):
                end += 2 if line[end] == '"' else 1
            if end >= len(line):
                yield None, start, len(line)
                return
            yield line[start + 1 : end].replace('""', '"'), start, end + 1
            at = end + 2
        else:
            end = line.find(separator, at)
            end = len(line) if end < 0 else end
            yield line[at:end], at, end
            at = end + 1
