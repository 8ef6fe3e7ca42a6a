"""The pieces of a rule file by what they are, as editors colour them; a text with mistakes has them too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from engine.language import highlighting

TOKEN_KINDS: Final = ("keyword", "string", "number", "type", "enumMember", "variable", "comment")
"""What a piece may be, in the words of editors."""
_OF_LITERALS: Final = {
    "STRING": "string", "DATE": "number", "MONEY": "number", "PERCENT": "number", "DURATION": "number", "NUMBER": "number",
    "CODE": "enumMember", "TYPE_WORD": "type", "NAME": "variable",
}  # fmt: skip
_MOST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Coloured:
    """A piece of a line: its line, its first column from 1, its length, and what it is."""

    line: int
    column: int
    length: int
    kind: str


def coloured(text: str) -> tuple[Coloured, ...]:
    """The pieces of a rule file that have a colour."""
    return tuple(piece for number, line in enumerate(text.split("\n")[:_MOST], start=1) for piece in _of_line(number, line.rstrip("\r")))


def _of_line(number: int, line: str) -> Iterator[Coloured]:
    pattern, words, names = _pattern()
    for match in pattern.finditer(line):
        group = match.lastgroup or ""
        kind = "comment" if group == "comment" else _OF_LITERALS[names[group]]
        if kind == "variable" and match.group() in words:
            kind = "keyword"
        yield Coloured(number, match.start() + 1, match.end() - match.start(), kind)


@cache
def _pattern() -> tuple[re.Pattern[str], frozenset[str], dict[str, str]]:
    """One pattern of all literals, the words of the language, and the literal of each group."""
    given = highlighting()
    names = {f"l{at}": name for at, (name, _) in enumerate(given.literals)}
    parts = [r"(?P<comment>#.*)", *(f"(?P<l{at}>{_uncaptured(pattern)})" for at, (_, pattern) in enumerate(given.literals))]
    return re.compile("|".join(parts)), frozenset(given.words), names


def _uncaptured(pattern: str) -> str:
    """A pattern whose groups capture nothing."""
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)
