"""JSON Schemas generated from the models: one for each kind of YAML file, and one for each published document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

import jsonschema_rs
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from engine.documents.document import Document
from engine.documents.invoice import CreditNote, DraftInvoice, Invoice
from engine.documents.journal import JournalEntry
from engine.documents.priced_quote import PricedQuote
from engine.documents.transaction_row import TransactionRow
from engine.phrases import phrase
from engine.problems import Kind, Problem
from engine.rulebook.file_kinds import KINDS

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

Schema = dict[str, object]
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

CONTRACT_VERSION: Final = 1
"""Raised when a document loses a field or changes the form of one; a new optional field does not raise it."""
DOCUMENTS: Final[Mapping[str, type[BaseModel]]] = {
    "transaction": TransactionRow,
    "draft-invoice": DraftInvoice,
    "invoice": Invoice,
    "credit-note": CreditNote,
    "journal-entry": JournalEntry,
    "quote": PricedQuote,
}
"""The documents with a published schema."""

BREAKS_CONTRACT: Final = Kind(
    "breaks-contract", "this {document} does not keep the published form: {what}", "tell whoever maintains this program"
)
_LIMITS: Final = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
_NULL: Final = {"type": "null"}
_WHOLE: Final = r"^-?[0-9]{1,12}$"


def schemas_of_files() -> dict[str, Schema]:
    """The schema of each kind of YAML file, by the name of the kind, with the keys of YAML."""
    return {name: _made(kind.model, "validation", f"{name}: {kind.what}") for name, kind in sorted(KINDS.items())}


@cache
def schema_of_file(kind: str) -> Schema:
    """The schema of one kind of YAML file, made once; nobody may change it."""
    return _made(KINDS[kind].model, "validation", f"{kind}: {KINDS[kind].what}")


def schemas_of_documents() -> dict[str, Schema]:
    """The schema of each published document, by its name and version: `invoice-1`."""
    return {
        f"{name}-{CONTRACT_VERSION}": _made(model, "serialization", f"{name}, version {CONTRACT_VERSION}")
        for name, model in DOCUMENTS.items()
    }


def conforms(document: BaseModel) -> tuple[Problem, ...]:
    """The violations of a document's published schema. Only the documents of `DOCUMENTS` have one."""
    name = next(name for name, model in DOCUMENTS.items() if type(document) is model)
    written = document.tree if isinstance(document, Document) else document.model_dump(mode="json")
    if _quick_validator(name).is_valid(written):
        return ()
    broken = [(each.absolute_path, each.message) for each in _validator(name).iter_errors(written)] or [((), phrase("the whole document"))]
    return tuple(BREAKS_CONTRACT.at(None, "/" + "/".join(map(str, path)), document=name, what=what[:300]) for path, what in broken)


class _Plain(GenerateJsonSchema):
    """Schemas without the titles that pydantic derives from names."""

    def get_title_from_name(self, name: str) -> str:
        """The name itself."""
        return name


def _made(model: type[BaseModel], mode: JsonSchemaMode, title: str) -> Schema:
    """The schema of a file as analysts write it ("validation"), or of a document as it is written ("serialization")."""
    made = TypeAdapter(model).json_schema(by_alias=True, mode=mode, schema_generator=_Plain)
    cleaned = _changed(made, _for_editors if mode == "validation" else _standard)
    return {"$schema": _DIALECT, "title": title, **(cleaned if isinstance(cleaned, dict) else {})}


@cache
def _quick_validator(name: str) -> jsonschema_rs.Validator:
    """Decides in microseconds whether a document is valid; `_validator` then says what is wrong."""
    return jsonschema_rs.validator_for(_made(DOCUMENTS[name], "serialization", name))


@cache
def _validator(name: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # a tenth of a second, which only a broken document needs

    return Draft202012Validator(_made(DOCUMENTS[name], "serialization", name))


def _changed(node: object, change: Callable[[Schema], Schema]) -> object:
    """A tree of JSON in which every mapping is changed, the inner ones first."""
    if isinstance(node, dict):
        return change({key: _changed(below, change) for key, below in node.items()})
    return [_changed(below, change) for below in node] if isinstance(node, list) else node


def _standard(node: Schema) -> Schema:
    """A schema without pydantic's additions."""
    return {_LIMITS.get(key, key): below for key, below in node.items() if key != "title" or not isinstance(below, str)}


def _for_editors(node: Schema) -> Schema:
    """A schema that accepts the same entries as the reader, quoted or not, and no `null`; their meaning is checked by `check`.

    The YAML parsers of editors may read a text as a number, or a number as a text.
    """
    made = {key: below for key, below in _standard(node).items() if key != "default" or below is not None}
    alternatives = made.get("anyOf")
    if isinstance(alternatives, list):
        rest = {key: below for key, below in made.items() if key != "anyOf"}
        left = [each for each in alternatives if each != _NULL]
        if len(left) == 1:
            return {**left[0], **rest}
        if all(_is_number_or_text(each) for each in left):
            return {**rest, "type": ["number", "string"]}
    match made.get("type"):
        case "string" if made.get("format") == "fraction" or not made.keys() & {"format", "const", "enum"}:
            made["type"] = ["string", "number"]
            made.pop("format", None)
        case "integer":
            made |= {"type": ["integer", "string"], "pattern": _WHOLE}
        case _:
            pass
    return made


def _is_number_or_text(node: Schema) -> bool:
    if "enum" in node or "$ref" in node:
        return False
    kinds = node.get("type")
    return {*(kinds if isinstance(kinds, list) else [kinds])} <= {"number", "string"}
