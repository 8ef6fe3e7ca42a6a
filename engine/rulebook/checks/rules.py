"""Checks that rules exist for everything that an invoice needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.language import CheckedRules
from engine.phrases import phrase
from engine.problems import Problem, Span
from engine.rulebook.rulebook_problems import NO_RULE_FOR

_NEEDED: Final = ("vat.treatment", "vat.category", "vat.rate")
_FOLDER: Final = "vat"


def check_needed(checked: CheckedRules) -> Iterator[Problem]:
    """The targets that no rule answers although every invoice needs them; empty without any rule files."""
    if not checked.parsed:
        return
    where = checked.first_line(_FOLDER) or Span(f"{_FOLDER}/treatment.rules", 1, 1, 1, 1)
    for target in _NEEDED:
        if target in checked.unanswered:
            yield NO_RULE_FOR.at(where, target=target, why=phrase("every invoice needs"), folder=_FOLDER)
