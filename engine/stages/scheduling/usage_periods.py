"""What a measured item used in its periods: reports on time and late, the quantity that is expected, and the minimum of a period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from engine.dates import Period
from engine.documents.order import SubscriptionItem
from engine.documents.quote import PricedLine
from engine.documents.usage_report import UsageReport
from engine.money import Money, Quantity, round_half_up
from engine.rulebook.terms import Terms
from engine.stages.scheduling.charges import Amounts, amounts_between
from engine.stages.scheduling.timeline import DayCount, ItemPeriod, PriceList, Timeline, count_days

WHOLE: Final = DayCount(1, 1)
_PERIODS_OF_MEAN: Final = 3


class Used(NamedTuple):
    """What an item used in a period, as far as it is no late report: the quantity, its amounts, and the line that prices it."""

    quantity: Quantity
    amounts: Amounts
    line: PricedLine
    reports: tuple[UsageReport, ...]
    counted: Quantity
    """The quantity that counts together, of all items: the line prices it."""
    expected: bool = False


@dataclass(frozen=True)
class UsagePeriods:
    """The periods of a measured item with its reports, as of a day (None: every period is over)."""

    item: SubscriptionItem
    terms: Terms
    timeline: Timeline
    prices: PriceList
    today: date | None
    elsewhere: date | None
    """The day before which a former system invoiced."""

    @cached_property
    def reports(self) -> dict[int, list[UsageReport]]:
        """The reports that count together, by the number of their period, in the order of entry."""
        result: dict[int, list[UsageReport]] = {}
        for report in sorted(self.item.usage, key=lambda report: report.sequence):
            if report.item == self.item.id or self.terms.counted_over == "customer":
                result.setdefault(self.timeline.anchors.number_of(report.start), []).append(report)
        return result

    @cached_property
    def _lines(self) -> dict[tuple[int, int], PricedLine]:
        return {}

    def is_over(self, period: ItemPeriod) -> bool:
        """Whether a period has ended."""
        return self.today is None or period.served.until <= self.today

    def own(self, number: int) -> list[UsageReport]:
        """The reports of the item itself in a period."""
        return [report for report in self.reports.get(number, ()) if report.item == self.item.id]

    def late(self, number: int) -> list[UsageReport]:
        """The late reports that count in a period, in the order of entry."""
        return [report for report in self.reports.get(number, ()) if report.late]

    def price(self, period: ItemPeriod, micros: int) -> PricedLine:
        """The price of a quantity in a period."""
        key = (period.number, micros)
        if key not in self._lines:
            agreed = self.item.price_on(period.priced_on)
            priced = self.item if agreed == self.item.negotiated_price else self.item.replace(negotiated_price=agreed)
            self._lines[key] = self.prices.price_on(priced, period.priced_on, Quantity(micros), joining=period.joining)
        return self._lines[key]

    def between(self, period: ItemPeriod, after: int, before: int) -> Amounts:
        """What one quantity costs more than another in a period."""
        more, less = self.price(period, after), self.price(period, before)
        return amounts_between(more, less, more.net - less.net, WHOLE)

    def used(self, period: ItemPeriod) -> Used:
        """What the item used in a period: the sum of its reports, or while the period lasts the mean of whole ones if that is more."""
        on_time = sorted((one for one in self.reports.get(period.number, ()) if not one.late), key=lambda one: (one.start, one.id))
        own = tuple(report for report in on_time if report.item == self.item.id)
        quantity = sum(report.quantity.micros for report in own)
        if self.item.estimate is not None:
            estimate = round_half_up(self.item.estimate.micros * period.served.days, period.whole.days)
            return self._expected(period, estimate, 0, ())
        if not self.is_over(period):
            others = {report.item for each in self.reports.values() for report in each if report.item < self.item.id}
            before = sum(self._mean_or_more(name, period.number) for name in others)
            return self._expected(period, self._mean_or_more(self.item.id, period.number), before, own)
        if len(own) == len(on_time):
            line = self.price(period, quantity)
            return Used(Quantity(quantity), _all_of(line), line, own, Quantity(quantity))
        parts = [self.between(period, after, before) for after, before in _runs(on_time, self.item.id)]
        counted = self.counted(period.number)
        total = self.price(period, counted)
        return Used(Quantity(quantity), added(parts, total), total, own, Quantity(counted))

    def counted(self, number: int) -> int:
        """The quantity of all reports on time that count together in a period, in millionths."""
        return sum(report.quantity.micros for report in self.reports.get(number, ()) if not report.late)

    def _expected(self, period: ItemPeriod, quantity: int, before: int, own: tuple[UsageReport, ...]) -> Used:
        line = self.price(period, before + quantity)
        amounts = self.between(period, before + quantity, before) if before else _all_of(line)
        return Used(Quantity(quantity), amounts, line, own, Quantity(before + quantity), expected=True)

    def _mean_or_more(self, item: str, number: int) -> int:
        so_far = sum(report.quantity.micros for report in self.reports.get(number, ()) if report.item == item)
        numbers = self._last_whole
        if not numbers:
            return max(so_far, 0)
        sums = [report.quantity.micros for each in numbers for report in self.reports.get(each, ()) if report.item == item]
        return max(so_far, round_half_up(sum(sums), len(numbers)), 0)

    @cached_property
    def _last_whole(self) -> tuple[int, ...]:
        """The numbers of the last whole periods that are over and were not invoiced by a former system: three at most."""
        if self.today is None:
            return ()
        result: list[int] = []
        first = self.timeline.first_number(None)
        for number in range(self.timeline.anchors.number_of(self.today), first - 1, -1):
            period = self.timeline.period(number)
            if period is None or period.served != period.whole or period.served.until > self.today:
                continue
            if self.elsewhere is not None and period.due < self.elsewhere:
                break
            if self.served(period.served) == [period.served]:
                result.append(number)
            if len(result) == _PERIODS_OF_MEAN:
                break
        return tuple(result)

    def served(self, within: Period) -> list[Period]:
        """The parts of a period in which the item is served: not suspended."""
        edges = [within.start, *sorted(change.on for change in self.item.changes if within.start < change.on < within.until), within.until]
        parts: list[Period] = []
        for start, until in pairwise(edges):
            if start < until and not self._is_suspended(start):
                joins = bool(parts) and parts[-1].until == start
                parts = [*parts[:-1], Period(parts[-1].start, until)] if joins else [*parts, Period(start, until)]
        return parts

    def _is_suspended(self, day: date) -> bool:
        turns = [change.suspend for change in self.item.changes_until(day) if change.suspend or change.resume]
        return bool(turns) and turns[-1]

    def minimum(self, served: Period, whole: Period, months: int | None) -> tuple[Money, DayCount]:
        """The minimum for what is served of a period or a term, prorated as the process prorates, and the days that count."""
        commitment = self.item.commitment
        net = commitment.net if commitment else Money(0, self.item.currency)
        parts = self.served(served)
        counts = [count_days(self.terms.proration, part.start, part.until, whole, months) for part in parts]
        of = counts[0].of if counts else 1
        count = DayCount(min(sum(each.days for each in counts), of), of)
        if parts and self.terms.proration == "none":
            count = DayCount(of, of)
        if self.terms.proration == "free" and served.start > whole.start:
            count = DayCount(0, of)
        return count.part_of(net), count


def _all_of(line: PricedLine) -> Amounts:
    return Amounts(line.list_net, line.discounts, line.net, line.parts)


def added(parts: Sequence[Amounts], line: PricedLine) -> Amounts:
    """The sum of amounts; discounts are listed where all have the sign of the net."""
    currency = line.net.currency
    net = Money(sum(part.net.minor for part in parts), currency)
    by_name = {discount.name: 0 for part in parts for discount in part.discounts}
    for discount in (discount for part in parts for discount in part.discounts):
        by_name[discount.name] += discount.amount.minor
    list_net = Money(net.minor + sum(by_name.values()), currency)
    from_line = {discount.name: discount for discount in line.discounts}
    if any(name not in from_line or minor * net.minor < 0 for name, minor in by_name.items()):
        return Amounts(net, (), net, ())
    shown = tuple(replace(from_line[name], amount=Money(minor, currency)) for name, minor in by_name.items() if minor)
    return Amounts(list_net, shown, net, ())


def _runs(reports: Sequence[UsageReport], item: str) -> Iterator[tuple[int, int]]:
    """The quantities after and before each run of reports of an item, among those that count together in their order."""
    total, first_of_run = 0, None
    for report in reports:
        if report.item == item and first_of_run is None:
            first_of_run = total
        elif report.item != item and first_of_run is not None:
            yield total, first_of_run
            first_of_run = None
        total += report.quantity.micros
    if first_of_run is not None:
        yield total, first_of_run
