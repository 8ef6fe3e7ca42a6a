"""Doubtful debts: moved to their own account and written down in part, followed by payments and credit notes, undone at the end."""

from datetime import date

import pytest

from api.desk.crediting import credit
from api.desk.desk import Desk
from api.desk.doubtful_debts import GivenDoubt, doubt, doubtful
from api.desk.month_pack import month_pack
from api.desk.paying import enter, find_settlement, release
from api.desk.payment_lists import EnteredPayment
from api.desk.payment_posting import post_missing
from api.desk.writing_off import GivenWriteOff, write_off
from api.refusals import Conflict, Unknown
from api.store import ledger
from api.store.auditor import audit
from engine.documents.credit import CreditSelection
from engine.documents.invoice import Invoice
from engine.money import Money, Percent
from engine.problems import Refusal
from tests.scenario.test_month_pack import keeping
from tests.scenario.test_payments_from_banks import EUR, desk, invoices, january

__all__ = ("desk", "invoices", "january")
HALF = Percent.parse("50")


def stands(desk: Desk, number: str) -> dict[str, str]:
    """What the entries of a doubtful debt come to, by account."""
    with desk.store.reading() as connection:
        entries = [one for one in ledger.of_subjects(connection, [number]).get(number, ()) if one.kind == "doubtful"]
        assert [*audit(connection)] == []
    sums: dict[str, Money] = {}
    for leg in (leg for one in entries for leg in one.postings):
        sums[leg.account] = sums.get(leg.account, Money(0, EUR)) + leg.debit - leg.credit
    return {account: str(amount) for account, amount in sums.items() if amount}


def expected(rest: Money, invoice: Invoice) -> dict[str, str]:
    """The same for what is open of an invoice of which half is written down."""
    net = rest - Money.rounded(rest.minor * invoice.vat.minor, invoice.gross.minor, EUR)
    down = HALF.of(net)
    return {"407000": str(rest), "400000": str(-rest), "634000": str(down), "409000": str(-down)}


def pay(desk: Desk, invoice: Invoice, amount: Money) -> str:
    """A payment that names an invoice."""
    return enter(desk, EnteredPayment(id=f"{invoice.number} {amount}", on=desk.today, amount=amount, reference=invoice.number))


def test_a_doubtful_debt_follows_what_is_open_of_it(desk: Desk, invoices: tuple[Invoice, ...]) -> None:
    first, day = invoices[0], keeping(desk, date(2027, 2, 20))
    said = doubt(day, first.number, GivenDoubt(allowance=HALF, because="in receivership", on=date(2027, 2, 18)))
    assert (said["since"], said["allowance"], said["because"]) == ("2027-02-18", "50%", "in receivership")
    assert doubt(day, first.number, GivenDoubt(allowance=HALF, because="in receivership")) == said, "said again, it changes nothing"
    assert stands(day, first.number) == expected(first.gross, first)
    ten = Money(10_00, EUR)
    name = pay(day, first, ten)
    assert stands(day, first.number) == expected(first.gross - ten, first)
    release(day, name)
    assert stands(day, first.number) == expected(first.gross, first)
    credit(day, first.number, CreditSelection(amount=Money(5_00, EUR)))
    settled = find_settlement(day, first.number)
    assert settled is not None
    assert stands(day, first.number) == expected(settled.rest, first)
    (row,) = doubtful(day).rows
    assert (row[0], row[3], row[4]) == (first.number, settled.rest, "50%")
    march = keeping(desk, date(2027, 3, 5))
    assert month_pack(march, "2027-02").differing == ()
    assert doubt(march, first.number, GivenDoubt(ended=True))["since"] is None
    assert (stands(march, first.number), doubtful(march).rows, post_missing(march)) == ({}, (), 0)
    with pytest.raises(Conflict, match="`end` is not possible now"):
        doubt(march, first.number, GivenDoubt(ended=True))


def test_what_is_written_off_is_doubtful_no_more(desk: Desk, invoices: tuple[Invoice, ...]) -> None:
    first, day = invoices[0], keeping(desk, date(2027, 2, 20))
    doubt(day, first.number, GivenDoubt())
    name = write_off(day, GivenWriteOff(document=first.number, reason="bankruptcy"))
    assert stands(day, first.number) == {}
    assert month_pack(keeping(desk, date(2027, 3, 5)), "2027-02").differing == ()
    release(day, name)
    assert stands(day, first.number)["407000"] == str(first.gross)


def test_what_is_not_open_cannot_be_doubtful(desk: Desk, invoices: tuple[Invoice, ...]) -> None:
    day = keeping(desk, date(2027, 2, 20))
    with pytest.raises(Unknown):
        doubt(day, "2027-09999", GivenDoubt())
    with pytest.raises(Conflict, match="nothing is open"):
        doubt(day, invoices[3].number, GivenDoubt())
    for wrong, says in ((date(2027, 2, 21), "is still to come"), (date(2027, 1, 30), "is before that")):
        with pytest.raises(Refusal, match=says):
            doubt(day, invoices[0].number, GivenDoubt(on=wrong))
    with pytest.raises(ValueError, match="between 0 and 100"):
        GivenDoubt(allowance=Percent.parse("101"))
