"""The types of the rule language: the possible values of a name, their plain form, and the text of the type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

Plain = int | str | bool | date
"""A plain value: Money in minor units; Price, Number, Quantity, Percent in micros; Enum and Text as text; Date; Period in months; Days."""


@dataclass(frozen=True, slots=True)
class MoneyType:
    """A payable amount of one currency; plain: whole minor units (`int`)."""

    currency: str

    def __str__(self) -> str:
        return f"Money[{self.currency}]"


@dataclass(frozen=True, slots=True)
class PriceType:
    """The price of one unit, never payable as such; plain: micros of a currency unit (`int`). Unit None: that of the product."""

    currency: str
    unit: str | None

    def __str__(self) -> str:
        return f"Price[{self.currency} per {self.unit or 'unit'}]"


@dataclass(frozen=True, slots=True)
class AmountType:
    """Money (with `per`: the price of a unit) times a factor, not rounded yet: an exact fraction. `rounded to` makes it Money (a Price)."""

    currency: str
    per: str | None = None

    def __str__(self) -> str:
        return f"Amount[{self.currency} per {self.per}]" if self.per else f"Amount[{self.currency}]"


@dataclass(frozen=True, slots=True)
class PercentType:
    """A percentage; plain: micros (12.5% is 125_000), as an answer an exact `Fraction`."""

    def __str__(self) -> str:
        return "Percent"


@dataclass(frozen=True, slots=True)
class NumberType:
    """A pure number; plain: micros, as an answer an exact `Fraction`."""

    def __str__(self) -> str:
        return "Number"


@dataclass(frozen=True, slots=True)
class QuantityType:
    """A quantity of a unit; plain: micros. A unit of None is the unit of the product in the facts."""

    unit: str | None

    def __str__(self) -> str:
        return f"Quantity[{self.unit or 'product.unit'}]"


@dataclass(frozen=True, slots=True)
class DateType:
    """A day; plain: `datetime.date`."""

    def __str__(self) -> str:
        return "Date"


@dataclass(frozen=True, slots=True)
class PeriodType:
    """A number of months (a year is 12); plain: `int`. Not comparable with days."""

    def __str__(self) -> str:
        return "Period"


@dataclass(frozen=True, slots=True)
class DaysType:
    """A number of days (a week is 7); plain: `int`. Not comparable with months."""

    def __str__(self) -> str:
        return "Days"


@dataclass(frozen=True, slots=True)
class TextType:
    """A text; plain: `str`."""

    def __str__(self) -> str:
        return "Text"


@dataclass(frozen=True, slots=True)
class BoolType:
    """Yes or no; plain: `bool`."""

    def __str__(self) -> str:
        return "Bool"


@dataclass(frozen=True, slots=True)
class EnumType:
    """One of a closed list of words; plain: `str`. Two enums are alike where their lists are equal."""

    name: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"Enum[{self.name}]"


@dataclass(frozen=True, slots=True)
class DateRangeType:
    """The days from one to another, both included; it exists only inside definitions, never in the checked tree."""

    def __str__(self) -> str:
        return "Range of Date"


Type = (
    MoneyType
    | PriceType
    | AmountType
    | PercentType
    | NumberType
    | QuantityType
    | DateType
    | PeriodType
    | DaysType
    | TextType
    | BoolType
    | EnumType
    | DateRangeType
)

PERCENT: Final = PercentType()
NUMBER: Final = NumberType()
DATE: Final = DateType()
PERIOD: Final = PeriodType()
DAYS: Final = DaysType()
TEXT: Final = TextType()
BOOL: Final = BoolType()
DATE_RANGE: Final = DateRangeType()


def is_ordered(kind: Type) -> bool:
    """Whether `<`, ranges and `is between` are defined."""
    return not isinstance(kind, TextType | BoolType | EnumType | DateRangeType)
