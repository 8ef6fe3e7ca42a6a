"""Source of exact numbers: whole numbers over denominators that are known before the code runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from engine.language.ir.typed import Rounded
from engine.language.types.value_types import AmountType, MoneyType, NumberType, PercentType, PriceType, QuantityType, Type
from engine.money import MICRO


@dataclass(frozen=True, slots=True)
class Exact:
    """A piece of source whose value is `code ÷ (denominator × divisor)`: the divisor is source too, known only when it runs.

    Money and Amount are counted in minor units, Price and Amount per unit in micros, all else in ones. Where `is_fraction`, the code
    gives a Fraction; then the denominator is 1 and there is no divisor. What is no number has the denominator 1.
    """

    code: str
    denominator: int = 1
    divisor: str | None = None
    is_fraction: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the code gives a whole number (or no number at all) over a known denominator."""
        return self.divisor is None and not self.is_fraction

    def scaled_to(self, denominator: int) -> str:
        """The code of a whole number over another, finer denominator."""
        return times(self.code, denominator // self.denominator)

    def as_fraction(self) -> str:
        """The code of the value as a Fraction (or a whole number, which is as exact)."""
        if self.is_fraction or (self.denominator == 1 and self.divisor is None):
            return self.code
        below = times(self.divisor, self.denominator) if self.divisor else str(self.denominator)
        return f"Fraction({self.code}, {below})"


def literal(number: int) -> str:
    """The source of a whole number."""
    return str(number) if number >= 0 else f"({number})"


def times(code: str, factor: int) -> str:
    """The source of a whole number times a factor."""
    if factor == 1:
        return code
    return str(int(code) * factor) if code.lstrip("-").isdigit() else f"({code} * {factor})"


def rescaled(code: str, scale: Fraction) -> Exact:
    """The source of a whole number times a fraction."""
    return Exact(times(code, scale.numerator), scale.denominator)


def aligned(parts: Sequence[Exact]) -> tuple[bool, int, list[str]]:
    """Several values over one denominator: whether they are Fractions, the denominator, their codes."""
    if not all(part.is_whole for part in parts):
        return True, 1, [part.as_fraction() for part in parts]
    denominator = lcm(*(part.denominator for part in parts))
    return False, denominator, [part.scaled_to(denominator) for part in parts]


# --- Units. ---


def plain_denominator(kind: Type) -> int:
    """What a plain value of a type is divided by: a million for numbers, percentages and quantities."""
    return MICRO if isinstance(kind, NumberType | PercentType | QuantityType) else 1


def units_in_one(kind: Type, exponent: int) -> int:
    """How many of what a type is counted in make one: 100 cents a euro, a million micros; 1 of all that is no amount."""
    match kind:
        case MoneyType() | AmountType(per=None):
            return int(10**exponent)
        case PriceType() | AmountType():
            return MICRO
        case _:
            return 1


def rounding_step(rounded: Rounded, exponent: int) -> int:
    """How many of the plain unit one rounding step has: a cent has 10_000 micros of a euro."""
    unit = units_in_one(rounded.type, exponent)
    return int(unit // 10**exponent) if rounded.to == "cent" else unit
