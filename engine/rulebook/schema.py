"""JSON Schemas made of the models: of each kind of YAML file for editors, and of the documents that go out, with the contract they keep."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError as SchemaMistake
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from engine.documents.invoice import CreditNote, DraftInvoice, Invoice
from engine.documents.journal import JournalEntry
from engine.documents.priced_quote import PricedQuote
from engine.documents.transaction import Transaction
from engine.money import DECIMAL_PATTERN
from engine.problems import Kind, Problem
from engine.rulebook.catalog import Attribute, Product
from engine.rulebook.kinds import KINDS

Schema = dict[str, object]
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

CONTRACT_VERSION: Final = 1
"""Raised when a document loses a field or one of its fields takes another form; a new optional field does not raise it."""
DOCUMENTS: Final[Mapping[str, type[BaseModel]]] = {
    "transaction": Transaction,
    "draft-invoice": DraftInvoice,
    "invoice": Invoice,
    "credit-note": CreditNote,
    "journal-entry": JournalEntry,
    "quote": PricedQuote,
}
"""The documents whose form is published."""

BREAKS_CONTRACT: Final = Kind(
    "breaks-contract", "this {document} does not keep the published form: {what}", "tell whoever maintains this program"
)
ATTRIBUTE_WRONG: Final = Kind("bad-attribute", "`{name}` of `{product}`: {what}", "{remedy}")
_LIMITS: Final = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
_NUMBER_PATTERNS: Final = {DECIMAL_PATTERN, DECIMAL_PATTERN.removesuffix("$") + "%?$"}
_TYPES: Final[Mapping[str, Schema]] = {
    "text": {"type": "string", "minLength": 1, "maxLength": 2000},
    "number": {"type": "string", "pattern": DECIMAL_PATTERN},
    "yes-no": {"enum": ["yes", "no"]},
    "date": {"type": "string", "format": "date"},
}
_TYPE_WORDS: Final = {
    "text": "a text",
    "number": "a number such as `12.5`",
    "yes-no": "`yes` or `no`",
    "date": "a day such as `2027-01-31`",
}


def schemas_of_files() -> dict[str, Schema]:
    """The schema of each kind of YAML file, by the name of the kind; keys as analysts write them."""
    return {name: _titled(_made(kind.model, "validation"), f"{name}: {kind.what}") for name, kind in sorted(KINDS.items())}


def schemas_of_documents() -> dict[str, Schema]:
    """The published form of each document, by its name and version: `invoice-1`."""
    return {
        f"{name}-{CONTRACT_VERSION}": _titled(_made(model, "serialization"), f"{name}, version {CONTRACT_VERSION}")
        for name, model in DOCUMENTS.items()
    }


def conforms(document: BaseModel) -> tuple[Problem, ...]:
    """Where a document breaks its published form; nothing where it keeps it. Only the documents of `DOCUMENTS` have one."""
    name = next(name for name, model in DOCUMENTS.items() if type(document) is model)
    mistakes = _validator(name).iter_errors(document.model_dump(mode="json"))
    return tuple(BREAKS_CONTRACT.at(None, _pointer(mistake), document=name, what=mistake.message[:300]) for mistake in mistakes)


def check_attributes(product: Product, given: Mapping[str, str], pointer: str = "/attributes") -> tuple[Problem, ...]:
    """What an order line lacks, or says wrongly, of the attributes that its product demands."""
    problems = []
    for mistake in Draft202012Validator(_attribute_schema(product), format_checker=FormatChecker(["date"])).iter_errors(dict(given)):
        problems += list(_attribute_problems(product, given, mistake, pointer))
    return tuple(problems)


class _Plain(GenerateJsonSchema):
    """Schemas without the titles that pydantic makes of names."""

    def get_title_from_name(self, name: str) -> str:
        """The name itself, as it is written."""
        return name


def _made(model: type[BaseModel], mode: JsonSchemaMode) -> Schema:
    made = TypeAdapter(model).json_schema(by_alias=True, mode=mode, schema_generator=_Plain)
    return _cleaned_block(made, for_editors=mode == "validation")


def _cleaned_block(node: Mapping[str, object], *, for_editors: bool) -> Schema:
    """A schema without what pydantic adds for itself; for editors also in the words of YAML: numbers without quotes, and no `null`."""
    alternatives = node.get("anyOf")
    if for_editors and isinstance(alternatives, list):
        kept = [each for each in alternatives if each != {"type": "null"}]
        if len(kept) == 1:
            rest = {key: below for key, below in node.items() if key != "anyOf" and not (key == "default" and below is None)}
            return _cleaned_block({**kept[0], **rest}, for_editors=True)
    cleaned: Schema = {}
    for key, below in node.items():
        if key == "title" and isinstance(below, str):
            continue
        if for_editors and key == "default" and below is None:
            continue
        cleaned[_LIMITS.get(key, key)] = _cleaned(below, for_editors=for_editors)
    if for_editors and (cleaned.get("pattern") in _NUMBER_PATTERNS or cleaned.get("format") == "fraction"):
        cleaned["type"] = ["string", "number"]
        cleaned.pop("format", None)
    return cleaned


def _cleaned(below: object, *, for_editors: bool) -> object:
    if isinstance(below, dict):
        return _cleaned_block(below, for_editors=for_editors)
    return [_cleaned(each, for_editors=for_editors) for each in below] if isinstance(below, list) else below


def _titled(schema: Schema, title: str) -> Schema:
    return {"$schema": _DIALECT, "title": title, **schema}


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(_made(DOCUMENTS[name], "serialization"))


def _pointer(mistake: SchemaMistake) -> str:
    return "/" + "/".join(str(step) for step in mistake.absolute_path)


def _attribute_schema(product: Product) -> Schema:
    return {
        "type": "object",
        "properties": {name: _TYPES[attribute.type] for name, attribute in product.attributes.items()},
        "required": [name for name, attribute in product.attributes.items() if attribute.required],
        "additionalProperties": False,
    }


def _attribute_problems(product: Product, given: Mapping[str, str], mistake: SchemaMistake, pointer: str) -> list[Problem]:
    if mistake.validator == "required":
        lacking = [name for name in product.attributes if product.attributes[name].required and name not in given]
        return [
            _wrong(product, pointer, name, "it is missing", product.attributes[name]) for name in lacking if f"'{name}'" in mistake.message
        ]
    if mistake.validator == "additionalProperties":
        known = ", ".join(f"`{name}`" for name in product.attributes) or "none"
        surplus = [name for name in given if name not in product.attributes]
        return [
            ATTRIBUTE_WRONG.at(
                None, f"{pointer}/{name}", name=name[:60], product=product.code, what="it is not asked for", remedy=f"known are: {known}"
            )
            for name in surplus
        ]
    name = str(mistake.absolute_path[0])
    return [_wrong(product, pointer, name, f"`{given[name][:60]}` does not fit", product.attributes[name])]


def _wrong(product: Product, pointer: str, name: str, what: str, attribute: Attribute) -> Problem:
    remedy = f"write {_TYPE_WORDS[attribute.type]}"
    return ATTRIBUTE_WRONG.at(None, f"{pointer}/{name}", name=name, product=product.code, what=what, remedy=remedy)
