"""The lines of a document (BG-25) with their discounts (BG-27)."""

from __future__ import annotations

from engine.documents.invoice import CreditNote, Invoice, InvoiceLine
from engine.documents.quote import FREE_TEXT, LineDiscount
from engine.writing.ubl.elements import DISCOUNT_CODE, Tree, add_amount, add_child, add_period, add_text
from engine.writing.ubl.tax_totals import add_category


def write_line(root: Tree, line: InvoiceLine, document: Invoice | CreditNote) -> None:
    """One line: what, how much of it, for how much, and its VAT category (BG-25 to BG-31)."""
    is_credit = isinstance(document, CreditNote)
    element = add_child(root, "CreditNoteLine" if is_credit else "InvoiceLine")
    add_text(element, "ID", line.number)
    add_text(element, "CreditedQuantity" if is_credit else "InvoicedQuantity", line.quantity, unitCode=line.unit_code)
    add_amount(element, "LineExtensionAmount", line.net)
    add_period(element, line.service_period)
    for discount in line.discounts:
        _add_discount(element, discount)
    item = add_child(element, "Item")
    add_text(item, "Description", line.detail)
    add_text(item, "Name", line.description)
    add_text(item, "SellersItemIdentification/ID", line.product if line.product != FREE_TEXT else "")
    add_category(add_child(item, "ClassifiedTaxCategory"), line)
    price = add_child(element, "Price")
    add_text(price, "PriceAmount", line.price, currencyID=document.currency.code)
    add_text(price, "BaseQuantity", line.base_quantity, unitCode=line.unit_code)


def _add_discount(element: Tree, discount: LineDiscount) -> None:
    """A discount is an allowance; a negative one (of a change) is a charge; one of 0 is left out."""
    if not discount.amount:
        return
    adds = discount.amount.minor < 0
    allowance = add_child(element, "AllowanceCharge")
    add_text(allowance, "ChargeIndicator", "true" if adds else "false")
    if not adds:
        add_text(allowance, "AllowanceChargeReasonCode", DISCOUNT_CODE)
    add_text(allowance, "AllowanceChargeReason", discount.label)
    add_amount(allowance, "Amount", -discount.amount if adds else discount.amount)
