"""Which questions the rules were asked while an amount was worked out, with the very facts that were known of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from engine.language import Question, RecordedRules
from engine.rulebook.book import Rulebook

Made = TypeVar("Made")


def listen(rulebook: Rulebook, work_out: Callable[[Rulebook], Made]) -> tuple[Made, tuple[Question, ...]]:
    """What is worked out under a rulebook, and all questions that its rules were asked meanwhile, the last one last."""
    recorded = RecordedRules(rulebook.rules)
    made = work_out(replace(rulebook, rules=recorded))
    return made, tuple(recorded.questions)
