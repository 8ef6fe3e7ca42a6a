"""Parses CSV into cells with positions, by the usual rules: quotes around separators, doubled inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from engine.problems import Span
from engine.text.sources import TextCell


@dataclass(slots=True)
class CsvLine:
    """The cells of one line, and the problems with its quotes."""

    cells: list[TextCell] = field(default_factory=list)
    unclosed: Span | None = None
    """The position of a quote that is never closed; the rest of the line is not read."""
    stray: list[Span] = field(default_factory=list)
    """The cells that contain a quote without being quoted."""
    spoilt: list[Span] = field(default_factory=list)
    """The cells with text after their closing quote; the rest of the line is not read."""


def csv_lines(path: str, text: str, separator: str = ",", *, joins_lines: bool) -> Iterator[CsvLine]:
    """Every line of a text, empty ones too; with `joins_lines` a quoted cell may contain line ends, else it is unclosed."""
    if '"' not in text:
        yield from (CsvLine(_plain_cells(path, number, line, separator)) for number, line in enumerate(text.splitlines(), start=1))
        return
    reader = _Reader(path, text, separator, joins_lines)
    while reader.at < len(text):
        yield reader.line()


def _plain_cells(path: str, number: int, line: str, separator: str) -> list[TextCell]:
    cells, column = [], 1
    for text in line.split(separator):
        cells.append(TextCell(text.strip(), Span(path, number, column, number, column + max(len(text), 1))))
        column += len(text) + 1
    return cells


@dataclass(slots=True)
class _Reader:
    """Reads a text with quotes character by character."""

    path: str
    text: str
    separator: str
    joins_lines: bool
    at: int = 0
    number: int = 1
    """The number of the current line, from 1; then its offset."""
    start: int = 0

    def line(self) -> CsvLine:
        """The next line; an unclosed quote ends it, and with joined lines the whole text."""
        line = CsvLine()
        while True:
            if self._here('"'):
                self._quoted(line)
            else:
                self._unquoted(line)
            if line.unclosed is not None or line.spoilt:
                self.at = len(self.text) if line.unclosed and self.joins_lines else self._end_of_line()
            if not self._here(self.separator):
                break
            self.at += 1
        self.at += 2 if self._here("\r\n") else 1
        self.number, self.start = self.number + 1, self.at
        return line

    def _here(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def _unquoted(self, line: CsvLine) -> None:
        first, end = self.at, self._end_of_line()
        comma = self.text.find(self.separator, first, end)
        self.at = end if comma < 0 else comma
        content = self.text[first : self.at]
        where = self._span(self.number, first - self.start + 1, first + 1)
        line.cells.append(TextCell(content.strip(), where))
        if '"' in content:
            line.stray.append(where)

    def _quoted(self, line: CsvLine) -> None:
        first, opened, column = self.at, self.number, self.at - self.start + 1
        match = (_QUOTED_LINES if self.joins_lines else _QUOTED).match(self.text, first)
        if match is None:
            line.unclosed = Span(self.path, opened, column, opened, self._end_of_line() - self.start + 1)
            return
        breaks = match[1].count("\n")
        if breaks:
            self.number, self.start = self.number + breaks, self.text.rfind("\n", first, match.end()) + 1
        self.at = match.end()
        where = self._span(opened, column, 0)
        line.cells.append(TextCell(match[1].replace('""', '"').strip(), where))
        if self.at < len(self.text) and not self._here(self.separator) and self.text[self.at] not in "\r\n":
            line.spoilt.append(where)

    def _span(self, line: int, column: int, least: int) -> Span:
        """From a position to the current one, at least one character."""
        return Span(self.path, line, column, self.number, max(self.at, least) - self.start + 1)

    def _end_of_line(self) -> int:
        match = _LINE_END.search(self.text, self.at)
        return match.start() if match else len(self.text)


_LINE_END: Final = re.compile(r"[\r\n]")
_QUOTED: Final = re.compile(r'"((?:[^"\r\n]|"")*+)"')
_QUOTED_LINES: Final = re.compile(r'"((?:[^"]|"")*+)"')
