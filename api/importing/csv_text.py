"""Parsing CSV files into rows of cells with their positions, with the problems of a file as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from engine.phrases import phrase
from engine.problems import Kind, Problem, Span

LARGEST: Final = 64 << 20
"""The largest file in bytes."""
LONGEST_CELL: Final = 4000

TOO_LARGE = Kind("file-too-large", "this file has {size} bytes; at most {most} are read", "split it into several folders and import each")
NOT_UTF8 = Kind(
    "not-utf-8",
    "this file is not UTF-8 text: the byte {byte} is no letter of it",
    "save it as `CSV UTF-8`; it was probably saved as {guess}",
)
HIDDEN = Kind("hidden-character", "the character {name} is not allowed in a CSV file", "delete it and type the text again")
WRONG_SEPARATOR = Kind(
    "wrong-separator", "the columns are separated by {found}", "separate them by commas, with a decimal point in numbers"
)
NO_HEADER = Kind("no-header", "this file is empty", "write the names of the columns into its first line: {columns}")
MISSING_COLUMN = Kind("missing-column", "the column `{column}` is missing", "add it to the first line: {columns}")
MISSPELT_COLUMN = Kind("unknown-column", "there is no column `{column}`", "did you mean `{near}`?")
OTHER_COLUMN = Kind("other-column", "the column `{column}` is not read", "nothing needs to be done; the import ignores it", "advice")
TWICE = Kind("column-twice", "the column `{column}` occurs twice", "delete one of them")
UNEVEN = Kind(
    "uneven-row", "this row has {found} cells, the first line has {expected}", "add what is missing, or put text with commas in quotes"
)
OPEN_QUOTE = Kind("open-quote", "this quotation mark is never closed", 'close it with ", and double the quotation marks inside')
STRAY_QUOTE = Kind("stray-quote", "there is a quotation mark inside this cell", "put the whole cell in quotes and double the mark")
TOO_LONG = Kind("cell-too-long", "this cell has {length} characters; at most {most} are read", "shorten it")

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_OTHER_SEPARATORS: Final = {";": phrase("semicolons"), "\t": phrase("tabs"), "|": phrase("bars")}


@dataclass(frozen=True, slots=True)
class Cell:
    """The stripped text of a cell, and its position."""

    text: str
    where: Span


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its cells by column."""

    cells: Mapping[str, Cell]
    where: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of a kind of file: required, optional, and whether others are attributes."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    others_are_attributes: bool = False


def decode(path: str, content: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The text of a UTF-8 file, with or without a byte-order mark, and the problem with it, if any."""
    if len(content) > LARGEST:
        return "", (TOO_LARGE.at(Span(path, 1, 1, 1, 1), size=f"{len(content):_}", most=f"{LARGEST:_}"),)
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as mistake:
        before = content[: mistake.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        guess = "UTF-16 (`Unicode text`)" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "Windows-1252 (`CSV`)"
        where = Span(path, line, column, line, column + 1)
        return content.decode("latin-1"), (NOT_UTF8.at(where, byte=f"{content[mistake.start]:02X}", guess=guess),)
    hidden = _CONTROL.search(text)
    if hidden:
        before_it = text[: hidden.start()]
        line, column = before_it.count("\n") + 1, hidden.start() - before_it.rfind("\n")
        return text, (HIDDEN.at(Span(path, line, column, line, column + 1), name=f"U+{ord(hidden[0]):04X}"),)
    return text, ()


def read_rows(path: str, text: str, columns: Columns) -> tuple[tuple[CsvRow, ...], tuple[Problem, ...]]:
    """The rows of a file, and every problem of its header and of the shape of its rows."""
    problems: list[Problem] = []
    lines = _cells(path, text, problems)
    required_columns = ", ".join(columns.needed)
    if not lines:
        return (), (*problems, NO_HEADER.at(Span(path, 1, 1, 1, 1), columns=required_columns))
    header, body = lines[0], lines[1:]
    separator = _other_separator(header)
    if separator:
        return (), (WRONG_SEPARATOR.at(header[0].where, found=separator),)
    problems += _check_header(header, columns, required_columns)
    rows = []
    for line in body:
        if len(line) == 1 and not line[0].text:
            continue
        if len(line) != len(header):
            problems.append(UNEVEN.at(line[0].where.through(line[-1].where), found=len(line), expected=len(header)))
            continue
        problems += [TOO_LONG.at(cell.where, length=len(cell.text), most=LONGEST_CELL) for cell in line if len(cell.text) > LONGEST_CELL]
        cells = {name.text: cell for name, cell in zip(header, line, strict=True)}
        rows.append(CsvRow(cells, line[0].where.through(line[-1].where)))
    return tuple(rows), tuple(problems)


def _other_separator(header: Sequence[Cell]) -> str | None:
    if len(header) > 1:
        return None
    return next((name for mark, name in _OTHER_SEPARATORS.items() if mark in header[0].text), None)


def _check_header(header: Sequence[Cell], columns: Columns, required_columns: str) -> list[Problem]:
    problems: list[Problem] = []
    known = {*columns.needed, *columns.optional}
    present = [cell.text for cell in header]
    missing = [column for column in columns.needed if column not in present]
    for at, cell in enumerate(header):
        if cell.text in present[:at]:
            problems.append(TWICE.at(cell.where, column=cell.text))
        elif cell.text not in known:
            near = _near(cell.text, known - set(present))
            if near:
                problems.append(MISSPELT_COLUMN.at(cell.where, column=cell.text, near=near))
                missing = [column for column in missing if column != near]
            elif not columns.others_are_attributes:
                problems.append(OTHER_COLUMN.at(cell.where, column=cell.text))
    header_span = header[0].where.through(header[-1].where)
    return problems + [MISSING_COLUMN.at(header_span, column=column, columns=required_columns) for column in missing]


def _near(column: str, absent: set[str]) -> str | None:
    """The absent column that a misspelt name is nearest to."""
    plain = column.casefold().replace("-", "_").replace(" ", "_")
    matches = get_close_matches(plain, sorted(absent), n=1, cutoff=0.82)
    return matches[0] if matches else None


def _cells(path: str, text: str, problems: list[Problem]) -> list[list[Cell]]:
    """The cells of all lines by RFC 4180: quotes around text with commas or line breaks, doubled inside."""
    if '"' not in text:
        return [_plain_line(path, number, line) for number, line in enumerate(text.splitlines(), start=1)]
    lines: list[list[Cell]] = []
    row: list[Cell] = []
    at, line, start = 0, 1, 0
    while at < len(text):
        first, column = at, at - start + 1
        if text[at] == '"':
            end, breaks, last_break = _closing_quote(text, at)
            if end < 0:
                problems.append(OPEN_QUOTE.at(Span(path, line, column, line, column + 1)))
                return lines
            content, at = text[at + 1 : end].replace('""', '"'), end + 1
            opened = line
            if breaks:
                line, start = line + breaks, last_break + 1
            where = Span(path, opened, column, line, at - start + 1)
        else:
            while at < len(text) and text[at] not in ",\r\n":
                at += 1
            content = text[first:at]
            where = Span(path, line, column, line, max(at - start + 1, column + 1))
            if '"' in content:
                problems.append(STRAY_QUOTE.at(where))
        row.append(Cell(content.strip(), where))
        if at < len(text) and text[at] == ",":
            at += 1
            if at < len(text) and text[at] not in "\r\n":
                continue
            row.append(Cell("", Span(path, line, at - start + 1, line, at - start + 2)))
        elif at < len(text) and text[at] not in "\r\n":
            problems.append(STRAY_QUOTE.at(where))
            at = _end_of_line(text, at)
        lines.append(row)
        row = []
        at += 2 if text.startswith("\r\n", at) else 1
        line, start = line + 1, at
    if row:
        lines.append(row)
    return lines


def _plain_line(path: str, number: int, line: str) -> list[Cell]:
    cells, column = [], 1
    for text in line.split(","):
        cells.append(Cell(text.strip(), Span(path, number, column, number, column + max(len(text), 1))))
        column += len(text) + 1
    return cells


def _closing_quote(text: str, opening: int) -> tuple[int, int, int]:
    """The index of the closing quote (-1: none), the number of line breaks before it, and the index of the last."""
    at = opening + 1
    while True:
        at = text.find('"', at)
        if at < 0:
            return -1, 0, 0
        if not text.startswith('""', at):
            return at, text.count("\n", opening, at), text.rfind("\n", opening, at)
        at += 2


def _end_of_line(text: str, at: int) -> int:
    end = re.compile(r"[\r\n]").search(text, at)
    return end.start() if end else len(text)
