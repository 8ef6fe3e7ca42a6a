"""Prices that follow an index: on which day they move, by the index of which month, from the first price or from year to year."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.problems import Refusal
from engine.rulebook.plans import Indexation
from engine.rulebook.terms import terms_of
from engine.stages.ordering.item_lifecycle import activate
from engine.stages.pricing.indexing import index_factor
from engine.stages.pricing.item_prices import BookPrices
from engine.stages.scheduling.item_schedule import schedule
from tests.scheduled import nets_of
from tests.unit.stages.small_rulebook import customer, item, label, order, process, rulebook

SERIES = {"2025-11-01": "128", "2025-12-01": "131", "2026-11-01": "134", "2026-12-01": "135.2", "2027-12-01": "138"}
MARCH = date(2026, 3, 1)


def agoria(series: dict[str, str] | None = None, **fields: Any) -> Indexation:
    written = {
        "id": "agoria", "label": label("Agoria"), "series-kind": "wages", "indexed-part": "0.8", "base": "2025-11-01",
        "series": SERIES if series is None else series,
    }  # fmt: skip
    return Indexation.model_validate({**written, **fields})


def factors(indexation: Indexation, first: date, *days: date) -> list[Fraction]:
    return [index_factor(indexation, first, day)[0] for day in days]


def step(now: str, start: str) -> Fraction:
    return Fraction(2, 10) + Fraction(8, 10) * Fraction(now) / Fraction(start)


JANUARY = {"on": "01-01", "index-month": "december-before"}


def test_a_price_moves_on_a_day_of_each_year_by_the_index_of_an_earlier_month() -> None:
    days = (date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 31), date(2028, 1, 1), date(2031, 5, 5))
    from_base = factors(agoria(**JANUARY), MARCH, *days)
    assert from_base == [1, step("135.2", "131"), step("135.2", "131"), step("138", "131"), step("138", "131")]
    chained = factors(agoria(chained="yes", **JANUARY), MARCH, *days)
    twice = step("135.2", "131") * step("138", "135.2")
    assert chained == [1, step("135.2", "131"), step("135.2", "131"), twice, twice]


def test_each_first_of_january_after_activation_adds_one() -> None:
    days = (date(2027, 1, 1), date(2027, 12, 31), date(2028, 1, 1))
    assert factors(agoria(**JANUARY), date(2026, 12, 31), *days) == [step("135.2", "131"), step("135.2", "131"), step("138", "131")]
    assert factors(agoria(**JANUARY), date(2027, 1, 1), *days) == [1, 1, step("138", "135.2")]


def test_without_a_day_of_the_year_a_price_moves_on_its_anniversaries() -> None:
    assert factors(agoria(), MARCH, date(2027, 2, 28), date(2027, 3, 1)) == [1, step("135.2", "131")]
    by_month = agoria(**{"index-month": "3-months-before"})
    assert factors(by_month, MARCH, date(2027, 3, 1)) == [step("135.2", "131")]
    assert factors(agoria(**{"index-month": "november-before"}), MARCH, date(2027, 3, 1)) == [step("134", "128")]
    assert factors(agoria(), date(2024, 2, 29), date(2026, 2, 27), date(2026, 2, 28)) == [1, step("131", "128")]


@pytest.mark.parametrize(
    ("month", "day", "wanted"),
    [
        ("december-before", date(2027, 1, 1), "135.2"), ("december-before", date(2026, 12, 15), "131"),
        ("january-before", date(2027, 1, 1), "131"), ("november-before", date(2026, 12, 1), "134"),
        ("1-month-before", date(2027, 1, 15), "135.2"), ("2-months-before", date(2027, 1, 15), "134"),
        ("12-months-before", date(2027, 12, 31), "135.2"),
    ],
)  # fmt: skip
def test_the_month_before_is_the_last_one_that_ended_before_that_of_the_day(month: str, day: date, wanted: str) -> None:
    indexation = agoria(**{"on": f"{day:%m-%d}", "index-month": month})
    assert factors(indexation, date(2025, 1, 1), day) == [step(wanted, "128")]


def test_a_price_that_is_older_than_the_base_began_with_the_index_of_the_base() -> None:
    assert factors(agoria(base="2025-12-01", **JANUARY), date(2019, 5, 1), date(2027, 1, 1)) == [step("135.2", "131")]
    assert factors(agoria(base="2025-12-01", chained="yes", **JANUARY), date(2019, 5, 1), date(2027, 1, 1)) == [step("135.2", "131")]
    with pytest.raises(Refusal, match="the index `agoria` has no number on 2025-11-01"):
        index_factor(agoria({"2026-01-01": "100"}, **JANUARY), date(2025, 12, 2), date(2027, 1, 1))


def test_the_reason_shows_every_step_and_quotes_why() -> None:
    _, reason = index_factor(agoria(chained="yes", because="private customers", **JANUARY), MARCH, date(2028, 1, 1))
    assert reason is not None
    assert reason.says == "× (0.2 + 0.8 × 135.2 ÷ 131) × (0.2 + 0.8 × 138 ÷ 135.2)"
    assert (reason.rule, reason.because) == ("plans: index agoria", "private customers")


@given(st.lists(st.integers(50, 200), min_size=2, max_size=6), st.integers(0, 100))
def test_a_chain_multiplies_the_years_and_the_base_compares_the_last_with_the_first(figures: list[int], part: int) -> None:
    series = {f"{2020 + at}-12-01": str(number) for at, number in enumerate(figures)}
    fields: dict[str, Any] = {"base": "2020-12-01", "indexed-part": str(Decimal(part) / 100), **JANUARY}
    first, on, share = date(2021, 1, 1), date(2020 + len(figures), 1, 1), Fraction(part, 100)
    chain = prod((1 - share + share * Fraction(now, before) for before, now in pairwise(figures)), start=Fraction(1))
    assert factors(agoria(series, chained="yes", **fields), first, on) == [chain]
    assert factors(agoria(series, **fields), first, on) == [1 - share + share * Fraction(figures[-1], figures[0])]


@pytest.mark.parametrize(
    ("price_change", "wanted"),
    [
        ("next-period", ["100.00", "100.00", "102.56"]),
        ("split", ["100.00", "54.84", "46.32", "102.56"]),  # 17 of 31 days of 100.00, 14 of 102.56
        ("next-renewal", ["100.00", "100.00", "100.00"]),
    ],
)
def test_a_running_item_moves_with_its_next_period_or_on_the_day_or_at_its_renewal(price_change: str, wanted: list[str]) -> None:
    how = process("subscription", follows="indexed", indexation="agoria", price_change=price_change)
    book = rulebook(billing_processes={"subscription": how}, indices={"agoria": agoria(base="2025-12-01", **JANUARY)})
    running = activate(order(item("DESK", "A-1", negotiated_price="100.00", anchor_day=15)), date(2026, 3, 15))
    (one,) = running.items
    plan = schedule(running, one, terms_of(one, book), BookPrices(book, customer(), running), through=date(2027, 1, 15))
    assert nets_of(plan.transactions)[8:] == wanted
