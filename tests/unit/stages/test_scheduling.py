"""Schedules of items: parts of periods, price versions, terms, ends, insertions, one-time prices, what a former system invoiced."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from engine.documents.former_customer import FormerCustomer
from engine.documents.order import ItemChange, OrderItem
from engine.documents.quote import BundlePart, PricedLine
from engine.money import Money, Quantity
from engine.problems import Refusal
from engine.rulebook.terms import Terms
from engine.stages.scheduling.item_schedule import MOST_PERIODS, schedule
from tests.scheduled import EUR, Listed, item, line, nets_of, order, planned, shown

BOOKS = {date(2020, 1, 1): "10.00", date(2027, 3, 15): "12.00"}


def test_a_late_run_bills_each_missed_period_by_itself() -> None:
    assert shown(planned(item(), "2027-03-31")) == [
        ("recurring", "2027-01-01 to 2027-01-31", "2027-01-01", "31.00"),
        ("recurring", "2027-02-01 to 2027-02-28", "2027-02-01", "31.00"),
        ("recurring", "2027-03-01 to 2027-03-31", "2027-03-01", "31.00"),
    ]


def test_a_transaction_carries_its_item_its_price_and_its_reasons() -> None:
    (first,) = planned(
        item(quantity=Quantity.whole(2)), "2027-01-01", Listed({date(2000, 1, 1): "31.00"}, discount="2.00"), process="monthly"
    )
    assert first.identity == "o1-1|recurring|2027-01-01|"
    assert (
        str(first.portion.list_net),
        str(first.portion.net),
        str(first.portion.quantity),
        first.portion.days,
        first.portion.period_days,
    ) == ("64.00", "62.00", "2", 31, 31)
    assert first.portion.whole_list_net is None
    assert [(reason.subject, reason.rule, reason.says) for reason in first.reasons] == [
        ("period", "plans: monthly", "2027-01-01 to 2027-01-31, in advance")
    ]


def test_a_part_of_a_period_says_its_days_and_its_whole() -> None:
    (stub,) = planned(item(activated_on=date(2027, 1, 11)), "2027-01-11", Listed({date(2000, 1, 1): "31.00"}, discount="3.10"))
    assert (str(stub.portion.net), stub.portion.days, stub.portion.period_days) == ("21.00", 21, 31)
    assert (str(stub.portion.list_net), str(stub.portion.discounts[0].amount), str(stub.portion.whole_list_net)) == (
        "23.10",
        "2.10",
        "34.10",
    )
    assert stub.reasons[-1].says == "of the 31 days from 2027-01-01 to 2027-01-31, 21 from 2027-01-11 on: 31.00 × 21/31 days = 21.00"


def test_an_item_that_joins_takes_the_anchor_and_the_list_of_its_day() -> None:
    joins = item(activated_on=date(2027, 1, 18), joined_on=date(2027, 1, 18))
    prices = Listed({date(2000, 1, 1): "20.00"}, joining={date(2000, 1, 1): "22.64"})
    assert shown(planned(joins, "2027-02-01", prices)) == [
        ("recurring", "2027-01-18 to 2027-01-31", "2027-01-18", "10.22"),
        ("recurring", "2027-02-01 to 2027-02-28", "2027-02-01", "20.00"),
    ]


def test_an_item_that_joins_a_quarter_divides_by_the_quarter() -> None:
    joins = item(activated_on=date(2027, 1, 11))
    (stub,) = planned(joins, "2027-01-31", Listed({date(2000, 1, 1): "108.06"}), every=3, anchor_month=2)
    assert (str(stub.service_period), stub.portion.days, stub.portion.period_days, str(stub.portion.net)) == (
        "2027-01-11 to 2027-01-31",
        21,
        92,
        "24.67",
    )


def test_an_invoice_lead_lets_a_run_take_it_earlier() -> None:
    assert len(planned(item(), "2027-01-18")) == 1
    assert len(planned(item(), "2027-01-18", invoice_lead=14)) == 2
    assert len(planned(item(), "2027-01-17", invoice_lead=14)) == 1


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        ("next-period", [("03-01 to 2027-03-31", "10.00"), ("04-01 to 2027-04-30", "12.00")]),
        ("never", [("03-01 to 2027-03-31", "10.00"), ("04-01 to 2027-04-30", "10.00")]),
        # 10.00 × 14/31 and 12.00 × 17/31
        ("split", [("03-01 to 2027-03-14", "4.52"), ("03-15 to 2027-03-31", "6.58"), ("04-01 to 2027-04-30", "12.00")]),
    ],
)
def test_a_newer_price_version_reaches_running_items_as_the_process_says(policy: str, wanted: list[tuple[str, str]]) -> None:
    result = planned(item(activated_on=date(2027, 3, 1)), "2027-04-01", Listed(BOOKS), price_change=policy)
    assert [(str(each.service_period)[5:], str(each.portion.net)) for each in result] == wanted


def test_a_list_that_changes_in_a_period_counts_for_whom_the_period_began() -> None:
    dearer = {day: f"1{net}" for day, net in BOOKS.items()}

    class OfCustomer(Listed):
        def price_on(self, item: OrderItem, on: date, quantity: Quantity, *, joining: bool = False) -> PricedLine:
            of_former = any(on < former.until for former in item.former_customers)
            return Listed(BOOKS if of_former else dearer).price_on(item, on, quantity)

    former = FormerCustomer(until=date(2027, 3, 10), id="K1", country="BE", language="fr")
    merged = item(activated_on=date(2027, 3, 1), former_customers=(former,))
    # on 10 March: both parts are of a period that began before, and April begins after
    assert nets_of(planned(merged, "2027-04-01", OfCustomer(BOOKS), price_change="split")) == ["4.52", "6.58", "112.00"]


def test_with_next_renewal_a_newer_version_counts_from_the_next_term() -> None:
    result = planned(item(activated_on=date(2026, 4, 10)), "2027-05-01", Listed(BOOKS), price_change="next-renewal", term_months=12)
    by_start = {str(each.service_period)[:10]: str(each.portion.net) for each in result}
    # renewed on 10 April 2027: the period that began on 1 April keeps the older list
    assert (by_start["2027-03-01"], by_start["2027-04-01"], by_start["2027-05-01"]) == ("10.00", "10.00", "12.00")


def test_fragments_at_one_price_add_up_to_it() -> None:
    same = Listed({date(2020, 1, 1): "10.01", date(2027, 3, 16): "10.01"})
    result = planned(item(activated_on=date(2027, 3, 1)), "2027-03-31", same, price_change="split")
    # 10.01 × 15/31 = 4.84, and 10.01 − 4.84 where 16/31 would also give 5.17
    assert nets_of(result) == ["4.84", "5.17"]
    thirds = Listed({date(2020, 1, 1): "1.00", date(2027, 4, 11): "1.00", date(2027, 4, 21): "1.00"})
    result = planned(item(activated_on=date(2027, 4, 1)), "2027-04-30", thirds, price_change="split")
    assert nets_of(result) == ["0.33", "0.33", "0.34"]


def test_a_term_that_is_not_renewed_ends_the_item() -> None:
    result = planned(item(activated_on=date(2027, 1, 16)), "2030-01-01", term_months=2, renews=False)
    assert str(result[-1].service_period) == "2027-03-01 to 2027-03-15"
    assert len(planned(item(activated_on=date(2027, 1, 16)), "2027-12-31", term_months=2, renews=True)) == 12


def test_an_end_that_was_known_cuts_the_last_period() -> None:
    result = planned(item(ends_before=date(2027, 2, 15)), "2027-12-31")
    assert shown(result)[-1] == ("recurring", "2027-02-01 to 2027-02-14", "2027-02-01", "15.50")


def test_an_annual_price_by_the_month_ends_with_what_rounding_left_over() -> None:
    class Annual(Listed):
        def price_on(self, item: OrderItem, on: date, quantity: Quantity, *, joining: bool = False) -> Any:
            return line("8.33", periods=Fraction(1, 12), year="100.00")

    result = planned(item(activated_on=date(2027, 3, 1)), "2028-02-29", Annual({}), anchor_month=3)
    assert nets_of(result) == ["8.33"] * 11 + ["8.37"]
    assert "the last part of 100.00" in result[-1].reasons[-1].says


def test_what_a_former_system_invoiced_is_neither_priced_nor_listed() -> None:
    one = item(activated_on=date(2020, 1, 31))
    prices = Listed({date(2026, 12, 1): "31.00"})
    own = Terms(align_to="anchor", anchor_day=31)
    result = schedule(order(one, invoiced_elsewhere_until=date(2027, 1, 1)), one, own, prices, through=date(2027, 2, 1))
    assert [str(each.billing_date) for each in result.transactions] == ["2027-01-31"]
    assert result.next_billing_date == date(2027, 2, 28)


def test_an_item_to_come_is_planned_and_a_cancelled_one_is_not() -> None:
    assert len(planned(item(state="pending", activated_on=None, starts_on=date(2027, 2, 1)), "2027-02-01")) == 1
    assert planned(item(state="pending", activated_on=None), "2027-12-31") == ()
    assert planned(item(state="cancelled"), "2027-12-31") == ()


def test_what_is_paid_once_is_due_on_its_first_day_and_never_prorated() -> None:
    result = planned(item(ends_before=date(2027, 1, 3)), "2027-01-01", once=True)
    assert shown(result) == [("one-time", "2027-01-01 to 2027-01-01", "2027-01-01", "31.00")]
    assert planned(item(ends_before=date(2027, 1, 1)), "2027-01-01", once=True) == ()


def test_an_item_that_cannot_be_billed_by_its_terms_is_refused() -> None:
    with pytest.raises(Refusal, match="cannot be aligned to `anchor`"):
        planned(item(), "2027-12-31", unit="week")


def test_a_schedule_without_bound_is_refused() -> None:
    with pytest.raises(Refusal, match=f"more than {MOST_PERIODS} periods"):
        planned(item(), "2127-01-01", unit="day", align_to="activation")


def test_a_bundle_is_cut_with_its_transaction() -> None:
    parts = tuple(
        BundlePart(product=name, quantity=Quantity.whole(1), net=Money.parse(net, EUR)) for name, net in (("A", "20.67"), ("B", "10.33"))
    )

    class Bundled(Listed):
        def price_on(self, item: OrderItem, on: date, quantity: Quantity, *, joining: bool = False) -> Any:
            return replace(line("31.00"), parts=parts)

    (stub,) = planned(item(activated_on=date(2027, 1, 11)), "2027-01-11", Bundled({}))
    assert [(part.product, str(part.net)) for part in stub.portion.parts] == [("A", "14.00"), ("B", "7.00")]


@pytest.mark.parametrize(("proration", "net", "days", "list_net"), [("none", "31.00", 31, "34.10"), ("free", "0.00", 0, "0.00")])
def test_a_first_part_that_is_due_whole_or_free_multiplies_out_on_paper(proration: str, net: str, days: int, list_net: str) -> None:
    prices = Listed({date(2000, 1, 1): "31.00"}, discount="3.10")
    (stub,) = planned(item(activated_on=date(2027, 1, 11)), "2027-01-11", prices, proration=proration)
    assert (str(stub.portion.net), stub.portion.days, stub.portion.period_days, str(stub.portion.list_net)) == (net, days, 31, list_net)


def test_an_end_on_a_boundary_begins_no_period() -> None:
    ends = item(ends_before=date(2027, 2, 1))
    result = schedule(
        order(ends), ends, Terms(align_to="anchor", anchor_day=1), Listed({date(2000, 1, 1): "31.00"}), through=date(2027, 1, 15)
    )
    assert (len(result.transactions), result.next_billing_date) == (1, None)


def test_a_period_in_two_versions_stays_due_whole_where_nothing_is_prorated() -> None:
    paused = item(activated_on=date(2027, 3, 1), changes=(ItemChange(id="c1", on=date(2027, 3, 10), suspend=True),))
    assert nets_of(planned(paused, "2027-12-31", Listed(BOOKS), price_change="split", on_change="none")) == [
        "4.52",
        "6.58",
    ]
    assert nets_of(planned(paused, "2027-12-31", Listed(BOOKS), price_change="split")) == ["2.90"]


def test_a_period_in_arrears_that_ends_with_the_former_system_is_ours() -> None:
    one = item(activated_on=date(2026, 11, 1))
    own = Terms(align_to="anchor", anchor_day=1, timing="arrears")
    result = schedule(
        order(one, invoiced_elsewhere_until=date(2027, 1, 1)), one, own, Listed({date(2000, 1, 1): "31.00"}), through=date(2027, 1, 31)
    )
    assert shown(result.transactions) == [("recurring", "2026-12-01 to 2026-12-31", "2027-01-01", "31.00")]


def test_each_transaction_shows_the_price_of_its_own_list() -> None:
    result = planned(item(activated_on=date(2027, 3, 1)), "2027-05-01", Listed(BOOKS))
    assert [str(each.line.unit_price) for each in result] == ["10.00", "12.00", "12.00"]
