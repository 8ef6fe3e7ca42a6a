"""vat/exchange-rates.csv: the rates of the European Central Bank as it publishes them (eurofxref-hist.csv), one day a line."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from engine.countries.registry import country_of
from engine.documents.invoice import AccountingVat
from engine.iso_currencies import MINOR_UNITS
from engine.money import Currency, Money, factor_text
from engine.phrases import phrase
from engine.problems import Kind, Problem, Span
from engine.rulebook.company import Company
from engine.rulebook.yaml_entries import Gathered
from engine.text.sources import without_mark

PATH: Final = "vat/exchange-rates.csv"
EURO: Final = "EUR"
OLDEST_DAYS: Final = 7
"""How many days before the tax point the last rate may lie: the bank publishes none on weekends and holidays, four days at most."""
NO_COLUMN: Final = Kind(
    "exchange-rates-column",
    "the first line has no column `{column}`",
    "write `Date` and the codes of currencies, as in eurofxref-hist.csv of the European Central Bank",
)
BAD_CELL: Final = Kind(
    "exchange-rate", "`{word}` is not {what}", "write a day such as 2027-01-29, and a rate such as 1.0837 or `N/A`; one line a day"
)
_RATE: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_NOT_QUOTED: Final = ("", "N/A")


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """What one unit of a currency is worth in another, the rates of the euro behind it in words, and their day."""

    factor: Fraction
    text: str
    on: date


@dataclass(frozen=True, slots=True)
class ExchangeRates:
    """The rates by day in order: how much of each currency one euro is worth."""

    days: Sequence[tuple[date, dict[str, Fraction]]] = ()

    def before(self, day: date, currency: Currency, other: Currency) -> ExchangeRate | None:
        """What one unit of a currency is worth in another, by the last rates before a day; None where none are on file."""
        at = bisect_left(self.days, day, key=lambda entry: entry[0])
        if not at or (day - self.days[at - 1][0]).days > OLDEST_DAYS:
            return None
        on, rates = self.days[at - 1]
        one, two = rates.get(currency.code), rates.get(other.code)
        if one is None or two is None:
            return None
        quoted = [f"{factor_text(rates[each.code])} {each}" for each in (currency, other) if each.code != EURO]
        return ExchangeRate(two / one, " = ".join((f"1 {EURO}", *quoted)), on)

    def accounting_vat(self, vat: Money, day: date, other: Currency) -> AccountingVat | None:
        """VAT in the currency in which it is declared, by the last rates before a day; None without a rate.

        EN 16931 BT-6 and BT-111, Directive 2006/112/EC art. 230.
        """
        rate = self.before(day, vat.currency, other)
        return AccountingVat(currency=other, vat=converted(vat, rate, other), rate=rate.text, rate_on=rate.on) if rate else None


def converted(amount: Money, rate: ExchangeRate, currency: Currency) -> Money:
    """An amount in another currency, rounded half up once."""
    scale = Fraction(10) ** (currency.exponent - amount.currency.exponent)
    return Money(amount.minor, currency).times(rate.factor * scale)


def vat_currency_of(gathered: Gathered) -> Currency | None:
    """The currency in which the seller declares VAT, where it is not that of prices: as the company says, else that of its country."""
    company = gathered.only("company", Company)
    if company is None:
        return None
    code = company.written.vat_currency or country_of(company.written.seller.country).currency
    return Currency.of(code) if code is not None and code in MINOR_UNITS and code != gathered.currency.code else None


def read_exchange_rates(gathered: Gathered) -> tuple[ExchangeRates, tuple[Problem, ...]]:
    """The rates between the currencies of prices and of VAT, and all problems of the file; none of either where one is enough."""
    text, other = without_mark(gathered.sources.get(PATH, "")), vat_currency_of(gathered)
    if not text.strip() or other is None:
        return ExchangeRates(), ()
    currencies = (gathered.currency.code, other.code)
    head, *lines = text.splitlines()
    columns = [cell.strip() for cell in head.split(",")]
    wanted = [code for code in dict.fromkeys(currencies) if code != EURO]
    missing = [column for column in ("Date", *wanted) if column not in columns]
    if missing:
        where = Span(PATH, 1, 1, 1, len(head) + 1)
        return ExchangeRates(), tuple(NO_COLUMN.at(where, column=column) for column in missing)
    places = {code: columns.index(code) for code in wanted}
    days: dict[date, dict[str, Fraction]] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines, 2):
        if line.strip():
            problems += _read_line(line, number, columns.index("Date"), places, days)
    return ExchangeRates(tuple(sorted(days.items()))), tuple(problems)


def _read_line(line: str, number: int, of_day: int, places: dict[str, int], days: dict[date, dict[str, Fraction]]) -> Iterator[Problem]:
    cells = [cell.strip() for cell in line.split(",")]
    cells += [""] * (max(of_day, *places.values(), 0) + 1 - len(cells))
    where = Span(PATH, number, 1, number, len(line) + 1)
    try:
        day = date.fromisoformat(cells[of_day])
    except ValueError:
        yield BAD_CELL.at(where, word=cells[of_day][:40], what=phrase("an existing day"))
        return
    if day in days:
        yield BAD_CELL.at(where, word=day, what=phrase("a day of its own"))
        return
    days[day] = {EURO: Fraction(1)}
    for code, place in places.items():
        if cells[place] in _NOT_QUOTED:
            continue
        if not _RATE.fullmatch(cells[place]) or not Fraction(cells[place]):
            yield BAD_CELL.at(where, word=cells[place][:40], what=phrase("an exchange rate"))
        else:
            days[day][code] = Fraction(cells[place])
