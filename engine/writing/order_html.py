"""Order confirmations as the plain values of a page, formatted in the customer's language: items as they were agreed."""

from __future__ import annotations

from engine.documents.line_figures import shown_discounts, shown_quote_price
from engine.documents.line_text import per_period, periods
from engine.documents.order import AnyItem, Order
from engine.documents.party import Customer
from engine.phrases import phrase, say
from engine.rulebook.book import Rulebook
from engine.rulebook.company import seller_of
from engine.writing.html import Words, discount_row, letter_values, lines_values, order_text
from engine.writing.locale_format import amount_text, long_day_text, quantity_text, unit_price_text
from engine.writing.pages import ConditionRow, LineRow, OrderConfirmationPage, field_rows
from engine.writing.quote_html import billing_type_text, condition_row


def order_confirmation_page(order: Order, customer: Customer, rulebook: Rulebook, words: Words) -> OrderConfirmationPage:
    """The values of an order confirmation's template; items that were cancelled are not on it."""
    language = customer.language
    items = [item for item in order.items if item.state != "cancelled"]
    terms = rulebook.payment_terms.get(order.payment_terms or customer.payment_terms or rulebook.company.payment_terms)
    seller, number = seller_of(rulebook.company.seller, language), order_text(order.id, order.type, customer)
    return {
        **letter_values(customer, seller, number, order.currency.code, words),
        "signed_on": long_day_text(order.signed_on, language) if order.signed_on else "",
        "order_type": words[order.type].in_(language) if order.type in words else order.type,
        "purchase_order": order.purchase_order or customer.purchase_order or "",
        "deliver_to": str(order.deliver_to or ""),
        "payment_terms": terms.label.in_(language) if terms else "",
        **lines_values(tuple(_line(number, item, rulebook, language) for number, item in enumerate(items, start=1))),
        "conditions": _conditions(items, rulebook, language),
        "fields": field_rows(order.attributes),
    }


def _line(number: int, item: AnyItem, rulebook: Rulebook, language: str) -> LineRow:
    """An item as it was agreed; without a price where it follows the catalogue."""
    product, agreed = rulebook.products.get(item.product), item.agreed
    word = rulebook.units[product.unit].word(item.quantity, language) if product else ""
    price = item.negotiated_price or (shown_quote_price(agreed) if agreed else None)
    details = [billing_type_text(item.billing_type or "", rulebook, language)]
    if agreed and (agreed.periods != 1 or agreed.billing_factor != 1):
        details.append(periods(agreed.price_per, agreed.periods, agreed.billing_factor, language))
    if price is None and agreed is None:
        details.append(say(phrase("at the price in force"), language))
    if item.starts_on:
        details.append(say(phrase("from {day}", day=long_day_text(item.starts_on, language)), language))
    return {
        "number": str(number),
        "description": product.name.in_(language) if product else item.product,
        "detail": ", ".join(filter(None, details)),
        "period": "",
        "quantity": f"{quantity_text(item.quantity, language)}\u00a0{word}".strip(),
        "unit_price": unit_price_text(price, language),
        "price_per": per_period(agreed.price_per, language) if agreed and price is not None else "",
        "list_net": amount_text(agreed.list_net, language) if agreed else "",
        "discounts": tuple(discount_row(each, language) for each in shown_discounts(agreed.list_net, agreed.discounts, language=language))
        if agreed
        else (),
        "rate": "",
        "net": amount_text(agreed.net, language) if agreed else "",
        "carried": "",
    }


def _conditions(items: list[AnyItem], rulebook: Rulebook, language: str) -> tuple[ConditionRow, ...]:
    """How long what recurs runs, as it was agreed for each billing process."""
    rows = dict[tuple[str, int | None], ConditionRow]()
    for item in items:
        process = rulebook.billing_processes.get(item.billing_process or "")
        if process is not None and process.renewal is not None:
            term = item.term_months or process.renewal.term_months
            mode, notice = item.renewal or process.renewal.mode, item.notice_months
            notice = process.renewal.notice_months if notice is None else notice
            rows[process.id, term] = condition_row(process.label.in_(language), term, mode, notice, language)
    return tuple(rows.values())
