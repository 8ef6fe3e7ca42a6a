"""The charges of one period of an item: its recurring amount, and one charge for each change inside the period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final, Literal, NamedTuple

from engine.dates import Period
from engine.documents.order import ItemChange
from engine.documents.quote import PricedLine
from engine.money import Money, Quantity
from engine.phrases import Figure, phrase
from engine.stages.scheduling.proration import DayCount, count_days
from engine.stages.scheduling.timeline import Correction, Course, ItemPeriod, ServiceState

_MONTHLY: Final = ("month", "quarter", "half-year", "year")
DUE_WHOLE: Final = phrase("a period begun is due whole")
STAYS_DUE: Final = phrase("a period begun stays due whole")
LAST_FRAGMENT: Final = phrase("the last fragment of a whole period is the price − the others")
_NO_UNITS: Final = Quantity(0)
FREE: Final = phrase("the first partial period costs nothing")

LineOn = Callable[[ServiceState, date, bool], PricedLine]


class Charge(NamedTuple):
    """One amount of one period. For a change, `after` and `before` are the lines of a whole period (None: nothing)."""

    kind: Literal["recurring", "change"]
    served: Period
    billing_date: date
    counted: DayCount
    whole: Period
    quantity: Quantity
    whole_net: Money
    net: Money
    after: PricedLine | None
    before: PricedLine | None = None
    change: ItemChange | None = None
    note: str = ""
    """Why the net is not the whole × the days."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event inside a period: a change of the item, or (None) a newer price version."""

    on: date
    change: ItemChange | None
    state: ServiceState | None = None
    """The state from then on; None at a newer price version."""


def charges_of(
    course: Course, period: ItemPeriod, state: ServiceState, changes: Sequence[ItemChange], correction: Correction | None = None
) -> list[Charge]:
    """The charges of one period: for the item's state at its start, and for each change inside it, by day.

    If a change became known after the period was billed, the charge is as known then, with one correcting charge from its start.
    """
    events = []
    if correction is not None and _is_corrected(course, period, state, correction):
        start = period.served.start
        events = [Event(start, correction.change.replace(on=start), state)]
        state = correction.known
    elif not changes and not state.suspended and period.ends is None and course.terms.price_change != "split":
        line = course.rate_of(period.priced_on, state.quantity, state.priced_by, period.joining)
        return _recurring(course, period, period.served.start, period.served.until, state, line)
    return _charges_with(course, period, state, [*events, *_events(course, period, state, changes)])


def _is_corrected(course: Course, period: ItemPeriod, state: ServiceState, correction: Correction) -> bool:
    """Whether a period that was billed without a late change is corrected."""
    on_change = course.terms.on_change
    if on_change == "prorate":
        return not (state.suspended and course.terms.timing == "arrears")
    if on_change is not None or state.suspended:
        return False
    lines = [course.rate_of(period.priced_on, each.quantity, each.priced_by, period.joining) for each in (state, correction.known)]
    return _is_more(state, correction.known, lines[0], lines[1])


def _charges_with(course: Course, period: ItemPeriod, state: ServiceState, events: Sequence[Event]) -> list[Charge]:
    """The charges of a period with events, or one that starts suspended."""
    lines: dict[tuple[Quantity, str | None, date, bool], PricedLine] = {}

    def line(state: ServiceState, on: date, joining: bool) -> PricedLine:
        key = (state.quantity, state.priced_by.id if state.priced_by else None, on, joining)
        known = lines.get(key)
        if known is None:
            known = lines[key] = course.rate_of(on, state.quantity, state.priced_by, joining)
        return known

    billed: ServiceState | None = None
    listed = period.priced_on
    charges: list[Charge] = []
    if not state.suspended:
        billed = state
        rest = _rest(course, period, events, 0)
        charges += _recurring(course, period, period.served.start, rest, state, line(state, listed, period.joining))
    for at, event in enumerate(events):
        rest = _rest(course, period, events, at + 1)
        if event.change is None:
            listed = event.on
            if state.suspended and course.terms.on_change != "none":
                billed = None
            if billed is not None:
                charges += _recurring(course, period, event.on, rest, billed, line(billed, listed, False))
            continue
        state = event.state or state
        charge, billed = _changed(course, period, event.change, rest, state, billed, listed, line)
        if charge is not None:
            charges.append(charge)
    return _covering(period, charges) if len(charges) > 1 else charges


def _events(course: Course, period: ItemPeriod, state: ServiceState, changes: Sequence[ItemChange]) -> list[Event]:
    """The changes inside a period and the item's end, by day; a newer price version comes before the changes of its day."""
    events = []
    inside = (change for change in changes if period.ends is None or change.on < period.ends.on)
    for on, same_day in groupby(inside, key=lambda change: change.on):
        made, before = list(same_day), state
        for change in made:
            state = state.after(change)
        events.append(Event(on, _as_one(made, before, state), state))
    if period.ends is not None:
        events.append(Event(period.ends.on, period.ends, state.after(period.ends)))
    if course.terms.price_change == "split":
        served = period.served
        events += [Event(day, None) for day in course.versions_within(served) if served.start < day < served.until]
        events.sort(key=lambda event: (event.on, event.change is not None))
    return events


def _as_one(made: Sequence[ItemChange], before: ServiceState, after: ServiceState) -> ItemChange:
    """The changes of one day as one change with the id of the first."""
    if len(made) == 1:
        return made[0]
    return made[0].replace(
        suspend=after.suspended and not before.suspended,
        resume=before.suspended and not after.suspended,
        joined=any(change.joined for change in made),
    )


def _rest(course: Course, period: ItemPeriod, events: Sequence[Event], after: int) -> date:
    """The end of a line that starts before an event: a newer price version, or in arrears a suspension, else the period's end."""
    stops = course.terms.timing == "arrears" and course.terms.on_change != "none"
    for event in events[after:]:
        if event.change is None or (stops and event.change.suspend):
            return event.on
    return period.served.until


def _recurring(course: Course, period: ItemPeriod, start: date, rest: date, state: ServiceState, line: PricedLine) -> list[Charge]:
    """The recurring charge of a period from its start, or from a newer price version, until `rest`."""
    if start >= rest:
        return []
    terms, whole = course.terms, period.whole
    counted_until = rest
    if terms.on_change == "none" and rest == period.served.until:
        counted_until = whole.until
    count = count_days(terms.proration, start, counted_until, whole, course.timeline.months)
    of_whole = whole_net(line, period.number, course)
    net, note = count.part_of(of_whole), ""
    if count.days != count.of:
        if _is_free(course, period):
            net, note = Money(0, of_whole.currency), FREE
        elif terms.proration == "none" and start == period.served.start and rest == period.served.until:
            count, net, note = DayCount(count.of, count.of), of_whole, DUE_WHOLE
    elif counted_until != rest:
        note = STAYS_DUE
    if net == of_whole and of_whole.minor != line.net.minor:
        note = phrase("the last part of {price} takes what rounding left over", price=Figure(line.price_period_net or ""))
    return [
        Charge(
            kind="recurring",
            served=period.served if start is period.served.start and rest is period.served.until else Period(start, rest),
            billing_date=period.due if terms.timing == "arrears" else start,
            counted=count,
            whole=whole,
            quantity=state.quantity,
            after=line,
            whole_net=of_whole,
            net=net,
            note=note,
        )
    ]


def _changed(
    course: Course,
    period: ItemPeriod,
    change: ItemChange,
    rest: date,
    state: ServiceState,
    billed: ServiceState | None,
    listed: date,
    line: LineOn,
) -> tuple[Charge | None, ServiceState | None]:
    """The charge of one change, if any, and the state billed for the rest of the period (None: nothing is billed)."""
    on_change, arrears = course.terms.on_change, course.terms.timing == "arrears"
    joining = change.joined or (period.joining and listed == period.priced_on)
    day = change.on if change.joined else listed
    if state.suspended:
        if billed is None or not change.suspend or on_change == "none":
            return None, billed
        if arrears:
            return None, None
        if on_change != "prorate":
            return None, billed
        charge = _difference(course, period, change, rest, None, line(billed, day, joining), _NO_UNITS - billed.quantity)
        return charge, None
    after = line(state, day, joining)
    if billed is None:
        return _difference(course, period, change, rest, after, None, state.quantity), state
    if state == billed or on_change in ("none", "next-period"):
        return None, billed
    before = line(billed, day, joining)
    if on_change is None and not _is_more(state, billed, after, before):
        return None, billed
    return _difference(course, period, change, rest, after, before, state.quantity - billed.quantity), state


def _is_more(state: ServiceState, billed: ServiceState, after: PricedLine, before: PricedLine) -> bool:
    """Whether a change is an increase: of the quantity, or at the same quantity of the net."""
    if state.quantity != billed.quantity:
        return state.quantity.micros > billed.quantity.micros
    return before.net < after.net


def _difference(
    course: Course,
    period: ItemPeriod,
    change: ItemChange,
    rest: date,
    after: PricedLine | None,
    before: PricedLine | None,
    quantity: Quantity,
) -> Charge | None:
    """(whole after − whole before) × days left ÷ days, rounded once."""
    if change.on >= rest or _is_free(course, period):
        return None
    count = count_days(course.terms.proration, change.on, rest, period.whole, course.timeline.months)
    some = after or before
    if some is None:
        return None
    minor = sum(sign * whole_net(line, period.number, course).minor for sign, line in ((1, after), (-1, before)) if line is not None)
    whole = Money(minor, some.net.currency)
    if not whole and quantity == _NO_UNITS:
        return None
    return Charge(
        kind="change",
        served=Period(change.on, rest),
        billing_date=period.due if course.terms.timing == "arrears" else change.on,
        counted=count,
        whole=period.whole,
        quantity=quantity,
        after=after,
        before=before,
        whole_net=whole,
        net=count.part_of(whole),
        change=change,
    )


def whole_net(line: PricedLine, number: int, course: Course) -> Money:
    """The net of a whole period. If one price period is invoiced in equal parts, the last is the price − the others.

    An annual price of 100.00 invoiced monthly: eleven times 8.33, and 8.37 in the twelfth month from the anchor.
    """
    if line.price_period_net is None:
        return line.net
    parts = line.periods.denominator
    if line.periods.numerator != 1 or parts == 1 or number % parts != parts - 1:
        return line.net
    if (line.price_per in _MONTHLY) != (course.timeline.months is not None):
        return line.net
    return Money(line.price_period_net.minor - (parts - 1) * line.net.minor, line.net.currency)


def _is_free(course: Course, period: ItemPeriod) -> bool:
    """Whether this is the partial period before the first anchor, and the process makes it free."""
    return course.terms.proration == "free" and period.served.start > period.whole.start


def _covering(period: ItemPeriod, charges: list[Charge]) -> list[Charge]:
    """If fragments at one price cover a whole period, the last is the price − the others."""
    bare = [at for at, charge in enumerate(charges) if charge.before is None and charge.after is not None]
    if len(bare) < 2:
        return charges
    fragments = [charges[at] for at in bare]
    edges = [period.whole.start, *(each.served.until for each in fragments)]
    contiguous = all(each.served.start == edge for each, edge in zip(fragments, edges, strict=False))
    if not contiguous or edges[-1] != period.whole.until or len({each.whole_net for each in fragments}) > 1:
        return charges
    last, others = fragments[-1], sum(each.net.minor for each in fragments[:-1])
    net = Money(last.whole_net.minor - others, last.net.currency)
    charges[bare[-1]] = last._replace(net=net, note=LAST_FRAGMENT)
    return charges
