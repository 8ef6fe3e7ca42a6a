"""What may be written in YAML files: keys of the schema, and values: words of an enum, names of other files, facts of scenarios."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.editing.completion_items import Completion, CompletionItem
from engine.editing.meanings import Meaning, Meanings
from engine.editing.yaml_places import ENTRY, YamlPlace, yaml_place
from engine.language import suggest_in_condition, words_of_type
from engine.phrases import phrase
from engine.rulebook.file_kinds import KINDS
from engine.rulebook.json_schemas import Schema
from engine.rulebook.reader import Reading
from engine.rulebook.references import REFERENCES, names_given

SchemaOf = Callable[[str], Schema]
"""Gives the schema of a kind of file."""
_KEY: Final = phrase("key")
_CONDITION: Final = "centwright-expression"
_TESTS: Final = "tests"
_IN_SCENARIOS: Final = {
    "product": "products", "country": "countries", "ship_to": "countries", "segment": "segments", "process": "billing-processes",
    "billing_process": "billing-processes", "plan": "payment-plans", "payment_plan": "payment-plans", "family": "families",
}  # fmt: skip
"""The kind of names behind keys of the questions of scenarios."""
_GIVEN: Final = "given"
_EXPECTED: Final = "expect"


@dataclass(frozen=True, slots=True)
class TextPlace:
    """A cursor in the text of a file; line and column from 1."""

    path: str
    text: str
    line: int
    column: int


def complete_yaml(reading: Reading, meanings: Meanings, schema_of: SchemaOf, at: TextPlace) -> Completion:
    """What may be written at a cursor of a YAML file."""
    place = yaml_place(at.text, at.line, at.column)
    if place is None:
        return Completion(at.column)
    kind = kind_of(reading, at.path, at.text)
    root = schema_of(kind) if kind in KINDS else {}
    condition = None if place.is_key or not kind else _condition(reading, meanings, root, place)
    if condition is not None:
        return condition
    quote = place.written[:1] if place.written[:1] in ("'", '"') else ""
    items = _items(reading, meanings, kind, root, place)
    return Completion(place.start + len(quote), tuple(dict.fromkeys(items)))


def kind_of(reading: Reading, path: str, text: str) -> str:
    """The kind of a YAML file; empty where it does not say it and nothing else tells."""
    known = next((file.kind.name for file in reading.gathered.files if file.path == path), None)
    if known is None:
        lines = (line.partition(":") for line in text.splitlines())
        written = next((value.strip() for key, _, value in lines if key == "kind"), "")
        known = written if written in KINDS else next((kind.name for kind in KINDS.values() if kind.path == path), "")
    return known


def key_meaning(root: Schema, steps: tuple[str, ...]) -> Meaning | None:
    """What a key of a file means, by the schema of its kind."""
    node = _node(root, steps)
    about = str((node or {}).get("description", ""))
    return Meaning(steps[-1], _KEY, about, tuple(_limits(node or {}))) if about else None


def referred(kind: str, steps: tuple[str, ...], *, is_key: bool) -> str | None:
    """The kind of names that stand at a path of a file, if they are declared in another."""
    if kind == _TESTS and not is_key and steps and steps[-1] in _IN_SCENARIOS:
        return _IN_SCENARIOS[steps[-1]]
    wanted = (*steps, "@") if is_key else steps
    for file, way, to in REFERENCES:
        parts = way.split("/")
        if file == kind and len(parts) == len(wanted) and all(part in (step, ENTRY) for part, step in zip(parts, wanted, strict=True)):
            return to
    return None


def _condition(reading: Reading, meanings: Meanings, root: Schema, place: YamlPlace) -> Completion | None:
    node = _node(root, place.path)
    if node is None or node.get("format") != _CONDITION:
        return None
    written = place.written.lstrip("'\"")
    suggestions = suggest_in_condition(reading.checked, written, len(written))
    column = place.start + len(place.written) - len(written) + suggestions.start
    return Completion(column, tuple(CompletionItem(one.text, one.kind, meanings.first(one.text)) for one in suggestions.each))


def _items(reading: Reading, meanings: Meanings, kind: str, root: Schema, place: YamlPlace) -> Iterator[CompletionItem]:
    if not place.path and not kind:
        yield CompletionItem("kind", "key", Meaning("kind", _KEY), ": ")
        return
    if place.path == ("kind",):
        yield from (CompletionItem(name, "value", Meaning(name, each.what)) for name, each in KINDS.items())
        return
    is_entry = place.is_key and place.path[-1:] == (ENTRY,) and referred(kind, place.path, is_key=False) is not None
    is_key = place.is_key and not is_entry
    to = referred(kind, place.path, is_key=is_key)
    if to is not None:
        behind = ": " if is_key else ""
        for name in names_given(reading.gathered, to):
            if name not in place.siblings:
                yield CompletionItem(name, "product" if to == "products" else "value", meanings.first(name, to), behind)
        return
    if kind == _TESTS:
        yield from _of_scenario(reading, meanings, place)
    if (node := _node(root, place.path)) is not None:
        yield from _of_schema(node, root, place)


def _of_schema(node: Schema, root: Schema, place: YamlPlace) -> Iterator[CompletionItem]:
    """The keys of a mapping that are not there yet, those that it must have first; or the words that a value may be."""
    if place.is_key and isinstance(keys := node.get("properties"), Mapping):
        required = node.get("required")
        first = required if isinstance(required, list) else []
        for key in sorted(keys, key=lambda one: one not in first):
            if key not in place.siblings:
                yield CompletionItem(key, "key", _key(key, _resolved(keys[key], root)), ": ")
        return
    for value in _values(node):
        yield CompletionItem(value, "value")
    entry = _resolved(node.get("items"), root) if not place.is_key else {}
    yield from (CompletionItem(value, "value") for value in _values(entry))


def _of_scenario(reading: Reading, meanings: Meanings, place: YamlPlace) -> Iterator[CompletionItem]:
    """The facts and answers of scenarios, and their values."""
    vocabulary = reading.checked.vocabulary
    last = place.path[-1] if place.path else ""
    if not place.is_key:
        entry = vocabulary.entries.get(last)
        values = words_of_type(entry.type if entry else None, vocabulary)
        yield from (CompletionItem(one.text, one.kind, meanings.first(one.text)) for one in values)
    elif last == _GIVEN:
        for name, fact in vocabulary.entries.items():
            if fact.role == "input" and name not in place.siblings:
                yield CompletionItem(name, "fact", meanings.first(name), ": ")
    elif last == _EXPECTED:
        for name in reading.checked.answer_names:
            if name not in place.siblings:
                yield CompletionItem(name, "answer", meanings.first(name), ": ")


# --- The schema at a path. ---


def _node(root: Schema, steps: Iterable[str]) -> Schema | None:
    """The schema of what stands at a path."""
    node = _resolved(root, root)
    for step in steps:
        below = node.get("items") if step == ENTRY else None
        keys = node.get("properties")
        if below is None and isinstance(keys, Mapping):
            below = keys.get(step)
        if below is None and isinstance(node.get("additionalProperties"), Mapping):
            below = node.get("additionalProperties")
        if below is None:
            return None
        node = _resolved(below, root)
    return node


def _resolved(node: object, root: Schema) -> Schema:
    """A schema with what it refers to; of alternatives all keys and values together."""
    if not isinstance(node, Mapping):
        return {}
    made: Schema = dict(node)
    if isinstance(made.get("$ref"), str):
        definitions = root.get("$defs")
        name = str(made.pop("$ref")).rpartition("/")[2]
        made = {**_resolved(definitions.get(name) if isinstance(definitions, Mapping) else None, root), **made}
    for key in ("anyOf", "oneOf", "allOf"):
        parts = made.pop(key, None)
        for part in parts if isinstance(parts, list) else ():
            made = _merged(made, _resolved(part, root))
    return made


def _merged(one: Schema, other: Schema) -> Schema:
    merged: Schema = {**other, **one}
    for key in ("properties", "enum"):
        mine, theirs = one.get(key), other.get(key)
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            merged[key] = {**theirs, **mine}
        elif isinstance(mine, list) and isinstance(theirs, list):
            merged[key] = [*mine, *theirs]
    return merged


def _values(node: Schema) -> Iterator[str]:
    """The words that may stand for a value; of `yes` and `true` the first."""
    values = node.get("enum")
    listed = values if isinstance(values, list) else [node["const"]] if "const" in node else []
    words = [value for value in listed if isinstance(value, str)]
    yield from (word for word in words if not (word in ("true", "false") and "yes" in words))


def _key(key: str, node: Schema) -> Meaning:
    return Meaning(key, _KEY, str(node.get("description", "")), tuple(_limits(node)))


def _limits(node: Schema) -> Iterator[str]:
    values = tuple(_values(node))
    if values:
        yield phrase("one of {values}", values=", ".join(values[:20]))
    if node.get("default") is not None and isinstance(node["default"], str):
        yield phrase("without it {value}", value=str(node["default"]))
