"""Entries of payments: they balance by construction, and changes post what differs."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.documents.journal import JournalEntry
from engine.documents.payment_match import Allocation, AllocationKind
from engine.money import Currency, Money
from engine.problems import Refusal
from engine.rulebook.vat import Account, Accounts, BankAccount
from engine.stages.posting.payment_entries import PostedPayment, entry_of, standing_of
from engine.stages.posting.standing import Standing, standing_posted

EUR = Currency.of("EUR")
ROLES = ("bank", "suspense", "difference-loss", "cash-discount", "bank-charge")


def account(number: str) -> Account:
    return Account.model_validate({"number": number, "label": {"fr": number, "nl": number, "en": number}})


NUMBERS = dict(zip(ROLES, ("550000", "499000", "657100", "653000", "657000"), strict=True))
ACCOUNTS = Accounts.model_validate(
    {"kind": "accounts", "customers": account("400000"), "revenue": {}, "vat-due": account("451000")}
    | {
        "roles": {role: account(number) for role, number in NUMBERS.items()},
        "banks": {"BE71 0961 2345 6769": BankAccount(**dict(account("550001")))},
    }
)


def euros(text: str) -> Money:
    return Money.parse(text, EUR)


def paid(amount: str, *parts: tuple[str, str, AllocationKind], left: str = "0.00", **fields: object) -> PostedPayment:
    allocations = tuple(Allocation(payment="P1", document=number, amount=euros(part), kind=kind) for number, part, kind in parts)
    given = {"id": "P1", "own_iban": "X", "amount": euros(amount), "is_matched": True, "customers": {"I1": "K1", "I2": "K2"}, "owner": "K1"}
    return PostedPayment(**(given | {"allocations": allocations, "unallocated": euros(left)} | fields))  # type: ignore[arg-type]  # the fields are those of a payment, by name


def entry(payment: PostedPayment, before: Standing | None = None, on: date = date(2027, 1, 5)) -> JournalEntry | None:
    return entry_of(payment, before or {}, ACCOUNTS, name="P1", kind="payment", on=on, true_day=date(2027, 1, 5))


def lines(made: JournalEntry | None) -> list[str]:
    assert made is not None
    return [f"{leg.account} {leg.debit} {leg.credit} {leg.customer or '-'} {leg.document or '-'}" for leg in made.postings]


def test_a_payment_debits_the_bank_and_credits_its_customers_with_what_is_left_of_it() -> None:
    assert lines(entry(paid("110.00", ("I1", "60.00", "payment"), ("I2", "40.00", "payment"), left="10.00"))) == [
        "550000 110.00 0.00 - -",
        "400000 0.00 60.00 K1 I1",
        "400000 0.00 40.00 K2 I2",
        "400000 0.00 10.00 K1 -",
    ]
    assert lines(entry(paid("5.00", left="5.00", own_iban="BE71096123456769")))[0] == "550001 5.00 0.00 - -"


def test_what_is_given_up_has_its_account_and_so_has_what_the_bank_kept() -> None:
    early = paid("118.58", ("I1", "118.58", "payment"), ("I1", "2.00", "cash-discount"))
    assert lines(entry(early)) == ["550000 118.58 0.00 - -", "653000 2.00 0.00 - -", "400000 0.00 120.58 K1 I1"]
    short = paid("99.97", ("I1", "99.97", "payment"), ("I1", "0.03", "difference"))
    assert lines(entry(short))[1:] == ["657100 0.03 0.00 - -", "400000 0.00 100.00 K1 I1"]
    kept = paid("97.50", ("I1", "97.50", "payment"), ("I1", "2.50", "charge"))
    assert lines(entry(kept)) == ["550000 97.50 0.00 - -", "657000 2.50 0.00 - -", "400000 0.00 100.00 K1 I1"]


def test_a_payment_of_nobody_waits_in_suspense_until_it_is_matched_and_goes_back_when_it_is_released() -> None:
    waiting = paid("50.00", left="50.00", is_matched=False)
    first = entry(waiting)
    assert lines(first) == ["550000 50.00 0.00 - -", "499000 0.00 50.00 - -"]
    assert first is not None
    matched = paid("50.00", ("I2", "50.00", "payment"))
    second = entry(matched, standing_posted([first]))
    assert lines(second) == ["499000 50.00 0.00 - -", "400000 0.00 50.00 K2 I2"]
    assert second is not None
    assert second.customer == "K2"
    assert entry(matched, standing_posted([first, second])) is None
    back = entry(waiting, standing_posted([first, second]))
    assert lines(back) == ["400000 50.00 0.00 K2 I2", "499000 0.00 50.00 - -"]


def test_what_left_our_account_is_on_the_other_side() -> None:
    assert lines(entry(paid("-5.00", left="-5.00", is_matched=False))) == ["499000 5.00 0.00 - -", "550000 0.00 5.00 - -"]


def test_what_is_paid_back_goes_from_its_customer_to_the_bank_and_from_suspense_where_it_waits() -> None:
    kept = paid("110.00", ("I1", "100.00", "payment"), refunded=euros("10.00"))
    assert lines(entry(kept)) == ["550000 110.00 0.00 - -", "400000 0.00 100.00 K1 I1", "400000 0.00 10.00 K1 -"]
    back = paid("-15.00", left="-2.00", pays_back=(("K1", euros("10.00")), (None, euros("3.00"))))
    assert lines(entry(back)) == ["400000 10.00 0.00 K1 -", "499000 5.00 0.00 - -", "550000 0.00 15.00 - -"]


def test_in_a_closed_month_the_text_says_the_true_day() -> None:
    made = entry(paid("5.00", left="5.00"), on=date(2027, 2, 1))
    assert made is not None
    assert (made.posted_on, made.text) == (date(2027, 2, 1), "of 2027-01-05, in a closed month")


def test_an_account_that_is_not_there_is_named() -> None:
    roles = {role: own for role, own in ACCOUNTS.roles.items() if role != "cash-discount"}
    lacking = Accounts.model_validate(dict(ACCOUNTS) | {"roles": roles})
    with pytest.raises(Refusal, match="no account for `cash-discount`, to which P1 posts"):
        standing_of(paid("1.00", ("I1", "1.00", "payment"), ("I1", "0.10", "cash-discount")), lacking)


AMOUNTS = st.integers(0, 10**9)


@given(
    st.lists(st.tuples(st.sampled_from(("I1", "I2")), AMOUNTS, st.sampled_from(("payment", "difference", "charge"))), max_size=5),
    AMOUNTS,
    st.booleans(),
)
def test_every_entry_balances_and_all_of_them_make_what_the_payment_is(
    parts: list[tuple[str, int, AllocationKind]], left: int, was_matched: bool
) -> None:
    allocations = tuple(Allocation(payment="P1", document=number, amount=Money(part, EUR), kind=kind) for number, part, kind in parts)
    amount = sum(part for _, part, kind in parts if kind == "payment") + left
    fields = {"id": "P1", "own_iban": "X", "amount": Money(amount, EUR), "customers": {"I1": "K1", "I2": "K2"}, "owner": "K1"}
    fields |= {"unallocated": Money(left, EUR)}
    now = PostedPayment(**fields, is_matched=True, allocations=allocations)  # type: ignore[arg-type]  # the fields are those of a payment, by name
    before = PostedPayment(**fields, is_matched=False) if not was_matched else now  # type: ignore[arg-type]  # the fields are those of a payment, by name
    first = entry(before)
    entries = [each for each in (first, entry(now, standing_posted([first] if first else []))) if each is not None]
    for each in entries:
        assert sum(leg.debit.minor - leg.credit.minor for leg in each.postings) == 0
        assert all((leg.debit.minor > 0) != (leg.credit.minor > 0) for leg in each.postings)
    assert standing_posted(entries) == standing_of(now, ACCOUNTS)
