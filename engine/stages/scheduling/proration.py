"""Proration: day counts by convention, and the discounts and bundle parts that belong to a part of a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from engine.dates import Period, days_30e
from engine.documents.quote import BundlePart, LineDiscount, PricedLine
from engine.money import Currency, Money, round_half_up, shares
from engine.rulebook.plans import Proration


class DayCount(NamedTuple):
    """The days of a part of a period, and of the whole, by a day count convention."""

    days: int
    of: int

    def part_of(self, amount: Money) -> Money:
        """The part of an amount for these days, rounded half up once."""
        if self.days == self.of:
            return amount
        return Money(round_half_up(amount.minor * self.days, self.of), amount.currency)


def count_days(convention: Proration, start: date, until: date, whole: Period, months: int | None) -> DayCount:
    """Counts the days of [start, until) in an anchored period of so many months (None: of weeks or days).

    Under 30/360 and actual/30 a whole period has 30 days a month, and a part at most as many. All others count actual days.
    """
    if months is None or convention not in ("30/360", "actual/30"):
        return DayCount((until - start).days, whole.days)
    full = 30 * months
    if start == whole.start and until == whole.until:
        return DayCount(full, full)
    days = days_30e(start, until) if convention == "30/360" else (until - start).days
    return DayCount(min(days, full), full)


class Amounts(NamedTuple):
    """The amounts of a portion of a priced line: net = list net − discounts, and its bundle parts add up to the net."""

    list_net: Money
    discounts: tuple[LineDiscount, ...]
    net: Money
    parts: tuple[BundlePart, ...]


def amounts_of(line: PricedLine, net: Money, count: DayCount) -> Amounts:
    """The list net, discounts and bundle parts of a part of a line with a given net; the list net is the part of the whole."""
    parts = line.parts if net.minor == line.net.minor else split_parts(line.parts, net)
    if count.days == count.of:
        return Amounts(_with_discounts(net, line.discounts), line.discounts, net, parts)
    list_net, discounts = _part_with_discounts(line.list_net, line.discounts, net, count)
    return Amounts(list_net, discounts, net, parts)


def amounts_between(after: PricedLine | None, before: PricedLine | None, net: Money, count: DayCount) -> Amounts:
    """The list net, discounts and bundle parts of a part of the difference between two lines (None: nothing), with a given net.

    Discounts are listed only if all have the sign of the net.
    """
    more = {discount.name: discount for discount in (after.discounts if after else ())}
    less = {discount.name: discount for discount in (before.discounts if before else ())}
    discounts = []
    for name, discount in {**less, **more}.items():
        minor = (more[name].amount.minor if name in more else 0) - (less[name].amount.minor if name in less else 0)
        if minor:
            discounts.append(replace(discount, amount=Money(minor, net.currency)))
    if any(discount.amount.minor * net.minor <= 0 for discount in discounts):
        discounts = []
    list_net, shown = _part_with_discounts(list_net_between(after, before, net.currency), discounts, net, count)
    return Amounts(list_net, shown, net, split_parts(_parts_between(after, before, net), net))


def list_net_between(after: PricedLine | None, before: PricedLine | None, currency: Currency) -> Money:
    """The list net of a line less that of another (None: nothing)."""
    return Money((after.list_net.minor if after else 0) - (before.list_net.minor if before else 0), currency)


def split_parts(parts: tuple[BundlePart, ...], net: Money) -> tuple[BundlePart, ...]:
    """The bundle parts with a net allocated in proportion to their nets."""
    if not parts:
        return ()
    cut = shares(net.minor, [abs(part.net.minor) for part in parts])
    return tuple(replace(part, net=Money(minor, net.currency)) for part, minor in zip(parts, cut, strict=True))


def _parts_between(after: PricedLine | None, before: PricedLine | None, net: Money) -> tuple[BundlePart, ...]:
    """The parts of the larger of two lines, with the differences of their quantities."""
    line = after if before is None or (after is not None and len(after.parts) >= len(before.parts) and net.minor >= 0) else before
    if line is None or not line.parts:
        return ()
    other = before if line is after else after
    known = {part.product: part.quantity for part in other.parts} if other else {}
    sign = 1 if line is after else -1
    parts = []
    for part in line.parts:
        quantity = part.quantity - known[part.product] if part.product in known else part.quantity
        parts.append(replace(part, quantity=quantity if sign > 0 else -quantity))
    return tuple(parts)


def _part_with_discounts(
    whole: Money, discounts: Sequence[LineDiscount], net: Money, count: DayCount
) -> tuple[Money, tuple[LineDiscount, ...]]:
    """The part of a whole list net, and the discounts in proportion, so that they leave the net; without discounts the net."""
    if not discounts:
        return net, ()
    list_net = count.part_of(whole)
    amounts = (list_net - net).allocate([abs(each.amount.minor) for each in discounts])
    return list_net, tuple(replace(each, amount=amount) for each, amount in zip(discounts, amounts, strict=True))


def _with_discounts(net: Money, discounts: tuple[LineDiscount, ...]) -> Money:
    return Money(net.minor + sum(discount.amount.minor for discount in discounts), net.currency) if discounts else net
