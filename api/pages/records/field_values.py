"""The words of the program that stand in fields, such as states and kinds: those that the models of requests and answers declare."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Final, Literal, TypeGuard, get_args, get_origin, get_type_hints

from pydantic import BaseModel, WithJsonSchema

from api.http.routes.registry import all_routes
from api.pages.frame.labels import value_label
from engine.phrases import LANGUAGES, Language

_STATES: Final = frozenset(
    ("state", "state_before", "state_after", "paid", "in_force", "channel", "kind", "type", "order_type", "treatment", "stage"),
)
"""Fields that hold words of the program also where their model says that they are texts."""


def value_text(name: str, value: str, language: Language) -> str:
    """A value as people read it: in their language where it is a word of the program, else as it is."""
    if name in _STATES or value in values_by_field().get(name, ()):
        return value_label(value, language)
    return value


@cache
def values_by_field() -> Mapping[str, frozenset[str]]:
    """The declared values of each field, by its name."""
    values: dict[str, set[str]] = {name: set() for name, _ in _fields()}
    for name, declared in _fields():
        values[name].update(_words(declared))
    return {name: frozenset(words) for name, words in values.items() if words}


@cache
def field_names() -> frozenset[str]:
    """The names of all fields of requests and answers, of all columns of lists, and of the languages of texts."""
    return frozenset((*(name for name, _ in _fields()), *LANGUAGES))


@cache
def _fields() -> tuple[tuple[str, object], ...]:
    """Each field of each model: its name in JSON, and what it is declared as."""
    waiting, seen = [*_models()], set[object]()
    fields: list[tuple[str, object]] = []
    while waiting:
        model = waiting.pop()
        if model not in seen:
            seen.add(model)
            of_model = [*_fields_of(model)]
            fields += of_model
            waiting += (part for _, declared in of_model for part in _parts(declared) if _has_fields(part))
    return tuple(fields)


def _fields_of(model: type) -> Iterator[tuple[str, object]]:
    """The fields of a model or of a data class."""
    if issubclass(model, BaseModel):
        for name, field in model.model_fields.items():
            yield field.alias or name, Annotated[field.annotation, None, *field.metadata]
        for name, computed in model.model_computed_fields.items():
            yield computed.alias or name, computed.return_type
    elif dataclasses.is_dataclass(model):
        hints = get_type_hints(model, include_extras=True)
        yield from ((field.name, hints[field.name]) for field in dataclasses.fields(model))


def _has_fields(part: object) -> TypeGuard[type]:
    """Whether a type is written as an object with fields, and not as a text of its own."""
    if not isinstance(part, type):
        return False
    return issubclass(part, BaseModel) or (dataclasses.is_dataclass(part) and not hasattr(part, "__get_pydantic_core_schema__"))


def _models() -> Iterator[type[BaseModel]]:
    for route in all_routes():
        listed = None if route.listing is None else route.listing.row
        yield from (model for model in (route.answer, route.request, route.query, listed) if model is not None)


def _words(declared: object) -> Iterator[str]:
    """The words that a type lets through, its parts included."""
    for part in _parts(declared):
        if get_origin(part) is Literal:
            yield from (word for word in get_args(part) if isinstance(word, str))
        elif isinstance(part, WithJsonSchema) and part.json_schema is not None:
            yield from part.json_schema.get("enum", ())


def _parts(declared: object) -> Iterator[object]:
    """A type, all types of which it is made and what they are annotated with; of a mapping its values only."""
    yield declared
    origin, arguments = get_origin(declared), get_args(declared)
    if origin is Literal:
        return
    if isinstance(origin, type) and issubclass(origin, Mapping):
        arguments = arguments[1:]
    for part in arguments:
        yield from _parts(part)
