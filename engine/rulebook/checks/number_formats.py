"""Formats of document numbers such as `C{year}-{number:05}`: parsed, and compared for numbers that two series could both print."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.phrases import phrase

_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_NUMBER: Final = re.compile(r"number(?::0([1-9]))?")
_EXAMPLE: Final = "{year}-{number:05}"
_DIGITS: Final = frozenset("0123456789")
_PLAIN: Final = re.compile(r"[A-Za-z0-9 ./_-]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """One character of a printed number: the possible characters, and whether more may follow."""

    characters: frozenset[str]
    repeats: bool = False


Format = list[Piece]


def read_format(text: str) -> Format | tuple[str, str]:
    """The characters that a format prints, or what is wrong with it and the remedy."""
    pieces: Format = []
    fields, at = [], 0
    for match in _FIELD.finditer(text):
        pieces += [Piece(frozenset(character)) for character in text[at : match.start()]]
        at = match.end()
        number = _NUMBER.fullmatch(match[1])
        fields.append("number" if number else match[1])
        if number:
            pieces += [Piece(_DIGITS) for _ in range(int(number[1] or 1) - 1)] + [Piece(_DIGITS, repeats=True)]
        elif match[1] == "year":
            pieces += [Piece(_DIGITS) for _ in range(4)]
        else:
            wrong = phrase("`{part}` is nothing that a number can hold", part=f"{{{match[1]}}}")
            return wrong, phrase("write `{{year}}` and `{{number:05}}`")
    pieces += [Piece(frozenset(character)) for character in text[at:]]
    broken = _wrong(_FIELD.sub("", text), fields)
    letters = re.match(r"[A-Za-z]*", text)
    return (broken, phrase("write `{corrected}`", corrected=f"{letters[0] if letters else ''}{_EXAMPLE}")) if broken else pieces


def _wrong(plain: str, fields: list[str]) -> str | None:
    if not _PLAIN.fullmatch(plain):
        return phrase("beside letters and digits a document number may only hold `-`, `/`, `.`, `_` and spaces")
    if "number" not in fields:
        return phrase("it has no `{{number}}`")
    if "year" not in fields:
        return phrase("without `{{year}}` each year would print the same numbers")
    return phrase("a part stands in it twice") if len(fields) > len(set(fields)) else None


def common_number(one: Format, other: Format) -> str | None:
    """The shortest text that both formats can print, or None."""
    waiting: deque[tuple[int, int, str]] = deque([(0, 0, "")])
    seen = {(0, 0)}
    while waiting:
        at, beside, text = waiting.popleft()
        if at == len(one) and beside == len(other):
            return text
        for mine, my_next in _next(one, at):
            for theirs, their_next in _next(other, beside):
                shared = mine & theirs
                if shared and (my_next, their_next) not in seen:
                    seen.add((my_next, their_next))
                    waiting.append((my_next, their_next, text + max(shared)))
    return None


def _next(pieces: Format, at: int) -> Iterator[tuple[frozenset[str], int]]:
    """The possible next pieces at a position, and the position after them."""
    if at < len(pieces):
        yield pieces[at].characters, at + 1
    if at and pieces[at - 1].repeats:
        yield pieces[at - 1].characters, at
