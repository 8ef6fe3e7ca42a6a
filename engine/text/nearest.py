"""Finds the known name nearest to a misspelt one, and suggests it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import SequenceMatcher, get_close_matches
from typing import Final

from engine.code_lists.code_list import NO_COUNTRIES
from engine.locales import country_named
from engine.phrases import Phrase, Replacement, phrase, together, write_instead

_LISTED_AT_MOST: Final = 12


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name most similar to a word, or None where none is similar."""
    names = sorted(set(known))
    folded = {name.casefold().replace("_", "-").replace(" ", "-"): name for name in reversed(names)}
    sought = word.casefold().replace("_", "-").replace(" ", "-")
    if sought in folded:
        return folded[sought]
    matches = get_close_matches(sought, list(folded))
    return next((folded[match] for match in matches if _may_be_meant(sought, match)), None)


def _may_be_meant(word: str, known: str) -> bool:
    """Whether a word may be a misspelt other one; those that begin differently are three quarters alike."""
    if not word or word[0] == known[0] or word in known or known in word:
        return True
    return SequenceMatcher(None, word, known).ratio() * 4 >= 3


def did_you_mean(name: str) -> Phrase:
    """The remedy that suggests one name."""
    return phrase("did you mean `{near}`?", near=Replacement(name))


def value_suggestion(word: str, known: Collection[str]) -> Phrase:
    """The remedy for a word that is no known value; among countries the code that a former or usual one means: `EL` is `GR`."""
    code = NO_COUNTRIES.get(word.upper())
    country = code.instead if code is not None else country_named(word)
    if country is not None and country in known:
        return write_instead(country)
    return suggestion(word, known)


def suggestion(word: str, known: Iterable[str]) -> Phrase:
    """The remedy for a misspelt name: the nearest known one, or a short list of all."""
    names = sorted(set(known))
    near = nearest(word, names)
    if near is not None:
        return did_you_mean(near)
    if not names:
        return phrase("nothing is allowed here: remove it")
    if len(names) > _LISTED_AT_MOST:
        listed = ", ".join(f"`{name}`" for name in names[:_LISTED_AT_MOST])
        return phrase("write one of {listed} and {more} more", listed=listed, more=len(names) - _LISTED_AT_MOST)
    each = (phrase("`{name}`", name=Replacement(name)) for name in names)
    return phrase("write one of {listed}", listed=together(each, ", "))
