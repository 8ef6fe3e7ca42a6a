"""POST /v1/evaluations/credit: what comes back of an evaluated invoice, or the refusal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from api.http.request_parsing import read_request
from engine.evaluations.credit import CreditAnswer, CreditRequest, evaluate_credit
from engine.evaluations.invoice import InvoiceRequest, evaluate_invoice
from engine.problems import Refusal
from tests.unit.stages.due_transactions import billing_rulebook

LINES = [
    {"quantity": "3", "unit_price": "3.335", "category": "S", "rate": "21"},
    {"quantity": "1", "unit_price": "20.00", "category": "S", "rate": "6"},
]
INVOICE: dict[str, Any] = {"lines": LINES, "line_net": ["10.01", "20.00"]}


def credited(ask: dict[str, Any], *earlier: dict[str, Any], invoice: dict[str, Any] = INVOICE) -> CreditAnswer:
    request = CreditRequest.model_validate({"invoice": invoice, "earlier_credits": list(earlier), "ask": ask})
    return evaluate_credit(request, billing_rulebook())


def plain(answer: CreditAnswer) -> dict[str, Any]:
    return answer.model_dump(mode="json")


def test_the_whole_comes_back() -> None:
    found = credited({"whole": True})
    assert [(one.line, str(one.net)) for one in found.lines] == [(1, "10.01"), (2, "20.00")]
    assert (str(found.net), str(found.vat), str(found.gross)) == ("30.01", "3.30", "33.31")


def test_quantities_one_by_one_add_up_to_the_line() -> None:
    ask = {"lines": [{"line": 1, "quantity": "1"}]}
    notes: list[CreditAnswer] = []
    for _ in range(3):
        notes.append(credited(ask, *[plain(note) for note in notes]))
    assert [str(note.net) for note in notes] == ["3.34", "3.34", "3.33"]
    assert [str(note.vat) for note in notes] == ["0.70", "0.70", "0.70"]
    rest = credited({"whole": True}, *[plain(note) for note in notes])
    assert [one.line for one in rest.lines] == [2]
    assert sum(note.gross.minor for note in (*notes, rest)) == 3331


def test_earlier_credits_may_be_told_as_they_were_asked() -> None:
    asked = [{"lines": [{"line": 1, "amount": "4.00"}]}, {"amount": "5.00"}]
    answered: list[dict[str, Any]] = []
    for ask in asked:
        answered.append(plain(credited(ask, *answered)))
    assert credited({"whole": True}, *asked) == credited({"whole": True}, *answered)


def test_without_line_nets_they_are_worked_out() -> None:
    assert credited({"whole": True}, invoice={"lines": LINES}) == credited({"whole": True})


def test_the_document_s_surcharge_comes_back_with_the_lines() -> None:
    invoice = {"lines": LINES, "surcharges": [{"amount": "3.00", "category": "S", "rate": "6"}]}
    found = credited({"lines": [{"line": 2}]}, invoice=invoice)
    assert [str(amount) for amount in (found.sum_lines, found.sum_surcharges, found.net, found.vat)] == ["20.00", "3.00", "23.00", "1.38"]


def test_amounts_stand_in_the_invoice_s_currency() -> None:
    invoice = {"currency": "JPY", "lines": [{"quantity": "1", "unit_price": "1000", "category": "S", "rate": "10"}]}
    found = credited({"lines": [{"line": 1, "amount": "333"}]}, invoice=invoice)
    assert (str(found.net), str(found.vat), found.currency.code) == ("333", "33", "JPY")


@pytest.mark.parametrize(
    ("ask", "code", "pointer"),
    [
        ({"lines": [{"line": 1, "amount": "10.02"}]}, "more-than-is-left", "/ask/lines/0/amount"),
        ({"lines": [{"line": 1, "quantity": "4"}]}, "more-than-is-left", "/ask/lines/0/quantity"),
        ({"lines": [{"line": 3}]}, "no-such-line", "/ask/lines/0/line"),
        ({"amount": "30.02"}, "more-than-is-left", "/ask/amount"),
    ],
)
def test_more_than_is_left_is_refused(ask: dict[str, Any], code: str, pointer: str) -> None:
    with pytest.raises(Refusal) as refused:
        credited(ask)
    assert [(problem.code, problem.pointer) for problem in refused.value.problems] == [(code, pointer)]


def test_an_earlier_credit_that_cannot_have_been_is_refused_at_its_place() -> None:
    for earlier, pointer in (
        ({"lines": [{"line": 1, "amount": "99.00"}]}, "/earlier_credits/0"),
        ({"lines": [{"line": 9, "net": "1.00"}]}, "/earlier_credits/0/lines/0/line"),
    ):
        with pytest.raises(Refusal) as refused:
            credited({"whole": True}, earlier)
        assert refused.value.problems[0].pointer == pointer


def test_as_many_line_nets_as_lines() -> None:
    with pytest.raises(Refusal) as refused:
        credited({"whole": True}, invoice={"lines": LINES, "line_net": ["1.00"]})
    assert refused.value.problems[0].pointer == "/invoice/line_net"


LOWERED = {
    "lines": [
        {"quantity": "1", "unit_price": "100", "category": "S", "rate": "21"},
        {"quantity": "-1", "unit_price": "30", "category": "S", "rate": "21"},
    ]
}


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        ({"lines": [{"line": 1}]}, "more-than-is-left"),
        ({"lines": [{"line": 2}]}, "negative-credit"),
        ({"lines": [{"line": 1, "amount": "20.00"}, {"line": 2}]}, "negative-credit"),
        ({"lines": [{"line": 1, "amount": "70.01"}]}, "more-than-is-left"),
        ({"amount": "70.01"}, "more-than-is-left"),
    ],
)
def test_what_is_left_of_a_rate_is_a_limit_too(ask: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        credited(ask, invoice=LOWERED)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_lines_of_both_signs_are_credited_together() -> None:
    first = credited({"lines": [{"line": 1}, {"line": 2}]}, invoice=LOWERED)
    assert (str(first.net), str(first.vat)) == ("70.00", "14.70")
    amount = credited({"lines": [{"line": 1, "amount": "70.00"}]}, invoice=LOWERED)
    assert (str(amount.net), str(amount.vat)) == ("70.00", "14.70")
    with pytest.raises(Refusal) as refused:
        credited({"whole": True}, plain(amount), invoice=LOWERED)
    assert refused.value.problems[0].code == "nothing-left"


def test_vat_of_many_small_credits_adds_up_to_that_of_the_invoice() -> None:
    invoice = {"lines": [{"quantity": "1", "unit_price": "0.50", "category": "S", "rate": "21"}]}
    notes: list[dict[str, Any]] = []
    for _ in range(25):
        notes.append(plain(credited({"amount": "0.02"}, *notes, invoice=invoice)))
    assert sum(Decimal(note["vat"]) for note in notes) == Decimal("0.11")
    assert {note["vat"] for note in notes} == {"0.00", "0.01"}


DISCOUNTED = {
    "lines": [
        {"quantity": "1", "unit_price": "60", "category": "S", "rate": "21"},
        {"quantity": "1", "unit_price": "40", "category": "S", "rate": "6"},
    ],
    "discounts": [{"percent": "10"}],
    "surcharges": [{"amount": "5.00", "category": "S", "rate": "12"}],
}


def test_an_amount_is_net_after_the_discounts_of_the_document() -> None:
    part = credited({"amount": "9.50"}, invoice=DISCOUNTED)
    assert [(one.line, str(one.net), str(one.base)) for one in part.lines] == [(1, "6.00", "5.40"), (2, "4.00", "3.60")]
    assert [str(amount) for amount in (part.sum_lines, part.sum_discounts, part.net)] == ["10.00", "0.50", "9.50"]
    assert [(str(one.rate), str(one.base)) for one in part.vat_breakdown] == [("21", "5.40"), ("12", "0.50"), ("6", "3.60")]


def test_a_surcharge_at_a_rate_of_no_line_comes_back_with_the_whole() -> None:
    invoiced = evaluate_invoice(InvoiceRequest.model_validate(DISCOUNTED), billing_rulebook())
    line = credited({"lines": [{"line": 1}]}, invoice=DISCOUNTED)
    rest = credited({"whole": True}, plain(line), invoice=DISCOUNTED)
    assert (line.net + rest.net, line.vat + rest.vat, line.gross + rest.gross) == (invoiced.net, invoiced.vat, invoiced.gross)
    whole = credited({"whole": True}, invoice=DISCOUNTED)
    assert (whole.net, whole.vat, whole.gross) == (invoiced.net, invoiced.vat, invoiced.gross)


def test_an_earlier_credit_of_more_than_there_was_is_refused() -> None:
    for lines in ([{"line": 1, "net": "10.02"}], [{"line": 1, "net": "1.00"}, {"line": 1, "net": "2.00"}]):
        with pytest.raises(Refusal) as refused:
            credited({"whole": True}, {"lines": lines})
        assert refused.value.problems[0].pointer == "/earlier_credits/0"


@pytest.mark.parametrize("merged", [False, True])
def test_the_answer_of_an_invoice_is_taken_as_it_is(merged: bool) -> None:
    answer = evaluate_invoice(InvoiceRequest.model_validate(DISCOUNTED), billing_rulebook()).model_dump(mode="json")
    invoice = {**DISCOUNTED, **answer} if merged else answer
    assert credited({"whole": True}, invoice=invoice) == credited({"whole": True}, invoice=DISCOUNTED)


@pytest.mark.parametrize("field", ["sum_lines", "sum_discounts", "sum_surcharges", "net", "vat", "gross", "due_amount"])
def test_an_answer_with_another_sum_is_refused(field: str) -> None:
    with pytest.raises(Refusal) as refused:
        credited({"whole": True}, invoice={**DISCOUNTED, field: "1.23"})
    assert [(problem.code, problem.pointer) for problem in refused.value.problems] == [("sum-differs", f"/invoice/{field}")]


def test_an_answer_with_another_vat_is_refused() -> None:
    vat = [{"category": "S", "rate": "21", "base": "30.01", "vat": "6.30"}]
    with pytest.raises(Refusal) as refused:
        credited({"whole": True}, invoice={**INVOICE, "vat_breakdown": vat})
    [problem] = refused.value.problems
    assert problem.message == (
        "vat_breakdown is given as S 21%: 30.01 + 6.30, and the lines of the invoice make S 21%: 10.01 + 2.10, S 6%: 20.00 + 1.20"
    )


def test_line_nets_that_the_lines_do_not_make_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        credited({"whole": True}, invoice={"lines": LINES, "line_net": ["10.01", "200.00"]})
    [problem] = refused.value.problems
    assert (problem.code, problem.pointer) == ("sum-differs", "/invoice/line_net/1")
    assert problem.message == "line_net is given as 200.00, and the lines of the invoice make 20.00"


def test_a_mistake_in_the_invoice_is_refused_at_its_place() -> None:
    with pytest.raises(Refusal) as refused:
        credited({"whole": True}, invoice={"lines": [{"quantity": "1", "unit_price": "1", "category": "S"}]})
    assert refused.value.problems[0].pointer == "/invoice/lines/0/rate"


@pytest.mark.parametrize("ask", [{}, {"whole": True, "amount": "1.00"}, {"lines": [{"line": 1, "amount": 1.5}]}])
def test_what_is_no_ask_is_refused_at_the_door(ask: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        credited(ask)


def in_currencies(credit: str | None, invoice: str | None, amount: str) -> CreditAnswer:
    line = {"quantity": "3", "unit_price": "1000", "category": "S", "rate": "10"}
    currency = {} if invoice is None else {"currency": invoice}
    request: dict[str, Any] = {"invoice": {"lines": [line], **currency}, "ask": {"lines": [{"line": 1, "amount": amount}]}}
    given = request if credit is None else {**request, "currency": credit}
    return evaluate_credit(CreditRequest.model_validate(given), billing_rulebook())


@pytest.mark.parametrize(("credit", "invoice"), [("JPY", None), (None, "JPY"), ("JPY", "JPY")])
def test_one_currency_counts_for_the_credit_and_its_invoice(credit: str | None, invoice: str | None) -> None:
    answer = in_currencies(credit, invoice, "1001")
    assert (answer.currency.code, str(answer.net), str(answer.vat), str(answer.gross)) == ("JPY", "1001", "100", "1101")


def test_a_credit_in_another_currency_than_its_invoice_or_an_earlier_credit_is_refused() -> None:
    with pytest.raises(ValidationError, match="this is in EUR, the credit in JPY"):
        in_currencies("JPY", "EUR", "1000")
    with pytest.raises(ValidationError, match="this is in USD, the credit in EUR"):
        credited({"whole": True}, {"currency": "USD", "amount": "1.00"})


def test_amounts_have_the_decimals_of_the_currency_and_the_help_says_so() -> None:
    body = {"currency": "JPY", "invoice": {"lines": LINES}, "ask": {"lines": [{"line": 1, "amount": "10.55"}]}}
    with pytest.raises(Refusal) as refusal:
        read_request(CreditRequest, body)
    (problem,) = refusal.value.problems
    assert (problem.pointer, problem.message, problem.help) == ("/ask/lines/0/amount", "more than 0 decimals", "write a whole number")
