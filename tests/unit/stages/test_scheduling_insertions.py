"""Schedules of advertising: one insertion a month, what is cancelled, suspended or ended, and what was invoiced of it."""

from datetime import date

import pytest

from engine import billing
from engine.documents.order import Order
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import figures_of
from engine.money import Quantity
from engine.rulebook.plans import OnChange, Timing
from engine.rulebook.terms import Terms
from engine.stages.ordering import item_lifecycle
from engine.stages.ordering.slots import insertion_months
from engine.stages.scheduling.item_schedule import schedule_insertions
from tests.scheduled import Listed, advertising, nets_of, order

BOOKS = {date(2020, 1, 1): "10.00", date(2027, 3, 15): "12.00"}
THREE = advertising(first_month=date(2027, 1, 1), insertions=3)
YEAR_END = date(2028, 12, 31)


def planned(of: Order, through: date = YEAR_END, on_change: OnChange | None = None, timing: Timing = "advance") -> tuple[Transaction, ...]:
    terms = Terms(align_to="calendar", on_change=on_change, timing=timing)
    (one,) = of.items
    assert one.type == "advertising"
    return schedule_insertions(of, one, terms, Listed(BOOKS), through=through)


def cancelled(before: Order, invoiced: tuple[Transaction, ...], today: date, number: int = 2) -> Order:
    return billing.record(before, item_lifecycle.cancel_insertions(before, today, "o1-1", number), map(figures_of, invoiced), today=today)


def test_insertions_are_one_a_month_from_the_first_at_the_list_of_the_first_of_the_month() -> None:
    advertised = advertising(first_month=date(2027, 2, 1), insertions=4, cancelled_from=4)
    own = Terms(align_to="calendar")
    result = schedule_insertions(order(advertised), advertised, own, Listed(BOOKS), through=date(2027, 3, 31))
    assert [(each.identity, str(each.billing_date), str(each.portion.net)) for each in result] == [
        ("o1-1|insertion|1|", "2027-02-01", "10.00"),
        ("o1-1|insertion|2|", "2027-03-01", "10.00"),
    ]
    assert str(result[1].service_period) == "2027-03-01 to 2027-03-31"
    last = schedule_insertions(order(advertised), advertised, own, Listed(BOOKS), through=date(2028, 12, 31))
    assert nets_of(last) == ["10.00", "10.00", "12.00"]


def test_insertions_run_over_the_end_of_a_year() -> None:
    advertised = advertising(first_month=date(2027, 11, 1), insertions=3)
    own = Terms(align_to="calendar")
    result = schedule_insertions(order(advertised), advertised, own, Listed(BOOKS), through=date(2028, 12, 31))
    assert [str(each.service_period)[:10] for each in result] == ["2027-11-01", "2027-12-01", "2028-01-01"]


@pytest.mark.parametrize("timing", ["advance", "arrears"])
@pytest.mark.parametrize("today", [date(2026, 12, 20), date(2027, 2, 20), date(2027, 5, 1)])
def test_cancelled_insertions_that_are_not_invoiced_are_not_billed_whenever_they_are_cancelled(today: date, timing: Timing) -> None:
    assert nets_of(planned(cancelled(order(THREE), (), today), timing=timing)) == ["10.00"]


def test_cancelled_insertions_that_were_invoiced_are_left_or_taken_back() -> None:
    policies: tuple[tuple[OnChange | None, list[str]], ...] = (("prorate", ["-10.00"]), (None, []), ("next-period", []), ("none", []))
    for on_change, taken_back in policies:
        invoiced = planned(order(THREE), date(2027, 2, 1), on_change)
        after = planned(cancelled(order(THREE), invoiced, date(2027, 2, 20)), on_change=on_change)
        assert nets_of(after) == ["10.00", "10.00", *taken_back]
    credit = planned(cancelled(order(THREE), planned(order(THREE), date(2027, 2, 1)), date(2027, 2, 20)), on_change="prorate")[-1]
    assert (credit.portion.kind, str(credit.portion.quantity), str(credit.service_period)) == ("change", "-1", "2027-02-01 to 2027-02-28")
    assert credit.portion.reasons[-1].says == "-10.00 for 2027-02-01 to 2027-02-28: the insertion is cancelled and taken back"


def test_two_cancellations_give_the_same_in_any_order() -> None:
    assert nets_of(planned(cancelled(cancelled(order(THREE), (), date(2027, 1, 1), 3), (), date(2027, 1, 2)))) == ["10.00"]


def test_an_advertisement_that_is_ended_or_suspended_or_grows_is_billed_for_the_months_in_which_it_appears() -> None:
    ended = item_lifecycle.end(order(THREE), date(2027, 2, 10), today=date(2027, 1, 5))
    assert nets_of(planned(ended)) == ["10.00", "10.00"]
    assert list(insertion_months(ended.items[0])) == [date(2027, 1, 1), date(2027, 2, 1)]
    paused = item_lifecycle.suspend(order(THREE), date(2027, 1, 20))
    resumed = item_lifecycle.resume(paused, date(2027, 2, 20))
    assert nets_of(planned(resumed)) == ["10.00", "10.00"]
    assert list(insertion_months(resumed.items[0])) == [date(2027, 1, 1), date(2027, 3, 1)]
    grown = item_lifecycle.change(order(THREE), date(2027, 2, 1), "o1-1", quantity=Quantity.whole(2))
    assert nets_of(planned(grown)) == ["10.00", "20.00", "20.00"]


def test_an_insertion_in_arrears_is_due_when_its_month_has_ended_whatever_the_lead() -> None:
    one = order(THREE)
    for timing, count in (("advance", 2), ("arrears", 0)):
        terms = Terms.model_validate({"align_to": "calendar", "timing": timing, "invoice_lead": 10})
        transactions = schedule_insertions(one, THREE, terms, Listed(BOOKS), through=date(2027, 1, 25))
        assert len(transactions) == count
        assert not any(each.is_due(date(2027, 1, 21)) for each in transactions[1:])
