"""The spaces of French on a page: a sign behind a space stays on the line of its word, and a label has a space before its colon."""

from __future__ import annotations

import re
from typing import Final

_LEFT_AS_IT_IS: Final = re.compile(r"(<(script|style|textarea|pre|code|kbd)\b.*?</\2>|<[^>]*>)", re.DOTALL)
"""Tags, and what stands in fields and in quoted files."""
_BEFORE_A_SIGN: Final = re.compile(r" (?=[:;?!»%](?:\s|[<&.,)]|$))")
_HARD_SPACE: Final = "\N{NO-BREAK SPACE}"
_LABEL_ENDS: Final = "&colon; "
"""How templates write the colon between a label and what it is a label of."""


def typeset(page: str, language: str) -> str:
    """The HTML of a page with the spaces of its language; only French has spaces before signs."""
    if language != "fr":
        return page.replace(_LABEL_ENDS, ": ")
    parts = _LEFT_AS_IT_IS.split(page.replace(_LABEL_ENDS, f"{_HARD_SPACE}: "))
    parts[::3] = [_BEFORE_A_SIGN.sub(_HARD_SPACE, text).replace("« ", f"«{_HARD_SPACE}") for text in parts[::3]]
    return "".join(part for at, part in enumerate(parts) if at % 3 != 2)
