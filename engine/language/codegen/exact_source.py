"""Source of exact numbers: whole numbers over denominators that are known at compile time."""

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
    """A piece of source whose value is `code ÷ (denominator × divisor)`: the divisor is source too, known only at run time.

    Money and Amount are counted in minor units, Price and Amount per unit in micros, the rest in ones. With `is_fraction` the code
    returns a Fraction, the denominator is 1 and there is no divisor. Values that are no numbers have the denominator 1.
    """

    code: str
    denominator: int = 1
    divisor: str | None = None
    is_fraction: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the code returns a whole number (or no number at all) over a known denominator."""
        return self.divisor is None and not self.is_fraction

    def scaled_to(self, denominator: int) -> str:
        """The code of the whole number over a multiple of its denominator."""
        return times(self.code, denominator // self.denominator)

    def as_fraction(self) -> str:
        """The code of the value as a Fraction (or a whole number)."""
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
    """Several values over a common denominator: whether they are Fractions, the denominator, their codes."""
    if not all(part.is_whole for part in parts):
        return True, 1, [part.as_fraction() for part in parts]
    denominator = lcm(*(part.denominator for part in parts))
    return False, denominator, [part.scaled_to(denominator) for part in parts]


# --- Units. ---


def plain_denominator(kind: Type) -> int:
    """The divisor of a plain value of a type: a million for numbers, percentages and quantities."""
    return MICRO if isinstance(kind, NumberType | PercentType | QuantityType) else 1


def units_in_one(kind: Type, exponent: int) -> int:
    """How many plain units make one: 100 cents a euro, a million micros; 1 for types other than amounts."""
    match kind:
        case MoneyType() | AmountType(per=None):
            return int(10**exponent)
        case PriceType() | AmountType():
            return MICRO
        case _:
            return 1


def rounding_step(rounded: Rounded, exponent: int) -> int:
    """How many plain units make one rounding step: a cent has 10_000 micros of a euro."""
    unit = units_in_one(rounded.type, exponent)
    return int(unit // 10**exponent) if rounded.to == "cent" else unit
