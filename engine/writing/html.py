"""Invoices, credit notes and quotes as the plain values of a page, formatted in the customer's language."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import segno
from segno.helpers import make_epc_qr

from engine.documents.invoice import CreditNote, Invoice, InvoiceLine, VatSubtotal
from engine.documents.line_figures import ShownDiscount, is_change, shown_discounts, shown_quote_price, shown_unit_price, tier_sum
from engine.documents.line_text import periods
from engine.documents.party import Customer, Seller
from engine.documents.priced_quote import PricedQuote, QuotedLine, QuotedTotal
from engine.money import Money
from engine.phrases import Language, phrase, say
from engine.rulebook.book import Rulebook
from engine.rulebook.company import seller_of
from engine.rulebook.yaml_model import Label
from engine.writing.locale_format import (
    amount_text,
    country_text,
    day_text,
    long_day_text,
    percent_text,
    period_text,
    quantity_text,
    unit_price_text,
)
from engine.writing.pages import (
    CreditNotePage,
    CustomerRow,
    DiscountRow,
    DocumentPage,
    FigureName,
    FigureRow,
    InvoicePage,
    IssuedPage,
    LineRow,
    QuotePage,
    SellerRow,
    TotalRow,
    VatRow,
    field_rows,
)
from engine.writing.payment_text import discount_sentence

Words = Mapping[str, Label]

TO_BE_DETERMINED: Final = phrase("to be determined")
"""In place of an amount of VAT that is not known yet."""


def invoice_page(invoice: Invoice, words: Words) -> InvoicePage:
    """The values of an invoice's template."""
    language = invoice.customer.language
    return {
        **_issued(invoice, words),
        "is_advance": invoice.type_code == "386",
        "due_on": long_day_text(invoice.due_on, language),
        "parts": tuple(
            {"due_on": long_day_text(part.due_on, language), "amount": amount_text(part.amount, language)} for part in invoice.due_amounts
        ),
        "cash_discount": discount_sentence(invoice, invoice.cash_discount) if invoice.cash_discount else "",
        "tax_point": long_day_text(invoice.tax_point, language) if invoice.tax_point != invoice.issued_on else "",
        "delivered_on": long_day_text(invoice.delivered_on, language) if invoice.delivered_on else "",
        "refers_to": (*invoice.refers_to, *invoice.replaces),
        "due_amount": amount_text(invoice.due_amount, language),
        "communication": invoice.communication,
        "payment_code": _payment_code(invoice),
    }


def credit_note_page(note: CreditNote, words: Words) -> CreditNotePage:
    """The values of a credit note's template."""
    language = note.customer.language
    return {
        **_issued(note, words),
        "corrects": note.corrects,
        "corrects_issued_on": long_day_text(note.corrects_issued_on, language),
        "because": note.because,
    }


def quote_page(quote: PricedQuote, number: str, rulebook: Rulebook, words: Words, attributes: Mapping[str, str] | None = None) -> QuotePage:
    """The values of a quote's template: lines, totals by billing type, instalments, VAT as an estimate, and its own fields."""
    language = quote.customer.language
    return {
        **_shared(
            quote,
            number,
            seller_of(rulebook.company.seller),
            words,
            lines=tuple(_quote_line(line, rulebook, language) for line in quote.lines),
            mentions=tuple(
                dict.fromkeys(each.mention.in_(language) for of in quote.estimates for each in of.vat_breakdown if each.mention)
            ),
        ),
        "quoted_on": long_day_text(quote.on, language),
        "valid_until": long_day_text(quote.valid_until, language),
        "payment_terms": terms.label.in_(language) if (terms := rulebook.payment_terms.get(quote.payment_terms or "")) else "",
        "totals": tuple(_quote_total(each, rulebook, words, language) for each in quote.estimates),
        "figures": tuple(_quote_figures(quote, language)),
        "fields": field_rows(attributes or {}),
        "instalments": tuple(
            {
                "number": str(instalment.number),
                "on": long_day_text(instalment.billing_date, language) if instalment.billing_date else "",
                "net": amount_text(instalment.net, language),
            }
            for instalment in quote.instalments
        ),
    }


def _seller(seller: Seller, language: str) -> SellerRow:
    return {
        "name": seller.name,
        "street": seller.address.street,
        "town": f"{seller.address.postcode} {seller.address.town}",
        "country": country_text(seller.address.country, language),
        "vat_number": seller.vat_number,
        "register_entry": seller.register_entry,
        "iban": _in_fours(seller.iban),
        "bic": seller.bic or "",
        "email": seller.email,
        "phone": seller.phone,
        "website": seller.website or "",
    }


def _customer(customer: Customer) -> CustomerRow:
    return {
        "id": customer.id,
        "name": customer.name,
        "street": customer.address.street,
        "town": f"{customer.address.postcode} {customer.address.town}",
        "country": country_text(customer.address.country, customer.language),
        "vat_number": customer.vat_number or "",
        "fields": field_rows(customer.attributes),
    }


def _discount(discount: ShownDiscount, language: str) -> DiscountRow:
    """One discount of a line, as a negative amount; its percentage, or the word that says why there is none."""
    percent = percent_text(discount.percent, language) if discount.percent else ""
    if discount.base_amount:
        percent = say(phrase("{percent} of {amount}", percent=percent, amount=amount_text(discount.base_amount, language)), language)
    note = f"({say(discount.note, language)})" if discount.note else ""
    return {
        "label": discount.label,
        "percent": f"{percent} {note}".strip(),
        "amount": amount_text(-discount.amount, language),
    }


def _shared(
    document: Invoice | CreditNote | PricedQuote,
    number: str,
    seller: Seller,
    words: Words,
    *,
    lines: tuple[LineRow, ...],
    mentions: tuple[str, ...],
    is_copy: bool = False,
) -> DocumentPage:
    language = document.customer.language
    return {
        "language": language,
        "words": {name: label.in_(language) for name, label in words.items()},
        "currency": document.currency.code,
        "seller": _seller(seller, language),
        "customer": _customer(document.customer),
        "vat": tuple(_vat(subtotal, language) for subtotal in document.vat_breakdown),
        "net": "" if document.net is None else amount_text(document.net, language),
        "vat_total": "" if document.net is None else _known_amount(document.vat, language),
        "gross": "" if document.net is None else _known_amount(document.gross, language),
        "number": number,
        "is_copy": is_copy,
        "lines": lines,
        "mentions": mentions,
    }


def _issued(document: Invoice | CreditNote, words: Words) -> IssuedPage:
    language = document.customer.language
    return {
        **_shared(
            document,
            document.number,
            document.seller,
            words,
            lines=tuple(_line(line, language) for line in document.lines),
            mentions=tuple(mention.in_(language) for mention in document.mentions),
            is_copy=document.channel == "peppol",
        ),
        "issued_on": long_day_text(document.issued_on, language),
        "order_type": words[document.order_type].in_(language) if document.order_type in words else document.order_type,
        "orders": tuple(document.orders),
        "purchase_order": document.purchase_order or "",
        "accounting_vat": _accounting_vat(document, language),
    }


def _line(line: InvoiceLine, language: str) -> LineRow:
    return {
        "number": str(line.number),
        "description": line.description,
        "detail": line.detail,
        "period": period_text(line.service_period, language) if line.service_period else "",
        "quantity": f"{quantity_text(line.quantity, language)}\u00a0{line.unit_word or line.unit}",
        "unit_price": unit_price_text(shown_unit_price(line), language),
        "list_net": amount_text(line.list_net, language),
        "discounts": tuple(_discount(each, language) for each in shown_discounts(line.list_net, line.discounts, is_change=is_change(line))),
        "rate": percent_text(line.rate, language) if line.category == "S" else line.category,
        "net": amount_text(line.net, language),
    }


def _accounting_vat(document: Invoice | CreditNote, language: Language) -> str:
    """The VAT in the currency in which the seller declares it, with its rate; empty where it is that of the document."""
    stated = document.accounting_vat
    if stated is None:
        return ""
    return f"{stated.currency} {amount_text(stated.vat, language)} ({stated.rate}, {day_text(stated.rate_on, language)})"


def _known_amount(amount: Money | None, language: Language) -> str:
    """An amount; that of a quote may depend on VAT that is held."""
    return say(TO_BE_DETERMINED, language) if amount is None else amount_text(amount, language)


def _vat(subtotal: VatSubtotal, language: str) -> VatRow:
    """One (category, rate) of the VAT."""
    return {
        "category": subtotal.category,
        "rate": percent_text(subtotal.rate, language),
        "base": amount_text(subtotal.base, language),
        "vat": amount_text(subtotal.vat, language),
        "mention": subtotal.mention.in_(language) if subtotal.mention else "",
    }


def _payment_code(invoice: Invoice) -> str:
    """The EPC QR code of a SEPA credit transfer (of the first part) as a data URL; empty where no euros are due, or it cannot say it."""
    first = min(invoice.due_amounts, key=lambda part: part.due_on, default=None)
    amount = first.amount if first else invoice.due_amount
    if invoice.currency.code != "EUR" or amount.minor <= 0:
        return ""
    try:
        code = _transfer_code(invoice, amount)
    except ValueError:  # a name, BIC or reference that banks do not take, or an amount above 999,999,999.99
        return ""
    drawing = io.BytesIO()
    code.save(drawing, kind="svg", border=0, xmldecl=False, svgns=True, nl=False)
    return "data:image/svg+xml;base64," + base64.b64encode(drawing.getvalue()).decode()


def _transfer_code(invoice: Invoice, amount: Money) -> segno.QRCode:
    is_creditor_reference = invoice.communication.startswith("RF")
    code: segno.QRCode = make_epc_qr(
        name=invoice.seller.name[:70],
        iban=invoice.seller.iban.replace(" ", ""),
        bic=(invoice.seller.bic or "").replace(" ", "") or None,
        amount=Decimal(str(amount)),
        text=None if is_creditor_reference else invoice.communication,
        reference=invoice.communication if is_creditor_reference else None,
    )
    return code


def _quote_line(line: QuotedLine, rulebook: Rulebook, language: str) -> LineRow:
    product, priced = rulebook.products.get(line.request.product), line.priced
    word = rulebook.units[product.unit].word(priced.quantity, language) if product else ""
    price = shown_quote_price(priced)
    words = [_billing_type(line.billing_type, rulebook, language), say(tier_sum(priced.reasons), language) if price is None else ""]
    if priced.periods != 1 or priced.billing_factor != 1:
        words.append(periods(priced.price_per, priced.periods, priced.billing_factor, language))
    return {
        "number": str(line.number),
        "description": product.name.in_(language) if product else line.request.product,
        "detail": ", ".join(each for each in words if each),
        "period": "",
        "quantity": f"{quantity_text(priced.quantity, language)}\u00a0{word}".strip(),
        "unit_price": unit_price_text(price, language),
        "list_net": amount_text(priced.list_net, language),
        "discounts": tuple(
            _discount(each, language)
            for each in shown_discounts(priced.list_net, priced.discounts, language=language, is_change=line.merges_into is not None)
        ),
        "rate": "",
        "net": amount_text(line.net, language),
    }


def _quote_total(total: QuotedTotal, rulebook: Rulebook, words: Words, language: Language) -> TotalRow:
    """What the lines of one billing type come to, with VAT."""
    name = total.billing_type
    label = words["one_off"].in_(language) if name == "one-off" and "one_off" in words else _billing_type(name, rulebook, language)
    return {
        "label": label,
        "net": amount_text(total.net, language),
        "vat": _known_amount(total.vat, language),
        "gross": _known_amount(total.gross, language),
    }


def _billing_type(name: str, rulebook: Rulebook, language: str) -> str:
    """The label of a billing type, else its name."""
    return rulebook.billing_types[name].label.in_(language) if name in rulebook.billing_types else name


def _quote_figures(quote: PricedQuote, language: str) -> list[FigureRow]:
    """The figures of the quote that are not 0."""
    figures: tuple[tuple[FigureName, Money], ...] = (
        ("monthly_recurring", quote.mrr),
        ("annual_recurring", quote.arr),
        ("one_off", quote.one_off),
        ("first_invoice", quote.first_invoice),
        ("contract_value", quote.contract_value),
    )
    return [{"word": word, "amount": amount_text(amount, language)} for word, amount in figures if amount]


def _in_fours(iban: str) -> str:
    return " ".join(iban.replace(" ", "")[at : at + 4] for at in range(0, len(iban), 4)).rstrip()
