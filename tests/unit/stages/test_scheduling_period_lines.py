"""The lines of a period in which one change happens are those that the general way gives, under every policy of a process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from typing import get_args

from engine.documents.order import ItemChange
from engine.documents.quote import PricedLine
from engine.money import Currency, Money, Price, Quantity
from engine.rulebook.plans import OnChange, Proration, Timing
from engine.rulebook.terms import Terms
from engine.stages.scheduling.charges import counted_apart, whole_net
from engine.stages.scheduling.period_lines import charges_of, lines_corrected, lines_planned
from engine.stages.scheduling.timeline import Course, ServiceState, course_of, timeline_of

EUR = Currency.of("EUR")
FIRST = date(2026, 3, 17)
CUT_OVER = date(2026, 8, 1)
POLICIES = [
    Terms(timing=timing, proration=proration, on_change=on_change, every=every, align_to="calendar")
    for timing, proration, on_change, every in product(get_args(Timing), get_args(Proration), (None, *get_args(OnChange)), (1, 6))
]


def _price(on: date, quantity: Quantity, _by: ItemChange | None, joining: bool) -> PricedLine:
    """A price that depends on the day, the quantity, and whether it is one for joining."""
    minor = quantity.micros // 1000 * (7 if joining else 5) + on.toordinal() % 97
    net = Money(minor, EUR)
    return PricedLine(
        product="p", quantity=quantity, list_price=Price(0, EUR), unit_price=net, price_per="period", periods=Fraction(1),
        billing_factor=Fraction(1), list_net=net, net=net,
    )  # fmt: skip


def _courses(*more: ItemChange) -> Iterator[Course[PricedLine]]:
    """An item of four units under every policy, with one change of its quantity or of nothing, and some more."""
    for terms, on, quantity, joined, known in product(
        POLICIES, (FIRST, date(2026, 5, 9), date(2026, 8, 14), date(2026, 12, 31)), (None, 2, 4, 9), (False, True), (False, True)
    ):
        change = ItemChange(
            id="c", on=on, quantity=None if quantity is None else Quantity.whole(quantity), joined=joined, known_on=on if known else None
        )
        later = tuple(each.replace(on=on + timedelta(days=1)) for each in more)
        yield course_of(timeline_of(terms, FIRST), ServiceState(Quantity.whole(4)), (change, *later), _price, lambda _: ())


def test_one_change_gives_the_lines_of_the_general_way() -> None:
    for course, with_another in zip(_courses(), _courses(ItemChange(id="nothing", on=FIRST)), strict=True):
        period = course.timeline.period(course.timeline.anchors.number_of(course.changes[0].on))
        assert period is not None
        if period.served.start < course.changes[0].on < period.served.until - timedelta(days=1):
            alone = lines_planned(course, period, course.first, course.changes)
            assert alone == lines_planned(with_another, period, course.first, with_another.changes)


def test_what_one_change_corrects_of_a_former_system_is_the_same_counted_as_charged() -> None:
    counted_at_all = 0
    for course in _courses():
        period = course.timeline.period(course.timeline.first_number(CUT_OVER))
        assert period is not None
        lines = lines_corrected(course, period)
        counted = None if lines is None else counted_apart(course, period, lines)
        if counted is None:
            continue
        charged = charges_of(course, period, course.first, (), is_elsewhere=True)
        found = []
        for one in counted:
            after, before = (
                0 if state is None else whole_net(_price(one.line.listed, state.quantity, None, one.line.joining), period.number, 1).minor
                for state in (one.line.after, one.line.before)
            )
            found.append((one.billing_date, one.net(after - before), one.identity))
        wanted = [(charge.billing_date, charge.net.minor, charge.identity) for charge in charged]
        assert _from_cut_over(found) == _from_cut_over(wanted)
        counted_at_all += bool(_from_cut_over(wanted))
    assert counted_at_all


def _from_cut_over(billed: list[tuple[date, int, str]]) -> list[tuple[date, int, str]]:
    """What the former system has not invoiced."""
    return [one for one in billed if one[0] >= CUT_OVER]
