"""The nets of items: the periods of an item are laid out once without prices, and priced under each rulebook that bills it alike."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from engine.documents.quote import PricedLine, WholePrice
from engine.documents.transaction_figures import PlannedAmount
from engine.money import Quantity
from engine.stages.scheduling.charges import Charge, CountedLine, PriceOf, charges_of_lines, counted_apart, in_order, whole_net
from engine.stages.scheduling.period_grid import Grid, net_of
from engine.stages.scheduling.period_lines import charges_of, lines_corrected, lines_planned
from engine.stages.scheduling.run_prices import RunPrices
from engine.stages.scheduling.timeline import Course, ItemPeriod, ServiceLine, ServiceState


class Nets(NamedTuple):
    """The billing dates and nets, in minor units, of the transactions of an item."""

    dates: tuple[date | None, ...]
    nets: tuple[int, ...]
    billed: Sequence[str | CountedLine | Charge[WholePrice]]
    """What each bills, or already its identity."""
    is_shared: bool = False
    """Whether items with equal periods share dates and identities."""

    @property
    def identities(self) -> tuple[str, ...]:
        """What makes each transaction this one of its item."""
        return tuple([one if isinstance(one, str) else one.identity for one in self.billed])


def nets_of_amounts(amounts: Iterable[PlannedAmount]) -> Nets:
    """The billing dates and nets among figures."""
    some = [*amounts]
    return Nets(tuple([one.billing_date for one in some]), tuple([one.net for one in some]), [one.identity("") for one in some])


class WholePeriods(NamedTuple):
    """Periods of a grid without a change in them: from one to another, and the quantity that is billed for each."""

    first: int
    until: int
    quantity: Quantity


class EarlierPeriod(NamedTuple):
    """A period that a former system invoiced, and that several changes correct."""

    period: ItemPeriod


class CutPeriod(NamedTuple):
    """A period with changes in it: its run in the grid (None: it lies before), the period until a known end, and its lines."""

    run: int | None
    period: ItemPeriod
    lines: tuple[ServiceLine, ...]
    counted: Sequence[CountedLine] | None
    """The lines without their prices; None where prices decide on more than each net."""


class Layout(NamedTuple):
    """The periods of an item without prices. An item with changes has a course, whose changes leave its price as agreed."""

    grid: Grid
    quantity: Quantity
    course: Course[PricedLine] | None = None
    parts: Sequence[WholePeriods | CutPeriod | EarlierPeriod] = ()
    """Of an item with changes; without changes all periods of the grid are whole."""
    since: date = date.min
    """The first billing date that is wanted of cut periods."""


def layout_of(grid: Grid, course: Course[PricedLine], elsewhere: date | None, since: date | None) -> Layout | None:
    """The layout of an item whose changes leave its price as agreed; None where it has charges that its grid does not hold.

    What has a billing date before `elsewhere` was invoiced by a former system; `since` is the first billing date that is wanted.
    """
    if not grid.holds_later(course):
        return None
    wanted = max(elsewhere or date.min, since or date.min)
    earlier = course.timeline.period(course.timeline.first_number(elsewhere)) if grid.corrects_earlier(course, elsewhere) else None
    parts = [] if earlier is None else [_corrected(course, earlier)]
    return Layout(grid, course.first.quantity, course, parts + _parts(grid, course, wanted), wanted)


def _corrected(course: Course[PricedLine], period: ItemPeriod) -> CutPeriod | EarlierPeriod:
    """A period that a former system invoiced, with the changes that correct it."""
    lines = lines_corrected(course, period)
    return EarlierPeriod(period) if lines is None else CutPeriod(None, period, lines, counted_apart(course, period, lines))


def _parts(grid: Grid, course: Course[PricedLine], since: date) -> list[WholePeriods | CutPeriod | EarlierPeriod]:
    """The parts of a layout from the first period of its grid on."""
    changes, state, position, at = course.changes, course.first, 0, 0
    slots, start = grid.slots, bisect_left(grid.dates, since)
    parts: list[WholePeriods | CutPeriod | EarlierPeriod] = []
    while at < len(slots):
        slot = slots[at]
        while position < len(changes) and changes[position].on <= slot.start:
            state, position = state.after(changes[position]), position + 1
        following = changes[position].on if position < len(changes) else date.max
        until = at + 1
        if following < slot.until:
            inside = tuple([change for change in changes[position:] if change.on < slot.until])
            period, lines = lines_planned(course, grid.periods[at], state, inside)
            parts.append(CutPeriod(bisect_right(grid.first_of_runs, at) - 1, period, lines, counted_apart(course, period, lines)))
        else:
            until = bisect_right(grid.ends, following, lo=at)
            if state.is_served and max(at, start) < until:
                parts.append(WholePeriods(max(at, start), until, state.quantity))
        at = until
    return parts


def nets_of_layout(layout: Layout, *several: RunPrices) -> list[Nets]:
    """The nets of an item at some prices, and at others; the dates and identities do not depend on prices."""
    results: list[Nets] = []
    for prices in several:
        if results and prices.agrees_with(several[0]):
            results.append(results[0])
        else:
            results.append(_nets_at(layout, prices, results[0] if results else None))
    return results


def _nets_at(layout: Layout, prices: RunPrices, like: Nets | None) -> Nets:
    """The nets of an item at some prices, with the dates and identities of others if these are known."""
    grid, course = layout.grid, layout.course
    if course is None:
        return Nets(grid.dates, _nets_of_grid(grid, prices.of(layout.quantity)), grid.identities, is_shared=True)
    dates: list[date] = []
    nets: list[int] = []
    billed: list[str | CountedLine | Charge[WholePrice]] = []
    for part in layout.parts:
        if isinstance(part, WholePeriods):
            first, until, quantity = part
            nets += _nets_of_grid(grid, prices.of(quantity))[first:until]
            if like is None:
                dates += grid.dates[first:until]
                billed += grid.identities[first:until]
            continue
        for one, net in _priced(part, course, grid, prices):
            if layout.since <= one.billing_date <= grid.latest:
                nets.append(net)
                if like is None:
                    dates.append(one.billing_date)
                    billed.append(one)
    return Nets(tuple(dates), tuple(nets), billed) if like is None else Nets(like.dates, tuple(nets), like.billed)


def _priced(
    part: CutPeriod | EarlierPeriod, course: Course[PricedLine], grid: Grid, prices: RunPrices
) -> Iterable[tuple[CountedLine | Charge[WholePrice], int]]:
    """What is billed of a period with changes in it, each with its net in minor units."""
    if isinstance(part, EarlierPeriod):
        priced = course.at_prices(lambda on, quantity, _, joining: prices.on_day(on, quantity, joining))
        return [(one, one.net.minor) for one in charges_of(priced, part.period, course.first, (), is_elsewhere=True)]
    price_of = _prices_in(part, prices)
    if part.counted is not None:
        return [(one, _net_of_line(one, part.period.number, grid.months, price_of)) for one in part.counted]
    charges = [charge for _, charge in charges_of_lines(course, part.period, part.lines, price_of)]
    return [(one, one.net.minor) for one in in_order(part.period, charges, 0)]


def _net_of_line(counted: CountedLine, number: int, months: int | None, price_of: PriceOf[WholePrice]) -> int:
    """The net of a line: the price of the whole period after a change less that before it, for the days of the line."""
    line, whole = counted.line, 0
    if line.after is not None:
        whole = whole_net(price_of(line.after, line.listed, line.joining), number, months).minor
    if line.before is not None:
        whole -= whole_net(price_of(line.before, line.listed, line.joining), number, months).minor
    return counted.net(whole)


def _prices_in(part: CutPeriod, prices: RunPrices) -> PriceOf[WholePrice]:
    """The price of a whole period with changes in it, in a state: that of its run, or by the list of another day."""
    run, period = part.run, part.period

    def price_of(state: ServiceState, listed: date, joining: bool) -> WholePrice:
        if run is not None and listed == period.priced_on and joining == period.joining:
            return prices.of(state.quantity)[run]
        return prices.on_day(listed, state.quantity, joining)

    return price_of


def _nets_of_grid(grid: Grid, prices: Sequence[WholePrice]) -> tuple[int, ...]:
    """The net of each period in minor units, at the price of a whole period of each run."""
    nets: tuple[int, ...] = ()
    for run, price in zip(grid.runs, prices, strict=True):
        if run.is_whole and price.price_period_net is None:
            nets += (price.net.minor,) * len(run.slots)
        else:
            nets += tuple(net_of(grid, slot, price)[0].minor for slot in run.slots)
    return nets
