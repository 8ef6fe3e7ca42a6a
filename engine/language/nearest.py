"""The name that a misspelt one was probably meant to be, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_LISTED_AT_MOST: Final = 12


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name most like a word, or None where none is like it."""
    names = sorted(set(known))
    folded = {name.casefold().replace("_", "-").replace(" ", "-"): name for name in reversed(names)}
    sought = word.casefold().replace("_", "-").replace(" ", "-")
    if sought in folded:
        return folded[sought]
    found = get_close_matches(sought, list(folded), n=1)
    return folded[found[0]] if found else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """The remedy for a misspelt name: the nearest known one, or the list of them where it is short enough to be read."""
    names = sorted(set(known))
    near = nearest(word, names)
    if near is not None:
        return f"did you mean `{near}`?"
    if not names:
        return "nothing is allowed here: remove it"
    listed = ", ".join(f"`{name}`" for name in names[:_LISTED_AT_MOST])
    more = f" and {len(names) - _LISTED_AT_MOST} more" if len(names) > _LISTED_AT_MOST else ""
    return f"write one of {listed}{more}"
