"""Parses large tables fast: equal cells are parsed once, and built at each position."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, TypeVar

from engine.language.syntax.build_expressions import Building
from engine.language.syntax.build_tables import build_cell, build_test
from engine.language.syntax.source_lines import Piece, Text
from engine.language.syntax.table_blocks import Row, TableBlock
from engine.problems import Problem

FEWEST_ROWS: Final = 100
"""Smaller tables are parsed as a whole."""
_MARKS: Final = re.compile(r'"[^"]*"|\|\|?')
_Cells = list[tuple[int, str]]

Made = TypeVar("Made")
Parse = Callable[[str, str], object]
"""Parses a cell by its start symbol and text; None where it cannot be parsed alone."""


def is_large(piece: Piece) -> bool:
    """Whether a block is a table large enough to be parsed cell by cell."""
    return piece.keyword == "table" and piece.is_whole and piece.masked.count("\n") > FEWEST_ROWS and "\n" in piece.masked


def cut_rows(piece: Piece) -> tuple[str, list[tuple[int, str]]] | None:
    """The table up to its header, and its rows with their offsets; None where it has another shape."""
    lines, offset, header = [], 0, None
    for line in piece.masked.split("\n"):
        bare = line.strip()
        if header is None:
            if bare.startswith("|"):
                header = offset + len(line)
        elif bare:
            if not bare.startswith("|"):
                return None
            lines.append((offset + line.index("|"), line.strip()))
        offset += len(line) + 1
    return None if header is None else (piece.masked[:header] + "\n", lines)


def with_rows(table: TableBlock, source: Text, piece: Piece, lines: list[tuple[int, str]], parse: Parse) -> TableBlock | None:
    """The table with its rows; None where a row needs the whole parser, which reports its errors."""
    problems: list[Problem] = []
    rows = []
    for offset, line in lines:
        halves = _halves(line)
        if halves is None or len(halves[0]) != len(table.conditions) or len(halves[1]) != len(table.results):
            return None
        tests = list(_made(halves[0], "test_cell", build_test, source, piece.start + offset, parse, problems))
        results = list(_made(halves[1], "result_cell", build_cell, source, piece.start + offset, parse, problems))
        if problems or len(tests) + len(results) < len(halves[0]) + len(halves[1]):
            return None
        rows.append(Row(tuple(tests), tuple(results), source.span(piece.start + offset, piece.start + offset + len(line))))
    last, text = lines[-1]
    whole = table.span.through(source.span(piece.start + last, piece.start + last + len(text)))
    return replace(table, rows=tuple(rows), span=whole)


def _halves(line: str) -> tuple[_Cells, _Cells] | None:
    """The cells before and after the `||`, each with its offset in the line."""
    halves: list[_Cells] = [[]]
    begins = None
    for mark in _MARKS.finditer(line):
        if mark.group()[0] == '"':
            continue
        if begins is not None:
            raw = line[begins : mark.start()]
            halves[-1].append((begins + len(raw) - len(raw.lstrip()), raw.strip()))
        if mark.group() == "||":
            halves.append([])
        begins = mark.end()
    return (halves[0], halves[1]) if len(halves) == 2 and begins == len(line) else None


def _made(
    cells: _Cells, start: str, build: Callable[[Building, object], Made], source: Text, offset: int, parse: Parse, problems: list[Problem]
) -> Iterator[Made]:
    for at, text in cells:
        tree = parse(start, text)
        if tree is None:
            return
        yield build(Building(source, offset + at, text, problems), tree)
