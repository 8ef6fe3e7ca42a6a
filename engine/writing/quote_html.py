"""A quote as the plain values of a page: lines, fees per billing type, the invoicing schedule and VAT as an estimate."""

from __future__ import annotations

from typing import Final

from engine.documents.party import Language
from engine.documents.priced_quote import PricedQuote, QuotedLine
from engine.money import MICRO, Money
from engine.rulebook.book import Rulebook
from engine.rulebook.company import seller_of
from engine.writing.html import Page, Words, customer_page, discount_page, seller_page, vat_page, words_in
from engine.writing.locale_format import amount_text, long_day_text, quantity_text, unit_price_text

QUOTE_TEMPLATE: Final = "templates/quote.html.j2"


def quote_page(quote: PricedQuote, number: str, rulebook: Rulebook, words: Words) -> Page:
    """What a quote's template shows."""
    language = quote.customer.language
    return {
        "language": language,
        "words": words_in(words, language),
        "currency": quote.currency.code,
        "number": number,
        "seller": seller_page(seller_of(rulebook.company.seller), language),
        "customer": customer_page(quote.customer),
        "quoted_on": long_day_text(quote.on, language),
        "valid_until": long_day_text(quote.valid_until, language),
        "lines": tuple(_line(line, rulebook, language) for line in quote.lines),
        "totals": tuple(_total(name, net, rulebook, language) for name, net in quote.totals.items()),
        "figures": tuple(_figures(quote, language)),
        "instalments": tuple(
            {
                "number": str(instalment.number),
                "on": long_day_text(instalment.billing_date, language) if instalment.billing_date else "",
                "net": amount_text(instalment.net, language),
            }
            for instalment in quote.instalments
        ),
        "vat": tuple(vat_page(subtotal, language) for subtotal in quote.vat_breakdown),
        "net": amount_text(quote.net, language),
        "vat_total": amount_text(quote.vat, language),
        "gross": amount_text(quote.gross, language),
        "mentions": tuple(dict.fromkeys(each.mention.in_(language) for each in quote.vat_breakdown if each.mention)),
        "is_copy": False,
    }


def _line(line: QuotedLine, rulebook: Rulebook, language: Language) -> Page:
    product, priced = rulebook.products[line.request.product], line.priced
    unit = rulebook.units[product.unit]
    counted = unit.one if abs(priced.quantity.micros) <= MICRO else unit.many
    return {
        "number": str(line.number),
        "description": product.name.in_(language),
        "detail": rulebook.billing_types[line.billing_type].label.in_(language),
        "period": "",
        "quantity": f"{quantity_text(priced.quantity, language)}\u00a0{counted.in_(language)}",
        "unit_price": unit_price_text(priced.unit_price, priced.fine_price, language),
        "list_net": amount_text(priced.list_net, language),
        "discounts": tuple(discount_page(discount, language) for discount in priced.discounts),
        "rate": "",
        "net": amount_text(line.net, language),
    }


def _total(billing_type: str, net: Money, rulebook: Rulebook, language: Language) -> Page:
    label = rulebook.billing_types[billing_type].label.in_(language) if billing_type in rulebook.billing_types else billing_type
    return {"label": label, "net": amount_text(net, language)}


def _figures(quote: PricedQuote, language: Language) -> list[Page]:
    """The figures that say something of this quote: those that are zero are left out."""
    named = {
        "monthly_recurring": quote.mrr,
        "annual_recurring": quote.arr,
        "one_off": quote.one_off,
        "first_invoice": quote.first_invoice,
        "contract_value": quote.contract_value,
    }
    return [{"word": word, "amount": amount_text(amount, language)} for word, amount in named.items() if amount]
