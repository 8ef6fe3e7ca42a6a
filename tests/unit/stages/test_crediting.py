"""Credit notes: whole, by line, by quantity, by amount; refused above what is left, and exact to the last cent."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from engine.documents.credit import CreditLine, CreditSelection
from engine.documents.invoice import AccountingVat, CreditNote, Invoice
from engine.documents.quote import LineDiscount
from engine.money import Currency, Money, Quantity
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


def test_vat_is_that_of_all_credits_so_far_less_what_was_credited() -> None:
    invoice = issued(*[transaction("0.07", item=f"A-{at}") for at in range(1, 6)])
    notes: list[CreditNote] = []
    for at in range(1, 6):
        notes.append(note(invoice, line(at), *notes))
    assert str(invoice.vat) == "0.07"
    assert [str(one.vat) for one in notes] == ["0.01", "0.02", "0.01", "0.02", "0.01"]


def test_rounding_up_many_times_never_takes_more_vat_than_there_was() -> None:
    invoice = issued(*[transaction("0.03", item=f"A-{at}") for at in range(1, 6)])
    notes: list[CreditNote] = []
    for at in range(1, 6):
        notes.append(note(invoice, line(at), *notes))
    assert str(invoice.vat) == "0.03"
    assert [str(one.vat) for one in notes] == ["0.01", "0.00", "0.01", "0.01", "0.00"]


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


def lowered(*own: str) -> Invoice:
    """100.00 and −30.00, at the same rate unless the second product is another."""
    return issued(transaction("100.00"), transaction("-30.00", *own, item="A-2", order_type="subscription", quantity=Quantity.whole(-1)))


def test_a_line_is_not_credited_beyond_what_its_rate_has() -> None:
    with pytest.raises(Refusal) as refused:
        note(lowered(), line(1))
    [problem] = refused.value.problems
    assert (problem.code, problem.pointer, refused.value.state) == ("more-than-is-left", "/ask/lines/0", "issued")
    assert problem.message == "100.00 is asked back of category S at 21%, of which 70.00 is left"


def test_a_line_that_took_back_is_not_credited_alone() -> None:
    with pytest.raises(Refusal) as refused:
        note(lowered(), line(2))
    [problem] = refused.value.problems
    assert (problem.code, problem.message) == (
        "negative-credit", "the credit note would come to -30.00 for category S at 21%, which is below zero",
    )  # fmt: skip


def test_lines_that_keep_their_rate_above_zero_are_credited_together() -> None:
    both = CreditSelection(lines=(CreditLine(line=1, amount=euros("45.00")), CreditLine(line=2)))
    first = note(lowered(), both)
    assert (str(first.net), str(first.vat)) == ("15.00", "3.15")
    rest = note(lowered(), CreditSelection(whole=True), first)
    assert (str(rest.net), str(rest.vat)) == ("55.00", "11.55")


def test_a_rate_below_zero_limits_the_whole_invoice() -> None:
    invoice = lowered("GUIDE")
    assert [(str(one.rate), str(one.base)) for one in invoice.vat_breakdown] == [("21", "100.00"), ("6", "-30.00")]
    with pytest.raises(Refusal) as refused:
        note(invoice, line(1))
    assert refused.value.problems[0].message == "100.00 is asked back of the invoice, of which 70.00 is left"
    whole = note(invoice, CreditSelection(whole=True))
    assert (whole.net, whole.vat, whole.gross) == (invoice.net, invoice.vat, invoice.gross)


def test_no_more_is_credited_than_the_customer_owed_with_vat() -> None:
    invoice = issued(
        transaction("100.00", "GUIDE", order_type="subscription"),
        transaction("-30.00", item="A-2", quantity=Quantity.whole(-1), order_type="subscription"),
    )
    assert (str(invoice.net), str(invoice.gross)) == ("70.00", "69.70")
    with pytest.raises(Refusal) as refused:
        note(invoice, line(1, amount=euros("70.00")))
    assert refused.value.problems[0].message == "74.20 is asked back of the invoice with VAT, of which 69.70 is left"


def test_an_amount_takes_no_rate_below_zero_and_passes_the_excess_on() -> None:
    invoice = issued(
        transaction("100.00"),
        transaction("-90.00", item="A-2", quantity=Quantity.whole(-1)),
        transaction("50.00", "GUIDE", item="A-3", order_type="subscription"),
    )
    result = note(invoice, CreditSelection(amount=euros("40.00")))
    assert [(one.corrects_line, str(one.net)) for one in result.lines] == [(1, "10.00"), (3, "30.00")]


def test_ten_euros_credited_by_two_cents_come_back_with_all_their_vat() -> None:
    invoice = issued(transaction("10.00"))
    notes: list[CreditNote] = []
    for _ in range(500):
        notes.append(note(invoice, line(1, amount=euros("0.02")), *notes))
    assert sum(one.vat.minor for one in notes) == invoice.vat.minor == 210


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


def test_the_vat_of_declarations_comes_back_to_the_cent() -> None:
    whole = issued(transaction("100.00", quantity=Quantity.whole(3)))
    stated = AccountingVat(currency=Currency.of("SEK"), vat=Money.parse("239.81", Currency.of("SEK")), rate="", rate_on=LATER)
    invoice = whole.model_copy(update={"accounting_vat": stated})
    notes: list[CreditNote] = []
    for _ in range(3):
        notes.append(note(invoice, line(1, quantity=Quantity.whole(1)), *notes))
    amounts = [one.accounting_vat.vat for one in notes if one.accounting_vat]
    assert [str(one) for one in amounts] == ["79.94", "79.93", "79.94"]
