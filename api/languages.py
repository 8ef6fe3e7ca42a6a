"""Which of our languages somebody reads: what a terminal's environment and a browser's request say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.phrases import LANGUAGES, Language

FALLBACK: Final[Language] = "en"
_LOCALES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
_MOST_CHOICES: Final = 50


def language_named(name: str) -> Language | None:
    """The language of a name such as `nl`, `fr-BE` or `fr_BE.UTF-8`; None where the program does not have it."""
    short = name.strip().lower().replace("_", "-").partition(".")[0].partition("-")[0]
    return next((each for each in LANGUAGES if each == short), None)


def language_of_terminal(environment: Mapping[str, str]) -> Language | None:
    """The language of a terminal's messages: that of the first locale variable that is set."""
    locale = next((environment[name] for name in _LOCALES if environment.get(name)), "")
    return language_named(locale)


def language_of_request(accepted: str) -> Language:
    """The language that an `Accept-Language` header prefers among ours; English where it names none of them."""
    best: tuple[int, Language] = (0, FALLBACK)
    for choice in accepted.split(",")[:_MOST_CHOICES]:
        name, _, weight = choice.partition(";")
        language = FALLBACK if name.strip() == "*" else language_named(name)
        if language is not None and (share := thousandths(weight)) > best[0]:
            best = (share, language)
    return best[1]


def thousandths(weight: str) -> int:
    """A quality value such as `q=0.8` in thousandths; 1000 where it is missing, 0 where it is invalid."""
    name, _, text = weight.strip().partition("=")
    if not name:
        return 1000
    units, _, fraction = text.strip().partition(".")
    digits = f"{fraction:0<3}"[:3]
    is_weight = name.strip().lower() == "q" and units in {"0", "1"} and digits.isascii() and digits.isdigit()
    return min(1000, int(units) * 1000 + int(digits)) if is_weight else 0
