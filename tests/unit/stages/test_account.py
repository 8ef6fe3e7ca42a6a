"""The account of a customer: parts that are due one by one, credit notes, and what was open of a former system."""

from datetime import date

import pytest

from engine import billing
from engine.documents.former_invoice import FormerInvoice
from engine.documents.invoice import DueAmount
from engine.problems import Refusal
from engine.rulebook.reader import read_rulebook
from tests.unit.rulebook.texts import SMALL
from tests.unit.writing.sample_documents import EUR, euros, invoice

RULEBOOK = read_rulebook(SMALL)
SAMPLE = invoice("en").replace(
    issued_on=date(2027, 1, 5),
    due_on=date(2027, 2, 4),
    due_amount=euros("300.00"),
    due_amounts=(
        DueAmount(due_on=date(2027, 2, 4), amount=euros("100.00")),
        DueAmount(due_on=date(2027, 3, 4), amount=euros("200.00")),
    ),
)


def former(number: str, amount: str) -> FormerInvoice:
    """An open invoice or credit note of a former system."""
    return FormerInvoice(
        currency=EUR, number=number, customer="K1", issued_on=date(2026, 12, 1), due_on=date(2026, 12, 31),
        gross=euros(amount), open=euros(amount),
    )  # fmt: skip


def account(*olds: FormerInvoice) -> billing.Account:
    """An account with one invoice in two parts."""
    return billing.Account(customer=SAMPLE.customer, invoices=[SAMPLE], notes=[], former=olds)


@pytest.mark.parametrize(("day", "overdue"), [((2027, 2, 4), "0.00"), ((2027, 2, 5), "100.00"), ((2027, 3, 5), "300.00")])
def test_of_an_invoice_in_parts_those_are_overdue_whose_day_has_passed(day: tuple[int, int, int], overdue: str) -> None:
    made = billing.statement_of(account(), RULEBOOK, on=date(*day), since=date(2027, 1, 1))
    assert (str(made.balance), str(made.overdue)) == ("300.00", overdue)


def test_what_was_open_of_a_former_system_opens_the_account() -> None:
    made = billing.statement_of(
        account(former("F1", "50.00"), former("F2", "-20.00")), RULEBOOK, on=date(2027, 1, 31), since=date(2027, 1, 1)
    )
    assert (str(made.opening), str(made.balance), str(made.overdue)) == ("30.00", "330.00", "50.00")
    whole = billing.statement_of(account(former("F2", "-20.00")), RULEBOOK, on=date(2027, 1, 31), since=date(2026, 1, 1))
    assert [entry.what for entry in whole.entries] == ["credit-note", "invoice"]


def test_nobody_is_reminded_of_what_is_not_overdue() -> None:
    with pytest.raises(Refusal, match="nothing-overdue"):
        billing.reminder_of(
            account(), RULEBOOK, on=date(2027, 2, 4), level=1, is_last=False, pay_until=date(2027, 2, 18), costs=euros("0.00")
        )
