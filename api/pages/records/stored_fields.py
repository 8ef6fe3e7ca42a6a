"""The form of a change: filled with what is stored, it sends what its person wrote, and removes what its person emptied."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import get_args

from pydantic import BaseModel

from api.pages.records.verb_fields import VerbField, fields_of, request_of, without_gaps
from engine.phrases import Language

Texts = Mapping[str, str]
"""The texts of a form by field."""


def stored_texts(fields: tuple[VerbField, ...], tree: Mapping[str, object]) -> dict[str, str]:
    """What a record has for the fields of a form, as the form has them."""
    return dict(_texts(fields, tree, ""))


def _texts(fields: tuple[VerbField, ...], tree: Mapping[str, object], path: str) -> Iterator[tuple[str, str]]:
    for field in fields:
        name, value = f"{path}{field.name}", tree.get(field.name)
        match value:
            case list() if field.kind == "rows":
                for place, each in enumerate(value):
                    is_plain = not field.fields[0].name
                    within = {"": each} if is_plain else each if isinstance(each, Mapping) else {}
                    yield from _texts(field.fields, within, f"{name}.{place}" if is_plain else f"{name}.{place}.")
            case Mapping() if field.kind == "group":
                yield from _texts(field.fields, value, f"{name}.")
            case Mapping() if field.kind == "pairs" and value:
                yield name, "\n".join(f"{each}: {text}" for each, text in value.items())
            case _ if field.kind not in ("file", "rows", "group", "pairs") and (text := field_text(value)) is not None:
                yield name, text


def field_text(value: object) -> str | None:
    """A plain value as the field of a form has it; None for what has none."""
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
        case _:
            return None


def merged(given: Texts, was: Texts, now: Texts) -> dict[str, str]:
    """The fields of a form over what stands there now: what its person wrote stays, and what was left as shown follows what is there."""
    written = {name for name in map(_whole, given) if _part(given, name) != _part(was, name)}
    left = {name: text for name, text in now.items() if _whole(name) not in written}
    return left | {name: text for name, text in given.items() if _whole(name) in written}


def changes_of(request: type[BaseModel], answer: type[BaseModel] | None, given: Texts, language: Language, was: Texts) -> dict[str, object]:
    """The request of a change: the fields that are not as they were shown; what was emptied is null, which removes it.

    What the record always has is sent empty, so that it is refused with its place.
    """
    fields = fields_of(request)
    texts = without_gaps(fields, given)
    changed = [field for field in fields if _part(texts, field.name) != _part(was, field.name)]
    written, before = request_of(fields, given, language, was), request_of(fields, was, language, was)
    return {each.name: _change(each, written.get(each.name), before.get(each.name), _always(answer)) for each in changed}


def _change(field: VerbField, written: object, before: object, always: Collection[str]) -> object:
    """The new value of a field; of pairs, a name that is not there any more has an empty text."""
    if field.kind == "pairs" and isinstance(before, Mapping) and isinstance(written, Mapping | None):
        return {**dict.fromkeys(before, ""), **(written or {})}
    if written is not None:
        return written
    if field.kind == "rows":
        return []
    return "" if field.name in always and field.choices != ("true", "false") else None


def _always(answer: type[BaseModel] | None) -> frozenset[str]:
    """The fields of a record that are never without a value."""
    fields = {} if answer is None else answer.model_fields
    return frozenset(name for name, field in fields.items() if type(None) not in get_args(field.annotation))


def _whole(name: str) -> str:
    """The field to which a text belongs: `lines` of `lines.0.product`."""
    return name.partition(".")[0]


def _part(texts: Texts, name: str) -> Texts:
    """What a form says of a field, without what is empty."""
    return {each: text for each, given in texts.items() if _whole(each) == name and (text := given.strip().replace("\r\n", "\n"))}
