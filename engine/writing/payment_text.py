"""When an invoice is to be paid, in sentences in the customer's language: its parts, and the discount for early payment (BT-20)."""

from __future__ import annotations

from typing import Final

from engine.documents.invoice import CashDiscount, DueAmount, Invoice
from engine.phrases import Language, phrase, say
from engine.writing.locale_format import amount_text, long_day_text, percent_text

EARLY_PAYMENT: Final = phrase("Discount for early payment")
"""The reason of the allowance that lowers VAT bases, and of the charge that keeps the net."""


def payment_sentences(invoice: Invoice) -> tuple[str, ...]:
    """One sentence for each part of an invoice, and one for its discount; none where it is simply paid at once."""
    language = invoice.customer.language
    parts = [part_sentence(part, language) for part in invoice.due_amounts]
    return (*parts, *([discount_sentence(invoice, invoice.cash_discount)] if invoice.cash_discount else []))


def part_sentence(part: DueAmount, language: Language) -> str:
    """`36.30 EUR by 2 March 2027`."""
    by, amount = long_day_text(part.due_on, language), amount_text(part.amount, language)
    return say(phrase("{amount} {currency} by {day}", amount=amount, currency=part.amount.currency, day=by), language)


def discount_sentence(invoice: Invoice, discount: CashDiscount) -> str:
    """`2% discount if paid by 8 February 2027: 118.58 EUR instead of 120.58 EUR`."""
    language, currency = invoice.customer.language, invoice.currency
    sentence = phrase(
        "{percent} discount if paid by {day}: {less} {currency} instead of {due} {currency}",
        percent=percent_text(discount.percent, language),
        day=long_day_text(discount.until, language),
        currency=currency,
        less=amount_text(invoice.due_amount - discount.amount, language),
        due=amount_text(invoice.due_amount, language),
    )
    return say(sentence, language)
