"""The words of the program that stand in fields, such as states and kinds: those that the models of requests and answers declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from pydantic import BaseModel

from api.http.routes.registry import all_routes
from api.pages.frame.labels import value_label
from engine.phrases import Language, as_written, say

_STATES: Final = frozenset(
    ("state", "state_before", "state_after", "paid", "in_force", "channel", "kind", "type", "order_type", "treatment"),
)
"""Fields that hold words of the program also where their model says that they are texts."""
_NAMES: Final = frozenset(("stage", "billing_process", "billing_type", "payment_plan"))
"""Fields that hold names of the rulebook, some of which every rulebook may have."""
_WITHIN: Final = ("anyOf", "oneOf", "allOf")
Schema = Mapping[str, object]


def value_text(name: str, value: str, language: Language) -> str:
    """A value as people read it: in their language where it is a word of the program, else as it is."""
    if name in _STATES or value in values_by_field().get(name, ()):
        return value_label(value, language)
    return say(as_written(value), language) if name in _NAMES else value


@cache
def values_by_field() -> Mapping[str, frozenset[str]]:
    """The declared values of each field, by its name."""
    values: dict[str, set[str]] = {name: set() for name in field_names()}
    for name, part, definitions in _fields():
        values[name].update(_declared(part, definitions))
    return {name: frozenset(words) for name, words in values.items() if words}


@cache
def field_names() -> frozenset[str]:
    """The names of all fields of requests and answers, and of all columns of lists."""
    return frozenset(name for name, _, _ in _fields())


def _fields() -> Iterator[tuple[str, Schema, Mapping[str, Schema]]]:
    """Each field of each model: its name, its schema, and what that refers to."""
    for model in _models():
        schema = model.model_json_schema()
        definitions = schema.get("$defs", {})
        for part in (schema, *definitions.values()):
            for name, each in part.get("properties", {}).items():
                yield name, each, definitions


def _models() -> Iterator[type[BaseModel]]:
    for route in all_routes():
        listed = None if route.listing is None else route.listing.row
        yield from (model for model in (route.answer, route.request, route.query, listed) if model is not None)


def _declared(part: object, definitions: Mapping[str, Schema]) -> Iterator[str]:
    if not isinstance(part, Mapping):
        return
    reference = part.get("$ref")
    if isinstance(reference, str):
        target = definitions[reference.rpartition("/")[2]]
        yield from _declared({} if "properties" in target else target, definitions)
    listed = part.get("enum")
    yield from (str(each) for each in listed if isinstance(each, str)) if isinstance(listed, list) else ()
    if isinstance(constant := part.get("const"), str):
        yield constant
    for name in _WITHIN:
        within = part.get(name)
        for each in within if isinstance(within, list) else ():
            yield from _declared(each, definitions)
    yield from _declared(part.get("items"), definitions)
