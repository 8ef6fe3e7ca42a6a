"""Whether invoices are paid: in lists, by state, after payments, credit notes and releases."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from api.desk.billing_lists import INVOICES, InvoiceConditions
from api.desk.crediting import credit
from api.desk.desk import Desk
from api.desk.paying import find_settlement, match_by_hand, release
from api.store.walks import Start
from engine.documents.credit import CreditSelection
from engine.documents.invoice import Invoice
from engine.money import Money
from tests.bank_writers import coda_text
from tests.scenario.test_payments_from_banks import EUR, desk, invoices, january, paid, statement, take

__all__ = ("desk", "invoices", "january")
STATES = ("open", "part-paid", "paid", "overpaid")


def states(desk: Desk) -> list[tuple[str | None, str | None]]:
    """The state of each invoice and what is left of it, as the list says; each state lists just those, and the invoice itself says so."""

    def rows(**asked: object) -> list[dict[str, object]]:
        given = InvoiceConditions(**asked)  # type: ignore[arg-type]  # conditions by name
        names = INVOICES.columns(desk)
        return [dict(zip(names, cells, strict=True)) for _, cells in INVOICES.rows(desk, given, Start())]

    every = rows()
    for state in STATES:
        assert rows(paid=state) == [row for row in every if row["paid"] == state], state
    late = [row for row in every if isinstance(row["due_on"], date) and row["due_on"] < desk.today and row["rest"] and int(rest(row)) > 0]
    assert (rows(overdue=True), rows(overdue=False)) == (late, [row for row in every if row not in late])
    for row in every:
        settled = find_settlement(desk, str(row["number"]))
        assert (row["paid"], row["rest"]) == ((settled.state, settled.rest) if settled else (None, None))
        assert (row["kind"] == "invoice") == (settled is not None)
    return [(row["paid"], str(row["rest"])) for row in every if row["kind"] == "invoice"]  # type: ignore[misc]  # cells by name


def rest(row: dict[str, object]) -> int:
    """What is left, in minor units."""
    amount = row["rest"]
    assert isinstance(amount, Money)
    return amount.minor


def test_invoices_are_open_part_paid_paid_and_overpaid(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> None:
    first, second, third, _ = invoices
    assert states(desk) == [("open", str(each.gross)) for each in (first, second, third)] + [("paid", "0.00")]
    ten = Money(10_00, EUR)
    movements = (
        paid(1, first.gross - Money(4, EUR), text=first.number),
        paid(2, ten, text=second.number),
        paid(3, third.gross + ten, text=third.number),
    )
    take(desk, tmp_path, coda_text(statement(desk, *movements)))
    after = [("paid", "0.00"), ("part-paid", str(second.gross - ten)), ("overpaid", "0.00"), ("paid", "0.00")]
    assert states(desk) == after
    given_up = find_settlement(desk, first.number)
    assert given_up is not None
    assert (str(given_up.differences), given_up.paid + given_up.differences) == ("0.04", first.gross)
    credit(desk, second.number, CreditSelection(whole=True))
    assert states(desk)[1] == ("overpaid", "-10.00")
    later = replace(desk, today=date(2027, 12, 31))
    release(later, "P000003")
    assert states(later)[2] == ("open", str(third.gross))
    match_by_hand(later, "P000003", [third.number])
    assert states(later)[2] == ("overpaid", "0.00")
