"""Credit notes: whole, by line, by quantity, by amount; refused above what is left, and exact to the last cent."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from engine.documents.credit import CreditLine, CreditSelection
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.quote import LineDiscount
from engine.money import Quantity
from engine.problems import Refusal
from engine.stages.crediting.credit_notes import credit
from engine.stages.invoicing.drafting import issue_credit_note
from tests.unit.stages.due_transactions import abroad, billing_rulebook, euros, issued, transaction

LATER = date(2027, 2, 10)


def note(invoice: Invoice, ask: CreditSelection, *earlier: CreditNote) -> CreditNote:
    result = credit(invoice, earlier, ask, billing_rulebook(), on=LATER, because="too much")
    return issue_credit_note(result, number=f"C2027-0000{len(earlier) + 1}", series="credit-note/2027", on=LATER)


def line(number: int, **requested: Any) -> CreditSelection:
    return CreditSelection(lines=(CreditLine(line=number, **requested),))


def test_the_whole_invoice_comes_back_as_it_was() -> None:
    invoice = issued(transaction("100.00"), transaction("24.53", "GUIDE", item="A-2", order_type="subscription"))
    result = note(invoice, CreditSelection(whole=True))
    assert (result.net, result.vat, result.gross) == (invoice.net, invoice.vat, invoice.gross)
    assert [(one.price, one.quantity, one.net, one.corrects_line) for one in result.lines] == [
        (one.price, one.quantity, one.net, one.number) for one in invoice.lines
    ]
    assert (result.corrects, result.corrects_issued_on, result.because) == (invoice.number, invoice.issued_on, "too much")
    assert [mention.name for mention in result.mentions] == ["paid-back", "law"]


def test_nothing_is_credited_twice() -> None:
    invoice = issued(transaction("100.00"))
    first = note(invoice, CreditSelection(whole=True))
    with pytest.raises(Refusal) as refused:
        note(invoice, CreditSelection(whole=True), first)
    assert (refused.value.problems[0].code, refused.value.state) == ("nothing-left", "credited")


def test_a_quantity_comes_back_at_the_invoiced_price_with_its_discount() -> None:
    discount = LineDiscount(name="volume", label="Volume", amount=euros("10.00"))
    invoice = issued(transaction("90.00", list_net=euros("100.00"), discounts=(discount,), quantity=Quantity.whole(4)))
    result = note(invoice, line(1, quantity=Quantity.whole(1))).lines[0]
    assert (str(result.quantity), str(result.price), str(result.list_net), str(result.discounts[0].amount), str(result.net)) == (
        "1", "25.00", "25.00", "2.50", "22.50",
    )  # fmt: skip


def test_the_last_of_a_line_takes_what_rounding_left() -> None:
    invoice = issued(transaction("10.00", quantity=Quantity.whole(3)))
    notes: list[CreditNote] = []
    for _ in range(3):
        notes.append(note(invoice, line(1, quantity=Quantity.whole(1)), *notes))
    assert [str(one.net) for one in notes] == ["3.33", "3.33", "3.34"]
    assert [str(one.vat) for one in notes] == ["0.70", "0.70", "0.70"]
    assert sum(one.gross.minor for one in notes) == invoice.gross.minor


def test_the_last_credit_of_a_rate_takes_the_residue_of_its_vat() -> None:
    invoice = issued(*[transaction("0.07", item=f"A-{at}") for at in range(1, 6)])
    notes: list[CreditNote] = []
    for at in range(1, 6):
        notes.append(note(invoice, line(at), *notes))
    assert str(invoice.vat) == "0.07"
    assert [str(one.vat) for one in notes] == ["0.01", "0.01", "0.01", "0.01", "0.03"]


def test_rounding_up_many_times_never_takes_more_vat_than_there_was() -> None:
    invoice = issued(*[transaction("0.03", item=f"A-{at}") for at in range(1, 6)])
    notes: list[CreditNote] = []
    for at in range(1, 6):
        notes.append(note(invoice, line(at), *notes))
    assert str(invoice.vat) == "0.03"
    assert [str(one.vat) for one in notes] == ["0.01", "0.01", "0.01", "0.00", "0.00"]


def test_an_amount_of_a_line_is_net_and_stands_as_one_piece() -> None:
    invoice = issued(transaction("100.00", quantity=Quantity.whole(4)))
    result = note(invoice, line(1, amount=euros("12.34")))
    assert [(str(one.quantity), str(one.price), str(one.net), one.by_amount) for one in result.lines] == [("1", "12.34", "12.34", True)]
    assert (str(result.vat), str(result.gross)) == ("2.59", "14.93")


def test_an_amount_of_the_invoice_is_spread_by_what_is_left() -> None:
    invoice = issued(transaction("60.00"), transaction("30.00", item="A-2"), transaction("10.00", item="A-3"))
    first = note(invoice, line(1, amount=euros("30.00")))
    second = note(invoice, CreditSelection(amount=euros("10.00")), first)
    assert [(one.corrects_line, str(one.net)) for one in second.lines] == [(1, "4.29"), (2, "4.29"), (3, "1.42")]
    rest = note(invoice, CreditSelection(whole=True), first, second)
    assert sum(one.gross.minor for one in (first, second, rest)) == invoice.gross.minor


def test_a_small_amount_never_takes_more_of_a_line_than_it_has() -> None:
    invoice = issued(*[transaction("0.01", item=f"A-{at}") for at in range(1, 11)])
    result = note(invoice, CreditSelection(amount=euros("0.04")))
    assert [one.net.minor for one in result.lines] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("requested", "code", "pointer"),
    [
        (line(1, amount=euros("100.01")), "more-than-is-left", "/ask/lines/0/amount"),
        (line(1, amount=euros("0.00")), "not-an-amount-to-credit", "/ask/lines/0/amount"),
        (line(1, amount=euros("-1.00")), "not-an-amount-to-credit", "/ask/lines/0/amount"),
        (line(1, quantity=Quantity.whole(5)), "more-than-is-left", "/ask/lines/0/quantity"),
        (line(1, quantity=Quantity.whole(0)), "not-an-amount-to-credit", "/ask/lines/0/quantity"),
        (line(2), "no-such-line", "/ask/lines/0/line"),
        (CreditSelection(lines=(CreditLine(line=1), CreditLine(line=1))), "asked-twice", "/ask/lines/1/line"),
        (CreditSelection(amount=euros("100.01")), "more-than-is-left", "/ask/amount"),
        (CreditSelection(amount=euros("-1.00")), "not-an-amount-to-credit", "/ask/amount"),
    ],
)
def test_more_than_is_left_is_refused_and_never_capped(requested: CreditSelection, code: str, pointer: str) -> None:
    invoice = issued(transaction("100.00", quantity=Quantity.whole(4)))
    with pytest.raises(Refusal) as refused:
        note(invoice, requested)
    assert [(problem.code, problem.pointer) for problem in refused.value.problems] == [(code, pointer)]
    assert refused.value.state == ("issued" if code == "more-than-is-left" else None)


def test_all_refusals_are_reported_at_once() -> None:
    invoice = issued(transaction("100.00"), transaction("50.00", item="A-2"))
    requested = CreditSelection(
        lines=(CreditLine(line=1, amount=euros("100.01")), CreditLine(line=2, amount=euros("50.01")), CreditLine(line=9))
    )
    with pytest.raises(Refusal) as refused:
        note(invoice, requested)
    assert len(refused.value.problems) == 3


def test_a_quantity_after_an_amount_may_not_exceed_what_is_left() -> None:
    invoice = issued(transaction("100.00", quantity=Quantity.whole(4)))
    first = note(invoice, line(1, amount=euros("80.00")))
    with pytest.raises(Refusal) as refused:
        note(invoice, line(1, quantity=Quantity.whole(1)), first)
    assert "25.00" in refused.value.problems[0].message
    assert refused.value.state == "partly credited"
    rest = note(invoice, line(1), first)
    assert (str(rest.net), rest.lines[0].by_amount) == ("20.00", True)


def test_a_line_that_took_back_is_credited_with_its_sign() -> None:
    invoice = issued(transaction("100.00"), transaction("-30.00", item="A-2", kind="change", quantity=Quantity.whole(-1)))
    result = note(invoice, CreditSelection(whole=True))
    assert [(str(one.quantity), str(one.price), str(one.net)) for one in result.lines] == [
        ("1", "100.00", "100.00"),
        ("-1", "30.00", "-30.00"),
    ]


def test_the_original_rate_and_exemption_stay() -> None:
    invoice = issued(transaction("100.00"), customers=[abroad("LU")])
    result = note(invoice, line(1, amount=euros("40.00")))
    assert [(one.category, str(one.rate), str(one.base), str(one.vat)) for one in result.vat_breakdown] == [("AE", "0", "40.00", "0.00")]
    assert "mention-AE" in [mention.name for mention in result.mentions]


@pytest.mark.parametrize(
    "requested",
    [
        {},
        {"whole": True, "amount": "1.00"},
        {"lines": []},
        {"lines": [{"line": 0}]},
        {"lines": [{"line": 1, "quantity": "1", "amount": "1"}]},
    ],
)
def test_a_selection_is_one_of_three(requested: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CreditSelection.model_validate(requested)
