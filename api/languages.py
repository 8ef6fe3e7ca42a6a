"""Which of our languages somebody reads: what a terminal's environment and a browser's request say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.phrases import LANGUAGES, Language

FALLBACK: Final[Language] = "en"
_LOCALES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
_MOST_WISHES: Final = 50


def language_named(name: str) -> Language | None:
    """The language of a name such as `nl`, `fr-BE` or `fr_BE.UTF-8`; None where it is none of ours."""
    short = name.strip().lower().replace("_", "-").partition(".")[0].partition("-")[0]
    return next((known for known in LANGUAGES if known == short), None)


def language_of_terminal(environment: Mapping[str, str]) -> Language | None:
    """The language of the messages of a terminal: the first of its locale variables that says something decides."""
    said = next((environment[name] for name in _LOCALES if environment.get(name)), "")
    return language_named(said)


def language_of_request(accepted: str) -> Language:
    """The language that an `Accept-Language` header prefers among ours; English where it asks for none of them."""
    best: tuple[int, Language] = (0, FALLBACK)
    for wish in accepted.split(",")[:_MOST_WISHES]:
        name, _, weight = wish.partition(";")
        language = FALLBACK if name.strip() == "*" else language_named(name)
        if language is not None and (thousandths := _thousandths(weight)) > best[0]:
            best = (thousandths, language)
    return best[1]


def _thousandths(weight: str) -> int:
    """The weight of a wish, `q=0.8`, in thousandths; 1000 where none is written, 0 where it cannot be read."""
    name, _, text = weight.strip().partition("=")
    if not name:
        return 1000
    whole, _, fraction = text.strip().partition(".")
    digits = f"{fraction:0<3}"[:3]
    is_weight = name.strip().lower() == "q" and whole in {"0", "1"} and digits.isascii() and digits.isdigit()
    return min(1000, int(whole) * 1000 + int(digits)) if is_weight else 0
