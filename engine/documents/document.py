"""The base class of all documents: frozen, typed, keyword-only, closed to unknown fields, JSON in and out.

Most documents are pydantic models, checked whenever one is built. Those of which a run builds thousands (transactions and lines) are frozen
dataclasses with slots: mypy checks them in the engine, pydantic when they are read from JSON. A line is built in 1 µs, a model in 20 µs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Annotated, Final, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ModelWrapValidatorHandler, WithJsonSchema, model_validator
from pydantic_core import PydanticKnownError, core_schema

from engine.money import Currency, document_currency
from engine.phrases import LANGUAGES

_Read = TypeVar("_Read")

CLOSED: Final = ConfigDict(extra="forbid")
"""The `__pydantic_config__` of a document that is a dataclass."""
_EXPECTED: Final = f"{', '.join(f'{known!r}' for known in LANGUAGES[:-1])} or {LANGUAGES[-1]!r}"


def _known_language(given: str) -> str:
    if given not in LANGUAGES:
        raise PydanticKnownError("literal_error", {"expected": _EXPECTED})
    return given


Language = Annotated[str, AfterValidator(_known_language), WithJsonSchema({"enum": [*LANGUAGES], "type": "string"})]
"""A language of the program: `fr`."""


class Document(BaseModel):
    """An immutable noun that travels through the stages."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False, ser_json_inf_nan="constants", defer_build=True)

    @cached_property
    def tree(self) -> Mapping[str, object]:
        """Its JSON as plain values, worked out once."""
        return self.model_dump(mode="json")

    @classmethod
    def of(cls, *sources: object, **fields: object) -> Self:
        """The document with these fields; each other one is that of the first source with a field of its name, else its default."""
        known = {name: getattr(source, name) for source in reversed(sources) for name in cls.model_fields if hasattr(source, name)}
        return cls.model_validate(known | fields)

    def replace(self, **fields: object) -> Self:
        """A copy with other values in some fields, checked like every document."""
        return self.of(self, **fields)


class OneCurrency(Document):
    """A document all of whose amounts stand in one currency, so that they are written as plain decimal strings."""

    currency: Currency

    @model_validator(mode="wrap")
    @classmethod
    def _read_amounts_in_its_currency(cls, given: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return _read(given, handler, cls.model_fields["currency"].get_default(call_default_factory=True))


def in_one_currency(schema: core_schema.CoreSchema) -> core_schema.CoreSchema:
    """The schema of a dataclass with a `currency`, in which its amounts are read: what `OneCurrency` is for a model."""
    return core_schema.no_info_wrap_validator_function(_read, schema)


def _read(given: object, handler: Callable[[object], _Read], default: object = None) -> _Read:
    if not isinstance(given, dict):
        return handler(given)
    code = given.get("currency", default)
    try:
        currency = code if isinstance(code, Currency) else Currency.of(str(code))
    except ValueError:
        return handler(given)
    before = document_currency.set(currency)
    try:
        return handler(given)
    finally:
        document_currency.reset(before)
