"""Whether invoices are paid: in lists, by state, after payments, credit notes, releases and write-offs."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from api.desk.account_statements import find_reminder, find_statement
from api.desk.billing_lists import INVOICES, InvoiceConditions
from api.desk.billing_run import invoices_of, issue
from api.desk.closing import close_vat
from api.desk.crediting import credit
from api.desk.customer_lists import CUSTOMERS, CustomerConditions
from api.desk.desk import Desk
from api.desk.document_trees import shown_opportunity_tree
from api.desk.due_drafts import Selection
from api.desk.entry_trees import payment_entries
from api.desk.open_items_report import open_items
from api.desk.opportunity_details import show_opportunity
from api.desk.owed_amounts import find_owed, owed_tree
from api.desk.paying import find_payment, find_settlement, match_by_hand, release
from api.desk.payment_posting import post_missing
from api.desk.quote_acceptance import Acceptance, accept
from api.desk.quoting import make_quote
from api.desk.sales_lists import OPPORTUNITIES, OpportunityConditions
from api.desk.vat_reports import vat
from api.desk.writing_off import GivenWriteOff, write_off
from api.refusals import Conflict, Unknown
from api.store import customers, opportunities
from api.store.owed import Owing
from api.store.walks import Start
from engine.documents.credit import CreditSelection
from engine.documents.invoice import Invoice
from engine.documents.opportunity import Opportunity
from engine.documents.party import Customer
from engine.documents.payment_match import WriteOffReason
from engine.documents.quote import LineRequest
from engine.money import Money, Quantity, round_half_up
from engine.problems import Refusal
from tests.bank_writers import coda_text
from tests.scenario.test_payments_from_banks import DAY, EUR, desk, invoices, january, paid, statement, take, verified

__all__ = ("desk", "invoices", "january")
CHANCE = Opportunity(
    currency=EUR,
    id="OP1",
    customer="K1",
    what="A day of training",
    stage="proposal",
    state="open",
    amount=Money(100_00, EUR),
    expected_close=date(2027, 3, 31),
    owner="Ann",
)
STATES = ("open", "part-paid", "paid", "overpaid", "written-off")


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


def customer_of(desk: Desk, name: str) -> Customer:
    with desk.store.reading() as connection:
        return customers.find(connection, [name])[name]


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


def test_a_statement_has_payments_and_a_reminder_asks_what_is_left(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> None:
    first, second = (each for each in invoices[:3] if each.customer.id == invoices[0].customer.id)
    later = replace(desk, today=date(2027, 12, 31))
    name, four = first.customer.id, Money(4, EUR)
    before = find_statement(later, name)
    assert (before.has_payments, before.overdue) == (False, before.balance)
    movements = (
        paid(1, first.gross - four, text=first.number),
        paid(2, Money(10_00, EUR), text=second.number),
        paid(3, Money(5_00, EUR), text=first.number),
    )
    take(desk, tmp_path, coda_text(statement(desk, *movements)))
    after = find_statement(later, name)
    entries = [(entry.on, entry.what, entry.number, str(entry.amount)) for entry in after.entries if entry.what in ("payment", "write-off")]
    assert entries == [
        (DAY, "payment", "P000001", str(four - first.gross)),
        (DAY, "payment", "P000002", "-10.00"),
        (DAY, "payment", "P000003", "-5.00"),
        (DAY, "write-off", first.number, "-0.04"),
    ]
    less = first.gross + Money(15_00, EUR)
    assert (after.has_payments, after.balance, after.overdue) == (True, before.balance - less, second.gross - Money(10_00, EUR))
    assert [(one.number, one.open) for one in find_reminder(later, name).invoices] == [(second.number, after.overdue)]
    assert find_statement(later, name, as_of=date(2027, 2, 2)).balance == before.balance
    release(desk, "P000001")
    again = find_statement(later, name)
    assert (again.balance, again.overdue) == (after.balance + first.gross, after.overdue + first.gross)


def test_what_is_open_overdue_and_paid_stands_on_customers_orders_and_opportunities(
    desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path
) -> None:
    """What is summed in the database is what the invoices say, one by one; one with lines of two orders counts for both."""
    buyer = customer_of(desk, "K1")
    with desk.writing() as connection:
        opportunities.append(connection, [CHANCE], desk.signed())
        lines = [LineRequest(product="SRV-TRAIN", quantity=Quantity.whole(1), payment_plan="at-signature")]
        number = make_quote(desk, connection, buyer, lines, on=desk.today, opportunity=CHANCE.id).number
    (order,) = accept(desk, number, Acceptance(on=desk.today)).orders
    (sold,) = invoices_of(desk, issue(desk, Selection(due_through=desk.today)).issued)
    first, *_ = invoices
    movements = (paid(1, first.gross, text=first.number), paid(2, Money(10_00, EUR), text=sold.number))
    later = replace(desk, today=date(2027, 12, 31))
    take(later, tmp_path, coda_text(statement(later, *movements)))
    every = (*invoices, sold)

    def expected(of: Iterable[Invoice]) -> tuple[int, int, int]:
        known = [(one, find_settlement(later, one.number)) for one in of]
        rests = [(one.due_on, max(0, each.rest.minor)) for one, each in known if each]
        return (
            sum(left for _, left in rests),
            sum(left for due, left in rests if due < later.today),
            sum(e.paid.minor for _, e in known if e),
        )

    def shown(what: Owing, name: str) -> tuple[int, int, int]:
        one = find_owed(later, what, [name])[name]
        return one.open.minor, one.overdue.minor, one.paid.minor

    for name in ("K1", "K2"):
        assert shown("customer", name) == expected(one for one in every if one.customer.id == name)
    for name in {name for one in every for name in one.orders}:
        assert shown("order", name) == expected(one for one in every if name in one.orders)
    assert shown("opportunity", CHANCE.id) == expected([sold]) == shown("order", order.id)
    assert shown("opportunity", CHANCE.id)[2] == 10_00
    assert shown("customer", "nobody") == (0, 0, 0)
    rows = [dict(zip(CUSTOMERS.columns(later), cells, strict=True)) for _, cells in CUSTOMERS.rows(later, CustomerConditions(), Start())]
    assert [(row["open"], row["paid"]) for row in rows] == [
        (one.open, one.paid) for one in find_owed(later, "customer", ["K1", "K2"]).values()
    ]  # fmt: skip
    (listed,) = OPPORTUNITIES.rows(later, OpportunityConditions(), Start())
    assert dict(zip(OPPORTUNITIES.columns(later), listed[1], strict=True))["paid"] == Money(10_00, EUR)
    tree = shown_opportunity_tree(show_opportunity(later, CHANCE.id), "en")
    assert tree["owed"] == owed_tree(find_owed(later, "opportunity", [CHANCE.id])[CHANCE.id])


@pytest.mark.parametrize(("reason", "has_vat"), [("lost-for-certain", True), ("other", False)])
def test_what_is_left_is_written_off_and_taken_back(
    desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path, reason: WriteOffReason, has_vat: bool
) -> None:
    first, ten = invoices[0], Money(10_00, EUR)
    later = replace(desk, today=date(2027, 2, 20))
    take(later, tmp_path, coda_text(statement(desk, paid(1, ten, text=first.number))))
    before, left = states(later), first.gross - ten
    name = write_off(later, GivenWriteOff(document=first.number, reason=reason, on=date(2027, 2, 18), note="judgement"))
    stored, parts = find_payment(later, name)
    assert (name, stored.state, stored.because, stored.payment.amount) == ("P000002", "matched", reason, Money(0, EUR))
    of_vat = Money(round_half_up(left.minor * first.vat.minor, first.gross.minor), EUR) if has_vat else Money(0, EUR)
    expected = [("write-off", left - of_vat), *([("write-off-vat", of_vat)] if has_vat else [])]
    assert [(part.kind, part.amount) for part in parts] == expected
    (entry,) = payment_entries(later, name)
    legs = [("642000", left - of_vat), *([("451000", of_vat)] if has_vat else []), ("400000", -left)]
    assert [(leg.account, leg.debit - leg.credit) for leg in entry.postings] == legs
    assert (entry.posted_on, entry.customer) == (date(2027, 2, 18), first.customer.id)
    assert (states(later)[0], states(later)[1:]) == (("written-off", "0.00"), before[1:])
    assert first.number not in {row[2] for row in open_items(later).rows}
    assert first.number in {row[2] for row in open_items(later, as_of=date(2027, 2, 17)).rows}
    entries = [(one.on, one.number, one.amount) for one in find_statement(later, first.customer.id).entries if one.what == "write-off"]
    assert entries == [(date(2027, 2, 18), first.number, -left)]
    assert (verified(later), post_missing(later)) == ((), 0)
    with pytest.raises(Conflict, match="nothing is open"):
        write_off(later, GivenWriteOff(document=first.number, reason=reason))
    declared = {"62": of_vat} if has_vat else {}
    assert {box: amount for box, amount in vat(later, "2027-02").rows if box in ("61", "62")} == declared
    close_vat(replace(later, today=date(2027, 3, 5)), "2027-02")
    march = replace(later, today=date(2027, 3, 6), now=lambda: later.now() + timedelta(days=30))
    release(march, name)
    assert {box: amount for box, amount in vat(later, "2027-02").rows if box in ("61", "62")} == declared
    taken_back = {"61": of_vat} if has_vat else {}
    assert {box: amount for box, amount in vat(march, "2027-03").rows if box in ("61", "62")} == taken_back
    assert (states(later), find_payment(later, name)[0].state) == (before, "held")
    assert [entry.document for entry in payment_entries(later, name)] == [name, f"{name}/2"]
    assert (verified(later), post_missing(later)) == ((), 0)
    with pytest.raises(Conflict):
        match_by_hand(later, name, [first.number])
    with pytest.raises(Conflict):
        release(later, name)


def test_what_cannot_be_written_off_is_refused(desk: Desk, invoices: tuple[Invoice, ...]) -> None:
    with pytest.raises(Refusal, match="2027-02-01 is still to come: today is 2027-01-31"):
        write_off(desk, GivenWriteOff(document=invoices[0].number, reason="other", on=date(2027, 2, 1)))
    with pytest.raises(Refusal, match="2027-00001 was issued on 2027-01-31, and 2027-01-30 is before that"):
        write_off(desk, GivenWriteOff(document=invoices[0].number, reason="other", on=date(2027, 1, 30)))
    with pytest.raises(Unknown):
        write_off(desk, GivenWriteOff(document="2027-09999", reason="other"))
    with pytest.raises(Conflict, match="nothing is open"):
        write_off(desk, GivenWriteOff(document=invoices[3].number, reason="other"))
    assert verified(desk) == ()
