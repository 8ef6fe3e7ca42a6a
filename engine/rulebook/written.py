"""What every YAML model of the rulebook is: frozen, closed to unknown keys, keys in kebab-case as analysts write them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from engine.language.written import Whole, Written, YesNo

__all__ = ["Code", "EventName", "Label", "Name", "Whole", "Written", "YesNo"]


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
