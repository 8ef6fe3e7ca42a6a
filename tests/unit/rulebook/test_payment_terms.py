"""Payment terms: the due date of each form, and what `check` says of terms that mean nothing, too much, or no whole."""

from datetime import date, timedelta

import pytest

from engine.problems import Refusal
from engine.rulebook.offered_terms import refuse_terms
from engine.rulebook.payment_terms import ClosedDays, PaymentTerms
from engine.rulebook.reader import read_rulebook
from tests.unit.rulebook.texts import SMALL, changed, only, told
from tests.unit.stages.small_rulebook import label

TERMS = "plans/terms.yaml"
PARTS = "parts: [{share: 30%, days: 0}, {share: 70%, days: 30}]"


@pytest.mark.parametrize(
    ("terms", "issued", "due"),
    [
        ({"days": 30}, "2027-01-15", "2027-02-14"),
        ({"days": 0}, "2027-01-15", "2027-01-15"),
        ({"days": 30, "then": "end-of-month"}, "2027-01-15", "2027-02-28"),
        ({"days": 30, "then": "end-of-month"}, "2027-01-30", "2027-03-31"),
        ({"end_of_month": True, "days": 30}, "2027-01-15", "2027-03-02"),
        ({"end_of_month": True, "days": 0}, "2027-01-15", "2027-01-31"),
        ({"end_of_month": True, "months": 1}, "2020-06-11", "2020-07-31"),
        ({"end_of_month": True, "months": 1}, "2027-01-31", "2027-02-28"),
        ({"months": 1}, "2027-01-31", "2027-02-28"),
        ({"months": 2}, "2027-12-15", "2028-02-15"),
        ({"on_day": 5}, "2027-01-05", "2027-01-05"),
        ({"on_day": 5}, "2027-01-06", "2027-02-05"),
        ({"on_day": 5, "days": 30}, "2027-01-06", "2027-02-05"),
        ({"on_day": 5, "days": 31}, "2027-01-06", "2027-03-05"),
        ({"on_day": 31}, "2027-02-10", "2027-02-28"),
        ({"on_day": 15, "months": 1}, "2027-01-15", "2027-02-15"),
        ({"on_day": 15, "months": 1}, "2027-01-16", "2027-03-15"),
        ({"on_day": 31, "months": 1}, "2028-01-31", "2028-02-29"),
    ],
)
def test_the_due_date(terms: dict[str, object], issued: str, due: str) -> None:
    made = PaymentTerms.model_validate({"id": "terms", "label": label("terms"), **terms})
    assert made.due_on(date.fromisoformat(issued), ClosedDays()) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("terms", "issued", "due"),
    [
        ({"days": 30}, "2027-01-14", "2027-02-13"),  # a Saturday stays unless the terms say otherwise
        ({"days": 30, "on_closed_day": "next"}, "2027-01-13", "2027-02-12"),
        ({"days": 30, "on_closed_day": "next"}, "2027-01-14", "2027-02-15"),
        ({"days": 30, "on_closed_day": "next"}, "2027-01-15", "2027-02-15"),
        ({"end_of_month": True, "days": 0, "on_closed_day": "next"}, "2027-02-03", "2027-03-01"),
        ({"days": 25, "on_closed_day": "next"}, "2027-11-30", "2027-12-27"),  # Christmas is a Saturday
        ({"days": 31, "on_closed_day": "next"}, "2026-12-01", "2027-01-04"),  # a Friday that is closed each year, then a weekend
        ({"days": 30, "on_closed_day": "next"}, "2027-02-25", "2027-03-30"),  # a Saturday, a Sunday, and Easter Monday of that year
    ],
)
def test_a_due_date_on_a_closed_day(terms: dict[str, object], issued: str, due: str) -> None:
    closed = ClosedDays.model_validate({"every_year": ["01-01", "12-25"], "days": ["2027-03-29"]})
    made = PaymentTerms.model_validate({"id": "terms", "label": label("terms"), **terms})
    assert made.due_on(date.fromisoformat(issued), closed) == date.fromisoformat(due)


def test_a_year_of_closed_days_leaves_the_due_date_where_it_is() -> None:
    day = date(2027, 1, 14)
    closed = ClosedDays(days=tuple(day + timedelta(days=at) for at in range(366)))
    assert closed.open_from(day) == day


def test_of_several_parts_the_first_is_the_due_date() -> None:
    terms = PaymentTerms.model_validate(
        {"id": "terms", "label": label("terms"), "parts": [{"share": "60%", "months": "1"}, {"share": "40%", "days": "10"}]}
    )
    assert terms.due_dates(date(2027, 1, 31), ClosedDays()) == (date(2027, 2, 28), date(2027, 2, 10))
    assert terms.first_due_on(date(2027, 1, 31), ClosedDays()) == date(2027, 2, 10)


@pytest.mark.parametrize(
    ("new", "codes"),
    [
        ("months: 1", []),
        ("on-day: 10", []),
        ("on-day: 10, months: 1", ["long-payment-terms"]),
        ("days: 20, then: end-of-month", []),
        ("end-of-month: yes, months: 1", ["long-payment-terms"]),
        ("end-of-month: yes, days: 30", []),
        ("end-of-month: yes, days: 31", ["long-payment-terms"]),
        ("days: 60", []),
        ("days: 61", ["long-payment-terms"]),
        ("months: 2", ["long-payment-terms"]),
        (PARTS, []),
        ("parts: [{share: 30%, days: 0}, {share: 70%, days: 61}]", ["long-payment-terms"]),
        ("end-of-month: yes", ["no-due-date"]),
        ("parts: [{share: 30%}, {share: 70%, days: 30}]", ["no-due-date"]),
        ("days: 14, months: 1", ["words-apart"]),
        ("days: 14, then: end-of-month, end-of-month: yes", ["words-apart"]),
        ("months: 1, then: end-of-month", ["words-apart"]),
        ("on-day: 1, end-of-month: yes", ["words-apart"]),
        ("on-day: 1, days: 5, then: end-of-month", ["words-apart"]),
        (f"days: 14, {PARTS}", ["words-apart"]),
        (f"on-closed-day: next, {PARTS}", ["words-apart"]),
        ("days: 14, on-closed-day: next", []),
        ("days: 14, on-closed-day: previous", ["unknown-value"]),
        (f"{PARTS}, cash-discount: {{percent: 2%, within-days: 0}}", ["words-apart"]),
        ("parts: [{share: 30%, days: 0}, {share: 60%, days: 30}]", ["parts-not-whole"]),
        ("parts: [{share: 0%, days: 0}, {share: 100%, days: 30}]", ["part-share"]),
        ("parts: [{share: 100%, days: 0}]", ["not-allowed"]),
        ("parts: [{share: 30, days: 0}, {share: 70%, days: 30}]", ["not-allowed"]),
        ("days: 30, cash-discount: {percent: 2%, within-days: 8}", []),
        ("days: 30, cash-discount: {percent: 0%, within-days: 8}", ["cash-discount-size"]),
        ("days: 30, cash-discount: {percent: 100%, within-days: 8}", ["cash-discount-size"]),
        ("days: 30, cash-discount: {percent: 2%, within-days: 31}", ["late-cash-discount"]),
        ("on-day: 5, cash-discount: {percent: 2%, within-days: 8}", ["late-cash-discount"]),
        ("on-day: 32", ["not-allowed"]),
        ("then: end-of-year", ["unknown-value"]),
    ],
)
def test_what_check_says_of_terms(new: str, codes: list[str]) -> None:
    assert [line.split()[1] for line in told(changed(TERMS, "days: 14", new))] == codes


def test_long_terms_are_advice_that_names_an_invoice_and_the_law() -> None:
    advice = only(changed(TERMS, "days: 14", "end-of-month: yes, months: 2"))
    assert (advice.code, advice.stops) == ("long-payment-terms", False)
    assert str(advice.message) == "91 days, for an invoice of 2027-03-01, are more than the 60 that may be agreed between businesses"
    assert str(only(changed(TERMS, "days: 14", "days: 61")).message).startswith("61 days are more")


def test_the_word_to_remove_is_pointed_at() -> None:
    problem = only(changed(TERMS, "days: 14", "days: 14, months: 1"))
    assert problem.where is not None
    line = changed(TERMS, "days: 14", "days: 14, months: 1")[TERMS].splitlines()[problem.where.line - 1]
    assert line[problem.where.column - 1 :].startswith("months: 1")


RETIRED = "retired:\n  - {id: 60-days, label: {fr: 60 jours, nl: 60 dagen, en: 60 days}, days: 60}\n"


def test_retired_terms_keep_their_meaning_and_nothing_new_is_agreed_with_them() -> None:
    texts = {**SMALL, TERMS: SMALL[TERMS] + RETIRED}
    assert told(texts) == []
    book = read_rulebook(texts)
    assert (book.retired, book.payment_terms["60-days"].days) == ({("payment-terms", "60-days")}, 60)
    assert book.fingerprint != read_rulebook(SMALL).fingerprint
    refuse_terms("14-days", book, "/terms")
    with pytest.raises(Refusal, match="the payment term `60-days` is retired"):
        refuse_terms("60-days", book, "/terms")
    with pytest.raises(Refusal, match="there are no payment terms `61-days`"):
        refuse_terms("61-days", book, "/terms")


def test_what_is_sold_leads_to_no_retired_terms() -> None:
    texts = {**SMALL, TERMS: SMALL[TERMS] + RETIRED}
    assert only(changed("company.yaml", "payment-terms: 14-days", "payment-terms: 60-days", texts)).code == "retired-terms"
    sold = changed("plans/processes.yaml", "align-to: activation", "align-to: activation\n    payment-terms: 60-days", texts)
    assert only(sold).code == "retired-offered"
