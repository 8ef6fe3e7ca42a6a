"""Checks the factors that multiply prices, in price books and billing types."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from engine.language import CheckedRules
from engine.money import MICRO, factor_text
from engine.phrases import Replacement, phrase
from engine.problems import Kind, Problem, Span
from engine.rulebook.yaml_entries import Entry
from engine.rulebook.yaml_model import Written
from engine.text.yaml_tree import Step

FACTOR_ZERO: Final = Kind(
    "factor-not-positive", "a factor of {factor} would make everything free or negative", "write a number above 0, such as `1.02`"
)
PRICE_FACTOR: Final = "line.price-factor"
_MADE_OF_100: Final = "a factor of {factor} would make {price} out of a price of 100"
FACTOR_LARGE: Final = Kind("factor-too-large", _MADE_OF_100, "{remedy}")
FACTOR_SMALL: Final = Kind("factor-too-small", _MADE_OF_100, "{remedy}")
_USUAL_FACTORS: Final = (Fraction(1, 5), 2)
"""A decimal factor outside is probably a typing mistake: the rise alone, a percentage without its sign, or a lost decimal point."""
_PERCENT_OF_A_PRICE: Final = 50


def check_factor(factor: Fraction, entry: Entry[Written], *steps: Step) -> Iterator[Problem]:
    """Checks what a price is multiplied by: more than 0, and no rise or percentage alone. A fraction such as `5/2` is never unlikely."""
    is_meant = factor > 0 and "/" in str(entry.scalar(*steps))
    if not is_meant:
        yield from _problems(factor, entry.at(*steps), f"{factor.numerator}/{factor.denominator}")


def check_factors_of_rules(checked: CheckedRules) -> Iterator[Problem]:
    """Checks the factors on prices that tables and definitions give; one that is unlikely may be meant, as a product."""
    for value, where in dict.fromkeys(checked.results_written(PRICE_FACTOR)):
        factor = Fraction(value, MICRO) if isinstance(value, int) else value
        if isinstance(factor, Fraction):
            yield from _problems(factor, where, f"1 * {factor_text(factor)}")


def _problems(factor: Fraction, where: Span, meant_so: str) -> Iterator[Problem]:
    least, most = _USUAL_FACTORS
    if factor <= 0:
        yield FACTOR_ZERO.at(where, factor=factor_text(factor))
    elif factor < least or factor >= most:
        price, percent = factor_text(factor * 100), factor * 100 if factor < least else factor
        meant = phrase("`{fraction}` if that is meant", fraction=Replacement(meant_so))
        if factor >= _PERCENT_OF_A_PRICE:
            remedy = phrase(
                "write `{part}` for {factor} percent, or {meant}",
                part=Replacement(factor_text(factor / 100)),
                factor=factor_text(factor),
                meant=meant,
            )
        else:
            more, less, rise = factor_text(1 + percent / 100), factor_text(1 - percent / 100), factor_text(percent)
            remedy = phrase(
                "write `{more}` for {rise} percent more, `{less}` for {rise} percent less, or {meant}",
                more=Replacement(more),
                less=Replacement(less),
                rise=rise,
                meant=meant,
            )
        yield (FACTOR_SMALL if factor < least else FACTOR_LARGE).at(where, factor=factor_text(factor), price=price, remedy=remedy)
