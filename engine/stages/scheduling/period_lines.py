"""The lines of one period of an item: what its states from day to day add to, or take back from, what was invoiced before.

What is not invoiced yet is billed by what is served. What was invoiced stays; a change that was recorded later adds a line, or takes one
back, as `on-change` says. Lines are computed in the order of recording, so that they are the same before and after they are invoiced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Generic, TypeVar

from engine.dates import Period
from engine.documents.order import ItemChange, first_end
from engine.documents.quote import WholePrice
from engine.stages.scheduling.charges import Charge, charges_of_lines, in_order, recurring_charge
from engine.stages.scheduling.timeline import Course, ItemPeriod, ServiceLine, ServiceState

_Price = TypeVar("_Price", bound=WholePrice)


def charges_of(
    course: Course[_Price], period: ItemPeriod, state: ServiceState, changes: Sequence[ItemChange], *, is_elsewhere: bool = False
) -> list[Charge[_Price]]:
    """The charges of one period, with the state at its start and the changes inside it, by day.

    `is_elsewhere`: a former system invoiced it, before any change was recorded.
    """
    if is_elsewhere or course.was_invoiced_in(period.served):
        return _PeriodLines(course, period).charges(is_elsewhere=is_elsewhere)
    if not state.is_served and not changes:
        return []
    if not changes and course.terms.price_change != "split":
        line = ServiceLine(period.served.start, period.served.until, period.priced_on, state, joining=period.joining)
        return [recurring_charge(course, period, line, course.rate_of(line.listed, state.quantity, state.priced_by, line.joining))]
    return _PeriodLines(course, period).planned(state, changes)


def lines_planned(
    course: Course[_Price], period: ItemPeriod, state: ServiceState, changes: Sequence[ItemChange]
) -> tuple[ItemPeriod, tuple[ServiceLine, ...]]:
    """A period of which nothing was invoiced, until an end that is known, and its lines by changes that leave prices as agreed."""
    if len(changes) == 1 and (known := _lines_with(course, period, state, changes[0])) is not None:
        return period, known
    served, lines = _PeriodLines(course, period).swept(state, changes, changes)
    return served, tuple(lines)


def lines_corrected(course: Course[_Price], period: ItemPeriod) -> tuple[ServiceLine, ...] | None:
    """The lines of a period that a former system invoiced, and that one change corrects; None where more than that happened.

    They are those of a period of which nothing was invoiced: what was invoiced is the first, and has an earlier billing date.
    """
    recorded = [change for change in course.recorded if change.on < period.served.until]
    return _lines_with(course, period, course.first, recorded[0]) if len(recorded) == 1 else None


def _lines_with(course: Course[_Price], period: ItemPeriod, state: ServiceState, change: ItemChange) -> tuple[ServiceLine, ...] | None:
    """The lines of a period in which one change leaves an item served at its price; None where it does more than that."""
    terms, (start, until), after = course.terms, (period.served.start, period.served.until), state.after(change)
    if change.price is not None or change.on <= start or not (state.is_served and after.is_served) or terms.price_change == "split":
        return None
    more = after.quantity.micros - state.quantity.micros
    first = ServiceLine(start, until, period.priced_on, state, None, None, period.joining)
    if not more or not (terms.on_change == "prorate" or (terms.on_change is None and more > 0)):
        return (first,)
    listed = change.on if change.joined else period.priced_on
    return first, ServiceLine(change.on, until, listed, after, state, change, change.joined or period.joining)


@dataclass(frozen=True, slots=True)
class _Fixed(Generic[_Price]):
    """An invoiced line, its charge, and how many changes had been recorded."""

    line: ServiceLine
    charge: Charge[_Price]
    recorded: int


@dataclass
class _PeriodLines(Generic[_Price]):
    """The lines of one period: those that were invoiced when a change was recorded, and those that are planned."""

    course: Course[_Price]
    period: ItemPeriod
    fixed: list[_Fixed[_Price]] = field(default_factory=list)
    prices: dict[tuple[object, ...], _Price] = field(default_factory=dict)

    def charges(self, *, is_elsewhere: bool) -> list[Charge[_Price]]:
        """The charges of a period of which lines were invoiced before a change was recorded."""
        recorded = [change for change in self.course.recorded if change.on < self.period.served.until]
        for at, change in enumerate(recorded):
            all_of_it = is_elsewhere and change.known_on is not None
            invoiced = {line for line in change.invoiced if line.service_from in self.period.served}
            if all_of_it or invoiced - {each.charge.key for each in self.fixed}:
                lines = self._lines(recorded[:at])
                self.fixed += [_Fixed(line, charge, at) for line, charge in lines if all_of_it or charge.key in invoiced]
                is_elsewhere = is_elsewhere and not all_of_it
        planned = [charge for _, charge in self._lines(recorded)]
        return self._in_order([each.charge for each in self.fixed] + planned)

    def planned(self, state: ServiceState, changes: Sequence[ItemChange]) -> list[Charge[_Price]]:
        """The charges of a period of which nothing was invoiced, with the state at its start and the changes inside it."""
        return self._in_order([charge for _, charge in self._priced(state, changes, changes)])

    def _in_order(self, charges: list[Charge[_Price]]) -> list[Charge[_Price]]:
        return in_order(self.period, charges, len(self.fixed))

    def _lines(self, recorded: Sequence[ItemChange]) -> list[tuple[ServiceLine, Charge[_Price]]]:
        """The lines that some recorded changes add to the fixed ones."""
        state, inside = self.course.first, []
        for change in sorted(recorded, key=lambda change: change.on):
            if change.on <= self.period.served.start:
                state = state.after(change)
            else:
                inside.append(change)
        return self._priced(state, inside, recorded)

    def _priced(
        self, state: ServiceState, inside: Sequence[ItemChange], recorded: Sequence[ItemChange]
    ) -> list[tuple[ServiceLine, Charge[_Price]]]:
        """The lines with their charges."""
        period, lines = self.swept(state, inside, recorded)
        return [*charges_of_lines(self.course, period, lines, self._price)]

    def swept(
        self, state: ServiceState, inside: Sequence[ItemChange], recorded: Sequence[ItemChange]
    ) -> tuple[ItemPeriod, list[ServiceLine]]:
        """The lines; a known end bounds a period of which nothing was invoiced."""
        period = self.period
        end = None if self.fixed else first_end(inside)
        if end is not None:
            due = period.due if self.course.terms.timing == "advance" else end
            period = period._replace(served=Period(period.served.start, end), due=due)
        return period, self._swept(period, state, [change for change in inside if change.on < period.served.until], recorded)

    def _swept(
        self, period: ItemPeriod, state: ServiceState, inside: Sequence[ItemChange], recorded: Sequence[ItemChange]
    ) -> list[ServiceLine]:
        """The lines from day to day: where a state begins that is to be billed, and another is billed."""
        start, until = period.served.start, period.served.until
        states: dict[date, ServiceState] = {}
        current = state
        for change in inside:
            current = states[change.on] = current.after(change)
        is_split = self.course.terms.price_change == "split"
        versions = {day for day in self.course.versions_within(period.served) if start < day < until} if is_split else set()
        edges = {edge for each in self.fixed for edge in (each.line.start, each.line.until) if start < edge < until}
        lines: list[ServiceLine] = []
        running: list[int] = []
        current, target, listed = state, None, period.priced_on
        for day in sorted({start, *states, *versions, *edges}):
            current = states.get(day, current)
            listed = day if day in versions else listed
            before, invoiced = target, self._invoiced_on(day)
            target = self._target(invoiced if day == start else before, current, invoiced, listed, period)
            begins = day == start or day in versions
            stops = target != before and not current.is_served and not self._is_punctual
            if begins or stops or day in edges:
                for at in running:
                    lines[at] = lines[at]._replace(until=day)
                running, before = [], invoiced
            if target != before:
                running.append(len(lines))
                made = None if begins and before is None else self._change_on(day, recorded, start)
                joins = made is not None and made.joined
                joining = joins or (period.joining and listed == period.priced_on)
                lines.append(ServiceLine(day, until, day if joins else listed, target, before, made, joining))
        return lines

    @property
    def _is_punctual(self) -> bool:
        return self.course.is_punctual and self.course.terms.timing == "advance"

    def _target(
        self, billed: ServiceState | None, current: ServiceState, invoiced: ServiceState | None, listed: date, period: ItemPeriod
    ) -> ServiceState | None:
        """The state to be billed from a day on (None: nothing), where `billed` is that of the day before, by `on-change`."""
        terms = self.course.terms
        if not current.is_served:
            if self._is_punctual:
                invoiced = billed
            if not self.fixed and "none" in (terms.on_change, terms.proration):
                return billed
            return None if terms.on_change == "prorate" else invoiced
        if billed is None or terms.on_change == "prorate":
            return current
        if terms.on_change is not None:
            return billed if invoiced is None else invoiced
        is_more = partial(self._is_more, listed=listed, joining=period.joining and listed == period.priced_on)
        best = current if is_more(current, billed) else billed
        return invoiced if invoiced is not None and is_more(invoiced, best) else best

    def _is_more(self, one: ServiceState, other: ServiceState, *, listed: date, joining: bool) -> bool:
        """Whether a state has a larger quantity than another, or at the same quantity a higher net."""
        if one.quantity != other.quantity:
            return one.quantity.micros > other.quantity.micros
        if one.priced_by is other.priced_by:
            return False
        return self._price(one, listed, joining).net > self._price(other, listed, joining).net

    def _invoiced_on(self, day: date) -> ServiceState | None:
        """The state that was invoiced for a day; None: nothing."""
        covering = [each.line.after for each in self.fixed if each.line.start <= day < each.line.until]
        return covering[-1] if covering else None

    def _change_on(self, day: date, recorded: Sequence[ItemChange], start: date) -> ItemChange:
        """The change that a line from a day on bills: the first of that day that is on no invoice, else the last of an earlier day."""
        known = max((each.recorded for each in self.fixed if day in (each.line.start, each.line.until)), default=0)
        later = sorted((change for change in recorded[known:] if change.on <= day), key=lambda change: change.on)
        of_day = [change for change in later if change.on == day]
        change, joined = of_day[0] if of_day else later[-1], day > start and any(each.joined for each in of_day)
        return change if change.on == day and change.joined == joined else change.replace(on=day, joined=joined)

    def _price(self, state: ServiceState, listed: date, joining: bool) -> _Price:
        """The price of a whole period in a state, by the list of a day."""
        key = (state.quantity, state.priced_by.id if state.priced_by else None, listed, joining)
        known = self.prices.get(key)
        if known is None:
            known = self.prices[key] = self.course.rate_of(listed, state.quantity, state.priced_by, joining)
        return known
