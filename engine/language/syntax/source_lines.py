"""Splits a rule file into blocks: they begin at the first column; joined lines and comments are blanked, so that positions stay."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from engine.language.syntax.blocks import Comment
from engine.language.syntax.rule_problems import (
    BLOCK_INDENTED,
    COMMENT_SIGN,
    LINE_TOO_LONG,
    NOT_INDENTED,
    TOO_DEEP,
    UNCLOSED_PARENTHESIS,
    UNCLOSED_TEXT,
    UNKNOWN_BLOCK,
    UNOPENED_PARENTHESIS,
)
from engine.phrases import Replacement
from engine.problems import Problem, Span
from engine.text.nearest import suggestion

BLOCKS: Final = (
    "module",
    "use",
    "answers",
    "fact",
    "price",
    "table",
    "discount",
    "stacking",
    "bundle",
    "decision",
    "define",
    "increment",
    "grouping",
)
"""The keywords of blocks, at the first column."""
DEEPEST: Final = 50
"""The deepest nesting of parentheses."""
LONGEST_LINE: Final = 10_000
"""The most characters of a line, with those joined to it."""

_REPORTED_AT_MOST: Final = 200
_FIRST_WORD: Final = re.compile(r"[^\W\d_][\w-]*")
_HARD_BLANK: Final = "\u00a0"
_COMMENT: Final = re.compile(r"(//|/\*|--(?=[ \t]))[^\n]*")
"""A comment as other languages have it."""
_MARKS: Final = re.compile(rf'"[^"\n]*"|"|#[^\n]*|[()]|\n|{_HARD_BLANK}|{_COMMENT.pattern}')
_GOES_ON: Final = re.compile(r"(?:(?<![\w-])(?:and|or|not|then|else|if|of|when|where|is|between|to|by|least|most)|[-+*/=<>,:(])$")
_TAKES_UP: Final = re.compile(r"(?:(?:and|or|then|else|rounded|where|except)(?![\w-])|[+*/](?!\|)|-[ \t]|\))")


@dataclass(frozen=True)
class Text:
    """A source text that converts offsets to positions."""

    path: str
    text: str
    first_line: int = 1
    first_column: int = 1

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def span(self, start: int, end: int) -> Span:
        """The span from one offset to another (exclusive)."""
        line, column = self._place(start)
        end_line, end_column = self._place(max(start, end))
        return Span(self.path, line, column, end_line, end_column)

    def _place(self, offset: int) -> tuple[int, int]:
        index = bisect_right(self._starts, offset) - 1
        column = offset - self._starts[index] + (self.first_column if index == 0 else 1)
        return index + self.first_line, column


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of a text: its offset, its keyword, and its characters with comments blanked and lines joined."""

    start: int
    keyword: str
    masked: str
    comments: tuple[Comment, ...]
    is_whole: bool
    """Whether no error was blanked: a text or a parenthesis without an end."""
    is_readable: bool
    """Whether it is short and flat enough for the parser."""


@dataclass(slots=True)
class _Line:
    """The state of the scan on one line."""

    chars: list[str]
    problems: list[Problem]
    open_at: list[int] = field(default_factory=list)
    is_whole: bool = True
    is_readable: bool = True


def cut(text: Text) -> tuple[list[Piece], list[Problem]]:
    """The blocks of a text, and the problems with its layout."""
    pieces: list[Piece] = []
    problems: list[Problem] = []
    for start, end, keyword in _block_bounds(text, problems):
        pieces.append(masked(text, start, end, keyword, problems))
    return pieces, problems


def masked(text: Text, start: int, end: int, keyword: str, problems: list[Problem]) -> Piece:
    """A range of a text as the parser gets it: of the same length (and a line end), every character at its position."""
    scan = _Line(list(text.text[start:end]), problems)
    comments = []
    for mark in _MARKS.finditer(text.text, start, end):
        word = mark.group()
        if word[0] == "#":
            comments.append(Comment(word.rstrip("\r"), text.span(mark.start(), mark.end())))
            scan.chars[mark.start() - start : mark.end() - start] = " " * len(word)
        elif sign := mark[1]:
            if mark.start() and text.text[mark.start() - 1] != "\n":  # those of the first column are reported already
                problems.append(COMMENT_SIGN.at(text.span(mark.start(), mark.start() + len(sign)), sign=sign, corrected=Replacement("#")))
            _blank(scan, mark.start() - start, mark.end() - start)
        elif word == '"':
            end = _line_end(text.text, mark.start())
            if len(problems) < _REPORTED_AT_MOST:
                problems.append(UNCLOSED_TEXT.at(text.span(mark.start(), end)))
            _blank(scan, max(text.text.rfind("\n", 0, end) + 1, start) - start, end - start)
        elif word == _HARD_BLANK:
            scan.chars[mark.start() - start] = " "
        elif word == "(":
            _opened(text, scan, mark.start())
        elif word == ")":
            _closed(text, scan, mark.start(), start)
    for at in scan.open_at[:_REPORTED_AT_MOST]:
        problems.append(UNCLOSED_PARENTHESIS.at(text.span(at, at + 1)))
        _blank(scan, at - start, at - start + 1)
    joined = _joined("".join(scan.chars).replace("\r", " "))
    _check_lengths(text, start, joined, scan)
    return Piece(start, keyword, joined + "\n", tuple(comments), scan.is_whole, scan.is_readable)


def _blank(scan: _Line, start: int, end: int) -> None:
    """Blanks what cannot be parsed, so that the rest of the block can."""
    scan.chars[start:end] = " " * (end - start)
    scan.is_whole = False


def _opened(text: Text, scan: _Line, at: int) -> None:
    scan.open_at.append(at)
    if len(scan.open_at) == DEEPEST + 1:
        scan.problems.append(TOO_DEEP.at(text.span(at, at + 1), most=DEEPEST))
        scan.is_readable = False


def _closed(text: Text, scan: _Line, at: int, start: int) -> None:
    if scan.open_at:
        scan.open_at.pop()
        return
    if len(scan.problems) < _REPORTED_AT_MOST:
        scan.problems.append(UNOPENED_PARENTHESIS.at(text.span(at, at + 1)))
    _blank(scan, at - start, at - start + 1)


def _block_bounds(text: Text, problems: list[Problem]) -> Iterator[tuple[int, int, str]]:
    """The start and end of each block; lines at the first column without a keyword are reported and belong to the block above."""
    current: tuple[int, str] | None = None
    is_reported = False
    offset = 0
    for line in text.text.split("\n"):
        here, offset = offset, offset + len(line) + 1
        if not line.strip() or line[0] == "#":
            continue
        if line[0] in " \t\r":
            if current is None and not is_reported and not line.lstrip().startswith("#"):
                is_reported = True
                problems.append(_indented(text, here, line))
            continue
        if other := _COMMENT.match(line):
            problems.append(COMMENT_SIGN.at(text.span(here, here + len(other[1])), sign=other[1], corrected=Replacement("#")))
            continue
        word = _FIRST_WORD.match(line)
        keyword = word.group() if word else line[0]
        if keyword in BLOCKS:
            if current:
                yield current[0], here, current[1]
            current, is_reported = (here, keyword), False
        elif not is_reported:
            where = text.span(here, here + len(keyword))
            is_reported = True
            if current and (not word or keyword in _CLAUSES):
                problems.append(NOT_INDENTED.at(where, word=keyword, block=current[1]))
            else:
                problems.append(UNKNOWN_BLOCK.at(where, word=keyword[:40], remedy=suggestion(keyword, BLOCKS)))
                if current:
                    yield current[0], here, current[1]
                current = (here, "")
    if current:
        yield current[0], len(text.text), current[1]


def _indented(text: Text, at: int, line: str) -> Problem:
    """Reports indented text before the first block."""
    bare = line.lstrip()
    first = bare.split(maxsplit=1)[0][:40]
    start = at + len(line) - len(bare)
    return BLOCK_INDENTED.at(text.span(start, start + len(first)), word=first)


_CLAUSES: Final = frozenset(
    "from until dated when overrides because for charge at volume graduated exactly first all same highest give group priority groups "
    "title total contains sells allocate touched otherwise rule and or then else rounded placement alignment several".split()
)


def _joined(block: str) -> str:
    """A block with the line ends between joined lines blanked."""
    lines = block.split("\n")
    ends = ["\n"] * len(lines)
    depth, above = 0, -1
    for index, line in enumerate(lines):
        bare = line.strip()
        if not bare:
            continue
        if above >= 0 and (depth > 0 or _belongs(lines[above].strip(), bare)):
            ends[above:index] = [" "] * (index - above)
        outside = _without_texts(bare)
        depth += outside.count("(") - outside.count(")")
        above = index
    return "".join(line + end for line, end in zip(lines, [*ends[:-1], ""], strict=True))


def _belongs(above: str, below: str) -> bool:
    if above.startswith("|") or below.startswith("|"):
        return False
    return _GOES_ON.search(above) is not None or _TAKES_UP.match(below) is not None


def _without_texts(line: str) -> str:
    return re.sub(r'"[^"\n]*"', "", line) if '"' in line else line


def _check_lengths(text: Text, start: int, joined: str, scan: _Line) -> None:
    offset = start
    for line in joined.split("\n"):
        if len(line) > LONGEST_LINE:
            scan.problems.append(LINE_TOO_LONG.at(text.span(offset, offset + 1), length=f"{len(line):_}", most=f"{LONGEST_LINE:_}"))
            scan.is_readable = False
        offset += len(line) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
