"""Mistakes in plans/: billing types, processes, payment plans, terms and indices."""

import pytest

from tests.unit.rulebook.texts import SMALL, changed, only, told

TYPES, PROCESSES, PLANS, TERMS = "plans/types.yaml", "plans/processes.yaml", "plans/plans.yaml", "plans/terms.yaml"
INDEX = """\
kind: indices
indices:
  - id: health
    label: {fr: Santé, nl: Gezondheid, en: Health}
    indexed-part: 0.8
    series: {2026-01-01: 130.5, 2027-01-01: 133.1}
    base: 2026-01-01
"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("every: 1, unit: month", "every: 1", "how-often"),
        (", every: 1, unit: month", "", "how-often"),
        ("once: yes", "once: yes, every: 1, unit: year", "how-often"),
        ("once: yes", "once: yes, factor: 0", "factor-not-positive"),
        ("every: 1", "every: 0", "not-allowed"),
        ("unit: month", "unit: months", "unknown-value"),
    ],
)
def test_a_billing_type_says_how_often_in_one_way(old: str, new: str, code: str) -> None:
    assert only(changed(TYPES, old, new)).code == code


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("billing-type: monthly", "billing-type: montly", "unknown-name"),
        ("billing-type: monthly", "billing-type: monthly\n    billing-types: [once]", "not-its-billing-type"),
        ("timing: advance", "timing: in-advance", "unknown-value"),
        ("align-to: calendar", "align-to: calendar\n    renewal: {mode: automatic}", "renewal-term"),
        ("align-to: calendar", "align-to: calendar\n    follows: indexed", "indexed"),
        ("align-to: calendar", "align-to: calendar\n    payment-terms: 30-days", "unknown-name"),
    ],
)
def test_a_process_keeps_to_its_vocabulary(old: str, new: str, code: str) -> None:
    assert only(changed(PROCESSES, old, new)).code == code


def test_what_does_not_divide_a_year_has_no_place_in_the_calendar() -> None:
    assert only(changed(TYPES, "every: 1", "every: 5")).code == "calendar-cannot"
    assert told(changed(TYPES, "every: 1", "every: 6")) == []


def test_without_a_list_a_process_allows_every_billing_type() -> None:
    odd = changed(TYPES, "  - {id: once", "  - {id: odd, label: {fr: Cinq, nl: Vijf, en: Five}, every: 5, unit: month}\n  - {id: once")
    problem = only(odd)
    assert (problem.code, str(problem.where)) == ("calendar-cannot", "plans/processes.yaml:7:15")
    assert problem.help.endswith("write its billing types without this one: `billing-types: [monthly, once]`")
    followed = {
        **odd,
        PROCESSES: odd[PROCESSES].replace("    align-to: calendar", "    billing-types: [monthly, once]\n    align-to: calendar"),
    }
    assert told(followed) == []


@pytest.mark.parametrize("listed", ["", "    billing-types: [monthly, every-4-weeks]\n"], ids=["without a list", "with a list"])
@pytest.mark.parametrize("align_to", ["anchor", "activation", "calendar"])
def test_four_weeks_are_allowed_and_proved_with_every_alignment(align_to: str, listed: str) -> None:
    weeks = "  - {id: every-4-weeks, label: {fr: Semaines, nl: Weken, en: Weeks}, every: 4, unit: week}\n"
    texts = changed(TYPES, "  - {id: once", f"{weeks}  - {{id: once")
    texts = {**texts, PROCESSES: texts[PROCESSES].replace("    align-to: calendar", f"{listed}    align-to: {align_to}")}
    assert told(texts) == []


def test_a_billing_type_that_no_process_allows_is_told() -> None:
    lists = SMALL[PROCESSES].replace("billing-type: monthly", "billing-type: monthly\n    billing-types: [monthly]")
    lists = lists.replace("billing-type: once", "billing-type: once\n    billing-types: [once]")
    weeks = SMALL[TYPES] + "  - {id: every-4-weeks, label: {fr: Semaines, nl: Weken, en: Weeks}, every: 4, unit: week}\n"
    assert only({**SMALL, PROCESSES: lists, TYPES: weeks}).code == "unused-billing-type"
    assert told({**SMALL, PROCESSES: lists.replace("[once]", "[once, every-4-weeks]"), TYPES: weeks}) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("share: rest", "share: 40%", "shares-not-whole"),
        ("share: rest", "share: 50%", None),
        ("share: 50%", "share: rest", "two-rests"),
        ("share: 50%", "share: 120%", "shares-too-much"),
        ("share: 50%", "share: half", "bad-share"),
        ("share: 50%", "share: 0%", "share-not-positive"),
        ("share: 50%", "share: 100.00 USD", "bad-share"),
        ("share: 50%", "share: 100.00 EUR", None),
        ("share: 50%", "share: 0.3", "share-without-sign"),
        ("share: 50%", "share: 0.30", "share-without-sign"),
        ("share: 50%", "share: 0.30 EUR", None),
        ("share: 50%", "share: 4.000 EUR", "thousands-or-decimals"),
        ("share: 50%", "share: 4_000 EUR", None),
        ("order.signed", "order.signd", "unknown-name"),
        ("order.signed", "date", "event-day"),
        ("order.signed", "date, on: 2027-03-01", None),
        ("order.signed", "order.signed, after: 1 month", None),
        ("order.signed", "order.signed, after: a month", "bad-after"),
        ("order.signed", "order.signed, supplied: yes", "twice-supplied"),
    ],
)
def test_a_payment_plan_makes_a_whole(old: str, new: str, code: str | None) -> None:
    assert [line.split()[1] for line in told(changed(PLANS, old, new))] == ([code] if code else [])


def test_the_sum_of_the_shares_is_said() -> None:
    assert "90%" in only(changed(PLANS, "share: rest", "share: 40%")).message


def test_a_plan_may_wait_for_an_event_of_its_own() -> None:
    own = changed(PLANS, "payment-plans:", "events: [order.signed, delivery.accepted, roof.closed]\npayment-plans:")
    assert told(changed(PLANS, "event: order.signed", "event: roof.closed", own)) == []


def test_long_payment_terms_are_advice_and_stop_nothing() -> None:
    problem = only(changed(TERMS, "days: 14", "days: 61"))
    assert (problem.code, problem.stops) == ("long-payment-terms", False)


def belgian(index: str) -> dict[str, str]:
    """The small rulebook of a Belgian seller, with an index."""
    texts = changed("company.yaml", "country: NL\n  vat-number: NL999990007B01", "country: BE\n  vat-number: BE0202239951")
    texts = changed("company.yaml", '"12345678"', "0202.239.951", texts)
    return {**changed("vat/rates.yaml", "  NL:", "  BE:", texts), "plans/index.yaml": index}


def test_an_index_has_a_value_for_its_base_and_belgian_law_caps_its_part() -> None:
    assert told({**SMALL, "plans/index.yaml": INDEX}) == []
    assert only({**SMALL, "plans/index.yaml": INDEX.replace("base: 2026", "base: 2025")}).code == "index-base"
    of_wages = INDEX.replace("indexed-part", "series-kind: wages\n    indexed-part")
    assert told(belgian(of_wages)) == []
    assert only(belgian(of_wages.replace("0.8", "0.81"))).code == "indexed-part"


@pytest.mark.parametrize(("part", "code"), [("80%", None), ("81%", "indexed-part"), ("80", "not-allowed"), ("half", "not-a-number")])
def test_an_indexed_part_is_a_share_of_the_price(part: str, code: str | None) -> None:
    of_wages = INDEX.replace("indexed-part: 0.8", f"series-kind: wages\n    indexed-part: {part}")
    assert [problem.split()[1] for problem in told(belgian(of_wages))] == ([code] if code else [])


def test_belgian_law_forbids_consumer_prices_between_businesses_unless_a_reason_is_given() -> None:
    advice = only(belgian(INDEX))
    assert (advice.code, advice.stops) == ("series-kind", False)
    consumer = INDEX.replace("indexed-part", "series-kind: consumer-prices\n    indexed-part")
    refused = only(belgian(consumer))
    assert (refused.code, refused.stops) == ("consumer-index", True)
    assert "law of 30 March 1976, art. 57" in str(refused.help)
    assert told(belgian(consumer.replace("indexed-part", "because: only private customers\n    indexed-part"))) == []
    assert told({**SMALL, "plans/index.yaml": consumer}) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("on: 01-01", None),
        ("on: 02-29", None),
        ("on: 31-12", "not-allowed"),
        ("on: 2027-01-01", "not-allowed"),
        ("index-month: december-before", None),
        ("index-month: 2-months-before", None),
        ("index-month: 25-months-before", "not-allowed"),
        ("index-month: décembre", "not-allowed"),
        ("chained: yes", None),
        ("chained: maybe", "not-allowed"),
        ("series-kind: consumer-price", "unknown-value"),
    ],
)
def test_an_index_moves_on_a_day_of_each_year_by_the_index_of_a_month(line: str, code: str | None) -> None:
    texts = {**SMALL, "plans/index.yaml": INDEX.replace("    indexed-part", f"    {line}\n    indexed-part")}
    assert [problem.split()[1] for problem in told(texts)] == ([code] if code else [])


def test_what_a_process_says_in_vain_is_told() -> None:
    indexed = "align-to: calendar\n    follows: indexed\n    indexation: health\n    price-change: never"
    assert only({**changed(PROCESSES, "align-to: calendar", indexed), "plans/index.yaml": INDEX}).code == "never-indexed"
    early = only(changed(PROCESSES, "timing: advance", "timing: arrears\n    invoice-lead: 5"))
    assert (early.code, early.stops) == ("lead-in-arrears", False)
