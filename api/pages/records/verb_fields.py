"""The fields of a form, made from the model of a request, and the request that a form which was sent stands for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from pydantic import BaseModel

from api.http.route_declarations import FILE, FILE_NAME
from api.pages.frame.labels import field_label, value_label
from api.pages.records.typed_numbers import check_number, multiplied, number_in
from engine.phrases import Language, phrase, say

Kind = Literal["text", "long", "whole", "tick", "choice", "day", "group", "rows", "pairs", "file"]
Schema = Mapping[str, object]
_LONG: Final = 300
"""A text that may have more characters gets several lines."""
_EMPTY_ROWS: Final = 1
_PLACE: Final = re.compile(r"0|[1-9][0-9]{0,3}")
"""The number of a row."""
_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")
_DECIMAL: Final = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?"
"""How the pattern of a decimal number begins."""
_PRICE: Final = "price"
"""Has no such pattern: a price is refused in the currency of its order."""
ORDER: Final = "order_by"
"""The parameter of lists that chooses their order, by columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbField:
    """A field of a request: its name, how it is asked, and the fields within it."""

    name: str
    kind: Kind
    about: str = ""
    is_needed: bool = False
    choices: tuple[str, ...] = ()
    most: int | None = None
    fields: tuple[VerbField, ...] = ()
    """Of a group, or of each row."""
    held_as: str = ""
    """How a request holds a file: as `text` or in `base64`."""
    named_in: str = ""
    """The field that holds the name of the file."""
    is_number: bool = False
    """Whether it holds a decimal number."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The texts of a form by field."""

    texts: Mapping[str, str]
    changed: Collection[str]
    """The fields that are not as the form was shown."""
    language: Language

    def of(self, field: VerbField, name: str) -> str:
        """The text of a field; a number as the service reads it, and a quantity such as `3*12` worked out."""
        text = self.texts.get(name, "").strip()
        if not field.is_number or name not in self.changed or not text:
            return text
        pointer = f"/{name.replace('.', '/')}"
        worked = multiplied(text, self.language, pointer) if field.name == "quantity" else text
        read = number_in(text, self.language, pointer) if worked == text else worked
        return check_number(read, text, self.language, pointer)


@cache
def fields_of(model: type[BaseModel]) -> tuple[VerbField, ...]:
    """The fields of the model of a request."""
    schema: Schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    return _fields(schema, definitions if isinstance(definitions, dict) else {})


def hints_of(fields: Iterable[VerbField]) -> Iterator[str]:
    """The texts that stand under fields, and under those within them."""
    for field in fields:
        if field.about:
            yield field.about
        yield from hints_of(field.fields)


def request_of(
    fields: tuple[VerbField, ...], given: Mapping[str, str], language: Language = "en", was: Mapping[str, str] | None = None
) -> dict[str, object]:
    """The request that a form stands for: without what was left empty, and numbers read in the language of who typed them.

    What stands as the form was shown, by `was`, is no typed number: it stays as it is.
    """
    known, texts = was or {}, without_gaps(fields, given)
    numbers = {name: text for name, text in texts.items() if known.get(name) != text}
    return _request(fields, Typed(texts, numbers.keys(), language), "")


def _request(fields: tuple[VerbField, ...], given: Typed, path: str) -> dict[str, object]:
    tree: dict[str, object] = {}
    for field in fields:
        value = _value(field, given, f"{path}{field.name}")
        if value is not None:
            tree[field.name] = value
    return tree


def choices_of(field: VerbField, language: Language) -> list[tuple[str, str]]:
    """What may be chosen, each with its words in the language."""
    words = {"true": phrase("yes"), "false": phrase("no")}
    if field.name == ORDER:
        return [(one, _order(one, language)) for one in field.choices]
    return [(one, say(words[one], language) if one in words else value_label(one, language)) for one in field.choices]


def _order(column: str, language: Language) -> str:
    """An order of a list: the label of its column."""
    label = field_label(column.removeprefix("-"), language)
    return say(phrase("{column}, descending", column=label), language) if column.startswith("-") else label


def rows_in(field: VerbField, given: Mapping[str, str], name: str) -> int:
    """How many rows a form has, whose rows are without gaps; at least one empty one."""
    return max(_EMPTY_ROWS, len(_places(given, name))) if field.kind == "rows" else 0


def without_gaps(fields: tuple[VerbField, ...], given: Mapping[str, str], *, empty: bool = False, path: str = "") -> dict[str, str]:
    """The texts of a form with the rows of each list numbered from 0 on, as problems of the request name them.

    An empty row is left out, and stays only with `empty`.
    """
    texts = dict(given)
    for field in fields:
        name = f"{path}{field.name}"
        if field.kind == "group":
            texts = without_gaps(field.fields, texts, empty=empty, path=f"{name}.")
        if field.kind == "rows":
            places = [place for place in _places(texts, name) if empty or _is_filled(texts, f"{name}.{place}")]
            texts = _renumbered(texts, name, places)
            for place in range(len(places)):
                texts = without_gaps(field.fields, texts, empty=empty, path=f"{name}.{place}.")
    return texts


def _places(given: Mapping[str, str], name: str) -> Sequence[str]:
    """The numbers of the rows of a list, in their order, as the form has them."""
    rests = (text[len(name) + 1 :] for text in given if text.startswith(f"{name}."))
    return sorted({place for rest in rests if _PLACE.fullmatch(place := rest.partition(".")[0])}, key=int)


def _is_filled(given: Mapping[str, str], row: str) -> bool:
    return any(text.strip() for name, text in given.items() if name == row or name.startswith(f"{row}."))


def _renumbered(given: Mapping[str, str], name: str, places: Sequence[str]) -> dict[str, str]:
    """The texts with some rows of a list numbered anew, and without its other rows."""
    numbers, start = {place: str(number) for number, place in enumerate(places)}, f"{name}."
    texts: dict[str, str] = {}
    for each, text in given.items():
        place, dot, rest = each.removeprefix(start).partition(".")
        if not each.startswith(start):
            texts[each] = text
        elif place in numbers:
            texts[f"{start}{numbers[place]}{dot}{rest}"] = text
    return texts


def _fields(schema: Schema, definitions: Mapping[str, Schema], depth: int = 0) -> tuple[VerbField, ...]:
    properties, needed = schema.get("properties", {}), schema.get("required", [])
    assert isinstance(properties, dict)
    assert isinstance(needed, list)
    return tuple(_field(name, part, definitions, depth, is_needed=name in needed) for name, part in properties.items())


def _field(name: str, part: Schema, definitions: Mapping[str, Schema], depth: int, *, is_needed: bool) -> VerbField:
    about = str(part.get("description", ""))
    choices = [_resolved(each, definitions) for each in _alternatives(part)]
    one = choices[0] if len(choices) == 1 else {}
    kind, within = ("file", ()) if FILE in part and not depth else _kind(one, definitions, depth)
    options = tuple(str(each) for each in listed) if isinstance(listed := one.get("enum"), list) else ()
    most = one.get("maxLength")
    return VerbField(
        name=name,
        kind=kind if kind != "tick" or not _is_open(part) else "choice",
        about=about,
        is_needed=is_needed,
        choices=options or (("true", "false") if kind == "tick" else ()),
        most=most if isinstance(most, int) else None,
        fields=within,
        held_as=str(part.get(FILE, "")),
        named_in=str(part.get(FILE_NAME, "")),
        is_number=str(one.get("pattern", "")).startswith(_DECIMAL) or (name == _PRICE and kind == "text"),
    )


def _is_open(part: Schema) -> bool:
    """Whether a field may be left without a value."""
    return "anyOf" in part


def _alternatives(part: Schema) -> list[Schema]:
    """What a field may hold, besides nothing."""
    listed = part.get("anyOf") or part.get("oneOf")
    if not isinstance(listed, list):
        return [part]
    return [each for each in listed if each.get("type") != "null"]


def _resolved(part: Schema, definitions: Mapping[str, Schema]) -> Schema:
    reference = part.get("$ref")
    if isinstance(reference, str):
        return definitions.get(reference.rpartition("/")[2], {})
    listed = part.get("allOf")
    return _resolved(listed[0], definitions) if isinstance(listed, list) and len(listed) == 1 else part


def _kind(one: Schema, definitions: Mapping[str, Schema], depth: int) -> tuple[Kind, tuple[VerbField, ...]]:
    if "enum" in one:
        return "choice", ()
    match one.get("type"):
        case "string" if one.get("format") == "date":
            return "day", ()
        case "string":
            most = one.get("maxLength")
            return ("long" if isinstance(most, int) and most > _LONG else "text"), ()
        case "integer":
            return "whole", ()
        case "boolean":
            return "tick", ()
        case "object" if "properties" in one and depth < 3:
            return "group", _fields(one, definitions, depth + 1)
        case "array" if depth < 2 and isinstance(each := one.get("items"), dict):
            return _rows(_resolved(each, definitions), definitions, depth)
        case _:
            return "pairs", ()


def _rows(each: Schema, definitions: Mapping[str, Schema], depth: int) -> tuple[Kind, tuple[VerbField, ...]]:
    if each.get("type") == "object" and "properties" in each:
        return "rows", _fields(each, definitions, depth + 1)
    if each.get("type") in ("string", "integer") or "enum" in each:
        return "rows", (_field("", each, definitions, depth + 1, is_needed=False),)
    return "pairs", ()


def _value(field: VerbField, given: Typed, name: str) -> object:
    """What a form says of a field; None where it says nothing."""
    text = given.of(field, name)
    match field.kind:
        case "group":
            return _request(field.fields, given, f"{name}.") or None
        case "rows":
            return list(_row_values(field, given, name)) or None
        case "tick":
            return True if text else None
        case "whole":
            return int(text) if _WHOLE.fullmatch(text) else text or None
        case "choice" if field.choices == ("true", "false"):
            return {"true": True, "false": False}.get(text)
        case "pairs":
            return _pairs(text)
        case _:
            return text.replace("\r\n", "\n") or None


def _row_values(field: VerbField, given: Typed, name: str) -> Iterator[object]:
    for place in range(rows_in(field, given.texts, name)):
        if len(field.fields) == 1 and not field.fields[0].name:
            value = _value(field.fields[0], given, f"{name}.{place}")
        else:
            value = _request(field.fields, given, f"{name}.{place}.") or None
        if value is not None:
            yield value


def _pairs(text: str) -> object:
    """Lines of `name: value`, by name; what is written otherwise goes on as it is, and is refused with its place."""
    lines = [line.partition(":") for line in text.splitlines() if line.strip()]
    if not all(colon and name.strip() for name, colon, _ in lines):
        return text
    return {name.strip(): value.strip() for name, _, value in lines} or None
