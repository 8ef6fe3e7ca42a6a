"""The lines of a document (BG-25): a quantity and the price of one, the part that an instalment is, and discounts (BG-27)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple

from engine.documents.invoice import CreditNote, Invoice, InvoiceLine
from engine.documents.line_figures import ShownDiscount, shown_discounts
from engine.documents.quote import FREE_TEXT
from engine.documents.totals import price_of
from engine.money import MICRO, Money, Percent, Price, Quantity
from engine.writing.ubl.elements import DISCOUNT_CODE, Tree, add_amount, add_child, add_period, add_text, gives, visible
from engine.writing.ubl.tax_totals import add_category

_ONE: Final = "C62"
"""One, in UN/ECE Recommendation 20."""
_ONE_UNIT: Final = Quantity(MICRO)
_MUTUALLY_DEFINED: Final = "ZZZ"
"""The reason of a charge in UNTDID 7161 where it has no words."""
_FINEST_PART: Final = MICRO // 10_000
"""An instalment is written as a part of the quantity where that has no more than four decimals."""


class Pricing(NamedTuple):
    """How many of which unit, and the price of so many of it (BT-129, BT-130, BT-146, BT-149)."""

    quantity: Quantity
    unit_code: str
    price: Price
    base_quantity: Quantity


def write_line(root: Tree, line: InvoiceLine, document: Invoice | CreditNote) -> None:
    """One line: what, how much of it, for how much, and its VAT category (BG-25 to BG-31)."""
    is_credit, pricing = isinstance(document, CreditNote), pricing_of(line)
    element = add_child(root, "CreditNoteLine" if is_credit else "InvoiceLine")
    add_text(element, "ID", line.number)
    add_text(element, "CreditedQuantity" if is_credit else "InvoicedQuantity", pricing.quantity, unitCode=pricing.unit_code)
    add_amount(element, "LineExtensionAmount", line.net)
    add_period(element, line.service_period)
    for discount in shown_discounts(line.list_net, line.discounts):
        _add_discount(element, discount, line.list_net)
    item = add_child(element, "Item")
    add_text(item, "Description", line.detail)
    add_text(item, "Name", visible(line.description) or line.product)
    add_text(item, "SellersItemIdentification/ID", line.product if line.product != FREE_TEXT else "")
    add_category(add_child(item, "ClassifiedTaxCategory"), line)
    price = add_child(element, "Price")
    add_text(price, "PriceAmount", pricing.price, currencyID=document.currency.code)
    add_text(price, "BaseQuantity", pricing.base_quantity, unitCode=pricing.unit_code)


def pricing_of(line: InvoiceLine) -> Pricing:
    """The price of one unit wherever it gives the amount exactly; else that of the whole quantity.

    An instalment is its part of the quantity, or one part: else the same pieces would stand on each of its invoices.
    """
    if line.derivation is not None and line.derivation.kind == "instalment":
        return _instalment(line)
    return _by_one(line.quantity, line.unit_code, line.list_net) or Pricing(
        line.quantity, line.unit_code, line.price, Quantity(abs(line.quantity.micros))
    )


def _instalment(line: InvoiceLine) -> Pricing:
    for part in _parts(line):
        micros = part * line.quantity.micros
        if micros.denominator == 1 and micros and micros.numerator % _FINEST_PART == 0:
            pricing = _by_one(Quantity(micros.numerator), line.unit_code, line.list_net)
            if pricing is not None:
                return pricing
    return Pricing(Quantity(-MICRO if line.list_net.minor < 0 else MICRO), _ONE, price_of(line.list_net), _ONE_UNIT)


def _parts(line: InvoiceLine) -> Iterator[Fraction]:
    """What of its line an instalment may be: the part of the amount, or the percentage that is agreed."""
    derivation = line.derivation
    if derivation is None:
        return
    if derivation.whole_list_net is not None and derivation.whole_list_net.minor:
        yield Fraction(line.list_net.minor, derivation.whole_list_net.minor)
    elif derivation.share is not None and derivation.share.endswith("%"):
        yield Percent.parse(derivation.share).fraction


def _by_one(quantity: Quantity, unit_code: str, amount: Money) -> Pricing | None:
    """A price of one unit that gives the amount exactly, with at most six decimals; None where there is none."""
    minor_units = 10**amount.currency.exponent
    micros = Fraction(abs(amount.minor) * MICRO * MICRO, minor_units * abs(quantity.micros))
    if micros.denominator != 1:
        return None
    return Pricing(quantity, unit_code, Price(micros.numerator, amount.currency), _ONE_UNIT)


def _add_discount(element: Tree, discount: ShownDiscount, list_net: Money) -> None:
    """A discount is an allowance; a negative one (of a change) is a charge; one of 0 is left out.

    Its percentage and the amount of which it is one stand with it where they give it exactly (BT-137, BT-138).
    """
    if not discount.amount:
        return
    adds = discount.amount.minor < 0
    allowance = add_child(element, "AllowanceCharge")
    add_text(allowance, "ChargeIndicator", "true" if adds else "false")
    if not adds or not visible(discount.label):
        add_text(allowance, "AllowanceChargeReasonCode", _MUTUALLY_DEFINED if adds else DISCOUNT_CODE)
    add_text(allowance, "AllowanceChargeReason", discount.label)
    base = discount.base_amount or list_net
    percent = discount.percent if discount.percent is not None and gives(discount.percent, base, discount.amount) else None
    add_text(allowance, "MultiplierFactorNumeric", percent)
    add_amount(allowance, "Amount", -discount.amount if adds else discount.amount)
    if percent is not None:
        add_amount(allowance, "BaseAmount", -base if adds else base)
