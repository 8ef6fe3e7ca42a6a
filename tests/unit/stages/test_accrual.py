"""Accruals: what was earned by the end of a month of nets without an invoice, by customer and account, and the same undone."""

from datetime import date

import pytest

from engine.dates import Period
from engine.documents.journal import JournalEntry
from engine.money import Currency, Money
from engine.problems import Refusal
from engine.rulebook.vat import Account, Accounts
from engine.stages.posting.accrual import UnbilledIncome, accrual_entries
from tests.unit.stages.due_transactions import billing_rulebook

EUR = Currency.of("EUR")
BOOK = billing_rulebook()
END = date(2027, 1, 31)


def accounts() -> Accounts:
    return Accounts.model_validate(
        dict(BOOK.accounts) | {"roles": {"accrued": Account.model_validate({"number": "491001", "label": LABEL})}}
    )


LABEL = next(iter(BOOK.accounts.revenue.values())).label
NAMES = sorted(BOOK.accounts.revenue)


def income(customer: str, account: str, net: str, start: date, until: date) -> UnbilledIncome:
    return UnbilledIncome(customer=customer, revenue_account=account, net=Money.parse(net, EUR), period=Period(start, until))


def legs(entries: list[JournalEntry]) -> list[list[tuple[str, str]]]:
    return [[(leg.account, str(leg.debit - leg.credit)) for leg in each.postings] for each in entries]


def test_what_is_earned_is_accrued_and_undone() -> None:
    """90.00 for 90 days from 15 January is 17.00 by its end; what begins in February is nothing, and what is over is whole."""
    quarter = income("K2", NAMES[0], "90.00", date(2027, 1, 15), date(2027, 4, 15))
    later = income("K3", NAMES[0], "50.00", date(2027, 2, 1), date(2027, 3, 1))
    over, back = (income("K1", NAMES[0], net, date(2026, 12, 1), date(2027, 1, 1)) for net in ("31.00", "-1.00"))
    made = list(accrual_entries([quarter, later, over, back], accounts(), end=END, currency=EUR))
    number = BOOK.accounts.revenue[NAMES[0]].number
    assert [(each.kind, each.document, str(each.posted_on), each.customer) for each in made] == [
        ("accrual", "K1 2027-01", "2027-01-31", "K1"),
        ("accrual-undone", "K1 2027-01", "2027-02-01", "K1"),
        ("accrual", "K2 2027-01", "2027-01-31", "K2"),
        ("accrual-undone", "K2 2027-01", "2027-02-01", "K2"),
    ]
    assert legs(made) == [
        [("491001", "30.00"), (number, "-30.00")],
        [(number, "30.00"), ("491001", "-30.00")],
        [("491001", "17.00"), (number, "-17.00")],
        [(number, "17.00"), ("491001", "-17.00")],
    ]


def test_without_an_account_for_it_nothing_is_accrued() -> None:
    with pytest.raises(Refusal, match="no account for `accrued`"):
        list(accrual_entries([income("K1", NAMES[0], "1.00", END, date(2027, 2, 1))], BOOK.accounts, end=END, currency=EUR))
