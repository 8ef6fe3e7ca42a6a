"""Errors of value types as translatable phrases that pydantic passes to the reader of the file."""

from __future__ import annotations

import re
from collections.abc import Container
from decimal import Decimal
from typing import Final

from pydantic_core import PydanticCustomError

from engine.phrases import Phrase, Replacement, phrase, write_instead

MESSAGE: Final = "message"
"""The context key of the phrase in pydantic's error, which itself holds only English text."""

UNREAD: Final = "unread"
"""The context key of the phrase for a text that could not be read at all."""

DECIMAL_KIND: Final = "decimal-kind"
"""The context key of what a decimal is: an `amount`, a `quantity` or a `percentage`."""

_PERCENTAGE: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,4})?)\s?%")

_SMALLEST_PART: Final = Decimal("0.2")
"""Below it nobody means a part of a price; what stands there is a rise or a fall."""

SAMPLES: Final = {"amount": "91.58", "quantity": "1.5", "percentage": "12.5"}
"""A text of each kind."""


class TooManyDecimals(ValueError):
    """A decimal text has more decimals than may be."""

    def __init__(self, places: int) -> None:
        """Says how many there may be."""
        super().__init__(phrase("more than {places} decimals", places=places))
        self.places = places


def field_error(kind: str, template: str, /, *, remedy: Phrase | None = None, **words: object) -> PydanticCustomError:
    """The error of a field, with its message and, where one is known, its remedy."""
    context: dict[str, object] = {MESSAGE: phrase(template, **words)}
    if remedy is not None:
        context["remedy"] = remedy
    return PydanticCustomError(kind, "{message}", context)


def unreadable_decimal(mistake: ValueError, kind: str = "amount") -> PydanticCustomError:
    """The error of a field whose text is no decimal of its kind: the message is that of the exception, a phrase if it was one."""
    if isinstance(mistake, PydanticCustomError):
        return mistake
    context: dict[str, object] = {MESSAGE: mistake.args[0], UNREAD: mistake.args[0], DECIMAL_KIND: kind}
    if isinstance(mistake, TooManyDecimals):
        none, some = phrase("write a whole number"), phrase("write at most {places} decimals", places=mistake.places)
        context["remedy"] = some if mistake.places else none
    return PydanticCustomError("decimal", "{message}", context)


def not_text(message: Phrase, kind: str) -> PydanticCustomError:
    """The error of a decimal that is no text, or no decimal text."""
    return PydanticCustomError("decimal", "{message}", {MESSAGE: message, DECIMAL_KIND: kind})


def no_factor(text: str) -> PydanticCustomError:
    """The error of a text that is no factor; a percentage names the factor that it is, and a small one that of a rise and of a fall."""
    meant = _PERCENTAGE.fullmatch(text)
    remedy = phrase("write a number such as `1.02`")
    if meant:
        part = Decimal(meant.group(1)) / 100
        remedy = _rise_or_fall(part, meant.group(1)) if 0 < part < _SMALLEST_PART else write_instead(f"{part:f}")
    return field_error("decimal", 'this must be a decimal string or a fraction such as "12/52"', remedy=remedy)


def _rise_or_fall(part: Decimal, percent: str) -> Phrase:
    """The factors of a rise and of a fall by a percentage; nobody pays so small a part of a price."""
    return phrase(
        "write `{more}` for {rise} percent more, or `{less}` for {rise} percent less",
        more=Replacement(f"{1 + part:f}"),
        less=Replacement(f"{1 - part:f}"),
        rise=percent,
    )


def no_currency() -> PydanticCustomError:
    """The error of an amount that stands in no document with a currency."""
    what = "this amount has no currency: write {{amount, currency}}, or give the document its currency"
    return field_error("no-currency", what, remedy=phrase("give the document its currency"))


def unknown_currency(text: str, mistake: ValueError, known: Container[str]) -> PydanticCustomError:
    """The error of a code that is no currency, with the one that may be meant."""
    meant = next((code for code in (text.strip().upper(), text.strip().upper()[:3]) if code in known), None)
    remedy = write_instead(meant) if meant else phrase("write a code such as `EUR`")
    return PydanticCustomError("currency", "{message}", {MESSAGE: mistake.args[0], "remedy": remedy})
