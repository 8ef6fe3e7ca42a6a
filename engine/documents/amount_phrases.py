"""Phrases shared by reasons of amounts: price periods, how long a price pays, and factors as figures."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from engine.documents.quote import PricePer
from engine.money import factor_text
from engine.phrases import Figure, Phrase, phrase

PER: Final[dict[PricePer, Phrase]] = {
    "month": phrase("a month"),
    "quarter": phrase("a quarter"),
    "half-year": phrase("a half-year"),
    "year": phrase("a year"),
    "4 weeks": phrase("every 4 weeks"),
    "week": phrase("a week"),
    "day": phrase("a day"),
    "once": phrase("once"),
    "period": phrase("a billing period"),
}
"""`35.00 a month`."""
_LENGTHS: Final[dict[PricePer, tuple[str, str]]] = {
    "month": ("for one month", "for {count} months"),
    "quarter": ("for one quarter", "for {count} quarters"),
    "half-year": ("for one half-year", "for {count} half-years"),
    "year": ("for one year", "for {count} years"),
    "4 weeks": ("for 4 weeks", "for {count} times 4 weeks"),
    "week": ("for one week", "for {count} weeks"),
    "day": ("for one day", "for {count} days"),
}
"""How long one price period is, and several."""
TIERED: Final[dict[str, Phrase]] = {"volume": phrase("volume"), "graduated": phrase("graduated")}


def for_how_long(periods: Fraction, per: PricePer) -> Phrase | None:
    """`for 3 months`: what a whole billing period has of the periods for which the price pays; None for what is paid once."""
    one, many = _LENGTHS.get(per, (None, None))
    template = one if periods == 1 else many
    return phrase(template, count=figure(periods)) if template else None


def figure(factor: Fraction) -> Figure:
    """A factor as a figure of a sentence."""
    return Figure(factor_text(factor))
