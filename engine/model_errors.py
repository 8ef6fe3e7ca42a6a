"""Errors of value types as translatable phrases that pydantic passes to the reader of the file."""

from __future__ import annotations

from typing import Final

from pydantic_core import PydanticCustomError

from engine.phrases import Phrase, phrase

MESSAGE: Final = "message"
"""The context key of the phrase in pydantic's error, which itself holds only English text."""

UNREAD: Final = "unread"
"""The context key of the phrase for a text that could not be read at all."""


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


def unreadable_decimal(mistake: ValueError) -> PydanticCustomError:
    """The error of a field whose text is no decimal: the message is that of the exception, a phrase if it was one."""
    context: dict[str, object] = {MESSAGE: mistake.args[0], UNREAD: mistake.args[0]}
    if isinstance(mistake, TooManyDecimals):
        none, some = phrase("write a whole number"), phrase("write at most {places} decimals", places=mistake.places)
        context["remedy"] = some if mistake.places else none
    return PydanticCustomError("decimal", "{message}", context)
