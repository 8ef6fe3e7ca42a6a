"""JSON Schemas generated from the models: one for each kind of YAML file, and one for each published document."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Final

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError as SchemaMistake
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from engine.documents.invoice import CreditNote, DraftInvoice, Invoice
from engine.documents.journal import JournalEntry
from engine.documents.priced_quote import PricedQuote
from engine.documents.transaction_row import TransactionRow
from engine.money import DECIMAL_PATTERN
from engine.phrases import listed, named, phrase
from engine.problems import Kind, Problem
from engine.rulebook.catalog import Product
from engine.rulebook.editor_schema import for_editors
from engine.rulebook.file_kinds import KINDS

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
MISSING_ATTRIBUTE: Final = Kind("missing-attribute", "`{product}` needs the attribute `{name}`", "add it under `attributes`: {label}")
WRONG_ATTRIBUTE: Final = Kind("wrong-attribute", "the attribute `{name}` must be a {type}, `{text}` is none", "write {example}")
NO_ATTRIBUTE: Final = Kind(
    "unknown-attribute", "`{product}` has no attribute `{name}`", "leave it out, or declare it in catalog/ or rules/"
)
_LIMITS: Final = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
_NUMBER_PATTERNS: Final = {DECIMAL_PATTERN, DECIMAL_PATTERN.removesuffix("$") + "%?$"}
_TYPES: Final[Mapping[str, Schema]] = {
    "text": {"type": "string", "pattern": r"\S"},
    "number": {"type": "string", "pattern": DECIMAL_PATTERN},
    "yes-no": {"enum": ["yes", "no", "true", "false"]},
    "date": {"type": "string", "format": "date"},
}
_EXAMPLES: Final = {
    "text": phrase("a text"),
    "number": phrase("a decimal number such as `12.5`"),
    "yes-no": listed(("`yes`", "`no`"), "or"),
    "date": "`2027-01-31`",
}
_DAYS: Final = FormatChecker(["date"])


def schemas_of_files() -> dict[str, Schema]:
    """The schema of each kind of YAML file, by the name of the kind, with the keys of YAML."""
    return {name: _titled(for_editors(_made(kind.model, "validation")), f"{name}: {kind.what}") for name, kind in sorted(KINDS.items())}


def schemas_of_documents() -> dict[str, Schema]:
    """The schema of each published document, by its name and version: `invoice-1`."""
    return {
        f"{name}-{CONTRACT_VERSION}": _titled(_made(model, "serialization"), f"{name}, version {CONTRACT_VERSION}")
        for name, model in DOCUMENTS.items()
    }


def conforms(document: BaseModel, *, with_reasons: bool = True) -> tuple[Problem, ...]:
    """The violations of a document's published schema. Only the documents of `DOCUMENTS` have one.

    Reasons are most of a document and contain only texts: without them validation takes a third of the time.
    """
    name = next(name for name, model in DOCUMENTS.items() if type(document) is model)
    written = document.model_dump(mode="json")
    mistakes = _validator(name).iter_errors(written if with_reasons else _without_reasons(written))
    return tuple(BREAKS_CONTRACT.at(None, _pointer(mistake), document=name, what=mistake.message[:300]) for mistake in mistakes)


def check_attributes(
    product: Product, given: Mapping[str, str], *, more: Collection[str] = (), pointer: str = "/attributes"
) -> tuple[Problem, ...]:
    """The missing and wrong attributes of an order line, by the demands of its product; `more` are allowed on any line."""
    if not product.attributes and not given:
        return ()
    validator = Draft202012Validator(_attribute_schema(product, more), format_checker=_DAYS)
    problems = {
        problem: None
        for mistake in validator.iter_errors(dict(given))
        for problem in _of_attributes(product, given, more, mistake, pointer)
    }
    return tuple(problems)


class _Plain(GenerateJsonSchema):
    """Schemas without the titles that pydantic derives from names."""

    def get_title_from_name(self, name: str) -> str:
        """The name itself."""
        return name


def _made(model: type[BaseModel], mode: JsonSchemaMode) -> Schema:
    made = TypeAdapter(model).json_schema(by_alias=True, mode=mode, schema_generator=_Plain)
    return _cleaned_block(made, for_editors=mode == "validation")


def _cleaned_block(node: Mapping[str, object], *, for_editors: bool) -> Schema:
    """A schema without pydantic's additions; for editors also with the types of YAML: numbers without quotes, and no `null`."""
    alternatives = node.get("anyOf")
    if for_editors and isinstance(alternatives, list):
        remaining = [each for each in alternatives if each != {"type": "null"}]
        if len(remaining) == 1:
            rest = {key: below for key, below in node.items() if key != "anyOf" and not (key == "default" and below is None)}
            return _cleaned_block({**remaining[0], **rest}, for_editors=True)
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


def _without_reasons(node: object) -> object:
    if isinstance(node, dict):
        return {key: _without_reasons(below) for key, below in node.items() if key not in ("reasons", "vat_reasons")}
    return [_without_reasons(below) for below in node] if isinstance(node, list) else node


def _attribute_schema(product: Product, more: Collection[str]) -> Schema:
    declared = {name: _TYPES[attribute.type] for name, attribute in product.attributes.items()}
    return {
        "type": "object",
        "properties": {**dict.fromkeys(more, True), **declared},
        "required": [name for name, attribute in product.attributes.items() if attribute.required],
        "additionalProperties": False,
    }


def _of_attributes(
    product: Product, given: Mapping[str, str], more: Collection[str], mistake: SchemaMistake, pointer: str
) -> Iterator[Problem]:
    """Explains an error in attributes: one that is missing, surplus, or of another type."""
    if mistake.validator == "required":
        for name, attribute in product.attributes.items():
            if attribute.required and name not in given:
                yield MISSING_ATTRIBUTE.at(None, pointer, product=product.code, name=name, label=named(attribute.label.texts))
    elif mistake.validator == "additionalProperties":
        for name in given:
            if name not in product.attributes and name not in more:
                yield NO_ATTRIBUTE.at(None, f"{pointer}/{name}", product=product.code, name=name[:60])
    else:
        name = str(mistake.absolute_path[0])
        words = {"type": product.attributes[name].type, "text": given[name][:60], "example": _EXAMPLES[product.attributes[name].type]}
        yield WRONG_ATTRIBUTE.at(None, f"{pointer}/{name}", name=name, **words)
