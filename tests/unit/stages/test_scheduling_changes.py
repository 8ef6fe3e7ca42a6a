"""Schedules of items to which something happens: changes inside a period and changes, prices and ends that become known late."""

from datetime import date
from typing import Any

from engine.documents.order import ItemChange, OrderItem
from engine.money import Money, Price, Quantity
from engine.rulebook.plans import Terms
from engine.stages.scheduling.item_schedule import schedule
from tests.scheduled import EUR, Listed, item, line, nets_of, order, planned, shown


def known_late(on: str, known_on: str, **fields: Any) -> ItemChange:
    return ItemChange(id="c1", on=date.fromisoformat(on), known_on=date.fromisoformat(known_on), **fields)


def test_an_end_that_becomes_known_in_a_period_billed_whole_takes_back_or_leaves_the_rest() -> None:
    ended = item(ends_before=date(2027, 2, 15), end_known_on=date(2027, 2, 10))
    result = planned(ended, "2027-12-31", on_change="prorate")
    assert shown(result)[1:] == [
        ("recurring", "2027-02-01 to 2027-02-28", "2027-02-01", "31.00"),
        ("change", "2027-02-15 to 2027-02-28", "2027-02-15", "-15.50"),
    ]
    assert (str(result[-1].portion.quantity), result[-1].portion.change) == ("-1", "end")
    assert result[-1].reasons[-1].says == (
        "of the 28 days from 2027-02-01 to 2027-02-28, 14 from 2027-02-15 on: "
        "-31.00 × 14/28 days = -15.50: ended on 2027-02-15, the days left are taken back"
    )
    for on_change in (None, "next-period", "none"):
        assert shown(planned(ended, "2027-12-31", on_change=on_change))[1:] == [
            ("recurring", "2027-02-01 to 2027-02-28", "2027-02-01", "31.00")
        ]
    in_arrears = planned(ended, "2027-12-31", on_change="prorate", timing="arrears")
    assert shown(in_arrears)[-1] == ("recurring", "2027-02-01 to 2027-02-14", "2027-02-15", "15.50")


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


def test_more_that_becomes_known_late_is_billed_for_every_period_that_was_billed_without_it() -> None:
    change = known_late("2027-01-16", "2027-03-10", quantity=Quantity.whole(3))
    assert [(*each[:3:2], each[3]) for each in shown(planned(item(changes=(change,)), "2027-04-01"))] == [
        ("recurring", "2027-01-01", "31.00"),
        ("change", "2027-01-16", "32.00"),
        ("recurring", "2027-02-01", "31.00"),
        ("change", "2027-02-01", "62.00"),
        ("recurring", "2027-03-01", "31.00"),
        ("change", "2027-03-01", "62.00"),
        ("recurring", "2027-04-01", "93.00"),
    ]
    result = planned(item(changes=(change,)), "2027-04-01")
    assert len({each.identity for each in result}) == len(result)
    assert [str(each.portion.net) for each in planned(item(changes=(change,)), "2027-04-01", on_change="next-period")] == [
        "31.00",
        *["93.00"] * 3,
    ]


def test_what_was_known_in_time_is_billed_as_it_stands() -> None:
    change = known_late("2027-02-01", "2027-02-01", quantity=Quantity.whole(3))
    assert [str(each.portion.net) for each in planned(item(changes=(change,)), "2027-02-01")] == ["31.00", "93.00"]


def test_less_that_becomes_known_late_is_taken_back_only_where_changes_are_prorated() -> None:
    change = known_late("2027-02-01", "2027-02-10", quantity=Quantity.whole(1))
    two = item(quantity=Quantity.whole(2), changes=(change,))
    assert nets_of(planned(two, "2027-03-01", on_change="prorate")) == ["62.00", "62.00", "-31.00", "31.00"]
    assert nets_of(planned(two, "2027-03-01")) == ["62.00", "31.00", "31.00"]


def test_a_suspension_that_becomes_known_late_takes_back_what_was_billed() -> None:
    paused = item(changes=(known_late("2027-01-16", "2027-02-10", suspend=True),))
    assert nets_of(planned(paused, "2027-12-31", on_change="prorate")) == ["31.00", "-16.00", "31.00", "-31.00"]
    assert nets_of(planned(paused, "2027-12-31")) == ["31.00"]


def test_an_end_that_becomes_known_late_takes_back_every_period_billed_since() -> None:
    ended = item(ends_before=date(2027, 1, 16), end_known_on=date(2027, 3, 10))
    wanted = ["31.00", "-16.00", "31.00", "-31.00", "31.00", "-31.00"]
    assert nets_of(planned(ended, "2027-12-31", on_change="prorate")) == wanted
    assert nets_of(planned(ended, "2027-12-31")) == ["31.00"]


def test_a_price_that_becomes_known_late_in_arrears_is_billed_for_the_periods_billed_without_it() -> None:
    dearer = item(changes=(known_late("2027-01-01", "2027-02-10", price=Price.parse("62.00", EUR)),))
    result = planned(dearer, "2027-03-01", timing="arrears")
    assert [(each.portion.kind, str(each.billing_date), str(each.portion.net)) for each in result] == [
        ("recurring", "2027-02-01", "31.00"),
        ("change", "2027-02-01", "31.00"),
        ("recurring", "2027-03-01", "62.00"),
    ]


def test_invoicing_comes_before_ending_on_one_day_and_after_a_change() -> None:
    ended = item(ends_before=date(2027, 2, 15), end_known_on=date(2027, 2, 1))
    assert nets_of(planned(ended, "2027-12-31", on_change="prorate")) == ["31.00", "31.00", "-15.50"]
    changed = item(changes=(known_late("2027-01-16", "2027-02-01", quantity=Quantity.whole(3)),))
    assert nets_of(planned(changed, "2027-02-01")) == ["31.00", "32.00", "93.00"]


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
