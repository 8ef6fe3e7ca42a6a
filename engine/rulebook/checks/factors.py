"""Checks the factors that multiply prices, in price books and billing types."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from engine.money import factor_text
from engine.phrases import phrase
from engine.problems import Kind, Problem
from engine.rulebook.yaml_entries import Entry
from engine.rulebook.yaml_model import Written
from engine.text.yaml_tree import Step

FACTOR_ZERO: Final = Kind(
    "factor-not-positive", "a factor of {factor} would make everything free or negative", "write a number above 0, such as `1.02`"
)
_MADE_OF_100: Final = "a factor of {factor} would make {price} out of a price of 100"
FACTOR_LARGE: Final = Kind("factor-too-large", _MADE_OF_100, "{remedy}")
FACTOR_SMALL: Final = Kind("factor-too-small", _MADE_OF_100, "{remedy}")
_USUAL_FACTORS: Final = (Fraction(1, 5), 2)
"""A decimal factor outside is probably a typing mistake: the rise alone, a percentage without its sign, or a lost decimal point."""
_PERCENT_OF_A_PRICE: Final = 50


def check_factor(factor: Fraction, entry: Entry[Written], *steps: Step) -> Iterator[Problem]:
    """Checks what a price is multiplied by: more than 0, and no rise or percentage alone. A fraction such as `5/2` is never unlikely."""
    where, (least, most) = entry.at(*steps), _USUAL_FACTORS
    if factor <= 0:
        yield FACTOR_ZERO.at(where, factor=factor_text(factor))
    elif (factor < least or factor >= most) and "/" not in str(entry.scalar(*steps)):
        price, percent = factor_text(factor * 100), factor * 100 if factor < least else factor
        meant = phrase("`{fraction}` if that is meant", fraction=f"{factor.numerator}/{factor.denominator}")
        if factor >= _PERCENT_OF_A_PRICE:
            remedy = phrase(
                "write `{part}` for {factor} percent, or {meant}", part=factor_text(factor / 100), factor=factor_text(factor), meant=meant
            )
        else:
            more, less, rise = factor_text(1 + percent / 100), factor_text(1 - percent / 100), factor_text(percent)
            remedy = phrase(
                "write `{more}` for {rise} percent more, `{less}` for {rise} percent less, or {meant}",
                more=more,
                less=less,
                rise=rise,
                meant=meant,
            )
        yield (FACTOR_SMALL if factor < least else FACTOR_LARGE).at(where, factor=factor_text(factor), price=price, remedy=remedy)
