"""Prices a quantity by a tier table, by volume or graduated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal

from engine.language import TierRow
from engine.money import MICRO, Currency, Money, Price, Quantity, round_half_up
from engine.phrases import Figure, phrase, together
from engine.problems import Kind, refuse

Mode = Literal["volume", "graduated", "flat"]

BEYOND_TIERS: Final = Kind(
    "beyond-tiers",
    "{quantity} is more than the last tier, which ends at {last}",
    "let the last tier go on: write `beyond` instead of a number (in JSON, leave `up_to` out)",
)
TIERS_OUT_OF_ORDER: Final = Kind(
    "tiers-out-of-order",
    "tier {number} does not go higher than the one before it",
    "write the tiers from small to large, the one without a limit last",
)


@dataclass(frozen=True, slots=True)
class Tiers:
    """A price by quantity. `volume`: all units at the price of the tier reached; `graduated`: the units of each tier at its own."""

    mode: Mode
    rows: tuple[TierRow, ...]


@dataclass(frozen=True, slots=True)
class TierPrice:
    """The price of a quantity for one price period: exact, in 10⁻¹² of a currency unit, with its steps."""

    exact: int
    unit_micros: int
    """The price of one unit in the tier reached, rounded after its factors."""
    currency: Currency
    steps: tuple[str, ...] = ()

    @property
    def net(self) -> Money:
        """The same, rounded once to the minor unit."""
        return Money(round_half_up(self.exact, 10 ** (12 - self.currency.exponent)), self.currency)


def price_tiers(tiers: Tiers, quantity: Quantity, factor: Fraction, currency: Currency, *, tracing: bool = True) -> TierPrice:
    """The price of a quantity by a tier table; `up to` is inclusive, quantity 0 costs 0; Refusal beyond the last tier."""
    for number, (before, after) in enumerate(pairwise(row.up_to for row in tiers.rows), 2):
        if before is None or (after is not None and after <= before):
            raise refuse(TIERS_OUT_OF_ORDER, None, f"/tiers/rows/{number - 1}/up_to", number=number)
    return sum_tiers(tiers.mode, tiers.rows, quantity.micros, factor, currency, tracing=tracing)


def sum_tiers(
    mode: Mode, rows: Sequence[TierRow], quantity: int, factor: Fraction, currency: Currency, *, tracing: bool = False
) -> TierPrice:
    """Like `price_tiers`, for a quantity in micros; a negative quantity costs the exact negative."""
    if quantity < 0:
        mirrored = sum_tiers(mode, rows, -quantity, factor, currency, tracing=tracing)
        return TierPrice(-mirrored.exact, mirrored.unit_micros, currency, mirrored.steps)
    reached = next((at for at, row in enumerate(rows) if row.up_to is None or quantity <= row.up_to), None)
    if reached is None:
        raise refuse(BEYOND_TIERS, None, "/quantity", quantity=Quantity(quantity), last=Quantity(rows[-1].up_to or 0))
    unit = rounded_unit(rows[reached].unit_price, factor, currency)
    if quantity == 0:
        return TierPrice(0, unit, currency)
    entered = rows[: reached + 1] if mode == "graduated" else rows[reached : reached + 1]
    exact, floor, steps = 0, 0, []
    for row in entered:
        units = quantity if row.up_to is None else min(quantity, row.up_to)
        units, floor = units - floor, (row.up_to or 0)
        price = rounded_unit(row.unit_price, factor, currency)
        flat = round_half_up(row.flat * factor.numerator, factor.denominator)
        exact += units * price + flat * 10 ** (12 - currency.exponent)
        if tracing:
            steps.append(_step(Quantity(units), Price(price, currency), Money(flat, currency)))
    return TierPrice(exact, unit, currency, tuple(steps))


def rounded_unit(written: int, factor: Fraction, currency: Currency) -> int:
    """A price in micros times its factors, rounded once: to the minor unit, or to the micro where it is written finer than that."""
    if factor == 1:
        return written
    minor: int = MICRO // 10**currency.exponent
    if written % minor:
        return round_half_up(written * factor.numerator, factor.denominator)
    return round_half_up(written * factor.numerator, factor.denominator * minor) * minor


def _step(units: Quantity, price: Price, flat: Money) -> str:
    product = phrase("{units} × {price}", units=Figure(units), price=Figure(price))
    return together((product, Figure(flat)), " + ") if flat else product
