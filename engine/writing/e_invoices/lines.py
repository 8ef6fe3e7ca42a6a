"""The lines of a document (BG-25): a quantity and the price of one, the part that an instalment is, and discounts (BG-27)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple

from engine.documents.invoice import InvoiceLine
from engine.documents.line_figures import ShownDiscount, shown_discounts
from engine.documents.quote import FREE_TEXT
from engine.documents.totals import price_of
from engine.money import MICRO, Money, Percent, Price, Quantity
from engine.writing.e_invoices.content import DISCOUNT_CODE, Adjustment, Line, gives, visible
from engine.writing.e_invoices.vat_and_payment import taxed

_ONE: Final = "C62"
"""One, in UN/ECE Recommendation 20."""
_ONE_UNIT: Final = Quantity(MICRO)
_MUTUALLY_DEFINED: Final = "ZZZ"
"""The reason of a surcharge in UNTDID 7161 where it has no words."""
_FINEST_PART: Final = MICRO // 10_000
"""An instalment is written as a part of the quantity where that has no more than four decimals."""


class Pricing(NamedTuple):
    """How many of which unit, and the price of so many of it (BT-129, BT-130, BT-146, BT-149)."""

    quantity: Quantity
    unit_code: str
    price: Price
    base_quantity: Quantity


def content_of_line(line: InvoiceLine) -> Line:
    """One line: what, how much of it, for how much, and its VAT category (BG-25 to BG-31)."""
    pricing = pricing_of(line)
    return Line(
        number=line.number,
        name=visible(line.description) or line.product,
        detail=line.detail,
        product=line.product if line.product != FREE_TEXT else "",
        quantity=pricing.quantity,
        unit_code=pricing.unit_code,
        price=pricing.price,
        base_quantity=pricing.base_quantity,
        period=line.service_period,
        adjustments=tuple(_adjustment(one, line.list_net) for one in shown_discounts(line.list_net, line.discounts) if one.amount),
        net=line.net,
        taxed=taxed(line),
    )


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


def _adjustment(discount: ShownDiscount, list_net: Money) -> Adjustment:
    """A discount; a negative one (of a change) is a surcharge.

    Its percentage and the amount of which it is one stand with it where they give it exactly (BT-137, BT-138).
    """
    adds, base = discount.amount.minor < 0, discount.base_amount or list_net
    percent = discount.percent if discount.percent is not None and gives(discount.percent, base, discount.amount) else None
    return Adjustment(
        adds=adds,
        code=(_MUTUALLY_DEFINED if adds else DISCOUNT_CODE) if not adds or not visible(discount.label) else "",
        reason=discount.label,
        percent=percent,
        amount=-discount.amount if adds else discount.amount,
        base=None if percent is None else -base if adds else base,
    )
