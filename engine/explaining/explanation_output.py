"""An explanation as lines for a terminal and as JSON: the same sentences, once with the numbers of the reader and once exact."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from engine.explaining.explanation import Explained, Explanation
from engine.explaining.sentences import figure_text, read_aloud
from engine.phrases import Language, phrase, say
from engine.reasons import Reason

_WIDTH: Final = 110


def told(explanation: Explanation, language: Language, *, steps: bool) -> Iterator[str]:
    """The lines of a text: the title, a paragraph for each amount, and below it its steps with their files and lines."""
    yield from _wrapped(read_aloud(explanation.title, language), "")
    for part in explanation.parts:
        yield ""
        head = read_aloud(part.title, language)
        name = f"{part.line}. {head}" if part.line.isdigit() else head
        yield from _wrapped(name, "")
        yield from _wrapped(read_aloud(part.sentence, language), "  ")
        if steps:
            yield from _steps(part, language)
    for note in explanation.notes:
        yield ""
        yield from _wrapped(read_aloud(note, language), "")


def as_json(explanation: Explanation, language: Language) -> dict[str, object]:
    """The same for a program: sentences in the language, amounts and days exact."""
    return {
        "kind": explanation.kind,
        "document": explanation.document,
        "title": say(explanation.title, language),
        "currency": explanation.currency,
        "rulebook": explanation.rulebook,
        "language": language,
        "amounts": [
            {
                "line": part.line,
                "title": say(part.title, language),
                "amount": part.amount,
                "sentence": say(part.sentence, language),
                "steps": [_step(reason, language) for reason in part.steps],
            }
            for part in explanation.parts
        ],
        "notes": [say(note, language) for note in explanation.notes],
        "problems": [
            {"code": each.code, "message": each.message_in(language), "help": each.help_in(language)} for each in explanation.problems
        ],
    }


def _step(reason: Reason, language: Language) -> dict[str, str | None]:
    return {
        "subject": reason.subject,
        "rule": reason.rule,
        "says": say(reason.says, language),
        "because": say(reason.because, language) if reason.because else None,
        "where": reason.where,
    }


def _steps(part: Explained, language: Language) -> Iterator[str]:
    for number, reason in enumerate(part.steps, 1):
        yield from _wrapped(read_aloud(reason.says, language), f"  {number:>2}. ", "      ")
        if reason.because:
            because = figure_text(reason.because, language)
            yield from _wrapped(read_aloud(phrase("because: {because}", because=because), language), "      ")
        yield f"      {reason.where or reason.rule}"


def _wrapped(text: str, first: str, rest: str | None = None) -> Iterator[str]:
    following = first if rest is None else rest
    yield from wrap(text, _WIDTH, initial_indent=first, subsequent_indent=following, break_on_hyphens=False) or [first]
