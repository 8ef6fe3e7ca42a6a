"""Invoices, credit notes and quotes as the plain values of a page, formatted in the customer's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from engine.documents.invoice import Category, CreditNote, Invoice, InvoiceLine, VatSubtotal
from engine.documents.line_figures import ShownDiscount, carried_totals, is_change, shown_discounts, shown_unit_price
from engine.documents.line_text import per_period
from engine.documents.party import Customer, Seller
from engine.documents.priced_quote import PricedQuote
from engine.money import Money, Percent
from engine.phrases import Language, phrase, say
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
    InvoicePage,
    IssuedPage,
    LetterPage,
    LineRow,
    LinesPage,
    SellerRow,
    VatRow,
    field_rows,
)
from engine.writing.payment_code import is_creditor_reference, payment_code
from engine.writing.payment_text import discount_sentence

Words = Mapping[str, Label]

_WORDS_OF_CATEGORIES: Final[Mapping[str, str]] = {
    "AE": "vat_reverse_charge",
    "K": "vat_intra_community",
    "G": "vat_export",
    "O": "vat_outside_scope",
    "E": "vat_exempt",
}
"""The word of templates/words.yaml that people read in place of a category without VAT."""
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
        "is_creditor_reference": is_creditor_reference(invoice.communication),
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


def seller_row(seller: Seller, language: str) -> SellerRow:
    """The letterhead of a seller."""
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


def discount_row(discount: ShownDiscount, language: str) -> DiscountRow:
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


def letter_values(customer: Customer, seller: Seller, number: str, currency: str, words: Words) -> LetterPage:
    """What every document shows: seller, customer and the words of its language; rules add paragraphs."""
    language = customer.language
    return {
        "language": language,
        "words": {name: label.in_(language) for name, label in words.items()},
        "currency": currency,
        "seller": seller_row(seller, language),
        "customer": _customer(customer),
        "number": number,
        "opening": (),
        "closing": (),
    }


def shared_values(
    document: Invoice | CreditNote | PricedQuote,
    number: str,
    seller: Seller,
    words: Words,
    *,
    lines: tuple[LineRow, ...],
    mentions: tuple[str, ...],
    is_copy: bool = False,
) -> DocumentPage:
    """What every document shows: seller, customer, sums, VAT and the words of its language."""
    language = document.customer.language
    return {
        **letter_values(document.customer, seller, number, document.currency.code, words),
        "vat": tuple(_vat(subtotal, words, language) for subtotal in document.vat_breakdown),
        "net": "" if document.net is None else amount_text(document.net, language),
        "vat_total": "" if document.net is None else known_amount(document.vat, language),
        "gross": "" if document.net is None else known_amount(document.gross, language),
        "is_copy": is_copy,
        **lines_values(lines),
        "mentions": mentions,
    }


def lines_values(lines: tuple[LineRow, ...]) -> LinesPage:
    """Lines as a page shows them; a column that is empty in all of them is none."""
    return {
        "lines": lines,
        "has_quantities": any(line["quantity"] for line in lines),
        "has_prices": any(line["unit_price"] for line in lines),
        "has_amounts": any(line["net"] for line in lines),
    }


def _issued(document: Invoice | CreditNote, words: Words) -> IssuedPage:
    language = document.customer.language
    return {
        **shared_values(
            document,
            document.number,
            document.seller,
            words,
            lines=_lines(document, words, language),
            mentions=tuple(mention.in_(language) for mention in document.mentions),
            is_copy=document.channel == "peppol",
        ),
        "issued_on": long_day_text(document.issued_on, language),
        "order_type": words[document.order_type].in_(language) if document.order_type in words else document.order_type,
        "orders": tuple(order_text(order, document.order_type, document.customer) for order in document.orders),
        "deliver_to": str(document.deliver_to or ""),
        "purchase_order": document.purchase_order or "",
        "accounting_vat": _accounting_vat(document, language),
    }


def _lines(document: Invoice | CreditNote, words: Words, language: Language) -> tuple[LineRow, ...]:
    totals = carried_totals(document.lines, document.currency)
    return tuple(_line(line, carried, words, language) for line, carried in zip(document.lines, totals, strict=True))


def _line(line: InvoiceLine, carried: Money, words: Words, language: Language) -> LineRow:
    price = shown_unit_price(line)
    is_per = price is not None and line.derivation is not None
    return {
        "number": str(line.number),
        "description": line.description,
        "detail": _amount_of_line(line, language) if line.by_amount else line.detail,
        "period": period_text(line.service_period, language) if line.service_period else "",
        "quantity": "" if line.by_amount else f"{quantity_text(line.quantity, language)}\u00a0{line.unit_word or line.unit}",
        "unit_price": unit_price_text(price, language),
        "price_per": per_period(line.derivation.price_per, language) if is_per and line.derivation else "",
        "list_net": amount_text(line.list_net, language),
        "discounts": tuple(
            discount_row(each, language) for each in shown_discounts(line.list_net, line.discounts, is_change=is_change(line))
        ),
        "rate": rate_text(line.category, line.rate, words, language),
        "net": amount_text(line.net, language),
        "carried": amount_text(carried, language),
    }


def _amount_of_line(line: InvoiceLine, language: Language) -> str:
    """What a line of a credit note by amount takes back: no quantity and no price give its amount."""
    return say(phrase("part of the amount of line {line} of the invoice", line=line.corrects_line or line.number), language)


def rate_text(category: Category, rate: Percent, words: Words, language: Language) -> str:
    """`21 %`, or the word for why no VAT is charged, such as `reverse charge`: people do not read the letters of e-invoices."""
    label = words.get(_WORDS_OF_CATEGORIES.get(category, ""))
    return percent_text(rate, language) if label is None or rate.fraction else label.in_(language)


def order_text(order: str, order_type: str, customer: Customer) -> str:
    """An order as a customer knows it: its day, or the quote that it came from, without the names of its type and customer in its id."""
    text = order.replace(f"-{order_type}", "", 1).removeprefix(customer.id).strip("-") or order
    try:
        return day_text(date.fromisoformat(text), customer.language)
    except ValueError:
        return text


def _accounting_vat(document: Invoice | CreditNote, language: Language) -> str:
    """The VAT in the currency in which the seller declares it, with its rate; empty where it is that of the document."""
    stated = document.accounting_vat
    if stated is None:
        return ""
    return f"{stated.currency} {amount_text(stated.vat, language)} ({stated.rate}, {day_text(stated.rate_on, language)})"


def known_amount(amount: Money | None, language: Language) -> str:
    """An amount; that of a quote may depend on VAT that is held."""
    return say(TO_BE_DETERMINED, language) if amount is None else amount_text(amount, language)


def _vat(subtotal: VatSubtotal, words: Words, language: str) -> VatRow:
    """One (category, rate) of the VAT."""
    return {
        "category": subtotal.category,
        "rate": rate_text(subtotal.category, subtotal.rate, words, language),
        "base": amount_text(subtotal.base, language),
        "vat": amount_text(subtotal.vat, language),
        "mention": subtotal.mention.in_(language) if subtotal.mention else "",
    }


def _payment_code(invoice: Invoice) -> str:
    """The code that pays an invoice, or the first of its parts."""
    first = min(invoice.due_amounts, key=lambda part: part.due_on, default=None)
    return payment_code(invoice.seller, first.amount if first else invoice.due_amount, invoice.communication)


def _in_fours(iban: str) -> str:
    return " ".join(iban.replace(" ", "")[at : at + 4] for at in range(0, len(iban), 4)).rstrip()
