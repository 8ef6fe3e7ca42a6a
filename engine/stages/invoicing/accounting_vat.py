"""The VAT of a document in the currency in which the seller declares it, by the rates before the tax point (EN 16931 BT-6, BT-111)."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.documents.invoice import AccountingVat
from engine.money import Money
from engine.rulebook.book import Rulebook
from engine.rulebook.exchange_rates import converted

NO_EXCHANGE_RATE: Final = "no exchange rate from {one} to {other} before {day}"
"""Why a transaction is held whose VAT cannot be converted."""


def has_exchange_rate(rulebook: Rulebook, day: date) -> bool:
    """Whether VAT of a day (the tax point, or an earlier issue date) can be stated in the currency in which it is declared."""
    other = rulebook.vat_currency
    return other is None or rulebook.exchange_rates.before(day, rulebook.currency, other) is not None


def accounting_vat(vat: Money, rulebook: Rulebook, day: date) -> AccountingVat | None:
    """The VAT in the currency in which it is declared (Directive 2006/112/EC art. 230); None where that is the document's."""
    other = rulebook.vat_currency
    rate = rulebook.exchange_rates.before(day, rulebook.currency, other) if other is not None else None
    if other is None or rate is None:
        return None
    return AccountingVat(currency=other, vat=converted(vat, rate, other), rate=rate.text, rate_on=rate.on)
