"""Payments paid back: returns undo what was settled, refunds take what nobody asks for; from bank files and by hand, posted once."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.desk.account_statements import find_statement
from api.desk.crediting import credit
from api.desk.desk import Desk
from api.desk.entry_trees import payment_entries
from api.desk.open_items_report import open_items
from api.desk.paying import find_payment, find_refunds, find_settlement, match_by_hand, release
from api.desk.payment_posting import post_missing
from api.desk.refunding import GivenRefund, refund
from api.refusals import Conflict
from engine.documents.bank_statement import PaymentReturn
from engine.documents.credit import CreditSelection
from engine.documents.invoice import Invoice
from engine.money import Money
from engine.problems import Refusal
from tests.bank_writers import coda_text
from tests.scenario.test_payments_from_banks import DAY, EUR, desk, invoices, january, paid, statement, take, verified

__all__ = ("desk", "invoices", "january")
RETURNED = PaymentReturn(kind="return", reason="AC04")
TEN = Money(10_00, EUR)


def amounts(desk: Desk, name: str) -> tuple[str, str | None, str, str, list[str]]:
    """State, cause, what is left, what was paid back, and what is settled."""
    stored, parts = find_payment(desk, name)
    return stored.state, stored.because, str(stored.unallocated), str(stored.refunded), [f"{part.document} {part.amount}" for part in parts]


def legs(desk: Desk, name: str) -> list[tuple[str, str, str | None]]:
    """The account, the amount (a credit is below zero) and the customer of each posting of a payment."""
    return [
        (leg.account, str(leg.debit - leg.credit), leg.customer) for entry in payment_entries(desk, name) for leg in entry.postings
    ]  # fmt: skip


def test_what_a_bank_takes_back_opens_the_newest_invoice_again(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> None:
    first, second, *_ = invoices
    whole = first.gross + second.gross
    later = replace(desk, today=date(2027, 2, 20))
    text = f"{first.number} and {second.number}"
    take(later, tmp_path, coda_text(statement(desk, paid(1, whole, text=text), paid(2, -whole, text=text, returned=RETURNED))))
    assert amounts(later, "P000001") == ("matched", None, "0.00", str(whole), [])
    assert amounts(later, "P000002")[:3] == ("matched", "reversal", "0.00")
    for number in (first.number, second.number):
        settled = find_settlement(later, number)
        assert settled is not None
        assert (settled.state, settled.paid.minor) == ("open", 0)
    customer = first.customer.id
    assert legs(later, "P000002") == [("400000", str(whole), customer), ("550000", str(-whole), None)]
    entries = [(one.number, one.amount) for one in find_statement(later, customer).entries if one.what == "payment"]
    assert entries == [("P000001", -whole), ("P000002", whole)]
    assert (verified(later), post_missing(later)) == ((), 0)
    with pytest.raises(Conflict, match="`release` is not possible"):
        release(later, "P000001")
    assert release(later, "P000002").state == "held"
    assert amounts(later, "P000001")[2:] == (str(whole), "None", [])
    assert match_by_hand(later, "P000001", [first.number, second.number]).unallocated.minor == 0
    part = Money(1_00, EUR)
    refund(later, "P000001", GivenRefund(id="R1", on=date(2027, 2, 19), amount=part, returned=True))
    oldest, newest = sorted((first, second), key=lambda one: (one.due_on, one.number))
    assert amounts(later, "P000001")[4] == [f"{oldest.number} {oldest.gross}", f"{newest.number} {newest.gross - part}"]
    assert (verified(later), post_missing(later)) == ((), 0)


def test_a_refund_takes_what_no_invoice_asks_for(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> None:
    first, second, _, credited = invoices
    movements = (
        paid(1, first.gross + TEN, text=first.number),
        paid(2, second.gross, text=second.number),
        paid(3, credited.gross, text=credited.number),
        paid(4, -TEN, text="overpaid"),
        paid(5, -credited.gross, text=f"refund {credited.number}"),
        paid(6, Money(-3_00, EUR), text="stamps"),
    )
    later = replace(desk, today=date(2027, 2, 20))
    states = take(later, tmp_path, coda_text(statement(desk, *movements)))
    balance = sum((each.amount for each in movements), Money(1000_00, EUR))
    assert states == {"matched": 4, "held": 1, "paid-out": 1}
    assert amounts(later, "P000001")[2:] == ("0.00", "10.00", [f"{first.number} {first.gross}"])
    assert amounts(later, "P000003")[:4] == ("matched", "refunded", "0.00", str(credited.gross))
    assert legs(later, "P000005") == [("400000", str(credited.gross), credited.customer.id), ("550000", str(-credited.gross), None)]
    assert find_refunds(later, "P000004")[0].incoming == "P000001"
    assert verified(later) == ()
    given = GivenRefund(id="R2", on=date(2027, 2, 10))
    with pytest.raises(Conflict, match="nothing of the payment P000002 can be paid back"):
        refund(later, "P000002", given)
    credit(later, second.number, CreditSelection(whole=True))
    name = refund(later, "P000002", given)
    assert refund(later, "P000002", given) == name
    with pytest.raises(Conflict, match="was entered before, with other contents"):
        refund(later, "P000001", given)
    settled = find_settlement(later, second.number)
    assert settled is not None
    assert (settled.state, settled.rest.minor, settled.paid.minor) == ("paid", 0, 0)
    assert amounts(later, "P000002")[2:] == ("0.00", str(second.gross), [])
    assert [section.rows for section in open_items(later).sections] == []
    with pytest.raises(Conflict, match="nothing of the payment P000001 can be paid back"):
        match_by_hand(later, "P000006", ["P000001"])
    with pytest.raises(Refusal, match="is not received yet"):
        refund(later, "P000001", GivenRefund(id="R3", on=date(2027, 2, 21)))
    with pytest.raises(Conflict, match="and is paid back on 2027-01-01, before that"):
        refund(later, "P000001", GivenRefund(id="R3", on=date(2027, 1, 1)))
    reported = statement(desk, paid(1, -second.gross, text="in other words"), name="2027-002", old=int(balance.minor))
    assert take(later, tmp_path, coda_text(reported)) == {"known": 1}, "entered by hand before the bank reported it"
    assert (verified(later), post_missing(later)) == ((), 0)
    with pytest.raises(Conflict, match="nothing of the payment P000002 can be paid back"):
        refund(later, "P000002", GivenRefund(id="R4", on=date(2027, 2, 10)))
    assert find_payment(later, "R2")[0].payment.id == name, "by the id under which it was entered"
    assert release(later, "P000004").state == "paid-out"
    assert amounts(later, "P000001")[2:4] == ("10.00", "None")
    assert match_by_hand(later, "P000004", ["P000001", "P000001"]).unallocated.minor == 0
    assert (verified(later), post_missing(later)) == ((), 0)


def test_what_the_bank_kept_is_a_charge_of_ours(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> None:
    first, kept = invoices[0], Money(2_50, EUR)
    short = paid(1, first.gross - kept, text=first.number, code="30150000")
    parts = tuple(
        replace(short, detail=at, amount=amount, code=code, text="")
        for at, amount, code in ((1, first.gross, "80150100"), (2, -kept, "80150006"))
    )
    assert take(desk, tmp_path, coda_text(statement(desk, replace(short, details=parts)))) == {"matched": 1}
    assert [(part.kind, part.amount) for part in find_payment(desk, "P000001")[1]] == [("payment", first.gross - kept), ("charge", kept)]
    owner = first.customer.id
    assert legs(desk, "P000001") == [
        *(("550000", str(first.gross - kept), None), ("657000", "2.50", None), ("400000", str(-first.gross), owner))
    ]
    assert (verified(desk), post_missing(desk)) == ((), 0)


def test_a_payment_of_nobody_is_paid_back_out_of_suspense(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> None:
    take(desk, tmp_path, coda_text(statement(desk, paid(1, TEN, text="by mistake"), paid(2, -TEN, text="your mistake"))))
    assert amounts(desk, "P000001")[:4] == ("matched", "refunded", "0.00", "10.00")
    assert legs(desk, "P000002") == [("499000", "10.00", None), ("550000", "-10.00", None)]
    release(desk, "P000002")
    assert amounts(desk, "P000001")[:3] == ("unmatched", None, "10.00")
    match_by_hand(desk, "P000001", [invoices[0].number])
    assert (verified(desk), post_missing(desk)) == ((), 0)
    assert DAY
