"""Explains a text that stands without its quotes, such as `because Sales policy`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from engine.language.syntax.rule_problems import NOT_EXPECTED
from engine.phrases import Replacement, phrase
from engine.problems import Problem, Span

_FIRST_WORD: Final = re.compile(r"[^\W\d_]+")
_ENDS: Final[Mapping[str, str]] = {
    "fact": ":",
    "define": " ?: ",
    "grouping": " by ",
    "rule": " when ",
    "title": ", ?[a-z]{2} ",
}
"""What ends a text on a line that goes on behind it, by the first word of the line."""


def as_unquoted_text(text: str, at: int, expected: frozenset[str], place: Callable[[int, int], Span], _spelling: object) -> Problem | None:
    """The problem of words where a text between quotes is expected, and no other value; a title begins with a capital letter."""
    if "STRING" not in expected or "NAME" in expected or not text[at].isalpha() or (len(expected) > 1 and not text[at].isupper()):
        return None
    first = _FIRST_WORD.search(text, text.rfind("\n", 0, at) + 1)
    end = _ENDS.get(first[0] if first else "", r"\Z")
    words = re.split(rf'["\n#|]|{end}', text[at:], maxsplit=1)[0].rstrip()
    corrected = phrase("`{name}`", name=Replacement(f'"{words}"'))
    return NOT_EXPECTED.at(place(at, at + len(words)), word=words[:60], expected=corrected)
