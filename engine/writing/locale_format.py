"""Formats amounts, quantities and days in the reader's language, without rounding."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from engine.dates import Period
from engine.locales import locale_of
from engine.money import Money, Percent, Price, Quantity

_CODES_OF_CLDR: Final = {"1A": "XK"}
"""Countries whose code in e-invoices is not that of the names."""
_THIN_SPACE: Final = "\u202f"


def amount_text(amount: Money, language: str) -> str:
    """An amount with all decimals of its currency, and no currency sign: `1 234,56`."""
    places = amount.currency.exponent
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return _number(str(amount), pattern, language)


def unit_price_text(price: Price | Money | None, language: str) -> str:
    """The price of one unit, with all its decimals where it is finer than its currency; empty where a line has none that multiplies out."""
    if price is None:
        return ""
    if isinstance(price, Money):
        return amount_text(price, language)
    least = price.currency.exponent
    return _number(str(price), "#,##0." + "0" * least + "#" * max(6 - least, 0), language)


def quantity_text(quantity: Quantity, language: str) -> str:
    """A quantity without needless decimals: `1,5`."""
    return _number(str(quantity), "#,##0.######", language)


def percent_text(percent: Percent, language: str) -> str:
    """A percentage as the language writes it: `21%` in English and Dutch, `21 %` in French."""
    sign: str = Locale.parse(locale_of(language)).percent_formats[None].pattern.lstrip("#,0")
    return _number(str(percent), "#,##0.######", language) + sign.replace(_THIN_SPACE, "\u00a0")


def day_text(day: date, language: str) -> str:
    """A day in figures: `31/01/2027`."""
    return format_date(day, "dd/MM/yyyy", locale=locale_of(language))


@lru_cache(1024)
def long_day_text(day: date, language: str) -> str:
    """A day with its month in words: `31 janvier 2027`."""
    return format_date(day, "d MMMM y", locale=locale_of(language))


def country_text(code: str, language: str) -> str:
    """A country's name in the reader's language; its code where it has none."""
    return str(Locale.parse(locale_of(language)).territories.get(_CODES_OF_CLDR.get(code, code), code))


def period_text(period: Period, language: str) -> str:
    """A service period with its last day included: `01/01/2027 – 31/01/2027`."""
    if period.days <= 1:
        return day_text(period.start, language)
    return f"{day_text(period.start, language)} – {day_text(period.last, language)}"


def _number(text: str, pattern: str, language: str) -> str:
    written: str = format_decimal(Decimal(text), format=pattern, locale=locale_of(language), decimal_quantization=False)
    return written.replace(_THIN_SPACE, "\u00a0")
