"""Journal entries: which account, which side, and that both sides are equal."""

from dataclasses import replace
from datetime import date

from engine.documents.credit import CreditSelection
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.journal import JournalEntry
from engine.money import Quantity
from engine.rulebook.vat import Accounts
from engine.stages.crediting.credit_notes import credit
from engine.stages.invoicing.drafting import issue_credit_note
from engine.stages.posting.documents import post
from tests.unit.stages.due_transactions import billing_rulebook, issued, transaction

BOOK = billing_rulebook()


def legs(entry: JournalEntry) -> list[tuple[str, str, str, str]]:
    return [(leg.account, leg.name, str(leg.debit), str(leg.credit)) for leg in entry.postings]


def mixed() -> Invoice:
    return issued(
        transaction("100.00"),
        transaction("50.00", item="A-2"),
        transaction("24.53", "GUIDE", item="A-3", order_type="subscription"),
    )


def test_an_invoice_debits_customers_and_credits_revenue_and_vat_by_rate() -> None:
    entry = post(mixed(), BOOK)
    assert legs(entry) == [
        ("400001", "Customers", "207.50", "0.00"),
        ("700001", "Sales", "0.00", "150.00"),
        ("700003", "Books", "0.00", "24.53"),
        ("451001", "VAT due 21%", "0.00", "31.50"),
        ("451001", "VAT due 6%", "0.00", "1.47"),
    ]
    assert (entry.document, entry.posted_on, entry.customer) == ("2027-00001", date(2027, 1, 31), "K1")
    assert entry.postings[0].due_on == date(2027, 3, 2)


def test_a_credit_note_reverses_it() -> None:
    invoice = mixed()
    result = issue_credit_note(
        credit(invoice, (), CreditSelection(whole=True), BOOK, on=date(2027, 2, 1)), number="C1", series="c", on=date(2027, 2, 1)
    )
    assert isinstance(result, CreditNote)
    assert legs(post(result, BOOK)) == [(account, name, credit_, debit) for account, name, debit, credit_ in legs(post(invoice, BOOK))]
    assert all(leg.due_on is None for leg in post(result, BOOK).postings)


def test_postings_carry_the_code_of_their_category_and_rate() -> None:
    accounts = Accounts.model_validate(dict(BOOK.accounts) | {"vat_codes": {"S 21.00": "V21", "S 6": "V06"}})
    sold = transaction("100.00"), transaction("24.53", "GUIDE", item="A-2", order_type="subscription")
    entry = post(issued(*sold), replace(BOOK, accounts=accounts))
    assert [(leg.account, str(leg.credit), leg.vat_code) for leg in entry.postings] == [
        ("400001", "0.00", None),
        ("700001", "100.00", "V21"),
        ("700003", "24.53", "V06"),
        ("451001", "21.00", "V21"),
        ("451001", "1.47", "V06"),
    ]


def test_what_is_less_than_nothing_stands_on_the_other_side_and_nothing_stands_nowhere() -> None:
    entry = post(
        issued(
            transaction("100.00"),
            transaction("-24.53", "GUIDE", item="A-2", order_type="subscription", quantity=Quantity.whole(-1)),
            transaction("0.00", "TILL", item="A-3", order_type="subscription"),
        ),
        BOOK,
    )
    assert legs(entry) == [
        ("400001", "Customers", "95.00", "0.00"),
        ("700001", "Sales", "0.00", "100.00"),
        ("700003", "Books", "24.53", "0.00"),
        ("451001", "VAT due 21%", "0.00", "21.00"),
        ("451001", "VAT due 6%", "1.47", "0.00"),
    ]
    assert sum(leg.debit.minor - leg.credit.minor for leg in entry.postings) == 0
