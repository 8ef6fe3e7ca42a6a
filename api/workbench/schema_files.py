"""The JSON Schemas as files for editors: those of the engine, with the docstrings of fields as descriptions."""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from functools import cache
from itertools import pairwise
from typing import get_type_hints

from pydantic import BaseModel

from engine.evaluations.registry import EVALUATIONS
from engine.phrases import Language
from engine.rulebook.file_kinds import KINDS
from engine.rulebook.json_schemas import DOCUMENTS, Schema, schema_of_file, schemas_of_documents, schemas_of_files
from engine.rulebook.yaml_model import DEFAULT_LANGUAGES, required_languages


def schema_texts(languages: tuple[Language, ...] = DEFAULT_LANGUAGES) -> dict[str, str]:
    """Every schema as the text of its file, by the file's name, for a company of some languages; `docs/schemas/` holds them for editors."""
    before = required_languages.set(languages)
    try:
        return _schema_texts()
    finally:
        required_languages.reset(before)


@cache
def described_schema(kind: str) -> Schema:
    """The schema of one kind of YAML file with the docstrings of fields, made once; nobody may change it."""
    schema = _described(deepcopy(schema_of_file(kind)), KINDS[kind].model)
    if kind == "tests":
        _add_evaluations(schema)
    return schema


def _schema_texts() -> dict[str, str]:
    texts = {}
    for name, schema in schemas_of_files().items():
        described = _described(schema, KINDS[name].model)
        if name == "tests":
            _add_evaluations(described)
        _describe_kind(described, f"What this file holds: {KINDS[name].what}.")
        texts[f"{name}.schema.json"] = _text(described)
    for (name, model), schema in zip(DOCUMENTS.items(), schemas_of_documents().values(), strict=True):
        version = str(schema["title"]).rpartition(" ")[2]
        texts[f"document-{name}-{version}.schema.json"] = _text(_described(schema, model))
    return texts


def _add_evaluations(schema: dict[str, object]) -> None:
    """Adds a property for the request of each evaluation to the schema of scenarios."""
    parts = schema["$defs"]
    assert isinstance(parts, dict)
    scenario = parts["Scenario"]
    request_schema = {"type": "object", "additionalProperties": True, "maxProperties": 50}
    for one in EVALUATIONS.values():
        text = f"{one.summary}: a whole question, in the words of `centwright evaluate {one.name}`."
        scenario["properties"][one.name] = {**request_schema, "description": text}
    scenario["additionalProperties"] = False


def _text(schema: dict[str, object]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _described(schema: dict[str, object], model: type[BaseModel]) -> dict[str, object]:
    """The schema with the docstring of each field as its description."""
    by_name = {each.__name__: each for each in _models(model, set())}
    parts = schema.get("$defs")
    nodes = [(model.__name__, schema), *(parts.items() if isinstance(parts, dict) else ())]
    for name, node in nodes:
        properties = node.get("properties") if isinstance(node, dict) else None
        if name in by_name and isinstance(properties, dict):
            _describe_fields(by_name[name], properties)
    return schema


def _describe_kind(schema: dict[str, object], text: str) -> None:
    properties = schema.get("properties")
    if isinstance(properties, dict):
        properties["kind"].setdefault("description", text)


def _describe_fields(model: type, properties: dict[str, object]) -> None:
    docstrings = _field_docstrings(model)
    for name, (key, _) in _fields(model).items():
        node = properties.get(key)
        if name in docstrings and isinstance(node, dict):
            node.setdefault("description", docstrings[name])


def _models(annotation: object, seen: set[type]) -> Iterator[type]:
    """A model or dataclass and all of those in its fields."""
    if isinstance(annotation, type) and (fields := _fields(annotation)):
        if annotation in seen:
            return
        seen.add(annotation)
        yield annotation
        for _, type_ in fields.values():
            yield from _models(type_, seen)
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part, seen)


def _fields(model: type) -> dict[str, tuple[str, object]]:
    """The fields of a model or document dataclass, each with its JSON key and type; empty for other types."""
    if issubclass(model, BaseModel):
        return {name: (field.alias or name, field.annotation) for name, field in model.model_fields.items()}
    if not is_dataclass(model) or not hasattr(model, "__pydantic_config__"):
        return {}
    types = get_type_hints(model)
    return {field.name: (field.name, types[field.name]) for field in dataclass_fields(model)}


@cache
def _field_docstrings(model: type) -> dict[str, str]:
    """The docstring below each field in the source of a model and its bases."""
    docstrings: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if each not in (object, BaseModel):
            docstrings |= _of_class(ast.parse(inspect.getsource(sys.modules[each.__module__])), each.__name__)
    return docstrings


def _of_class(tree: ast.Module, name: str) -> dict[str, str]:
    body = next((node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name), [])
    docstrings = {}
    for field, below in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            if isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
                docstrings[field.target.id] = inspect.cleandoc(below.value.value)
    return docstrings
