"""Merges formatted lines with comments: a comment stays with its line, and at most one blank line stays between two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.language.formatting.column_widths import WIDEST_CELL, display_width, padded

Level = tuple[int, int]
"""A level of nesting: its column in the source (from 0), and its column in the result."""

_BLANK: Final = re.compile(r"\n[ \t]*\n")
_GAP: Final = 2
"""Blanks before a comment that follows code."""


@dataclass(frozen=True, slots=True)
class Code:
    """One formatted line: the positions of its first and last words in the source, and its levels."""

    start: int
    end: int
    text: str
    levels: tuple[Level, ...]
    """All levels open here; the first of `own` is where the line begins."""
    own: int = 0
    begins_block: bool = False
    """Whether a blank line precedes it and its comments."""
    goes_on: bool = False
    """Whether it continues the line above, with no blank line between them."""
    below: tuple[str, ...] = ()
    """Lines that follow unchanged: a text of several lines."""
    takes_deeper: bool = False
    """Whether deeper lines below would become part of its text."""

    @property
    def column(self) -> int:
        """Its column in the source."""
        return self.levels[self.own][0]

    @property
    def indent(self) -> int:
        """Its column in the result."""
        return self.levels[self.own][1]


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment of the source."""

    start: int
    text: str
    column: int

    @property
    def end(self) -> int:
        """Its end in the source."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    remark: str = ""
    gap: int = 0
    """The blanks before its comment in the source."""
    below: tuple[str, ...] = ()


def layout_of(source: str, code: Sequence[Code], remarks: Sequence[Remark]) -> str:
    """The text of these lines with all comments of the source; it ends with a line end, unless it is empty."""
    lines = _with_remarks_aligned(list(_merged(source, code, remarks)))
    return "".join(f"{line}\n" for line in lines)


def _merged(source: str, code: Sequence[Code], remarks: Sequence[Remark]) -> Iterator[_Line | None]:
    """Code and comments in order; None is a blank line."""
    waiting = list(reversed(remarks))
    before: Code | None = None
    end = 0
    for line in [*code, None]:
        above: list[Remark] = []
        while waiting and (line is None or waiting[-1].start < line.end):
            above.append(waiting.pop())
        must_part = line is not None and line.begins_block and before is not None
        for remark in above:
            indent = _indent_of(remark, before, line)
            start = min(remark.start, line.start) if line else remark.start
            parts = must_part and indent == 0
            if (before or end) and (parts or _BLANK.search(source, end, start)):
                yield None
            must_part = must_part and not parts
            yield _Line(" " * indent + remark.text)
            end = max(end, remark.end)
        if line is None:
            return
        if end and (must_part or (not line.goes_on and _BLANK.search(source, end, line.start))):
            yield None
        text = " " * line.indent + line.text
        behind = _behind(source, line, waiting)
        yield _Line(text, behind.text if behind else "", _blanks_before(source, behind), line.below)
        before, end = line, max(end, behind.end if behind else line.end)


def _behind(source: str, line: Code, waiting: list[Remark]) -> Remark | None:
    """Takes the comment that follows a line of code."""
    if waiting and not line.below and "\n" not in source[line.end : waiting[-1].start]:
        return waiting.pop()
    return None


def _blanks_before(source: str, remark: Remark | None) -> int:
    line = source[remark.start - remark.column : remark.start] if remark else ""
    return len(line) - len(line.rstrip(" "))


def _indent_of(remark: Remark, before: Code | None, line: Code | None) -> int:
    """The column of a comment: that of the next line, or that of the line above where the comment is deeper than the next."""
    indent = line.indent if line else 0
    if before is None or (line is not None and (line.goes_on or line.start < remark.start or remark.column <= line.column)):
        return indent
    if line is not None and line.indent > before.indent:
        return indent
    deepest = before.levels[-1]
    if remark.column > deepest[0] and not before.takes_deeper:
        return max(indent, deepest[1] + 2)
    return max([indent, *(shall for level, shall in before.levels if level <= remark.column)])


def _with_remarks_aligned(lines: Sequence[_Line | None]) -> Iterator[str]:
    """Lines with trailing comments, two blanks away; aligned where they were aligned in the source."""
    at = 0
    while at < len(lines):
        line = lines[at]
        if line is None or not line.remark:
            yield line.text if line else ""
            yield from line.below if line else ()
            at += 1
            continue
        run: list[_Line] = []
        while at < len(lines) and (each := lines[at]) is not None and each.remark:
            run.append(each)
            at += 1
        width = max(display_width(each.text) for each in run)
        shorter = [each for each in run if display_width(each.text) < width]
        aligns = width <= 2 * WIDEST_CELL and 2 * sum(each.gap > _GAP for each in shorter) >= len(shorter)
        yield from (padded(each.text, width if aligns else 0) + " " * _GAP + each.remark for each in run)
