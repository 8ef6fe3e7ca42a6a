"""The notice of an end: only with a term, in time, unless the end was agreed."""

from datetime import date

import pytest

from engine.documents.order import Order
from engine.problems import Refusal
from engine.rulebook.plans import Renewal
from engine.stages.ordering.item_lifecycle import activate
from engine.stages.ordering.notice import check_notice, next_end
from engine.stages.ordering.product_change import swap
from tests.unit.stages.small_rulebook import item, order, process, rulebook

YEARLY = Renewal(mode="automatic", term_months=12, notice_months=3)
BOOK = rulebook(billing_processes={"subscription": process("subscription", renewal=YEARLY)})
BEGAN = date(2026, 3, 1)


def running(began: date = BEGAN, **own: object) -> Order:
    return activate(order(item("DESK", **own), signed_on=began), began)


def refused(of: Order, on: date, given_on: date) -> str:
    with pytest.raises(Refusal) as refusal:
        check_notice(of, on, None, BOOK, given_on=given_on)
    assert (refusal.value.state, refusal.value.problems[0].code) == ("active", "late-notice")
    return refusal.value.problems[0].message


def test_an_end_with_a_term_needs_notice_in_time() -> None:
    check_notice(running(), date(2027, 3, 1), None, BOOK, given_on=date(2026, 12, 1))
    late = refused(running(), date(2027, 3, 1), date(2026, 12, 2))
    assert "its term runs until 2027-03-01, with notice by 2026-12-01; the next possible end is 2028-03-01" in late


def test_inside_a_term_the_next_possible_end_is_that_of_the_term_or_of_a_later_one() -> None:
    assert "the next possible end is 2027-03-01" in refused(running(), date(2026, 6, 10), date(2026, 6, 1))
    assert "the next possible end is 2028-03-01" in refused(running(), date(2027, 6, 10), date(2027, 1, 31))
    assert "the next possible end is 2029-03-01" in refused(running(), date(2027, 6, 10), date(2027, 12, 2))


def test_terms_clamp_from_their_first_day() -> None:
    leap = next_end(date(2024, 2, 29), YEARLY, date(2028, 2, 29), date(2027, 11, 29))
    assert [each.on for each in leap] == [date(2028, 2, 29), date(2028, 2, 29)]
    assert next_end(date(2024, 2, 29), YEARLY, date(2025, 1, 1), date(2024, 6, 1))[0] == (date(2025, 2, 28), date(2024, 11, 28))


def test_an_agreed_end_stays_possible_and_may_be_put_off() -> None:
    agreed = running(ends_before=date(2026, 9, 15))
    for on in (date(2026, 9, 15), date(2026, 12, 1)):
        check_notice(agreed, on, None, BOOK, given_on=date(2026, 9, 1))
    assert "the next possible end is 2026-09-15" in refused(agreed, date(2026, 9, 1), date(2026, 8, 1))


def test_without_notice_months_and_for_what_ended_any_day_passes() -> None:
    free = rulebook()
    check_notice(running(), date(2026, 6, 10), None, free, given_on=date(2026, 6, 9))
    check_notice(order(item("DESK")), date(2026, 6, 10), None, BOOK, given_on=date(2026, 6, 9))
    check_notice(running(billing_process="old"), date(2026, 6, 10), None, BOOK, given_on=date(2026, 6, 9))


def test_a_swapped_item_keeps_the_terms_of_the_one_before() -> None:
    swapped = swap(running(), date(2026, 7, 15), "A-1", "EDI", BOOK)
    assert "its term runs until 2027-03-01" in refused(swapped, date(2026, 12, 1), date(2026, 8, 1))


def test_a_named_item_may_put_its_end_off_to_the_end_of_a_term_with_notice_in_time() -> None:
    agreed = running(ends_before=date(2026, 9, 15))
    check_notice(agreed, date(2028, 3, 1), ("A-1",), BOOK, given_on=date(2026, 8, 1))
    for on in (date(2026, 12, 1), date(2028, 2, 1)):
        with pytest.raises(Refusal, match="the next possible end is"):
            check_notice(agreed, on, ("A-1",), BOOK, given_on=date(2026, 8, 1))


def test_an_end_before_the_agreed_one_needs_a_waiver() -> None:
    with pytest.raises(Refusal) as refusal:
        check_notice(running(ends_before=date(2026, 9, 15)), date(2026, 9, 1), None, BOOK, given_on=date(2026, 8, 1))
    right = "it ends on 2026-09-15 as agreed; an earlier end needs a waiver: `--waive REASON --by NAME`"
    assert refusal.value.problems[0].help == right
