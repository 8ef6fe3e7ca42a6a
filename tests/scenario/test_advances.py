"""Advance invoices: no income before the delivery is invoiced, and what was credited or settled meanwhile is counted once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from api.delivery.accounting.bookings import booking_of
from api.desk.billing_run import invoices_of, issue
from api.desk.crediting import credit
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.entry_trees import settling_entries
from api.desk.folder_import import import_files
from api.desk.ordering import report_event
from api.desk.vat_reports import vat
from api.store import issued_documents
from api.store.auditor import audit
from engine.documents.credit import CreditLine, CreditSelection
from engine.documents.invoice import Invoice
from engine.money import Currency, Money
from tests.scenario.conftest import CUSTOMERS, write_folder

EUR = Currency.of("EUR")
FILES = {
    "customers.csv": CUSTOMERS,
    "investments.csv": "customer,order,signed_on,product,quantity,payment_plan,expected_delivery\n"
    "K1,I1,2027-01-10,HW-AIO,2,half-at-delivery,2027-02-20\n",
}


def legs(desk: Desk, number: str) -> list[tuple[str, Money]]:
    """The account and the amount of each posting of a document and of its transfer; a credit is below zero."""
    with desk.store.reading() as connection:
        own = issued_documents.entry_of(connection, number)
    assert own is not None
    entries = [own, *settling_entries(desk, number)]
    return [(leg.account, leg.debit - leg.credit) for entry in entries for leg in entry.postings]


def balance(desk: Desk, account: str, *numbers: str) -> Money:
    return sum((amount for number in numbers for name, amount in legs(desk, number) if name == account), Money(0, EUR))


def issued(desk: Desk, through: date) -> Invoice:
    (number,) = issue(replace(desk, today=through), Selection(due_through=through)).issued
    (invoice,) = invoices_of(desk, [number])
    return invoice


def test_an_advance_is_income_when_the_delivery_is_invoiced(
    tmp_path: Path, fresh_url: Callable[[], str], desk_on: Callable[..., Desk]
) -> None:
    desk = desk_on(date(2027, 1, 31), fresh_url())
    import_files(desk, write_folder(tmp_path / "files", FILES))
    first = issued(desk, date(2027, 1, 31))
    net, zero = first.net, Money(0, EUR)
    assert (first.type_code, first.as_advance) == ("386", True)
    assert legs(desk, first.number) == [
        *(("400000", first.gross), ("705000", -net), ("451000", -first.vat)),
        *(("705000", net), ("460000", -net)),
    ]
    assert dict(vat(desk).rows)["03"] == net, "VAT is due on it all the same"
    part = Money(100_00, EUR)
    later = replace(desk, today=date(2027, 2, 10))
    note = credit(later, first.number, CreditSelection(lines=(CreditLine(line=1, amount=part),)))
    assert sorted(legs(desk, note.number)) == sorted([
        *(("400000", -note.gross), ("705000", part), ("451000", note.vat)),
        *(("460000", part), ("705000", -part)),
    ])  # fmt: skip
    report_event(replace(desk, today=date(2027, 2, 20)), "I1", "delivery.accepted", on=date(2027, 2, 20))
    last = issued(desk, date(2027, 2, 28))
    left = net - part
    assert [(one.number, one.net) for one in last.settles] == [(first.number, left)]
    assert sorted(legs(desk, last.number)) == sorted([
        *(("400000", last.gross), ("700200", -(last.net + left)), ("705000", left), ("451000", -last.vat)),
        *(("460000", left), ("705000", -left)),
    ])  # fmt: skip
    numbers = (first.number, note.number, last.number)
    assert [balance(desk, account, *numbers) for account in ("705000", "460000")] == [zero, zero]
    booking = booking_of(last, last.customer, desk.rulebook)
    assert [(line.account, line.net) for line in booking.lines[1:]] == [("700200", left), ("705000", -left)]
    assert dict(vat(replace(desk, today=date(2027, 2, 28))).rows)["03"] == last.net
    whole = credit(replace(desk, today=date(2027, 3, 1)), first.number, CreditSelection(whole=True))
    assert not whole.as_advance, "it is income by now"
    assert sorted(legs(desk, whole.number)) == sorted([("400000", -whole.gross), ("700200", left), ("451000", whole.vat)])
    with desk.store.reading() as connection:
        assert audit(connection) == ()
