"""Schedules of items to which something happens: changes inside a period and changes, prices and ends that become known late."""

from datetime import date
from typing import Any

import pytest

from engine.documents.order import ItemChange, OrderItem
from engine.money import Money, Price, Quantity
from engine.rulebook.terms import Terms
from engine.stages.scheduling.item_schedule import schedule
from tests.item_life import life, units
from tests.scheduled import EUR, Listed, item, line, nets_of, order, planned, shown


def jan(day: int) -> date:
    return date(2027, 1, day)


def test_an_end_in_a_period_that_was_invoiced_whole_takes_back_or_leaves_the_rest() -> None:
    for on_change, taken_back in (("prorate", ["-15.50"]), (None, []), ("next-period", []), ("none", [])):
        one = life(on_change=on_change)
        one.run(date(2027, 2, 10))
        one.record("end", date(2027, 2, 15), date(2027, 2, 10))
        assert one.nets() == ["31.00", "31.00", *taken_back]
    prorated = life(on_change="prorate")
    prorated.run(date(2027, 2, 1))
    prorated.record("end", date(2027, 2, 15))
    last = list(prorated.plan().values())[-1]
    assert shown((last,)) == [("change", "2027-02-15 to 2027-02-28", "2027-02-15", "-15.50")]
    assert (str(last.portion.quantity), last.portion.change) == ("-1", "change-1")
    assert last.reasons[-1].says == (
        "of the 28 days from 2027-02-01 to 2027-02-28, 14 from 2027-02-15 on: "
        "-31.00 × 14/28 days = -15.50: ended on 2027-02-15, the days left are taken back"
    )


@pytest.mark.parametrize("timing", ["advance", "arrears"])
@pytest.mark.parametrize("on_change", [None, "prorate", "next-period", "none"])
def test_an_end_in_a_period_that_is_not_invoiced_bills_what_is_served(timing: str, on_change: str | None) -> None:
    """Whether it was agreed from the beginning, is recorded before or in its period, or after its day."""
    agreed = life(of=item(ends_before=date(2027, 2, 15)), timing=timing, on_change=on_change)
    assert agreed.nets() == ["31.00", "31.00" if on_change == "none" else "15.50"]
    for today in (jan(28), date(2027, 2, 5), date(2027, 3, 5)):
        one = life(timing=timing, on_change=on_change)
        one.run(jan(31))
        one.record("end", date(2027, 2, 15), today)
        assert shown(tuple(one.settled().values())) == shown(tuple(agreed.settled().values()))


@pytest.mark.parametrize("timing", ["advance", "arrears"])
@pytest.mark.parametrize("on_change", [None, "prorate", "next-period"])
def test_a_suspension_in_a_period_that_is_not_invoiced_bills_what_is_served(timing: str, on_change: str | None) -> None:
    for today in (jan(28), date(2027, 2, 5), date(2027, 3, 5)):
        one = life(timing=timing, on_change=on_change)
        one.run(jan(31))
        one.record("suspend", date(2027, 2, 8), today)
        one.record("resume", date(2027, 2, 15), date(2027, 3, 6))
        one.record("end", date(2027, 3, 1), date(2027, 3, 6))
        assert one.nets() == ["31.00", "7.75", "15.50"]


def test_a_period_that_is_due_whole_stays_so_when_it_is_suspended() -> None:
    for terms in ({"on_change": "none"}, {"proration": "none"}):
        one = life(**terms)
        one.record("suspend", jan(8))
        one.record("resume", jan(15))
        one.record("end", date(2027, 2, 1))
        assert one.nets() == ["31.00"]


def test_what_merges_into_an_item_is_priced_by_the_list_of_the_day_it_joins() -> None:
    prices = Listed({date(2000, 1, 1): "31.00"}, joining={date(2000, 1, 1): "62.00"})
    for joined, net in ((True, "42.00"), (False, "21.00")):
        change = ItemChange(id="c1", on=date(2027, 1, 11), quantity=Quantity.whole(2), joined=joined)
        result = planned(item(changes=(change,)), "2027-01-31", prices)
        assert shown(result)[1:] == [("change", "2027-01-11 to 2027-01-31", "2027-01-11", net)]


def test_a_negotiated_price_counts_from_its_change() -> None:
    change = ItemChange(id="c1", on=date(2027, 1, 16), price=Price.parse("62.00", EUR))
    result = planned(item(changes=(change,)), "2027-02-01")
    assert [(each.portion.kind, str(each.portion.quantity), str(each.portion.net)) for each in result] == [
        ("recurring", "1", "31.00"),
        ("change", "0", "16.00"),
        ("recurring", "1", "62.00"),
    ]


def test_a_change_shows_the_discounts_that_go_its_way() -> None:
    change = ItemChange(id="c1", on=date(2027, 1, 16), quantity=Quantity.whole(3))

    class Cheaper(Listed):
        def price_on(self, item: OrderItem, on: date, quantity: Quantity, *, joining: bool = False) -> Any:
            pieces = quantity.micros // 1_000_000
            return line(str(Money(3100 * pieces, EUR)), pieces, discount=str(Money(620 * pieces, EUR)))

    result = planned(item(changes=(change,)), "2027-01-31", Cheaper({}))[-1].portion
    shown_of = (result.net, result.list_net, result.discounts[0].amount, result.whole_list_net)
    assert [str(each) for each in shown_of] == ["32.00", "38.40", "6.40", "74.40"]


def test_a_change_in_a_period_that_a_former_system_invoiced_is_ours() -> None:
    change = ItemChange(id="c1", on=date(2027, 1, 11), quantity=Quantity.whole(2))
    one = item(activated_on=date(2026, 11, 1), changes=(change,))
    own = Terms(every=3, align_to="anchor", anchor_day=1)
    result = schedule(
        order(one, invoiced_elsewhere_until=date(2027, 1, 1)), one, own, Listed({date(2000, 1, 1): "92.00"}), through=date(2027, 1, 31)
    )
    assert shown(result.transactions) == [("change", "2027-01-11 to 2027-01-31", "2027-01-11", "21.00")]


def test_more_from_a_day_before_what_was_invoiced_is_billed_for_every_period_invoiced_without_it() -> None:
    one = life()
    one.run(date(2027, 3, 10))
    one.record("change", jan(16), date(2027, 3, 10), quantity=units(3))
    assert [(*each[:3:2], each[3]) for each in shown(tuple(one.plan(date(2027, 4, 1)).values()))] == [
        ("recurring", "2027-01-01", "31.00"),
        ("change", "2027-01-16", "32.00"),
        ("recurring", "2027-02-01", "31.00"),
        ("change", "2027-02-01", "62.00"),
        ("recurring", "2027-03-01", "31.00"),
        ("change", "2027-03-01", "62.00"),
        ("recurring", "2027-04-01", "93.00"),
    ]
    for on_change in ("next-period", "none"):
        left = life(on_change=on_change)
        left.run(date(2027, 3, 10))
        left.record("change", jan(16), date(2027, 3, 10), quantity=units(3))
        assert left.nets()[:4] == ["31.00", "31.00", "31.00", "93.00"]
        not_invoiced = life(on_change=on_change)
        not_invoiced.record("change", jan(16), date(2027, 3, 10), quantity=units(3))
        assert not_invoiced.nets()[:4] == ["31.00", "93.00", "93.00", "93.00"]


def test_less_from_a_day_before_what_was_invoiced_is_taken_back_only_where_changes_are_prorated() -> None:
    for on_change, wanted in (("prorate", ["62.00", "-31.00", "62.00", "31.00"]), (None, ["62.00", "62.00", "31.00", "31.00"])):
        two = life(of=item(quantity=units(2)), on_change=on_change)
        two.run(date(2027, 2, 10))
        two.record("change", date(2027, 2, 1), date(2027, 2, 10), quantity=units(1))
        assert sorted(two.nets()[:4]) == sorted(wanted)
        not_invoiced = life(of=item(quantity=units(2)), on_change=on_change)
        not_invoiced.run(jan(31))
        not_invoiced.record("change", date(2027, 2, 1), date(2027, 2, 10), quantity=units(1))
        assert not_invoiced.nets()[:3] == ["62.00", "31.00", "31.00"]


@pytest.mark.parametrize("timing", ["advance", "arrears"])
def test_a_suspension_takes_back_what_was_invoiced_where_changes_are_prorated(timing: str) -> None:
    for on_change, wanted in (("prorate", "-16.00"), (None, None)):
        paused = life(timing=timing, on_change=on_change)
        paused.run(date(2027, 2, 1) if timing == "arrears" else jan(10))
        paused.record("suspend", jan(16), date(2027, 2, 10))
        assert sorted(paused.nets()) == sorted(["31.00", *([wanted] if wanted else [])])


@pytest.mark.parametrize("timing", ["advance", "arrears"])
def test_an_end_takes_back_every_period_that_was_invoiced_after_it(timing: str) -> None:
    for on_change, wanted in (("prorate", [-1600, -3100, -3100]), (None, [])):
        ended = life(timing=timing, on_change=on_change)
        ended.run(date(2027, 4, 1) if timing == "arrears" else date(2027, 3, 1))
        ended.record("end", jan(16), date(2027, 4, 10))
        assert [one.portion.net.minor for name, one in ended.plan().items() if name not in ended.invoiced] == wanted
        assert ended.total() == 9300 + sum(wanted)


def test_a_price_from_a_day_that_was_invoiced_in_arrears_is_billed_for_that_period_too() -> None:
    dearer = life(timing="arrears")
    dearer.run(date(2027, 2, 1))
    dearer.record("change", jan(1), date(2027, 2, 10), price=Price.parse("62.00", EUR))
    assert [(each.portion.kind, str(each.billing_date), str(each.portion.net)) for each in dearer.plan(date(2027, 3, 1)).values()] == [
        ("recurring", "2027-02-01", "31.00"),
        ("change", "2027-02-01", "31.00"),
        ("recurring", "2027-03-01", "62.00"),
    ]


def test_several_changes_on_one_day_are_one_and_what_is_invoiced_of_them_is_the_before_of_a_later_one() -> None:
    one = life(of=item(quantity=units(10), ends_before=date(2027, 2, 1)))
    one.run(jan(1))
    one.record("change", jan(11), jan(10), quantity=units(100))
    one.record("change", jan(11), jan(12), quantity=units(11))
    assert one.nets() == ["310.00", "21.00"]
    assert [each.portion.change for each in one.plan().values()] == [None, "change-1"]
    one.run(jan(15))
    one.record("change", jan(11), jan(20), quantity=units(13))
    one.record("change", jan(11), jan(21), quantity=units(12))
    assert [(each.portion.change, str(each.portion.net)) for each in one.plan().values()] == [
        (None, "310.00"),
        ("change-1", "21.00"),
        ("change-3", "21.00"),
    ]


def test_an_earlier_change_that_is_recorded_later_counts_until_the_one_that_was_invoiced() -> None:
    one = life(of=item(ends_before=date(2027, 2, 1)))
    one.record("change", jan(21), quantity=units(10))
    one.run(jan(31))
    one.record("change", jan(11), date(2027, 2, 3), quantity=units(5))
    assert shown(tuple(one.plan().values())) == [
        ("recurring", "2027-01-01 to 2027-01-31", "2027-01-01", "31.00"),
        ("change", "2027-01-11 to 2027-01-20", "2027-01-11", "40.00"),
        ("change", "2027-01-21 to 2027-01-31", "2027-01-21", "99.00"),
    ]


def test_an_end_may_be_moved_to_an_earlier_day_after_its_period_was_invoiced() -> None:
    one = life(on_change="prorate", of=item(ends_before=date(2027, 1, 26)))
    one.run(jan(31))
    one.record("end", jan(21), jan(20))
    one.run(jan(31))
    one.record("end", jan(11), jan(28))
    assert one.nets() == ["25.00", "-10.00", "-5.00"]
    assert [each.portion.change for each in one.plan().values()] == [None, "change-3", "change-2"]


def test_a_typed_end_after_the_former_system_invoiced_the_period() -> None:
    for on_change, wanted in (("prorate", ["-21.00"]), (None, [])):
        one = life(of=item(activated_on=date(2026, 11, 1)), since=jan(2), on_change=on_change)
        one.record("end", jan(11), jan(5))
        assert one.nets() == wanted


def test_a_change_in_the_first_period_of_a_joined_item_is_priced_by_the_list_it_joined_at() -> None:
    prices = Listed({date(2000, 1, 1): "31.00"}, joining={date(2000, 1, 1): "62.00"})
    change = ItemChange(id="c1", on=date(2027, 1, 22), quantity=Quantity.whole(2))
    joins = item(activated_on=date(2027, 1, 11), joined_on=date(2027, 1, 11), changes=(change,))
    assert nets_of(planned(joins, "2027-02-01", prices)) == ["42.00", "20.00", "62.00"]


def test_more_of_something_counts_from_its_day_even_where_it_costs_less() -> None:
    class Volume(Listed):
        def price_on(self, item: OrderItem, on: date, quantity: Quantity, *, joining: bool = False) -> Any:
            return line("31.00" if quantity == Quantity.whole(1) else "0.00")

    change = ItemChange(id="c1", on=date(2027, 1, 11), quantity=Quantity.whole(2))
    assert [str(each.portion.net) for each in planned(item(changes=(change,)), "2027-01-31", Volume({}))] == ["31.00", "-21.00"]


def test_an_end_that_is_put_off_bills_what_is_served_until_the_later_end() -> None:
    early, late = date(2027, 2, 15), date(2027, 4, 1)
    whole = ["31.00", "31.00", "31.00"]
    agreed = life(of=item(ends_before=early))
    agreed.record("end", late, jan(2))
    assert agreed.nets() == whole
    waived = life()
    waived.record("end", early, jan(2))
    waived.record("end", late, jan(3))
    assert waived.nets() == whole
    twice = life(of=item(ends_before=early))
    twice.record("end", late, jan(2))
    twice.record("end", early, jan(3))
    assert twice.nets() == life(of=item(ends_before=early)).nets() == ["31.00", "15.50"]


def test_what_was_invoiced_until_an_agreed_end_stays_when_it_is_put_off() -> None:
    one = life(of=item(ends_before=date(2027, 2, 15)))
    one.run(date(2027, 2, 1))
    one.record("end", date(2027, 4, 1), date(2027, 2, 2))
    assert one.nets() == ["31.00", "15.50", "15.50", "31.00"]
    assert any("the end of 2027-02-15 is put off" in str(each.portion.reasons) for each in one.plan().values())


def test_a_change_inside_a_suspension_counts_from_the_resumption_whenever_it_is_recorded() -> None:
    made = {"suspend": jan(20), "resume": date(2027, 2, 10), "change": jan(25)}
    results = []
    for verbs in (("change", "suspend", "resume"), ("suspend", "resume", "change"), ("suspend", "change", "resume")):
        one = life()
        for verb in verbs:
            one.record(verb, made[verb], jan(1), **({"quantity": units(2)} if verb == "change" else {}))
        results.append(one.nets())
    assert results[0] == results[1] == results[2] == ["19.00", "42.07", *results[0][2:]]
