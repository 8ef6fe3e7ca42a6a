"""The figures printed of a line: a unit price or a percentage only where it gives the amount, else the word that says why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Final

from engine.documents.invoice import Derivation, InvoiceLine
from engine.documents.quote import LineDiscount, PricedLine, paid_of
from engine.money import MICRO, Currency, Money, Percent, Price, Quantity
from engine.phrases import Language, Phrase, phrase
from engine.reasons import Reason

BY_TIERS: Final = phrase("by tiers")
BALANCE: Final = phrase("balance")
ROUNDED: Final = phrase("rounded")
CAPPED: Final = phrase("capped")
CHANGE: Final = phrase("change")
LONGEST_SUM: Final = 100
"""How many characters of a price by tiers stand on a line."""


@dataclass(frozen=True, slots=True)
class ShownDiscount:
    """A discount as printed: its percentage, the amount from which it is taken where that is not the line's, and a word."""

    label: str
    amount: Money
    percent: Percent | None = None
    base_amount: Money | None = None
    note: Phrase | None = None


def carried_totals(lines: Iterable[InvoiceLine], currency: Currency) -> tuple[Money, ...]:
    """After each line, the net of all lines so far: what is carried forward where a page ends there."""
    return tuple(accumulate((line.net for line in lines), initial=Money(0, currency)))[1:]


def is_change(line: InvoiceLine) -> bool:
    """Whether a line bills the difference between two states of an item."""
    return line.derivation is not None and line.derivation.kind == "change"


def shown_unit_price(line: InvoiceLine) -> Price | Money | None:
    """The price of one unit; None where it does not give the list net: graduated tiers, a bundle's part, a credited amount."""
    derivation = line.derivation
    if line.by_amount:
        return None
    if derivation is None:
        return line.unit_price if multiplies(line.list_net, line.quantity, line.unit_price) else None
    whole = line.list_net if derivation.whole_list_net is None else derivation.whole_list_net
    unit = derivation.fine_price or line.unit_price
    paid = line.quantity if derivation.included is None else paid_of(line.quantity, derivation.included)
    is_shown = derivation.bundle is None and multiplies(whole, paid, unit, derivation.periods, derivation.billing_factor)
    return unit if is_shown else None


def shown_quote_price(line: PricedLine) -> Price | Money | None:
    """The price of one unit of a quoted line; None where it does not give the list net."""
    unit = line.fine_price or line.unit_price
    return unit if multiplies(line.list_net, line.paid, unit, line.periods, line.billing_factor) else None


def multiplies(whole: Money, quantity: Quantity, unit: Price | Money, *times: Fraction) -> bool:
    """Whether an amount is quantity × unit price × price periods and factors, rounded once."""
    return _product(quantity, unit, times, whole) == whole


def why_not(derivation: Derivation, quantity: Quantity, unit_price: Money, list_net: Money) -> Phrase | None:
    """Why the figures of a line do not give its amount; None where they do, or the line says that it is a change or in a bundle."""
    whole = list_net if derivation.whole_list_net is None else derivation.whole_list_net
    paid = quantity if derivation.included is None else paid_of(quantity, derivation.included)
    product = _product(paid, derivation.fine_price or unit_price, (derivation.periods, derivation.billing_factor), whole)
    if derivation.bundle is not None:
        return None
    if product == whole:
        return None if _is_the_part(derivation, list_net) else ROUNDED
    if derivation.graduated:
        return BY_TIERS
    if derivation.kind in ("commitment", "drawdown"):
        return None
    if derivation.kind == "change":
        return None if _is_the_part(derivation, list_net) else ROUNDED
    if derivation.periods < 1:
        return BALANCE
    return ROUNDED if abs(product.minor - whole.minor) <= 1 else BY_TIERS


def _is_the_part(derivation: Derivation, list_net: Money) -> bool:
    """Whether an amount is the part of the whole that its line names, by days or by the percentage of an instalment, rounded once."""
    share, whole = derivation.share, derivation.whole_list_net
    if whole is None:
        return True
    if share is None:
        return not derivation.period_days or whole.times(Fraction(derivation.days, derivation.period_days)) == list_net
    return not share.endswith("%") or Percent.parse(share).of(whole) == list_net


def tier_sum(reasons: Iterable[Reason]) -> str:
    """The calculation of a price by tiers, `10 × 8.00 + 21 × 5.33 by graduated tiers`; where it is too long for a line, `by tiers`."""
    sums = (reason.says for reason in reasons if reason.subject == "tier")
    return next((each for each in sums if len(each) <= LONGEST_SUM), BY_TIERS)


def shown_discounts(
    list_net: Money, discounts: Sequence[LineDiscount], *, language: Language = "en", is_change: bool = False
) -> tuple[ShownDiscount, ...]:
    """The discounts of a line as printed: each percentage gives its amount, of the list net or of what earlier discounts left of it."""
    bases, shown = [list_net], []
    for discount in discounts:
        shown.append(_shown(discount, discount.label_in(language), bases, CHANGE if is_change else CAPPED))
        bases.append(bases[-1] - discount.amount)
    return tuple(shown)


def _shown(discount: LineDiscount, label: str, bases: Sequence[Money], otherwise: Phrase) -> ShownDiscount:
    percent, amount = discount.percent, discount.amount
    if percent is None:
        return ShownDiscount(label, amount, note=CAPPED if discount.capped else None)
    nearest = min(bases, key=lambda base: abs(percent.of(base).minor - amount.minor))
    difference = abs(percent.of(nearest).minor - amount.minor)
    if difference > 1:
        return ShownDiscount(label, amount, note=otherwise)
    return ShownDiscount(label, amount, percent, None if nearest == bases[0] else nearest, ROUNDED if difference else None)


def _product(quantity: Quantity, unit: Price | Money, times: Iterable[Fraction], whole: Money) -> Money:
    minor, parts = (unit.micros * 10**unit.currency.exponent, MICRO) if isinstance(unit, Price) else (unit.minor, 1)
    numerator, denominator = quantity.micros * minor, MICRO * parts
    for factor in times:
        numerator, denominator = numerator * factor.numerator, denominator * factor.denominator
    return Money.rounded(numerator, denominator, whole.currency)
