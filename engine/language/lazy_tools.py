"""Tools of the compiler that are loaded when they are first used: they must not slow the start of an evaluation."""

from __future__ import annotations

from collections.abc import Callable

from engine.language.ir.answers import Facts
from engine.language.types.vocabulary import Vocabulary
from engine.problems import Problem


def format_text(path: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """A rule file or YAML file in its canonical layout; as it was, with its problems, where it cannot be read."""
    from engine.language.formatting.formatter import formatted

    return formatted(path, text)


def read_condition(text: str, vocabulary: Vocabulary, option: str = "--where") -> Callable[[Facts], bool]:
    """The condition that a person typed behind an option; Refusal with all that is wrong in it."""
    from engine.language.condition_text import condition_of

    return condition_of(text, vocabulary, option)
