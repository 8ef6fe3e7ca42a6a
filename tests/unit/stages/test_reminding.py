"""Reminders of a day by the shipped rules: levels in order, fees, interest by half-years, time to pay, and what is held."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.documents.overdue import Claim, DatedAmount, Debtor, HeldReminder, ProposedReminder, ReminderHold, SentReminder
from engine.money import Currency, Money
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from engine.stages.reminding.fees import fee_of
from engine.stages.reminding.proposals import propose
from tests.unit.rulebook.texts import SMALL

EUR = Currency.of("EUR")
NOTHING = Money(0, EUR)
FILE = Path(__file__).parents[3] / "plans/reminders.yaml"
ROLES = """
roles:
  fees: {number: "743000", label: {fr: Frais, nl: Kosten, en: Fees}}
  interest: {number: "756000", label: {fr: Intérêts, nl: Interesten, en: Interest}}
"""
SHOP, PERSON = Debtor(customer="K1", kind="business"), Debtor(customer="K2", kind="private")


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    accounts = SMALL["vat/accounts.yaml"] + ROLES
    return read_rulebook({**SMALL, "plans/reminders.yaml": FILE.read_text("utf-8"), "vat/accounts.yaml": accounts})


def euros(text: str) -> Money:
    """An amount in euro."""
    return Money.parse(text, EUR)


def claim(rest: str = "400.00", **fields: object) -> Claim:
    """What of an invoice is due on a day."""
    usual: dict[str, object] = {"document": "2025-00001", "customer": "K1", "issued_on": date(2025, 11, 22), "due_on": date(2025, 12, 22)}
    usual |= {"interest_charged": NOTHING}
    amounts = dict.fromkeys(("gross", "amount", "due_through"), euros(rest))
    return Claim(**usual | amounts | fields)  # type: ignore[arg-type]  # a test gives what it needs


def sent(level: int, day: date, **fields: object) -> SentReminder:
    """A reminder by mail that left on its day."""
    usual: dict[str, object] = {"reminder": f"R{level}", "level": level, "on": day, "channel": "email", "sent_on": day}
    return SentReminder(**usual | fields)  # type: ignore[arg-type]  # a test gives what it needs


def the_one(debtor: Debtor, of: Claim, rulebook: Rulebook, day: date) -> ProposedReminder | HeldReminder | None:
    """The one answer for one claim."""
    found = [*propose(debtor, [of], rulebook, on=day)]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("rest", "fee"),
    [("0.01", "20.00"), ("150.00", "20.00"), ("150.01", "30.00"), ("320.00", "47.00"), ("500.00", "65.00"), ("500.10", "65.01"),
     ("700.00", "75.00"), ("39200.00", "2000.00"), ("90000.00", "2000.00")],
)  # fmt: skip
def test_lump_sums_of_book_nineteen_at_their_limits(rulebook: Rulebook, rest: str, fee: str) -> None:
    made = fee_of(rulebook.reminders.fees["book-xix"], euros(rest))
    assert made is not None
    assert str(made[0]) == fee


def test_a_business_forty_days_late_owes_forty_euros_and_interest_of_both_half_years(rulebook: Rulebook) -> None:
    made = the_one(SHOP, claim(), rulebook, date(2026, 1, 31))
    assert isinstance(made, ProposedReminder)
    # 22 December to 31 January: 40 days at 10.5% of 400.00 = 4.6027…
    assert (made.level, made.days_late, str(made.fee), str(made.interest)) == (1, 40, "40.00", "4.60")
    assert made.pay_until == date(2026, 2, 10)
    says = [str(reason.says) for reason in made.reasons]
    assert "400.00 × 10.5% × 9 ÷ 365 days, 2025-12-23 to 2025-12-31" in says
    assert "400.00 × 10.5% × 31 ÷ 365 days, 2026-01-01 to 2026-01-31" in says


def test_nobody_is_reminded_before_the_days_of_the_level_have_passed(rulebook: Rulebook) -> None:
    assert the_one(SHOP, claim(), rulebook, date(2026, 1, 5)) is None
    assert isinstance(the_one(SHOP, claim(), rulebook, date(2026, 1, 6)), ProposedReminder)


def test_without_a_rate_there_is_no_interest_and_the_reason_says_so(rulebook: Rulebook) -> None:
    made = the_one(SHOP, claim(due_on=date(2026, 6, 20)), rulebook, date(2026, 7, 10))
    assert isinstance(made, ProposedReminder)
    assert str(made.interest) == "1.15"  # ten days of June only
    assert any(reason.says == "rate not on file from 2026-07-01 to 2026-07-10: no interest for 10 days" for reason in made.reasons)
    assert made.no_rate_from == date(2026, 7, 1)
    later = the_one(SHOP, claim(due_on=date(2026, 8, 1)), rulebook, date(2026, 9, 10))
    assert isinstance(later, ProposedReminder)
    assert (later.interest, str(later.fee)) == (NOTHING, "40.00")


def test_a_rate_that_nobody_has_checked_says_so(rulebook: Rulebook) -> None:
    made = the_one(SHOP, claim(due_on=date(2025, 3, 1), issued_on=date(2025, 2, 1)), rulebook, date(2025, 4, 10))
    assert isinstance(made, ProposedReminder)
    assert any("an accountant has yet to check this rate" in reason.says for reason in made.reasons)


def test_the_first_reminder_of_a_consumer_is_free_and_says_what_follows(rulebook: Rulebook) -> None:
    made = the_one(PERSON, claim("320.00"), rulebook, date(2026, 1, 31))
    assert isinstance(made, ProposedReminder)
    assert (made.level, made.fee, made.interest, str(made.announced)) == (1, NOTHING, NOTHING, "47.00")
    assert made.pay_until == date(2026, 2, 14)  # fourteen days from the day after the mail


def test_the_second_waits_for_the_time_to_pay_of_the_first_counted_from_the_day_on_which_it_left(rulebook: Rulebook) -> None:
    first = sent(1, date(2026, 1, 10), sent_on=date(2026, 1, 12))
    assert the_one(PERSON, claim(sent=(first,)), rulebook, date(2026, 1, 26)) is None
    made = the_one(PERSON, claim(sent=(first,)), rulebook, date(2026, 1, 31))
    assert isinstance(made, ProposedReminder)
    # five days after the term, 400.00 at 10.5%
    assert (made.level, str(made.fee), str(made.interest)) == (2, "55.00", "0.58")


def test_a_letter_leaves_fourteen_days_from_the_third_working_day(rulebook: Rulebook) -> None:
    by_post = sent(1, date(2026, 1, 9), channel="post")  # a Friday: Monday, Tuesday, Wednesday 14; until 27 January
    assert the_one(PERSON, claim(sent=(by_post,)), rulebook, date(2026, 1, 27)) is None
    assert isinstance(the_one(PERSON, claim(sent=(by_post,)), rulebook, date(2026, 1, 28)), ProposedReminder)


def test_interest_follows_what_was_paid_and_what_was_asked_before_is_not_asked_again(rulebook: Rulebook) -> None:
    paid = (DatedAmount(on=date(2026, 1, 11), amount=euros("300.00")),)
    first = sent(1, date(2026, 1, 6))
    of = claim(settled=paid, sent=(first,), interest_charged=euros("1.73"))
    made = the_one(SHOP, of, rulebook, date(2026, 2, 10))
    assert isinstance(made, ProposedReminder)
    # 20 days of 400.00 and 30 of 100.00 at 10.5%: 2.3014 + 0.8630 = 3.16, less 1.73
    assert (made.level, str(made.rest), str(made.interest), made.fee) == (2, "100.00", "1.43", NOTHING)
    fallen = replace(of, settled=(DatedAmount(on=date(2025, 12, 22), amount=euros("399.00")),))
    late = the_one(SHOP, fallen, rulebook, date(2026, 2, 10))
    assert isinstance(late, ProposedReminder)
    assert late.interest == NOTHING


def test_after_the_last_level_and_once_it_is_paid_nothing_is_proposed(rulebook: Rulebook) -> None:
    both = (sent(1, date(2026, 1, 6)), sent(2, date(2026, 2, 10)))
    assert the_one(SHOP, claim(sent=both), rulebook, date(2026, 5, 1)) is None
    paid = (DatedAmount(on=date(2026, 1, 20), amount=euros("400.00")),)
    assert the_one(SHOP, claim(settled=paid), rulebook, date(2026, 1, 31)) is None


def hold(kind: str, until: date | None = None) -> ReminderHold:
    """A hold of a document."""
    return ReminderHold(kind=kind, on=date(2026, 1, 5), until=until, because="the goods were broken")  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("debtor", "fields", "because"),
    [
        (SHOP, {"hold": hold("disputed")}, "disputed"),
        (SHOP, {"hold": hold("promised", date(2026, 1, 31))}, "promised"),
        (SHOP, {"possible_payment": "P000007"}, "possible-payment"),
        (SHOP, {"issued_on": date(1999, 1, 1)}, "no-procedure"),
        (SHOP, {"sent": (sent(1, date(2025, 12, 30), sent_on=None),)}, None),
        (replace(SHOP, credit=euros("400.00")), {}, "credit"),
        (replace(SHOP, credit=euros("399.99")), {}, None),
        (replace(SHOP, held_because="moved"), {}, "customer-held"),
        (replace(SHOP, is_erased=True), {}, "erased"),
        (SHOP, {"hold": hold("promised", date(2026, 1, 30))}, None),
    ],
)
def test_what_is_held_says_why(rulebook: Rulebook, debtor: Debtor, fields: dict[str, object], because: str | None) -> None:
    made = the_one(debtor, claim("400.00", **fields), rulebook, date(2026, 1, 31))
    assert (made.because if isinstance(made, HeldReminder) else None) == because


def test_a_reminder_that_never_left_keeps_the_next_one_back(rulebook: Rulebook) -> None:
    waiting = claim(sent=(sent(1, date(2026, 1, 6), sent_on=None),))
    made = the_one(SHOP, waiting, rulebook, date(2026, 2, 20))
    assert isinstance(made, HeldReminder)
    assert (made.because, str(made.says)) == ("not-delivered", "the reminder R1 is not delivered yet")


def test_amounts_in_another_currency_are_held(rulebook: Rulebook) -> None:
    pounds = dict.fromkeys(("gross", "amount", "due_through"), Money(40_000, Currency.of("GBP")))
    made = the_one(SHOP, claim("400.00", **pounds), rulebook, date(2026, 1, 31))
    assert isinstance(made, HeldReminder)
    assert made.because == "other-currency"
