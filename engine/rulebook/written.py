"""What every YAML model of the rulebook is: frozen, closed to unknown keys, keys in kebab-case as analysts write them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from engine.language.written import Whole, Written, YesNo
from engine.money import Percent
from engine.phrases import phrase
from engine.slips import slip

__all__ = ["Code", "EventName", "Label", "Name", "Percentage", "Whole", "Written", "YesNo"]


def _with_its_sign(given: object) -> object:
    """Refuses a fraction such as `0.21` where a percentage belongs: it would silently mean a hundredth of it."""
    if isinstance(given, str) and re.fullmatch(r"0\.[0-9]{1,6}", given) and given.strip("0."):
        percent = Percent(Fraction(given))
        remedy = phrase("write `{percent}%`, or `{text}%` if so little is meant", percent=percent, text=str(given))
        raise slip("percentage", "`{text}` is no percentage: its sign is missing", text=str(given), remedy=remedy)
    return given


Percentage = Annotated[Percent, BeforeValidator(_with_its_sign)]
"""A percentage such as `21%`; a fraction is none."""
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$", max_length=40)]
"""A product code or country: capitals, digits, hyphens."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
"""A name of ours: small letters, digits, hyphens."""
EventName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$", max_length=60)]
"""An event: words joined by points, such as `order.signed`."""


class Label(Written):
    """One text in the three languages."""

    fr: str = Field(min_length=1, max_length=2000)
    nl: str = Field(min_length=1, max_length=2000)
    en: str = Field(min_length=1, max_length=2000)

    def in_(self, language: str) -> str:
        """The text in one language."""
        text: str = getattr(self, language)
        return text
