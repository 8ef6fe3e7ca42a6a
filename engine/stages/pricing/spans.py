"""How many price periods a billing period has: three months in a quarter, 12/52 of a month in a week."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from engine.documents.quote import PricePer
from engine.rulebook.plans import BillingType
from engine.rulebook.terms import MONTHS_OF_A_DAY, MONTHS_OF_A_WEEK

_WEEK: Final = MONTHS_OF_A_WEEK
_DAY: Final = MONTHS_OF_A_DAY
MONTHS: Final[dict[PricePer, Fraction]] = {
    "month": Fraction(1),
    "quarter": Fraction(3),
    "half-year": Fraction(6),
    "year": Fraction(12),
    "4 weeks": 4 * _WEEK,
    "week": _WEEK,
    "day": _DAY,
}
"""The length of a price period in months; weeks and days count as 12/52 and 12/365 of a month."""
_UNITS: Final = {"month": Fraction(1), "year": Fraction(12), "week": _WEEK, "day": _DAY}
_DAYS: Final[dict[str, int]] = {"day": 1, "week": 7, "4 weeks": 28}


def months_of(billing_type: BillingType | None) -> Fraction | None:
    """The length of a billing period in months; None for what is billed once."""
    if billing_type is None or billing_type.once or billing_type.unit is None:
        return None
    return (billing_type.every or 1) * _UNITS[billing_type.unit]


def periods_of(price_per: PricePer, billing_type: BillingType | None) -> Fraction:
    """How many price periods one billing period has; 1 where either is paid once or the price is for one billing period."""
    months = months_of(billing_type)
    length = MONTHS.get(price_per)
    if months is None or length is None or billing_type is None:
        return Fraction(1)
    if price_per in _DAYS and billing_type.unit in _DAYS:
        return Fraction((billing_type.every or 1) * _DAYS[billing_type.unit], _DAYS[price_per])
    return months / length
