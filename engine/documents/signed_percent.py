"""A percentage in a request that may not be mistaken for a fraction: `0.21` is refused, `21` and `0.5%` are read."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import BeforeValidator, PlainSerializer, StringConstraints

from engine.model_errors import field_error
from engine.money import Percent, decimal_text, scaled
from engine.phrases import Phrase, phrase

_Text = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,6})?%?$")]
_FRACTION: Final = re.compile(r"0\.(?=0*[1-9])[0-9]{1,6}")
_WHAT: Final = "`{text}` may be a percentage or a fraction: its sign is missing"


def percent_of(text: str) -> Percent:
    """The percentage of a text that a person typed; ValueError where it is none, or below 1 without its sign."""
    if _FRACTION.fullmatch(text):
        raise ValueError(f"{phrase(_WHAT, text=text)}: {_remedy(text)}")
    return Percent.parse(text)


def _check_sign(given: object) -> object:
    if isinstance(given, str) and _FRACTION.fullmatch(given):
        raise field_error("percentage", _WHAT, text=given, remedy=_remedy(given))
    return given


def _remedy(text: str) -> Phrase:
    return phrase("write `{percent}`, or `{text}%` if so little is meant", percent=decimal_text(scaled(text, 6) * 100, 6), text=text)


def _with_sign(percent: Percent) -> str:
    return f"{percent}%" if 0 < percent.fraction * 100 < 1 else str(percent)


SignedPercent = Annotated[Percent, BeforeValidator(_check_sign), PlainSerializer(_with_sign, return_type=_Text)]
"""A percentage such as `"21"` or `"12.5"`; one below 1 needs its sign: `"0.5%"`."""
