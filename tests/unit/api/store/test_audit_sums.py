"""The auditor's arithmetic of credit notes: VAT per rate over all notes so far, and nothing taken back beyond the invoice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engine.documents.credit import CreditLine, CreditSelection
from engine.documents.invoice import CreditNote, Invoice
from engine.money import Quantity
from engine.stages.crediting.credit_notes import credit
from engine.stages.invoicing.drafting import issue_credit_note
from engine.stages.posting.documents import post
from tests.audited import problems_of, problems_of_credits
from tests.unit.stages.due_transactions import billing_rulebook, euros, issued, transaction

BOOK = billing_rulebook()
LATER = date(2027, 2, 10)


def lowered() -> Invoice:
    """100.00 and −30.00 at 21%."""
    return issued(transaction("100.00"), transaction("-30.00", item="A-2", quantity=Quantity.whole(-1)))


def note(invoice: Invoice, ask: CreditSelection, *earlier: CreditNote) -> CreditNote:
    """The next credit note of an invoice."""
    return issue_credit_note(credit(invoice, earlier, ask, BOOK, on=LATER), number=f"C{len(earlier) + 1}", series="c", on=LATER)


def test_credit_notes_with_cumulative_vat_are_right() -> None:
    invoice = issued(*[transaction("0.07", item=f"A-{at}") for at in range(1, 6)])
    notes: list[CreditNote] = []
    for at in range(1, 6):
        notes.append(note(invoice, CreditSelection(lines=(CreditLine(line=at),)), *notes))
    assert list(problems_of_credits(invoice, notes)) == []
    assert [problem for one in notes for problem in problems_of(one, post(one, BOOK))] == []


def test_another_vat_is_named_with_its_note_and_rate() -> None:
    invoice = issued(transaction("100.00"))
    first = note(invoice, CreditSelection(amount=euros("40.00")))
    [entry] = first.vat_breakdown
    changed = first.replace(vat_breakdown=(entry.replace(vat=euros("8.41")),))
    assert [problem.message for problem in problems_of_credits(invoice, [changed])] == ["C1: the VAT of S 21 is 8.41, and should be 8.40"]


def test_more_taken_back_than_invoiced_is_named_by_line_by_rate_and_for_the_whole() -> None:
    invoice = lowered()
    whole = note(invoice, CreditSelection(whole=True))
    line = replace(whole.lines[0], net=euros("101.00"))
    [entry] = whole.vat_breakdown
    too_much = whole.replace(
        lines=(line,), vat_breakdown=(entry.replace(base=euros("101.00"), vat=euros("21.21")),), net=euros("101.00"), gross=euros("122.21")
    )
    assert [problem.message for problem in problems_of_credits(invoice, [too_much])] == [
        "the credit notes of 2027-00001 take back 101.00 of line 1, of which 100.00 was invoiced",
        "the credit notes of 2027-00001 take back 101.00 of the base of S 21, of which 70.00 was invoiced",
        "the credit notes of 2027-00001 take back 101.00 of net, of which 70.00 was invoiced",
        "the credit notes of 2027-00001 take back 122.21 of gross, of which 84.70 was invoiced",
    ]


def test_a_credit_note_below_zero_is_named() -> None:
    invoice = lowered()
    whole = note(invoice, CreditSelection(whole=True))
    negative = whole.replace(lines=whole.lines[1:], vat_breakdown=(), net=euros("-30.00"), vat=euros("0.00"), gross=euros("-30.00"))
    assert [problem.code for problem in problems_of_credits(invoice, [negative])] == ["credited-too-much", "credited-too-much"]
