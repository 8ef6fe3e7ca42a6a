"""Explains a discount of a number alone, `give 10 off`, which may be a percentage or an amount."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from engine.language.syntax.rule_problems import GIVE_NUMBER
from engine.money import factor_text
from engine.phrases import Figure, Replacement, phrase
from engine.problems import Problem, Span

_GIVE_NUMBER: Final = re.compile(r"[ \t]+give[ \t]+(([0-9][0-9_]*(?:\.[0-9]+)?)(?:[ \t]+off)?)[ \t]*")


def as_number_off(
    text: str, at: int, _expected: frozenset[str], place: Callable[[int, int], Span], _spelling: Mapping[str, str]
) -> Problem | None:
    """The problem of a line `give 10 off`."""
    start = text.rfind("\n", 0, at) + 1
    match = _GIVE_NUMBER.fullmatch(text, start, at) if text[at] == "\n" else None
    if match is None:
        return None
    number, where = Fraction(match[2].replace("_", "")), place(*match.span(1))
    as_written = Replacement(f"{match[2]}% off line.list")
    if not 0 < number < 1:
        return GIVE_NUMBER.at(where, word=match[2], corrected=as_written, number=Figure(match[2]), or_less="")
    of_hundred = factor_text(number * 100)
    or_less = phrase(", `{corrected}` for {number} percent", corrected=as_written, number=Figure(match[2]))
    return GIVE_NUMBER.at(
        where, word=match[2], corrected=Replacement(f"{of_hundred}% off line.list"), number=Figure(of_hundred), or_less=or_less
    )
