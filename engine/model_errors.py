"""Errors that a value type raises for a text, as translatable phrases that pydantic carries to the reader of the file."""

from __future__ import annotations

from typing import Final

from pydantic_core import PydanticCustomError

from engine.phrases import Phrase, phrase

SAID: Final = "said"
"""Under this name the phrase travels through pydantic, which keeps nothing but the words of a mistake."""

UNREAD: Final = "unread"
"""And under this one beside it, where a text could not be read at all."""


def slip(kind: str, template: str, /, *, remedy: Phrase | None = None, **words: object) -> PydanticCustomError:
    """The mistake that a model raises about a text, with its sentence and, where one is known, its remedy."""
    context: dict[str, object] = {SAID: phrase(template, **words)}
    if remedy is not None:
        context["remedy"] = remedy
    return PydanticCustomError(kind, "{said}", context)


def slip_of(kind: str, mistake: ValueError) -> PydanticCustomError:
    """The same for what could not be read: its own words, which are a phrase where they were one."""
    return PydanticCustomError(kind, "{said}", {SAID: mistake.args[0], UNREAD: mistake.args[0]})
