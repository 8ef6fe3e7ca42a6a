"""Checks codes against the lists of EN 16931 and Peppol: the currency, units, and reasons for exemption from VAT."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from engine.code_lists.code_list import UNITS, VATEX, WITHDRAWN_CURRENCIES
from engine.countries.registry import country_of
from engine.iso_currencies import MINOR_UNITS
from engine.language import CheckedRules
from engine.problems import Kind, Problem, Span
from engine.rulebook.catalog import UnitEntry
from engine.rulebook.company import Company
from engine.rulebook.exchange_rates import PATH, read_exchange_rates
from engine.rulebook.rule_files import CATEGORY
from engine.rulebook.yaml_entries import Entry, Gathered, unknown_currency
from engine.text.nearest import suggestion

UNKNOWN_UNIT_CODE: Final = Kind(
    "unknown-unit-code",
    "`{code}` is no unit of UN/ECE Recommendation 20 or 21, as EN 16931 takes it",
    "write a code such as `C62` (one), `H87` (piece), `HUR` (hour) or `DAY` (day)",
)
WITHDRAWN_CURRENCY: Final = Kind(
    "withdrawn-currency", "`{code}` is a currency of EN 16931 until {day} only", "write `{instead}`, or `rules-answer-until: {day}`"
)
UNKNOWN_VATEX: Final = Kind("unknown-vatex", "`{code}` is no reason for exemption of EN 16931 (VATEX)", "{remedy}")
TOO_FINE_CURRENCY: Final = Kind(
    "too-fine-currency",
    "amounts in {currency} have {places} decimals, and e-invoices at most two (EN 16931, BR-DEC)",
    "send no invoice by `peppol` in rules/, or choose another currency",
)

NO_EXCHANGE_RATES: Final = Kind(
    "no-exchange-rates",
    "invoices in {currency} of a seller in {country} state the VAT in {other} too; without exchange rates all their lines are held",
    "put the rates of the European Central Bank into vat/exchange-rates.csv",
    "advice",
)

OTHER_VAT_CURRENCY: Final = Kind(
    "other-vat-currency",
    "a seller in {country} declares VAT in {law}, and this says {currency}: invoices would not state the VAT as the law wants it",
    "write `vat-currency: {law}`, or leave it out",
)

MOST_DECIMALS: Final = 2
"""The most decimals of an amount in an e-invoice."""
CHANNEL: Final = "invoice.channel"


def check_codes(gathered: Gathered, checked: CheckedRules) -> Iterator[Problem]:
    """Checks the currency of the company, the codes of units, and those of reasons for exemption in rules."""
    company = gathered.only("company", Company)
    if company is not None:
        yield from _currency(company, gathered, checked)
    for unit in gathered.of("units", UnitEntry).values():
        if unit.has("code") and unit.written.code not in UNITS:
            yield UNKNOWN_UNIT_CODE.at(unit.at("code"), code=unit.written.code)
    for code, where in checked.results_written("vat.vatex"):
        if code and code not in VATEX:
            remedy = suggestion(str(code)[:60], _vatex_beside(where, checked))
            yield UNKNOWN_VATEX.at(where, code=str(code)[:60], remedy=remedy).fixed_by()  # the code may be a part of a longer text


def _vatex_beside(where: Span, checked: CheckedRules) -> Collection[str]:
    """The codes that may stand with the VAT category of a row of a table; all where the category is not beside them."""
    for table in checked.written_tables():
        for row in table.rows if table.path == where.path and CATEGORY in table.columns else ():
            category = row[table.columns.index(CATEGORY)] if len(row) == len(table.columns) else None
            if category is not None and category.span.line == where.line:
                return [code for code, categories in VATEX.items() if category.text in categories] or VATEX
    return VATEX


def _currency(entry: Entry[Company], gathered: Gathered, checked: CheckedRules) -> Iterator[Problem]:
    company = entry.written
    where = entry.at("currency")
    yield from read_exchange_rates(gathered)[1]
    if company.vat_currency is not None and company.vat_currency not in MINOR_UNITS:
        yield unknown_currency(company.vat_currency, entry.at("vat-currency"))
        return
    law = country_of(company.seller.country).currency
    if company.vat_currency is not None and law not in (None, company.vat_currency):
        yield OTHER_VAT_CURRENCY.at(entry.at("vat-currency"), country=company.seller.country, law=law, currency=company.vat_currency)
        return
    if company.currency not in MINOR_UNITS:
        return  # reported already
    withdrawn = WITHDRAWN_CURRENCIES.get(company.currency)
    if withdrawn is not None and withdrawn.until is not None and withdrawn.until < company.rules_answer_until:
        yield WITHDRAWN_CURRENCY.at(where, code=company.currency, day=withdrawn.until, instead=withdrawn.instead)
    elif PATH not in gathered.sources:
        other = company.vat_currency or country_of(company.seller.country).currency
        if other not in (None, company.currency):
            yield NO_EXCHANGE_RATES.at(where, currency=company.currency, country=company.seller.country, other=other)
    currency = gathered.currency
    if currency.exponent > MOST_DECIMALS and any(value == "peppol" for value, _ in checked.results_written(CHANNEL)):
        yield TOO_FINE_CURRENCY.at(where, currency=currency, places=currency.exponent)
