"""Which clause is meant by a line that begins with the keyword of a block: `price 240.00 EUR` in a bundle is `sells at 240.00 EUR`."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, NamedTuple

_OF_NUMBERS: Final = {"price": ("sells at {number}", "at {number}"), "discount": ("give {number} off line.list",)}
"""The clauses that hold a number, by the keyword of the block with which people begin such a line."""
_NUMBER: Final = re.compile(r"[ \t]+([0-9][0-9._]*(?:[ \t]*%|[ \t]+[A-Z]{3}\b)?)[ \t]*(?=\n|#|$)")


class MeantClause(NamedTuple):
    """A clause as it is written, and where the line ends in whose place it stands."""

    text: str
    ends: int


def clause_meant(text: str, at: int, word: str, expected: Collection[str]) -> MeantClause | None:
    """The clause that is meant by a keyword with nothing but a number behind it, empty if no such one may stand here; None for a block."""
    match = _NUMBER.match(text, at + len(word))
    form = next((each for each in _OF_NUMBERS.get(word, ()) if each.split()[0] in expected), "")
    return MeantClause(form.format(number=match[1]), match.end(1)) if match else None
