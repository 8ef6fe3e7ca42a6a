"""The words of the language behind the terminals that the grammar accepts: `exactly one`, `per`, `half up`, `is not one of`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from engine.language.syntax.grammar import parser
from engine.language.syntax.highlighting import LITERALS

_AHEAD: Final = re.compile(r"\(\?[!=](?:\[[^]]*\]|[^()])*\)")
_BLANKS: Final = "[ \t]+"
_GOES_ON: Final = {"TIER_MODE": " tiers on", "AGGREGATE": " of"}
"""What belongs to the words of a terminal."""
_WORDS: Final = re.compile(r"[a-z]+(?:[ -][a-z]+)*|[0-9] [a-z]+|[<>]=?")
_PHRASES: Final = {"IS": ("is", "is not", "is one of", "is not one of", "is between", "is within", "is known", "is not known")}
"""Words that mean something only together."""


def words_expected(accepts: Iterable[str]) -> tuple[str, ...]:
    """The words of the language among terminals, in alphabetical order."""
    spelt = _spelt()
    return tuple(sorted({word for name in accepts for word in _PHRASES.get(name, spelt.get(name, ()))}))


@cache
def _spelt() -> dict[str, tuple[str, ...]]:
    """The words of each terminal that stands for words."""
    made = {}
    for terminal in parser().terminals:
        if terminal.name not in LITERALS:
            pattern = _AHEAD.sub("", _AHEAD.sub("", terminal.pattern.value)).replace(_BLANKS, " ")
            words = tuple(part.strip("()?:") for part in pattern.split("|"))
            if all(_WORDS.fullmatch(word) for word in words):
                made[terminal.name] = tuple(word + _GOES_ON.get(terminal.name, "") for word in words)
    return made
