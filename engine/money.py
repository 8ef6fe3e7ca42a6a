"""Exact money, prices, percentages and quantities, and the only rounding of the program."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Final, TypeVar

from pydantic import BeforeValidator, PlainSerializer
from pydantic_core import core_schema

from engine.iso_currencies import MINOR_UNITS
from engine.model_errors import SAMPLES, TooManyDecimals, no_currency, no_factor, not_text, unknown_currency, unreadable_decimal
from engine.phrases import phrase

MICRO: Final = 1_000_000
"""Prices and quantities are counted in millionths."""

DECIMAL: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
"""The only form of numbers in input: at most twelve digits before the point and six after it."""


def round_half_up(numerator: int, denominator: int) -> int:
    """The one rounding: a quotient to a whole number, half away from zero, so that a credit note is the exact negative."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, remainder = divmod(abs(numerator), denominator)
    if remainder >= denominator - remainder:
        quotient += 1
    return quotient if numerator >= 0 else -quotient


def shares(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """A whole number divided in proportion to weights by largest remainder (then first come); the parts add up to it exactly."""
    whole = sum(weights)
    if whole == 0:
        return (total, *([0] * (len(weights) - 1))) if weights else ()
    size, sign = abs(total), 1 if total >= 0 else -1
    parts = [size * weight // whole for weight in weights]
    left = size - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(size * weights[at] % whole), at))
    for at in by_remainder[:left]:
        parts[at] += 1
    return tuple(sign * part for part in parts)


def scaled(text: str, places: int) -> int:
    """A decimal text as a whole number of 10**-places; ValueError where it is no decimal or has more places."""
    if not DECIMAL.fullmatch(text):
        raise ValueError(phrase("not a decimal number: at most 12 digits before the point and 6 after it, no exponent, no comma"))
    whole, _, decimals = text.partition(".")
    if len(decimals) > places and len(decimals.rstrip("0")) > places:
        raise TooManyDecimals(places)
    return int(whole + decimals[:places].ljust(places, "0"))


@lru_cache(16_384)
def decimal_text(amount: int, places: int, *, least: int = 0) -> str:
    """A whole number of 10**-places as decimal text, without trailing zeros beyond the `least` decimals."""
    sign, digits = ("-" if amount < 0 else ""), str(abs(amount)).rjust(places + 1, "0")
    whole, decimals = (digits[:-places], digits[-places:]) if places else (digits, "")
    digits = decimals[:least] + decimals[least:].rstrip("0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency of ISO 4217 with the number of decimals of its minor unit."""

    code: str
    exponent: int

    @classmethod
    def of(cls, code: str) -> Currency:
        """The currency of a code such as EUR; ValueError where ISO 4217 has none of that name."""
        currency = _CURRENCIES.get(code)
        if currency is None:
            raise ValueError(phrase("{code} is not a currency of ISO 4217", code=repr(code)))
        return currency

    def __str__(self) -> str:
        return self.code

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> core_schema.CoreSchema:
        return _schema(cls, _currency_of, lambda currency: currency.code, "^[A-Z]{3}$")


_CURRENCIES: Final = {code: Currency(code, places) for code, places in MINOR_UNITS.items()}

document_currency: ContextVar[Currency | None] = ContextVar("document_currency", default=None)
"""The one currency of the document that is being read, for its plain decimal strings."""


@dataclass(frozen=True, slots=True)
class Money:
    """A payable amount: whole minor units (cents) of one currency."""

    minor: int
    currency: Currency

    @classmethod
    def parse(cls, text: str, currency: Currency) -> Money:
        """The amount of a decimal text such as `91.58`; ValueError where the currency has fewer decimals."""
        return cls(scaled(text, currency.exponent), currency)

    @classmethod
    def rounded(cls, numerator: int, denominator: int, currency: Currency) -> Money:
        """A quotient of minor units, rounded half up to a whole one."""
        return cls(round_half_up(numerator, denominator), currency)

    def __str__(self) -> str:
        return decimal_text(self.minor, self.currency.exponent, least=self.currency.exponent)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._like(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._like(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._like(other).minor

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._like(other).minor

    def times(self, factor: Fraction) -> Money:
        """This amount times a factor, rounded half up once."""
        return Money(round_half_up(self.minor * factor.numerator, factor.denominator), self.currency)

    def allocate(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """This amount divided in proportion to weights by largest remainder; the parts add up to it exactly."""
        return tuple(Money(part, self.currency) for part in shares(self.minor, weights))

    def _like(self, other: Money) -> Money:
        if other.currency is not self.currency and other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return other

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> core_schema.CoreSchema:
        return _schema(cls, _money_of, str, DECIMAL_PATTERN)


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one unit, counted in millionths of a currency unit; never payable as such."""

    micros: int
    currency: Currency

    @classmethod
    def parse(cls, text: str, currency: Currency) -> Price:
        """The price of a decimal text such as `0.0625`."""
        return cls(scaled(text, 6), currency)

    def __str__(self) -> str:
        return decimal_text(self.micros, 6, least=self.currency.exponent)

    def times(self, factor: Fraction) -> Money:
        """This price times a factor, rounded half up once to the minor unit."""
        unit = 10**self.currency.exponent
        return Money(round_half_up(self.micros * factor.numerator * unit, factor.denominator * MICRO), self.currency)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> core_schema.CoreSchema:
        return _schema(cls, _price_of, str, DECIMAL_PATTERN)


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many units, counted in millionths of the product's unit."""

    micros: int

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """The quantity of a decimal text such as `2` or `1.5`."""
        return cls(scaled(text, 6))

    @classmethod
    def whole(cls, number: int) -> Quantity:
        """A whole number of units."""
        return cls(number * MICRO)

    @property
    def fraction(self) -> Fraction:
        """The same quantity as an exact fraction."""
        return Fraction(self.micros, MICRO)

    def __str__(self) -> str:
        return decimal_text(self.micros, 6)

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.micros + other.micros)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.micros - other.micros)

    def __neg__(self) -> Quantity:
        return Quantity(-self.micros)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> core_schema.CoreSchema:
        return _schema(cls, cls.parse, str, DECIMAL_PATTERN)


@dataclass(frozen=True, slots=True)
class Percent:
    """An exact percentage: 12.5% is the fraction 1/8."""

    fraction: Fraction

    @classmethod
    def parse(cls, text: str) -> Percent:
        """The percentage of `12.5%` or `12.5`, which both mean an eighth."""
        return cls(Fraction(scaled(text.removesuffix("%").rstrip(" ") if text.endswith("%") else text, 6), 100 * MICRO))

    def __str__(self) -> str:
        return decimal_text(round_half_up(self.fraction.numerator * 100 * MICRO, self.fraction.denominator), 6)

    @property
    def micros(self) -> int:
        """Its fraction in millionths, as rules know it."""
        return round_half_up(self.fraction.numerator * MICRO, self.fraction.denominator)

    def of(self, amount: Money) -> Money:
        """This percentage of an amount, rounded half up once."""
        return amount.times(self.fraction)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> core_schema.CoreSchema:
        return _schema(cls, cls.parse, str, r"^-?[0-9]{1,12}(\.[0-9]{1,6})?%?$")


DECIMAL_PATTERN: Final = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"


def _currency_of(text: str) -> Currency:
    try:
        return Currency.of(text)
    except ValueError as mistake:
        raise unknown_currency(text, mistake, MINOR_UNITS) from None


def _currency_here() -> Currency:
    currency = document_currency.get()
    if currency is None:
        raise no_currency()
    return currency


def _money_of(text: str) -> Money:
    return Money.parse(text, _currency_here())


def _price_of(text: str) -> Price:
    return Price.parse(text, _currency_here())


_Exact = TypeVar("_Exact")


def _schema(cls: type[_Exact], parse: Callable[[str], _Exact], write: Callable[[_Exact], str], pattern: str) -> core_schema.CoreSchema:
    """The pydantic schema of a value type: reads the value, its text, or a whole JSON number (never a float), and writes text."""

    kind = "quantity" if issubclass(cls, Quantity) else "percentage" if issubclass(cls, Percent) else "amount"

    def read(given: object) -> object:
        if isinstance(given, cls):
            return given
        if isinstance(given, dict) and issubclass(cls, Money | Price) and set(given) == {"amount", "currency"}:
            return _with_currency(cls, given)
        if isinstance(given, float):
            raise not_text(phrase('a number with decimals must be a string, such as "{text}"', text=SAMPLES[kind]), kind)
        if isinstance(given, bool) or not isinstance(given, str | int):
            raise not_text(phrase("this must be a decimal string"), kind)
        try:
            return parse(str(given))
        except ValueError as mistake:
            raise unreadable_decimal(mistake, kind) from None

    return core_schema.no_info_plain_validator_function(
        read,
        serialization=core_schema.plain_serializer_function_ser_schema(write, return_schema=core_schema.str_schema(pattern=pattern)),
        json_schema_input_schema=core_schema.str_schema(pattern=pattern),
    )


def _with_currency(cls: type[Money] | type[Price], given: Mapping[str, object]) -> Money | Price:
    expected = document_currency.get()
    try:
        currency = _currency_of(str(given["currency"]))
        if expected is not None and currency != expected:
            raise ValueError(phrase("this is in {given}, the document in {currency}", given=currency, currency=expected))
        return cls.parse(str(given["amount"]), currency)
    except ValueError as mistake:
        raise unreadable_decimal(mistake) from None


def _factor_of(given: object) -> Fraction:
    if isinstance(given, Fraction):
        return given
    if isinstance(given, bool) or not isinstance(given, str | int) or not _FACTOR.fullmatch(str(given)):
        raise no_factor(str(given))
    return Fraction(str(given))


_FACTOR: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6}|/[1-9][0-9]{0,11})?")


def factor_text(factor: Fraction) -> str:
    """A factor as text: a decimal with at most six decimals, else a fraction such as `12/52`."""
    micros, remainder = divmod(factor.numerator * MICRO, factor.denominator)
    return str(factor) if remainder else decimal_text(micros, 6)


Factor = Annotated[Fraction, BeforeValidator(_factor_of), PlainSerializer(factor_text, return_type=str)]
"""An exact number that multiplies a price: `1.5`, `3`, `12/52`."""
