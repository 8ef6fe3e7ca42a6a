"""Tools of the compiler that are imported on first use, so that they do not slow the start of an evaluation."""

from __future__ import annotations

from collections.abc import Callable

from engine.language.ir.answers import Facts
from engine.language.types.vocabulary import Vocabulary
from engine.problems import Problem


def format_text(path: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """A rule file or YAML file in its canonical layout; unchanged, with its problems, where it has syntax errors."""
    from engine.language.formatting.formatter import formatted

    return formatted(path, text)


def read_condition(text: str, vocabulary: Vocabulary, option: str = "--where") -> Callable[[Facts], bool]:
    """Parses the condition of an option; Refusal with all problems in it."""
    from engine.language.condition_text import condition_of

    return condition_of(text, vocabulary, option)
