"""The nets of items: the periods of an item are laid out once without prices, and priced under each rulebook that bills it alike."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from engine.documents.quote import WholePrice
from engine.documents.transaction_figures import PlannedAmount, identity_of
from engine.money import Quantity
from engine.stages.scheduling.charges import Charge, ServiceLine, charges_of_lines, in_order
from engine.stages.scheduling.period_grid import Grid, net_of
from engine.stages.scheduling.period_lines import lines_planned
from engine.stages.scheduling.timeline import Course, ItemPeriod, ServiceState


class Nets(NamedTuple):
    """The billing dates and nets, in minor units, of the transactions of an item."""

    dates: tuple[date | None, ...]
    nets: tuple[int, ...]
    identities: tuple[str, ...]
    """What makes each this one of its item."""
    is_shared: bool
    """Whether items with equal periods share dates and identities."""


def nets_of_amounts(amounts: Iterable[PlannedAmount]) -> Nets:
    """The billing dates and nets among figures."""
    some = [*amounts]
    dates, nets = tuple(one.billing_date for one in some), tuple(one.net for one in some)
    return Nets(dates, nets, tuple(one.identity("") for one in some), is_shared=False)


class WholePeriods(NamedTuple):
    """Periods of a grid without a change in them: from one to another, and the quantity that is billed for each."""

    first: int
    until: int
    quantity: Quantity


class CutPeriod(NamedTuple):
    """A period with changes in it: its number in the grid, the period until a known end, and its lines."""

    at: int
    period: ItemPeriod
    lines: tuple[ServiceLine, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The periods of an item without prices. An item with changes has a course, whose changes leave its price as agreed."""

    grid: Grid
    quantity: Quantity
    course: Course | None = None
    parts: tuple[WholePeriods | CutPeriod, ...] = ()
    """Of an item with changes; without changes all periods of the grid are whole."""
    since: date = date.min
    """The first billing date that is wanted of cut periods."""


PricesOfRuns = Callable[[Quantity], Sequence[WholePrice]]
"""The price of a whole period of each run of a grid, for a quantity."""
PriceOnDay = Callable[[date, Quantity, bool], WholePrice]
"""The price of a whole period by the list of a day, for a quantity, joining or running."""


def layout_of(grid: Grid, course: Course, since: date) -> Layout:
    """The layout of an item that its grid holds, and whose changes leave its price as agreed, with billing dates from a day on."""
    changes, state, position, at = course.changes, course.first, 0, 0
    slots, start = grid.slots, bisect_left(grid.dates, since)
    parts: list[WholePeriods | CutPeriod] = []
    while at < len(slots):
        slot = slots[at]
        while position < len(changes) and changes[position].on <= slot.start:
            state, position = state.after(changes[position]), position + 1
        following = changes[position].on if position < len(changes) else date.max
        until = at + 1
        if following < slot.until:
            inside = tuple(change for change in changes[position:] if change.on < slot.until)
            period = course.timeline.period(course.timeline.anchors.number_of(slot.start))
            if period is not None:
                parts.append(CutPeriod(at, *lines_planned(course, period, state, inside)))
        else:
            until = bisect_right(grid.ends, following, lo=at)
            if state.is_served and max(at, start) < until:
                parts.append(WholePeriods(max(at, start), until, state.quantity))
        at = until
    return Layout(grid, course.first.quantity, course, tuple(parts), since)


def nets_of_layout(layout: Layout, prices_of_runs: PricesOfRuns, price_on: PriceOnDay) -> Nets:
    """The nets of an item at some prices."""
    grid = layout.grid
    if layout.course is None:
        return Nets(grid.dates, _nets_of_grid(grid, prices_of_runs(layout.quantity)), grid.identities, is_shared=True)
    nets_by_quantity: dict[int, tuple[int, ...]] = {}
    dates, nets, identities = list[date](), list[int](), list[str]()
    for part in layout.parts:
        if isinstance(part, WholePeriods):
            first, until, quantity = part
            known = nets_by_quantity.get(quantity.micros)
            if known is None:
                known = nets_by_quantity[quantity.micros] = _nets_of_grid(grid, prices_of_runs(quantity))
            dates += grid.dates[first:until]
            nets += known[first:until]
            identities += grid.identities[first:until]
            continue
        for charge in _charges_of_cut(layout.course, grid, part, prices_of_runs, price_on):
            if layout.since <= charge.billing_date <= grid.latest:
                dates.append(charge.billing_date)
                nets.append(charge.net.minor)
                identities.append(identity_of(charge.kind, charge.served.start, charge.change.id if charge.change else None))
    return Nets(tuple(dates), tuple(nets), tuple(identities), is_shared=False)


def _nets_of_grid(grid: Grid, prices: Sequence[WholePrice]) -> tuple[int, ...]:
    """The net of each period in minor units, at the price of a whole period of each run."""
    nets: tuple[int, ...] = ()
    for run, price in zip(grid.runs, prices, strict=True):
        if run.is_whole and price.price_period_net is None:
            nets += (price.net.minor,) * len(run.slots)
        else:
            nets += tuple(net_of(grid, slot, price)[0].minor for slot in run.slots)
    return nets


def _charges_of_cut(
    course: Course, grid: Grid, cut: CutPeriod, prices_of_runs: PricesOfRuns, price_on: PriceOnDay
) -> list[Charge[WholePrice]]:
    """The charges of a period with changes in it."""
    run = bisect_right(grid.first_of_runs, cut.at) - 1

    def price_of(state: ServiceState, listed: date, joining: bool) -> WholePrice:
        if listed == cut.period.priced_on and joining == cut.period.joining:
            return prices_of_runs(state.quantity)[run]
        return price_on(listed, state.quantity, joining)

    return in_order(cut.period, [charge for _, charge in charges_of_lines(course, cut.period, cut.lines, price_of)], 0)
