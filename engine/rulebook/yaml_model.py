"""What every YAML model of the rulebook is: frozen, closed to unknown keys, keys in kebab-case as analysts write them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from engine.model_errors import slip
from engine.money import Percent
from engine.phrases import phrase
from engine.text.yaml_fields import Whole, Written, YesNo

__all__ = ["Code", "EventName", "Label", "Name", "Percentage", "Whole", "Written", "YesNo"]


def _with_its_sign(given: object) -> object:
    """Refuses a number such as `21` or `0.21` where a percentage belongs: one cannot see whether hundredths are meant."""
    if isinstance(given, str) and re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", given):
        is_fraction = given.startswith("0.") and given.strip("0.")
        as_percent = Percent(Fraction(given))
        both = phrase("write `{percent}%`, or `{text}%` if so little is meant", percent=as_percent, text=str(given))
        remedy = both if is_fraction else phrase("write `{corrected}`", corrected=f"{given}%")
        raise slip("percentage", "`{text}` is no percentage: its sign is missing", text=str(given), remedy=remedy)
    return given


_PATTERN = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?%$"
Percentage = Annotated[Percent, BeforeValidator(_with_its_sign), WithJsonSchema({"type": "string", "pattern": _PATTERN})]
"""A percentage such as `21%`; a number without the sign is none."""
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$", max_length=40)]
"""A product code or country: capitals, digits, hyphens."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
"""A name of ours: small letters, digits, hyphens."""
EventName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$", max_length=60)]
"""An event: words joined by points, such as `order.signed`."""


class Label(Written):
    """One text in the three languages."""

    fr: str = Field(min_length=1, max_length=2000)
    """In French."""
    nl: str = Field(min_length=1, max_length=2000)
    """In Dutch."""
    en: str = Field(min_length=1, max_length=2000)
    """In English."""

    def in_(self, language: str) -> str:
        """The text in one language."""
        text: str = getattr(self, language)
        return text
