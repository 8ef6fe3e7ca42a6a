"""An explanation as lines for a terminal, with numbers as the reader writes them, and as JSON, with exact numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from textwrap import wrap
from typing import Final

from engine.documents.line_text import number
from engine.explaining.explanation import Explained, Explanation
from engine.phrases import Figure, Language, Phrase, phrase, say, template_in
from engine.writing.locale_format import long_day_text

_WIDTH: Final = 110
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST: Final = "1 {month}"
"""The first of a month, which some languages write as an ordinal."""


def explanation_lines(explanation: Explanation, language: Language, *, steps: bool) -> Iterator[str]:
    """The lines of a text: the title, a paragraph for each amount, and its steps with their files and lines."""
    yield from _wrapped(_localized(explanation.title, language), "")
    for part in explanation.parts:
        yield ""
        title = _localized(part.title, language)
        yield from _wrapped(f"{part.line}. {title}" if part.line.isdigit() else title, "")
        yield from _wrapped(_localized(part.sentence, language), "  ")
        if steps:
            yield from _steps(part, language)
    for note in explanation.notes:
        yield ""
        yield from _wrapped(_localized(note, language), "")


def as_json(explanation: Explanation, language: Language) -> dict[str, object]:
    """The explanation for a program: sentences in the language, amounts and days exact."""
    problems = [{"code": each.code, "message": each.message_in(language), "help": each.help_in(language)} for each in explanation.problems]
    return {
        "kind": explanation.kind,
        "document": explanation.document,
        "title": say(explanation.title, language),
        "currency": explanation.currency,
        "rulebook": explanation.rulebook,
        "language": language,
        "amounts": [_in_language(asdict(part), language) for part in explanation.parts],
        "notes": _in_language(explanation.notes, language),
        "problems": problems,
    }


def _in_language(node: object, language: Language) -> object:
    """A value of JSON whose texts are in a language."""
    match node:
        case str():
            return say(node, language)
        case dict():
            return {key: _in_language(below, language) for key, below in node.items()}
        case list() | tuple():
            return [_in_language(below, language) for below in node]
        case _:
            return node


def _steps(part: Explained, language: Language) -> Iterator[str]:
    for at, reason in enumerate(part.steps, 1):
        yield from _wrapped(_localized(reason.says, language), f"  {at:>2}. ", "      ")
        if reason.because:
            because = _localized_figure(reason.because, language)
            yield from _wrapped(_localized(phrase("because: {because}", because=because), language), "      ")
        yield f"      {reason.where or reason.rule}"


def _wrapped(text: str, first: str, rest: str | None = None) -> Iterator[str]:
    indent = first if rest is None else rest
    yield from wrap(text, _WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False) or [first]


def _localized(text: str, language: Language) -> str:
    """A text with its figures as the language writes them: `24,67 EUR`, `11 janvier 2027`; quoted text of rules is not changed."""
    if isinstance(text, Figure):
        return _localized_figure(text, language)
    if not isinstance(text, Phrase):
        return say(text, language)
    return template_in(text.template, language).format(**{name: _localized(word, language) for name, word in text.words})


def _localized_figure(figure: str, language: Language) -> str:
    """A number or a day as the language writes it; any other text is not changed."""
    if _DAY.fullmatch(figure):
        day = long_day_text(date.fromisoformat(figure), language)
        return template_in(_FIRST, language).format(month=day[2:]) if day.startswith("1 ") else day
    return number(figure, language)
