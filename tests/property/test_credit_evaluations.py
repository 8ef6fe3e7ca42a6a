"""Any credits of any evaluated invoice stay within it by rate and in all, and the rest of it makes them add up exactly."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from hypothesis import assume, given, reject
from hypothesis import strategies as st

from engine.evaluations.credit import CreditAnswer, CreditRequest, evaluate_credit
from engine.evaluations.invoice import InvoiceAnswer, InvoiceRequest, evaluate_invoice
from engine.money import decimal_text
from engine.problems import Refusal
from tests.unit.stages.due_transactions import billing_rulebook

BOOK = billing_rulebook()
RATES = st.sampled_from([("S", "21"), ("S", "6"), ("S", "12"), ("E", "0"), ("AE", "0")])


def euros(cents: int) -> str:
    return decimal_text(cents, 2, least=2)


@st.composite
def invoice_requests(draw: st.DrawFn) -> dict[str, Any]:
    """Up to six lines of either sign, with discounts and surcharges of the document, some at a rate that no line has."""
    lines = []
    for _ in range(draw(st.integers(1, 6))):
        category, rate = draw(RATES)
        quantity = draw(st.integers(1, 5)) * draw(st.sampled_from([1, 1, 1, -1]))
        lines.append({"quantity": str(quantity), "unit_price": euros(draw(st.integers(0, 9_999))), "category": category, "rate": rate})
    early = draw(st.sampled_from([None, None, "2", "0.5%", "99.9"]))
    surcharges = [] if early else draw(reductions())
    return {"lines": lines, "discounts": draw(reductions()), "surcharges": surcharges} | ({"cash_discount": early} if early else {})


@st.composite
def reductions(draw: st.DrawFn) -> list[dict[str, str]]:
    """At most two, spread over all lines or at a rate of their own."""
    made = []
    for _ in range(draw(st.integers(0, 2))):
        own = dict(zip(("category", "rate"), draw(RATES), strict=True)) if draw(st.booleans()) else {}
        made.append({"amount": euros(draw(st.integers(0, 2_000))), **own})
    return made


@st.composite
def asks(draw: st.DrawFn, answer: InvoiceAnswer) -> dict[str, Any]:
    """The whole, an amount, or some lines: wholly, an amount or a quantity of each."""
    kind = draw(st.sampled_from(["whole", "amount", "lines", "lines"]))
    if kind == "whole":
        return {"whole": True}
    if kind == "amount":
        return {"amount": euros(draw(st.integers(1, max(1, answer.net.minor))))}
    places = draw(st.lists(st.integers(0, len(answer.lines) - 1), min_size=1, unique=True))
    return {"lines": [_part(draw, at, answer) for at in places]}


def _part(draw: st.DrawFn, at: int, answer: InvoiceAnswer) -> dict[str, Any]:
    net, quantity = answer.line_net[at].minor, answer.lines[at].quantity.micros
    match draw(st.sampled_from(["line", "amount", "quantity"])):
        case "amount":
            return {"line": at + 1, "amount": euros(draw(st.integers(1, max(1, abs(net)))) * (1 if net >= 0 else -1))}
        case "quantity":
            return {"line": at + 1, "quantity": str(draw(st.integers(1, abs(quantity) // 10**6)) * (1 if quantity > 0 else -1))}
        case _:
            return {"line": at + 1}


def bases(answer: InvoiceAnswer | CreditAnswer) -> Counter[tuple[str, Fraction]]:
    return Counter({(one.category, one.rate.fraction): one.base.minor for one in answer.vat_breakdown})


@given(invoice_requests(), st.data())
def test_any_credits_stay_within_the_invoice_and_add_up_to_it(request: dict[str, Any], data: st.DataObject) -> None:
    try:
        answer = evaluate_invoice(InvoiceRequest.model_validate(request), BOOK)
    except Refusal:
        reject()  # a discount that no rate of the lines can bear
    assume(answer.net.minor >= 0 and answer.gross.minor >= 0)
    invoice = answer.model_dump(mode="json") if data.draw(st.booleans()) else request
    notes: list[CreditAnswer] = []

    def credit(ask: dict[str, Any]) -> None:
        earlier = [note.model_dump(mode="json") for note in notes]
        notes.append(evaluate_credit(CreditRequest.model_validate({"invoice": invoice, "earlier_credits": earlier, "ask": ask}), BOOK))

    for _ in range(data.draw(st.integers(0, 4))):
        try:
            credit(data.draw(asks(answer)))
        except Refusal:
            continue  # more than is left, or below zero
    left = bases(answer)
    for note in notes:
        left.subtract(bases(note))
    if any(left.values()):
        credit({"whole": True})
    for name in ("net", "vat", "gross"):
        assert sum(getattr(note, name).minor for note in notes) == getattr(answer, name).minor
    invoiced, so_far = bases(answer), Counter[tuple[str, Fraction]]()
    for note in notes:
        assert note.net.minor >= 0
        assert note.gross.minor >= 0
        assert note.net == note.sum_lines - note.sum_discounts + note.sum_surcharges
        assert note.gross == note.net + note.vat
        assert note.net.minor == sum(one.base.minor for one in note.vat_breakdown)
        so_far.update(bases(note))
        assert all(min(0, invoiced[rate]) <= credited <= max(0, invoiced[rate]) for rate, credited in so_far.items())
