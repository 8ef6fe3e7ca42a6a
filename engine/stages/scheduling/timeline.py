"""The timeline of one item: its periods, its state in each of them, and the day whose list prices each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import attrgetter
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from engine.dates import Anchors, Period, days_30e, month_after
from engine.documents.order import ItemChange, OrderItem
from engine.documents.quote import PricedLine, WholePrice
from engine.money import Money, Quantity, round_half_up
from engine.phrases import phrase
from engine.problems import Kind, Problem
from engine.rulebook.book import Cache
from engine.rulebook.plans import Proration
from engine.rulebook.terms import Terms, anchors_of, months_of

_UNITS: Final = {"day": phrase("days"), "week": phrase("weeks"), "month": phrase("months"), "year": phrase("years")}
ALIGNED_WITHOUT_MONTHS: Final = Kind(
    "anchor-without-months",
    "periods counted in {units} cannot be aligned to `{align_to}`",
    "write `align_to: activation`; only months and years have an anchor day, and days no calendar",
)
CALENDAR_OUT_OF_YEAR: Final = Kind(
    "calendar-out-of-year",
    "{months} months do not divide a calendar year",
    "align to the calendar with 1, 2, 3, 4, 6 or 12 months, or align to `anchor` or `activation`",
)
ANCHOR_REFUSED: Final = Kind(
    "anchor-refused",
    "day {day} does not exist in every month, and the process refuses anchors after the 28th",
    "choose a day from 1 to 28, or write `month_end: clamp` or `last-day`",
)
ENDS_BEFORE_START: Final = Kind(
    "ends-before-start", "it ends on {ends_before}, before it starts on {starts_on}", "let it end on its first day or later"
)


class PriceList(Protocol):
    """The prices of items, from the rulebook or from a request."""

    def price_on(self, item: OrderItem, on: date, quantity: Quantity, *, joining: bool = False) -> PricedLine:
        """The price of a whole billing period of an item by the list of a day, for joining or for running items."""

    def versions_within(self, item: OrderItem, period: Period) -> tuple[date, ...]:
        """The days inside a period on which a newer price version reaches running items."""


Price_co = TypeVar("Price_co", bound=WholePrice, covariant=True)
_Price = TypeVar("_Price", bound=WholePrice)
RateOf = Callable[[date, Quantity, ItemChange | None, bool], Price_co]
"""The price of a whole period by the list of a day, for a quantity, at the price of a change (None: the item's own), joining or running."""
VersionsWithin = Callable[[Period], Sequence[date]]


class ServiceState(NamedTuple):
    """The state of an item on a day: its quantity, the change that set its price (None: no change), whether it is suspended or ended."""

    quantity: Quantity
    priced_by: ItemChange | None = None
    suspended: bool = False
    ended: bool = False
    billed_otherwise: bool = False
    """Whether its billing changed, so that another cycle bills it."""

    @property
    def is_served(self) -> bool:
        """Whether the item is neither suspended nor ended, nor billed in another cycle."""
        return not (self.suspended or self.ended or self.billed_otherwise)

    def after(self, change: ItemChange) -> ServiceState:
        """The state after a change."""
        return ServiceState(
            quantity=change.quantity_after(self.quantity),
            priced_by=self.priced_by if change.price is None else change,
            suspended=change.suspend or (self.suspended and not change.resume),
            ended=change.end or (self.ended and not change.put_off),
            billed_otherwise=self.billed_otherwise or change.billing is not None,
        )


class DayCount(NamedTuple):
    """The days of a part of a period, and of the whole, by a day count convention."""

    days: int
    of: int

    def part_of(self, amount: Money) -> Money:
        """The part of an amount for these days, rounded half up once."""
        return amount if self.days == self.of else Money(self.part(amount.minor), amount.currency)

    def part(self, minor: int) -> int:
        """The same of minor units."""
        return minor if self.days == self.of else round_half_up(minor * self.days, self.of)


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


class ServiceLine(NamedTuple):
    """A part of a period with the state that is billed for it: a line of its own, or the difference between two states."""

    start: date
    until: date
    listed: date
    """The day whose list prices it."""
    after: ServiceState | None
    before: ServiceState | None = None
    change: ItemChange | None = None
    """The change that it bills; None: the recurring line."""
    joining: bool = False

    @property
    def more(self) -> int:
        """How many more are billed than before, in millionths."""
        return (self.after.quantity.micros if self.after else 0) - (self.before.quantity.micros if self.before else 0)

    def covers(self, period: Period) -> bool:
        """Whether these are the days of a period."""
        return self.start == period.start and self.until == period.until


class ItemPeriod(NamedTuple):
    """One period of a course: its number, the whole anchored period, the days served in it, and when it becomes due."""

    number: int
    whole: Period
    served: Period
    due: date
    priced_on: date
    joining: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timeline:
    """The periods of an item, without prices. Like items share one object, which is compared by identity."""

    terms: Terms
    anchors: Anchors
    months: int | None
    starts_on: date
    ends_before: date | None
    joined: bool
    first_day: date | None = None
    """The first day of the item, where its billing changed since and these are the periods from `starts_on` on."""
    due: Cache[tuple[tuple[ItemPeriod, ...], date | None]] = field(default_factory=lambda: Cache(20))
    """The periods due through a day, and the next due date, as scheduling computed them."""

    def period(self, number: int, start: date | None = None) -> ItemPeriod | None:
        """The period of a number (its start may be given); None if nothing of it is served."""
        whole = Period(start or self.anchors.boundary(number), self.anchors.boundary(number + 1))
        start, until = max(whole.start, self.starts_on), whole.until
        if self.ends_before is not None and self.ends_before < until:
            if self.ends_before <= start:
                return None
            until = self.ends_before
        priced_on = self._priced_on(start)
        joining = self.joined and priced_on == self.starts_on
        served = whole if start is whole.start and until is whole.until else Period(start, until)
        return ItemPeriod(number, whole, served, start if self.terms.timing == "advance" else until, priced_on, joining)

    def first_number(self, since: date | None) -> int:
        """The number of the first period with billing dates on or after a day (None: the first of all)."""
        return self.anchors.number_of(max(self.starts_on, since - timedelta(days=1)) if since else self.starts_on)

    def _priced_on(self, start: date) -> date:
        """The day whose list prices a period: its start, the last renewal or the first day, by the price change policy."""
        match self.terms.price_change:
            case "next-period" | "split":
                return start
            case "never":
                return self.first_day or self.starts_on
            case "next-renewal":
                term, first = self.terms.term_months, self.first_day or self.starts_on
                if term is None:
                    return first
                renewals = Anchors(origin=first, months=term, anchor_day=first.day)
                return max(first, renewals.boundary(renewals.number_of(start)))


class Course(NamedTuple, Generic[Price_co]):
    """The timeline of an item with its changes and prices."""

    timeline: Timeline
    first: ServiceState
    changes: tuple[ItemChange, ...]
    """By day, in the order of recording within a day."""
    recorded: tuple[ItemChange, ...]
    """In the order of recording."""
    invoiced_from: tuple[date, ...]
    """The first days of the lines that were invoiced when a change was recorded, in order."""
    rate_of: RateOf[Price_co]
    versions_within: VersionsWithin
    is_punctual: bool = False
    """Whether every period counts as invoiced on its billing date, and every suspension as known on its day."""

    @property
    def terms(self) -> Terms:
        """The terms by which it is billed."""
        return self.timeline.terms

    def at_prices(self, rate_of: RateOf[_Price]) -> Course[_Price]:
        """The same course at other prices."""
        return Course(
            timeline=self.timeline,
            first=self.first,
            changes=self.changes,
            recorded=self.recorded,
            invoiced_from=self.invoiced_from,
            rate_of=rate_of,
            versions_within=self.versions_within,
            is_punctual=self.is_punctual,
        )

    def was_invoiced_in(self, period: Period) -> bool:
        """Whether a line of a period was invoiced when a change was recorded."""
        at = bisect_left(self.invoiced_from, period.start)
        return at < len(self.invoiced_from) and self.invoiced_from[at] < period.until

    def is_over(self, state: ServiceState, day: date) -> bool:
        """Whether nothing is billed or corrected from a day on, if no change follows a state."""
        return not state.is_served and (not self.invoiced_from or self.invoiced_from[-1] < day)


def shared_timeline(terms: Terms, starts_on: date, ends_before: date | None = None, joined: bool = False) -> Timeline:
    """The timeline that like items of one rulebook share."""
    return terms.cached(timeline_of, starts_on, ends_before, joined)


def timeline_of(terms: Terms, starts_on: date, ends_before: date | None = None, joined: bool = False) -> Timeline:
    """The timeline of an item that starts on a day; without renewal it ends with its term."""
    if not terms.renews and terms.term_months is not None:
        term_ends = month_after(starts_on, terms.term_months)
        ends_before = term_ends if ends_before is None else min(term_ends, ends_before)
    return Timeline(
        terms=terms,
        anchors=anchors_of(terms, starts_on),
        months=months_of(terms),
        starts_on=starts_on,
        ends_before=ends_before,
        joined=joined,
    )


def course_of(
    timeline: Timeline,
    first: ServiceState,
    changes: Sequence[ItemChange],
    rate_of: RateOf[Price_co],
    versions_within: VersionsWithin,
    *,
    is_punctual: bool = False,
) -> Course[Price_co]:
    """The course of an item with a first state and changes in the order of recording."""
    return Course(
        timeline=timeline,
        first=first,
        changes=tuple(changes) if len(changes) < 2 else tuple(sorted(changes, key=attrgetter("on"))),
        recorded=tuple(changes),
        invoiced_from=tuple(sorted({line.service_from for change in changes for line in change.invoiced})) if changes else (),
        rate_of=rate_of,
        versions_within=versions_within,
        is_punctual=is_punctual,
    )


def term_problems(terms: Terms, starts_on: date, ends_before: date | None, pointer: str = "/process") -> tuple[Problem, ...]:
    """The problems of billing an item by these terms."""
    problems = []
    if ends_before is not None and ends_before < starts_on:
        problems.append(ENDS_BEFORE_START.at(None, "/ends_before", ends_before=ends_before, starts_on=starts_on))
    if terms.once:
        return tuple(problems)
    months = months_of(terms)
    if months is None and (terms.align_to == "anchor" or (terms.align_to == "calendar" and terms.unit == "day")):
        problems.append(ALIGNED_WITHOUT_MONTHS.at(None, f"{pointer}/align_to", units=_UNITS[terms.unit], align_to=terms.align_to))
    if months is not None and terms.align_to == "calendar" and 12 % months:
        problems.append(CALENDAR_OUT_OF_YEAR.at(None, f"{pointer}/every", months=months))
    if months is not None and terms.align_to != "calendar" and terms.month_end == "refuse":
        own = terms.align_to == "activation" or terms.anchor_day is None
        day = starts_on.day if own else terms.anchor_day
        if day is not None and day > 28:
            problems.append(ANCHOR_REFUSED.at(None, "/starts_on" if own else f"{pointer}/anchor_day", day=day))
    return tuple(problems)
