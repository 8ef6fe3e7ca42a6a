"""The transactions of a measured item: what was used in each period, what is missing of a minimum, and reports that came late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from engine.dates import Anchors, Period
from engine.documents.order import Order, SubscriptionItem
from engine.documents.quote import PricedLine
from engine.documents.transaction import Portion, Transaction, TransactionKind
from engine.documents.usage_report import UsageReport
from engine.money import MICRO, Money, Price, Quantity
from engine.phrases import Figure, Phrase, phrase, together
from engine.reasons import Reason
from engine.rulebook.terms import Terms, months_of
from engine.stages.scheduling.build_transactions import rule_of, transaction_of
from engine.stages.scheduling.charges import Amounts
from engine.stages.scheduling.timeline import DayCount, ItemPeriod
from engine.stages.scheduling.usage_periods import UsagePeriods, Used

_MOST_REPORTS_NAMED: Final = 20
_MINIMUM: Final = "minimum {minimum}, used {used}"
_PART_OF_MINIMUM: Final = "minimum {minimum} for {days} of {of} days of {whole}, used {used}"
CHANGED: Final = "{report}: {after} instead of {before} for {period} = {net}"
WITH_MINIMUM: Final = "{report}: {after} instead of {before} for {period}, together with what is missing of the minimum = {net}"
_TOGETHER: Final = "{quantity} of {counted} that count together"
_LATE: Final = "late report {report}, {period}"


class _Term(NamedTuple):
    """A term with a minimum, as far as it is billed here: its days, and the periods that begin in it."""

    whole: Period
    served: Period
    periods: list[ItemPeriod]


@dataclass
class UsageSchedule:
    """Plans a measured item through a day."""

    order: Order
    item: SubscriptionItem
    periods: UsagePeriods
    latest: date
    _used: dict[int, Used] = field(default_factory=dict)

    @property
    def _terms(self) -> Terms:
        return self.periods.terms

    def transactions(self) -> Iterator[Transaction]:
        """Every transaction with a billing date through the latest one, in no order."""
        due = [period for period in self._billed() if period.due <= self.latest]
        for period in due:
            if self.periods.served(period.served) or self.periods.own(period.number):
                yield self._usage(period)
                if self._has_minimum("period"):
                    yield from self._missing(period.served, period, *self._missing_of(period))
        for period in self._billed():
            yield from self._late_of(period)
        for term in self._committed_terms():
            last = term.periods[-1]
            if last.due <= self.latest:
                yield from self._missing(term.served, last, *self._missing_of_term(term))

    def next_billing_date(self) -> date | None:
        """The earliest billing date of a period after the latest one."""
        return next((period.due for period in self._billed() if period.due > self.latest), None)

    def _billed(self) -> Iterator[ItemPeriod]:
        """The periods that no former system invoiced, through the first that is due after the latest day."""
        timeline, elsewhere = self.periods.timeline, self.periods.elsewhere
        number = timeline.first_number(elsewhere)
        while (period := timeline.period(number)) is not None:
            if elsewhere is None or period.due >= elsewhere:
                yield period
            if period.due > self.latest:
                return
            number += 1

    def _has_minimum(self, per: str) -> bool:
        return self.item.commitment is not None and self.item.commitment.per == per

    def _of(self, period: ItemPeriod) -> Used:
        known = self._used.get(period.number)
        if known is None:
            known = self._used[period.number] = self.periods.used(period)
        return known

    # ------------------------------------------------------------ what was used

    def _usage(self, period: ItemPeriod) -> Transaction:
        used = self._of(period)
        reasons = (self._reason("period", phrase("{period}, in arrears", period=_days(period.served))), self._counted(used))
        note = None
        if used.counted != used.quantity:
            note = phrase(_TOGETHER, quantity=Figure(used.quantity), counted=Figure(used.counted))
        portion = _portion("usage", used.quantity, used.amounts, period.served, note=note, reasons=reasons)
        return self._transaction(used.line, portion, period.served, period.due, expected=used.expected)

    def _counted(self, used: Used) -> Reason:
        """The reason that names the reports."""
        quantity = Figure(used.quantity)
        if used.expected:
            says = phrase("{quantity} is expected: the mean of the last whole periods, or what is reported", quantity=quantity)
            return self._reason("usage", says)
        named = [
            phrase("{report} {quantity} on {day}", report=each.id, quantity=Figure(each.quantity), day=each.start) for each in used.reports
        ]
        if not named:
            return self._reason("usage", phrase("nothing was reported"))
        reports, more = together(named[:_MOST_REPORTS_NAMED], ", "), len(named) - _MOST_REPORTS_NAMED
        if more > 0:
            says = phrase("{quantity} by the reports {reports} and {more} others", quantity=quantity, reports=reports, more=more)
            return self._reason("usage", says)
        return self._reason("usage", phrase("{quantity} by the reports {reports}", quantity=quantity, reports=reports))

    # ------------------------------------------------------------ late reports

    def _late_of(self, period: ItemPeriod) -> Iterator[Transaction]:
        """The late reports of a period, each as what the whole period costs more with it than before."""
        late = self.periods.late(period.number)
        if not any(report.item == self.item.id for report in late):
            return
        counted, used = self.periods.counted(period.number), self._of(period).amounts.net
        for report in late:
            after = counted + report.quantity.micros
            if report.item == self.item.id:
                amounts = self.periods.between(period, after, counted)
                billed = self._with_minimum(period, report, used, amounts)
                current, due = self._entered(report)
                if due <= self.latest:
                    yield self._late(period, report, amounts, billed, current, due, after, counted)
                used = used + amounts.net
            counted = after

    def _with_minimum(self, period: ItemPeriod, report: UsageReport, used: Money, more: Amounts) -> Amounts:
        """What a report adds to usage and missing minimum together: nothing while the minimum still covers it."""
        if self._has_minimum("period"):
            least, so_far = self._least_of(period)[0], used
        elif self._has_minimum("term") and report.after_term:
            term = self._term_of(period)
            least, so_far = self._least_of_term(term)[0], self._used_in(term, report)
        else:
            return more
        net = max(least, so_far + more.net) - max(least, so_far)
        return more if net == more.net else Amounts(net, (), net, ())

    def _entered(self, report: UsageReport) -> tuple[Period, date]:
        """The period in which a report was entered, and when that is invoiced: at once after the end of the item."""
        timeline = self.periods.timeline
        number = max(timeline.anchors.number_of(report.recorded_on), timeline.first_number(None))
        period = timeline.period(number)
        if period is None or period.served.until <= report.recorded_on:
            return timeline.anchors.period(number), report.recorded_on
        return period.served, period.due

    def _late(
        self, period: ItemPeriod, report: UsageReport, more: Amounts, billed: Amounts, current: Period, due: date, after: int, before: int
    ) -> Transaction:
        line = self.periods.price(period, after)
        note = phrase(_LATE, report=report.id, period=_days(period.served))
        says = phrase(
            WITH_MINIMUM if billed.net != more.net else CHANGED,
            report=report.id,
            after=Figure(Quantity(after)),
            before=Figure(Quantity(before)),
            period=_days(period.served),
            net=Figure(billed.net),
        )
        reasons = (Reason("change", rule_of(self._terms), says, where=self._terms.where),)
        portion = _portion("usage", report.quantity, billed, current, change=report.id, note=note, reasons=reasons)
        return self._transaction(line, portion, current, due)

    # ------------------------------------------------------------ minimums

    def _least_of(self, period: ItemPeriod) -> tuple[Money, DayCount]:
        return self.periods.minimum(period.served, period.whole, months_of(self._terms))

    def _missing_of(self, period: ItemPeriod) -> tuple[Money, DayCount, Money, bool]:
        used = self._of(period)
        return *self._least_of(period), used.amounts.net, used.expected

    def _missing_of_term(self, term: _Term) -> tuple[Money, DayCount, Money, bool]:
        return *self._least_of_term(term), self._used_in(term), any(self._of(period).expected for period in term.periods)

    def _least_of_term(self, term: _Term) -> tuple[Money, DayCount]:
        return self.periods.minimum(term.served, term.whole, self._terms.term_months)

    def _used_in(self, term: _Term, until: UsageReport | None = None) -> Money:
        """What was used in a term: its periods, and the late reports until one, or until the minimum of the term was invoiced."""
        net = sum((self._of(period).amounts.net for period in term.periods), Money(0, self.order.currency))
        for period in term.periods:
            counted = self.periods.counted(period.number)
            for report in self.periods.late(period.number):
                after = counted + report.quantity.micros
                counts = not report.after_term if until is None else report.sequence < until.sequence
                if report.item == self.item.id and counts:
                    net = net + self.periods.between(period, after, counted).net
                counted = after
        return net

    def _committed_terms(self) -> Iterator[_Term]:
        """The terms of a minimum whose last period is known."""
        if not self._has_minimum("term") or self._terms.term_months is None:
            return
        periods = list(self._billed())
        if not periods:
            return
        anchors = self._term_anchors
        by_term: dict[int, list[ItemPeriod]] = {}
        for period in periods:
            by_term.setdefault(anchors.number_of(period.served.start), []).append(period)
        for number, of_term in by_term.items():
            following = self.periods.timeline.period(of_term[-1].number + 1)
            if following is None or following.served.start >= anchors.boundary(number + 1):
                yield self._term(number, of_term)

    def _term_of(self, period: ItemPeriod) -> _Term:
        number = self._term_anchors.number_of(period.served.start)
        periods = [each for each in self._billed() if self._term_anchors.number_of(each.served.start) == number]
        return self._term(number, periods)

    def _term(self, number: int, periods: list[ItemPeriod]) -> _Term:
        """A term; what a former system invoiced of it does not count, and neither do the days after the end."""
        timeline, whole = self.periods.timeline, self._term_anchors.period(number)
        start = max(whole.start, periods[0].served.start)
        until = whole.until if timeline.ends_before is None else min(whole.until, timeline.ends_before)
        return _Term(whole, Period(start, until), periods)

    @property
    def _term_anchors(self) -> Anchors:
        starts_on = self.periods.timeline.starts_on
        return Anchors(origin=starts_on.replace(day=1), months=self._terms.term_months or 1, anchor_day=starts_on.day)

    def _missing(
        self, served: Period, last: ItemPeriod, least: Money, count: DayCount, used: Money, expected: bool
    ) -> Iterator[Transaction]:
        """What is missing of a minimum, as a line of its own."""
        commitment = self.item.commitment
        if commitment is None or used >= least:
            return
        net = least - used
        words = {"minimum": Figure(least), "used": Figure(used)}
        note = phrase(_MINIMUM, **words)
        if count.days != count.of:
            note = phrase(_PART_OF_MINIMUM, days=count.days, of=count.of, whole=Figure(commitment.net), **words)
        reasons = (self._reason("minimum", phrase("{sum} = {net}", sum=note, net=Figure(net))),)
        portion = _portion("commitment", Quantity(MICRO), Amounts(net, (), net, ()), served, note=note, reasons=reasons)
        yield self._transaction(_line_of(self.item.product, net), portion, served, last.due, expected=expected)

    # ------------------------------------------------------------ transactions

    def _transaction(self, line: PricedLine, portion: Portion, served: Period, due: date, *, expected: bool = False) -> Transaction:
        return transaction_of(self.order, self.item, line, portion, service_period=served, billing_date=due, expected=expected)

    def _reason(self, subject: str, says: str) -> Reason:
        return Reason(subject, rule_of(self._terms), says, where=self._terms.where)


def _portion(
    kind: TransactionKind,
    quantity: Quantity,
    amounts: Amounts,
    served: Period,
    *,
    change: str | None = None,
    note: str | None = None,
    reasons: Sequence[Reason] = (),
) -> Portion:
    """The portion of usage or of a minimum: never prorated itself."""
    return Portion(
        kind=kind,
        change=change,
        days=served.days,
        period_days=served.days,
        quantity=quantity,
        list_net=amounts.list_net,
        discounts=amounts.discounts,
        net=amounts.net,
        note=note,
        reasons=tuple(reasons),
    )


def _line_of(product: str, net: Money) -> PricedLine:
    """The line of what is missing of a minimum: one, at that price."""
    one = Fraction(1)
    micros = net.minor * MICRO // 10**net.currency.exponent
    return PricedLine(
        product=product,
        quantity=Quantity(MICRO),
        list_price=Price(micros, net.currency),
        unit_price=net,
        price_per="period",
        periods=one,
        billing_factor=one,
        list_net=net,
        net=net,
    )


def _days(period: Period) -> Phrase:
    """A period with its last day included."""
    if period.days <= 1:
        return phrase("{day}", day=period.start)
    return phrase("{first} to {last}", first=period.start, last=period.last)
