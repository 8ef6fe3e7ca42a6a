"""Sentences read aloud: in the reader's language, with its numbers and its days."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from engine.documents.line_text import number
from engine.phrases import Figure, Language, Phrase, say, template_in
from engine.writing.locale_format import long_day_text

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST: Final = "1 {month}"
"""The first of a month, which some languages read aloud as an ordinal."""


def read_aloud(text: str, language: Language) -> str:
    """A text as it is read: `24,67 EUR` and `11 janvier 2027` in French; what is quoted of a rule stays as it is written there."""
    if isinstance(text, Figure):
        return figure_text(text, language)
    if not isinstance(text, Phrase):
        return say(text, language)
    return template_in(text.template, language).format(**{name: read_aloud(word, language) for name, word in text.words})


def figure_text(figure: str, language: Language) -> str:
    """A number or a day as it is written in a language; anything else as it is."""
    if _DAY.fullmatch(figure):
        day = long_day_text(date.fromisoformat(figure), language)
        return template_in(_FIRST, language).format(month=day[2:]) if day.startswith("1 ") else day
    return number(figure, language)
