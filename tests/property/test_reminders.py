"""Laws of interest on what is paid late: it is the sum of each day, rounded once; never negative; and nothing is asked twice."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from engine.documents.overdue import Claim, DatedAmount, Debtor, ProposedReminder, SentReminder
from engine.money import Currency, Money, Percent, round_half_up
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from engine.rulebook.reminders import LateRate
from engine.stages.reminding.late_interest import interest_of, interest_parts
from engine.stages.reminding.proposals import propose
from tests.unit.rulebook.texts import SMALL

EUR: Final = Currency.of("EUR")
NOTHING: Final = Money(0, EUR)
DUE: Final = date(2026, 3, 31)
DAYS: Final = st.integers(-40, 400)
LEVELS: Final = """\
kind: reminders
procedures:
  - id: shops
    label: {fr: Magasins, nl: Winkels, en: Shops}
    customers: business
    from: 2020-01-01
    source: Our general terms
    term: {days: 7, after-email: 1, after-post: 3}
    interest: {rates: late, from: due-date, year-days: 365}
    levels:
"""
TEXTS: Final = "title: {fr: Rappel, nl: Herinnering, en: Reminder}, text: {fr: Payez., nl: Betaal., en: Pay.}"
RATES: Final = """\
rates:
  late:
    - {from: 2026-01-01, until: 2026-06-30, rate: 10.5%, source: one}
    - {from: 2026-08-01, until: 2027-12-31, rate: 8.25%, source: two}
"""
ROLES: Final = 'roles:\n  interest: {number: "756000", label: {fr: Intérêts, nl: Interesten, en: Interest}}\n'


def shop() -> Rulebook:
    """A rulebook whose reminders all ask interest."""
    levels = "".join(f"      - {{after-days: {days}, interest: yes, {TEXTS}}}\n" for days in (5, 20, 40, 80))
    return read_rulebook(
        {**SMALL, "plans/reminders.yaml": LEVELS + levels + RATES, "vat/accounts.yaml": SMALL["vat/accounts.yaml"] + ROLES}
    )


RULEBOOK: Final = shop()


@st.composite
def rates(draw: st.DrawFn) -> tuple[LateRate, ...]:
    """Rates one after the other, some days without."""
    rows, day = list[LateRate](), DUE - timedelta(days=draw(st.integers(-60, 60)))
    for _ in range(draw(st.integers(0, 4))):
        day += timedelta(days=draw(st.integers(0, 40)))
        until = day + timedelta(days=draw(st.integers(0, 150)))
        percent = Percent(Fraction(draw(st.integers(0, 3_000)), 10_000))
        rows.append(LateRate.model_construct(from_=day, until=until, rate=percent, source="", checked=True))
        day = until + timedelta(days=1)
    return tuple(rows)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """A claim, all or the second part of a document, with payments and what was taken back of them."""
    amount, earlier = draw(st.integers(1, 5_000_000)), draw(st.integers(0, 1_000_000))
    some = st.builds(
        lambda day, minor: DatedAmount(on=DUE + timedelta(days=day), amount=Money(minor, EUR)), DAYS, st.integers(-2_000_000, 4_000_000)
    )
    return Claim(
        document="2026-00001",
        customer="K1",
        issued_on=date(2026, 3, 1),
        due_on=DUE,
        gross=Money(amount + earlier, EUR),
        amount=Money(amount, EUR),
        due_through=Money(amount + earlier, EUR),
        settled=tuple(draw(st.lists(some, max_size=5))),
        interest_charged=NOTHING,
    )


@given(claims(), rates(), st.integers(1, 400))
def test_interest_is_that_of_each_day_rounded_once(claim: Claim, rows: tuple[LateRate, ...], days: int) -> None:
    exact = Fraction(0)
    for at in range(1, days + 1):
        day = DUE + timedelta(days=at)
        settled = sum(each.amount.minor for each in claim.settled if each.on < day)
        rest = min(claim.amount.minor, max(0, claim.due_through.minor - settled))
        rate = next((row.rate.fraction for row in rows if row.from_ <= day <= row.until), Fraction(0))
        exact += rest * rate / 365
    parts = tuple(interest_parts(claim, rows, DUE + timedelta(days=1), DUE + timedelta(days=days)))
    made = interest_of(parts, 365, NOTHING)
    assert made.minor == round_half_up(exact.numerator, exact.denominator)
    assert made.minor >= 0
    assert all(before.last < after.first for before, after in pairwise(parts))


@given(claims(), st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_no_level_comes_twice_and_interest_charged_is_that_until_the_last_reminder(claim: Claim, steps: list[int]) -> None:
    debtor, day, levels, asked = Debtor(customer="K1", kind="business"), DUE, list[int](), NOTHING
    for step in steps:
        day += timedelta(days=step)
        for made in propose(debtor, [claim], RULEBOOK, on=day):
            assert isinstance(made, ProposedReminder)
            assert made.interest.minor >= 0
            levels.append(made.level)
            asked += made.interest
            reminder = SentReminder(reminder=f"R{made.level}", level=made.level, on=day, channel="email", sent_on=day)
            claim = replace(claim, sent=(*claim.sent, reminder), interest_charged=asked)
            rows = RULEBOOK.reminders.rates["late"]
            until_now = interest_of(tuple(interest_parts(claim, rows, DUE + timedelta(days=1), day)), 365, NOTHING)
            assert asked == until_now
    assert levels == list(range(1, len(levels) + 1))
