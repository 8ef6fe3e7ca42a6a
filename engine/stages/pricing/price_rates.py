"""Rates: all that rules and price books say of the price of like items, so that only quantities and agreed prices are left to multiply."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NamedTuple

from engine.budgets import LINE_DIGITS, check_amounts
from engine.documents.quote import PricePer
from engine.documents.totals import rounded
from engine.language import Offer, Stacking, TierRow
from engine.money import Currency, Money, Price, Quantity, round_half_up
from engine.rulebook.book import Rulebook
from engine.stages.pricing.discounts import discount_line
from engine.stages.pricing.line_price import PriceInputs, basis_of, facts_of, periods_of
from engine.stages.pricing.tiers import Mode, rounded_unit, sum_tiers

_MOST_QUANTITIES: Final = 1_000


class PeriodPrice(NamedTuple):
    """The price of a whole billing period, without all that documents show of it."""

    net: Money
    price_period_net: Money | None
    periods: Fraction
    price_per: PricePer


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of any quantity of like items, at their list price or at any price that was agreed."""

    currency: Currency
    mode: Mode
    rows: tuple[TierRow, ...]
    factor: Fraction
    price_per: PricePer
    periods: Fraction
    numerator: int
    """Of periods × billing factor."""
    denominator: int
    """The same, × the unit of tiers in minor units."""
    offers: tuple[Offer, ...]
    stacking: Stacking | None
    _known: dict[int, PeriodPrice] = field(default_factory=dict, compare=False)
    """The prices at the list price, by quantity in millionths."""

    def price_of(self, quantity: Quantity, agreed: Price | None) -> PeriodPrice:
        """The price of so many, at the list price or at an agreed one."""
        if agreed is not None:
            return self._price_of(quantity.micros, (TierRow(None, agreed.micros),))
        known = self._known.get(quantity.micros)
        if known is None:
            if len(self._known) >= _MOST_QUANTITIES:
                self._known.clear()
            known = self._known[quantity.micros] = self._price_of(quantity.micros, self.rows)
        return known

    def _price_of(self, quantity: int, rows: tuple[TierRow, ...]) -> PeriodPrice:
        if self.mode == "flat" and rows[0].up_to is None and not rows[0].flat:
            numerator = quantity * rounded_unit(rows[0].unit_price, self.factor, self.currency) * self.numerator
        else:
            numerator = sum_tiers(self.mode, rows, quantity, self.factor, self.currency).exact * self.numerator
        denominator, periods = self.denominator, self.periods
        net = Money(round_half_up(numerator, denominator), self.currency)
        check_amounts((net,), "/quantity", LINE_DIGITS)
        if self.offers:
            discounted = discount_line(Fraction(numerator, denominator), self.offers, self.stacking, self.currency, tracing=False)
            whole = rounded(discounted.exact / periods, self.currency) if periods < 1 else None
            return PeriodPrice(discounted.net, whole, periods, self.price_per)
        if periods.numerator >= periods.denominator:
            return PeriodPrice(net, None, periods, self.price_per)
        whole = Money(round_half_up(numerator * periods.denominator, denominator * periods.numerator), self.currency)
        return PeriodPrice(net, whole, periods, self.price_per)


def rate_of(inputs: PriceInputs, rulebook: Rulebook) -> Rate | None:
    """The rate of a line without discounts of its own, where rules look at none of its amounts; None if its price has parts."""
    facts, kind, currency = facts_of(inputs), inputs.billing_type, rulebook.currency
    basis, factor, _ = basis_of(inputs, facts, rulebook, tracing=False)
    if basis.bundle is not None or inputs.product.measured:
        return None
    periods, billing_factor = periods_of(basis.per, kind), kind.factor if kind else Fraction(1)
    offers = rulebook.rules.offers(facts)
    return Rate(
        currency=currency,
        mode=basis.mode,
        rows=basis.rows,
        factor=factor,
        price_per=basis.per,
        periods=periods,
        numerator=periods.numerator * billing_factor.numerator,
        denominator=10 ** (12 - currency.exponent) * periods.denominator * billing_factor.denominator,
        offers=offers,
        stacking=rulebook.rules.stacking(facts) if offers else None,
    )
