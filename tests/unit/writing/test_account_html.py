"""Statements of account and reminders in each language, drawn from values."""

from __future__ import annotations

from datetime import date

import pytest

from engine.documents.account import AccountEntry, AccountStatement, OpenInvoice, Reminder
from engine.writing.account_html import reminder_page, statement_page
from engine.writing.pages import REMINDER_TEMPLATE, STATEMENT_TEMPLATE
from engine.writing.payment_code import payment_code
from engine.writing.templates import fill
from tests.unit.writing.sample_documents import EUR, euros, invoice, shipped_templates, shipped_words


def statement(language: str) -> AccountStatement:
    """A balance of 100.00, an invoice, a payment and a credit note."""
    sample = invoice(language)
    return AccountStatement(
        currency=EUR,
        seller=sample.seller,
        customer=sample.customer,
        number="2027-01",
        since=date(2027, 1, 1),
        on=date(2027, 1, 31),
        opening=euros("100.00"),
        overdue=euros("50.00"),
        has_payments=True,
        entries=(
            AccountEntry(on=date(2027, 1, 5), what="invoice", number="2027-00001", due_on=date(2027, 2, 4), amount=euros("1121.00")),
            AccountEntry(on=date(2027, 1, 8), what="payment", number="CODA 12/3", amount=euros("-100.00")),
            AccountEntry(on=date(2027, 1, 9), what="credit-note", number="C2027-00001", amount=euros("-21.00")),
        ),
    )


def reminder(language: str, **own: object) -> Reminder:
    """A reminder of one invoice, of which 100.00 is open."""
    sample = invoice(language)
    late = OpenInvoice(
        number="2027-00001",
        issued_on=date(2027, 1, 5),
        due_on=date(2027, 2, 4),
        gross=euros("121.00"),
        open=euros("100.00"),
        communication="+++020/2700/00171+++",
    )
    made = Reminder(
        currency=EUR,
        seller=sample.seller,
        customer=sample.customer,
        number="R2027-0001",
        on=date(2027, 3, 1),
        level=2,
        pay_until=date(2027, 3, 15),
        invoices=(late,),
        costs=euros("20.00"),
    )
    return made.replace(**own)


@pytest.mark.parametrize(
    ("language", "title", "balance"),
    [
        ("fr", "Relevé de compte 2027-01", "1\u00a0221,00"),
        ("nl", "Rekeningoverzicht 2027-01", "1.221,00"),
        ("en", "Statement of account 2027-01", "1,221.00"),
    ],
)
def test_a_statement_shows_the_balance_after_each_entry(language: str, title: str, balance: str) -> None:
    page = statement_page(statement(language), shipped_words())
    first, *_, last = page["entries"]
    assert (first["balance"], last["balance"]) == (balance, page["balance"])
    assert [bool(entry["debit"]) for entry in page["entries"]] == [True, False, False]
    html = fill(shipped_templates(), STATEMENT_TEMPLATE, page)
    assert f"<h1>{title}</h1>" in html
    assert balance in html


@pytest.mark.parametrize(("language", "title"), [("fr", "Rappel"), ("nl", "Herinnering"), ("en", "Reminder")])
def test_a_reminder_asks_for_what_is_open_and_costs(language: str, title: str) -> None:
    page = reminder_page(reminder(language), shipped_words())
    assert (page["invoices"][0]["days"], page["level"]) == ("25", "2")
    html = fill(shipped_templates(), REMINDER_TEMPLATE, page)
    for expected in (f"<h1>{title} R2027-0001</h1>", "120", "+++020/2700/00171+++", "BE68 5390 0754 7034", "</th><td>Lens SRL</td>"):
        assert expected in html


def test_a_last_reminder_says_so_and_costs_are_left_out_where_there_are_none() -> None:
    page = reminder_page(reminder("en", is_last=True, costs=euros("0.00")), shipped_words())
    html = fill(shipped_templates(), REMINDER_TEMPLATE, page)
    assert "<h1>Last reminder R2027-0001</h1>" in html
    assert "Interest and costs" not in html
    assert page["total"] == "100.00"


@pytest.mark.parametrize(
    ("language", "reminded", "stated"),
    [
        ("fr", "Rappel 1\u00a0mars\u00a02027", "Relevé de compte 31\u00a0janvier\u00a02027"),
        ("nl", "Herinnering 1\u00a0maart\u00a02027", "Rekeningoverzicht 31\u00a0januari\u00a02027"),
        ("en", "Reminder 1\u00a0March\u00a02027", "Statement of account 31\u00a0January\u00a02027"),
    ],
)
def test_a_letter_without_a_number_is_named_by_its_day_in_words(language: str, reminded: str, stated: str) -> None:
    letters = {
        REMINDER_TEMPLATE: reminder_page(reminder(language, number="2027-03-01"), shipped_words()),
        STATEMENT_TEMPLATE: statement_page(statement(language).replace(number="2027-01-31"), shipped_words()),
    }
    for template, title in ((REMINDER_TEMPLATE, reminded), (STATEMENT_TEMPLATE, stated)):
        html = fill(shipped_templates(), template, letters[template])
        assert f"<h1>{title}</h1>" in html
        assert "2027-0" not in html.replace("2027-00001", "")


def test_a_reminder_is_paid_by_one_code_for_all_that_it_asks() -> None:
    first = reminder("fr").invoices[0]
    others = (first.replace(number="2027-00002", communication="+++020/2700/00272+++"), first.replace(number="F-7", communication=""))
    asked = reminder("fr", invoices=(first, *others, first))
    page = reminder_page(asked, shipped_words())
    assert page["communication"] == "+++020/2700/00171+++ +++020/2700/00272+++ F-7"
    assert page["payment_code"] == payment_code(asked.seller, euros("420.00"), page["communication"])
    html = fill(shipped_templates(), REMINDER_TEMPLATE, page)
    assert page["payment_code"] in html
    assert f'Référence de paiement</th><td class="communication">{page["communication"]}</td>' in html
    assert "Communication structurée" in fill(shipped_templates(), REMINDER_TEMPLATE, reminder_page(reminder("fr"), shipped_words()))


def test_more_references_than_a_transfer_takes_leave_the_code_out() -> None:
    first = reminder("en").invoices[0]
    many = tuple(first.replace(communication=f"+++020/2700/{at:05}+++") for at in range(7))
    page = reminder_page(reminder("en", invoices=many), shipped_words())
    assert (page["communication"], page["payment_code"]) == ("", "")
    assert "Payment QR code" not in fill(shipped_templates(), REMINDER_TEMPLATE, page)
