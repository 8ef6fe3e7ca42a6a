"""What requests of the evaluation API give: amounts as text until their currency is known, and days within reason."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.config import JsonDict

from engine.code_lists.code_list import WITHDRAWN_CURRENCIES
from engine.documents.document import Document
from engine.language import TierRow
from engine.model_errors import field_error, not_text
from engine.money import DECIMAL, DECIMAL_PATTERN, Currency, Money, Price, Quantity
from engine.phrases import phrase
from engine.problems import Kind, refuse
from engine.rulebook.book import Rulebook
from engine.stages.pricing.tiers import Tiers

OTHER_CURRENCY: Final = Kind("other-currency", "this is in {given}, the document in {currency}", "write all amounts in one currency")
AFTER_THE_RULES: Final = Kind(
    "after-the-rules",
    "the rules answer until {until}, and this asks about {day}",
    "write a day until then, or a later `rules-answer-until` in company.yaml",
)
WITHDRAWN: Final = Kind(
    "withdrawn-currency",
    "`{currency}` is legal tender until {until} only, and an amount is of {day}",
    "write `{instead}`, or an earlier day",
)
TOO_FINE: Final = Kind("too-fine", "{text} has more decimals than {currency} has", "write at most {places}")


def _decimal(given: object) -> str:
    if isinstance(given, float):
        raise not_text(phrase('a number with decimals must be a string, such as "{text}"', text="91.58"), "amount")
    if isinstance(given, bool) or not isinstance(given, str | int) or not DECIMAL.fullmatch(str(given)):
        raise not_text(phrase("this must be a decimal string: at most 12 digits before the point and 6 after it"), "amount")
    return str(given)


def _as_amount(given: object) -> object:
    return given if isinstance(given, dict | Document) else {"amount": _decimal(given)}


def as_name(given: object) -> object:
    """The fields of a model with a name, of the name alone."""
    return {"name": given} if isinstance(given, str) else given


def or_text(**text: str) -> ConfigDict:
    """The settings of a model whose schema also allows a text."""

    def extend(schema: JsonDict) -> None:
        written = dict(schema)
        schema.clear()
        schema["anyOf"] = [{"type": "string", **text}, written]

    return ConfigDict(json_schema_extra=extend)


Decimal = Annotated[str, BeforeValidator(_decimal), WithJsonSchema({"type": "string", "pattern": DECIMAL_PATTERN})]
"""A decimal string (or a whole number of JSON) whose currency is not known yet."""


class Amount(Document):
    """An amount: a decimal string, or with its currency `{amount, currency}`."""

    model_config = or_text(pattern=DECIMAL_PATTERN)

    amount: Decimal
    currency: Currency | None = None

    _from_text = model_validator(mode="before")(_as_amount)

    def money(self, currency: Currency, pointer: str) -> Money:
        """The amount in a currency; Refusal at the pointer where it is written in another, or finer than that."""
        check_currency(self.currency, currency, pointer)
        try:
            return Money.parse(self.amount, currency)
        except ValueError:
            raise refuse(TOO_FINE, None, pointer, text=self.amount, currency=currency, places=currency.exponent) from None


class TierGiven(Document):
    """One tier: up to and including so many units (absent: beyond), the price of one, and a flat amount once it is entered."""

    up_to: Quantity | None = None
    unit_price: Decimal
    flat: Decimal | None = None


class TiersGiven(Document):
    """A price by quantity. `volume`: all units at the price of the tier reached; `graduated`: the units of each tier at its own."""

    mode: Literal["volume", "graduated"]
    rows: tuple[TierGiven, ...] = Field(min_length=1, max_length=1000)

    def tiers(self, currency: Currency, pointer: str) -> Tiers:
        """The tiers in a currency; Refusal at the pointer of a flat amount that is finer than that."""
        rows = []
        for at, row in enumerate(self.rows):
            flat = Amount(amount=row.flat).money(currency, f"{pointer}/rows/{at}/flat").minor if row.flat else 0
            rows.append(TierRow(row.up_to.micros if row.up_to else None, Price.parse(row.unit_price, currency).micros, flat))
        return Tiers(self.mode, tuple(rows))


class PriceGiven(Document):
    """A price: a decimal string, `{amount, currency}`, or `{tiers}`."""

    model_config = or_text(pattern=DECIMAL_PATTERN)

    amount: Decimal | None = None
    currency: Currency | None = None
    tiers: TiersGiven | None = None

    _from_text = model_validator(mode="before")(_as_amount)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.amount is None) == (self.tiers is None):
            remedy = phrase('write an amount such as `"91.58"`, or `{{tiers: {{mode, rows}}}}`')
            raise field_error("one-of", "a price is either an amount or tiers", remedy=remedy)
        return self

    def terms(self, currency: Currency, pointer: str) -> Tiers:
        """The price in a currency, an amount as one tier; Refusal at the pointer where it is written in another."""
        check_currency(self.currency, currency, pointer)
        if self.tiers is not None:
            return self.tiers.tiers(currency, f"{pointer}/tiers")
        return Tiers("flat", (TierRow(None, Price.parse(self.amount or "0", currency).micros),))


def check_currency(given: Currency | None, currency: Currency, pointer: str = "") -> None:
    """Refusal where a currency is written that is not that of the document."""
    if given is not None and given != currency:
        raise refuse(OTHER_CURRENCY, None, f"{pointer}/currency", given=given, currency=currency)


def check_legal_tender(currency: Currency, day: date | None, pointer: str = "/currency") -> None:
    """Refusal where a currency was withdrawn before a day (None: the request has no day)."""
    withdrawn = WITHDRAWN_CURRENCIES.get(currency.code)
    if withdrawn is not None and withdrawn.until is not None and day is not None and day > withdrawn.until:
        raise refuse(WITHDRAWN, None, pointer, currency=currency, until=withdrawn.until, day=day, instead=withdrawn.instead)


def check_horizon(day: date, rulebook: Rulebook, pointer: str) -> None:
    """Refusal of a day after the last one for which the rules must have an answer."""
    until = rulebook.company.rules_answer_until
    if day > until:
        raise refuse(AFTER_THE_RULES, None, pointer, until=until, day=day)
