"""What every document is: frozen, typed, closed to unknown fields, JSON in and out."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, model_validator

from engine.money import Currency, document_currency


class Document(BaseModel):
    """An immutable noun that travels through the stages."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False, ser_json_inf_nan="constants")


class OneCurrency(Document):
    """A document all of whose amounts stand in one currency, so that they are written as plain decimal strings."""

    currency: Currency

    @model_validator(mode="wrap")
    @classmethod
    def _read_amounts_in_its_currency(cls, given: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        code = given.get("currency", cls.model_fields["currency"].get_default()) if isinstance(given, dict) else None
        try:
            currency = code if isinstance(code, Currency) else Currency.of(str(code))
        except ValueError:
            return handler(given)
        before = document_currency.set(currency)
        try:
            return handler(given)
        finally:
            document_currency.reset(before)
