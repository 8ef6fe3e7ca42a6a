"""The bounds of work: what lies within is computed, what lies beyond is refused by the bound's name."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from api.rulebook_folder import read_folder
from engine import billing, budgets
from engine.budgets import Bound
from engine.documents.quote import PricedLine, QuoteRequest
from engine.documents.totals import TaxedNet
from engine.evaluations.invoice import InvoiceRequest, invoice_totals
from engine.evaluations.registry import EVALUATIONS
from engine.money import Money, Percent
from engine.order_types import quote_placement
from engine.phrases import phrase
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import check_rulebook, read_rulebook
from engine.stages.pricing.item_prices import BookPrices
from tests.scheduled import EUR, schedule_of

DAILY = {"every": 1, "unit": "day", "timing": "advance", "align_to": "activation"}


@pytest.fixture(scope="module")
def rulebook(root: Path) -> Rulebook:
    return read_rulebook(read_folder(root))


def tiers(count: int) -> dict[str, object]:
    rows = [{"up_to": str(at), "unit_price": "1.00"} for at in range(1, count)]
    return {"tiers": {"mode": "graduated", "rows": [*rows, {"unit_price": "0.50"}]}}


def test_a_bound_refuses_only_what_exceeds_it() -> None:
    bound = Bound("rows-of-a-test", 1000, phrase("lines"), phrase("sum up the discounts of the document"))
    bound.check(1000)
    with pytest.raises(Refusal) as refused:
        bound.check(1001, pointer="/lines")
    problem = refused.value.problems[0]
    assert (problem.code, problem.pointer) == ("over-budget", "/lines")
    assert problem.message == "1001 lines: at most 1000 are computed at once (bound `rows-of-a-test`)"
    assert problem.help == "sum up the discounts of the document"
    assert problem.message_in("fr").startswith("1001 lignes\u00a0: au plus 1000 ")


def test_no_two_bounds_have_one_name() -> None:
    names = [bound.name for bound in vars(budgets).values() if isinstance(bound, Bound)]
    assert len(set(names)) == len(names) > 0


def test_many_tiers_over_many_periods_are_priced_once() -> None:
    answer = schedule_of(price=tiers(100), quantity="5000", due_through="2046-12-31", process=DAILY)
    assert (len(answer.transactions), {each.net for each in answer.transactions}) == (7305, {"2549.50"})


def test_more_tiers_and_changes_than_can_be_priced_are_refused_by_name() -> None:
    changes = [{"on": f"2027-{1 + at % 12:02}-{1 + at // 12 % 28:02}", "quantity": str(at + 1)} for at in range(1000)]
    with pytest.raises(Refusal, match="schedule-tiers"):
        schedule_of(price=tiers(1000), quantity="1", changes=changes)


def test_more_discounts_and_rates_than_can_be_spread_are_refused_by_name(rulebook: Rulebook) -> None:
    lines = [{"quantity": "1", "unit_price": "1.00", "category": "S", "rate": str(rate)} for rate in range(1, 1002)]
    request = InvoiceRequest.model_validate({"lines": lines, "discounts": [{"percent": "1"}] * 100})
    taxed = tuple(TaxedNet(category="S", rate=Percent.parse(str(rate)), net=Money(100, EUR)) for rate in range(1, 1002))
    with pytest.raises(Refusal, match="invoice-groups"):
        invoice_totals(request, taxed, rulebook)


BIG = "999999999999"
CUSTOMER = {"id": "K1", "name": "K1", "language": "fr", "address": {"street": "", "postcode": "", "town": "", "country": "BE"}}


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        ("invoice", {"lines": [{"quantity": BIG, "unit_price": BIG, "category": "S", "rate": "21"}]}),
        ("invoice", {"lines": [{"quantity": "1", "unit_price": BIG, "category": "S", "rate": "21"}]}),
        ("schedule", {"price": BIG, "quantity": "2", "starts_on": "2027-01-01", "due_through": "2027-01-31", "process": DAILY}),
        ("price", {"tiers": {"mode": "volume", "rows": [{"unit_price": BIG}]}, "quantity": BIG, "on": "2027-01-01"}),
        ("payment-plan", {"lines": [{"net": BIG}] * 2, "plan": {"instalments": [{"share": "rest", "event": "order.signed"}]}}),
    ],
)
def test_an_amount_that_no_document_may_have_is_refused_by_name(name: str, request_: dict[str, object], rulebook: Rulebook) -> None:
    evaluation = EVALUATIONS[name]
    with pytest.raises(Refusal, match="`amount-digits`") as refused:
        evaluation.evaluate(evaluation.request.model_validate(request_), rulebook)
    assert [problem.code for problem in refused.value.problems] == ["amount-too-large"]


@pytest.mark.parametrize(("name", "pointer"), [("price", "/quantity"), ("quote", "/lines/0/quantity")])
def test_the_amount_of_a_line_has_one_digit_less_and_the_same_code(name: str, pointer: str, rulebook: Rulebook) -> None:
    line, segment = {"product": "SUB-CORE", "quantity": BIG}, next(iter(rulebook.segments))
    asked: dict[str, object] = {"customer": {"segment": segment}, "on": "2027-01-01"}
    evaluation = EVALUATIONS[name]
    with pytest.raises(Refusal) as refused:
        evaluation.evaluate(evaluation.request.model_validate(asked | (line if name == "price" else {"lines": [line]})), rulebook)
    (problem,) = refused.value.problems
    assert (problem.code, problem.pointer) == ("amount-too-large", pointer)
    assert problem.message == "an amount here has 14 digits before the point, and at most 11 are possible (bound `line-amount-digits`)"


def test_more_lines_and_discounts_than_a_quote_can_price_are_refused_by_name(root: Path) -> None:
    blocks = "".join(f"discount d{at}\n  when line.quantity > {at}\n  give 1% off line.list\n  group promotion\n\n" for at in range(20))
    many = read_rulebook({**read_folder(root), "rules/many.rules": f"module rules.many\n\n{blocks}"})
    lines = [{"product": "NONE", "quantity": "1"}] * 1000
    with pytest.raises(Refusal, match="quote-discounts"):
        EVALUATIONS["quote"].evaluate(
            EVALUATIONS["quote"].request.model_validate({"customer": {}, "lines": lines, "on": "2027-01-01"}), many
        )
    with pytest.raises(Refusal, match="quote-discounts"):  # at the desk, too
        billing.quote(QuoteRequest.model_validate({"currency": "EUR", "customer": CUSTOMER, "lines": lines, "on": "2027-01-01"}), many)


def test_of_many_blocks_that_are_not_proved_a_few_are_shown_and_the_others_counted(root: Path) -> None:
    blocks = "".join(f"discount d{at}\n  when line.quantity > {at}\n  give 1% off line.list\n  group promotion\n\n" for at in range(200))
    problems = check_rulebook({**read_folder(root), "rules/many.rules": f"module rules.many\n\n{blocks}"})
    shown = [str(problem) for problem in problems if problem.code == "not-proved"]
    assert len(shown) == 11
    assert shown[0] == "rules/many.rules:3:1: not-proved: d0: not proved, because there are too many cases to look at"
    assert shown[-1] == "rules/many.rules:53:1: not-proved: 190 more blocks are not proved either, for reasons like those told"


def test_more_billing_periods_than_a_quote_can_plan_are_refused_by_name(rulebook: Rulebook) -> None:
    evaluation = EVALUATIONS["quote"]
    line, segment = {"product": "SUB-CORE", "quantity": "1", "starts_on": "2027-01-01"}, next(iter(rulebook.segments))
    asked = {"customer": {"segment": segment}, "on": "2027-01-01"}
    evaluation.evaluate(evaluation.request.model_validate({**asked, "lines": [line] * 20}), rulebook)
    with pytest.raises(Refusal, match="quote-transactions"):
        evaluation.evaluate(evaluation.request.model_validate({**asked, "lines": [line] * 1000}), rulebook)


def test_no_line_is_priced_after_the_one_that_brings_too_many_billing_periods(rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    priced: list[PricedLine] = []
    price_on = BookPrices.price_on

    def counted(self: BookPrices, *args: Any, **options: Any) -> PricedLine:
        priced.append(price_on(self, *args, **options))
        return priced[-1]

    monkeypatch.setattr(BookPrices, "price_on", counted)
    monkeypatch.setattr(quote_placement, "QUOTE_TRANSACTIONS", dataclasses.replace(budgets.QUOTE_TRANSACTIONS, most=100))
    evaluation = EVALUATIONS["quote"]
    lines = [{"product": "SUB-CORE", "quantity": "1"}] * 1000
    asked = {"customer": {"segment": next(iter(rulebook.segments))}, "on": "2027-01-01", "lines": lines}
    with pytest.raises(Refusal, match="104 billing periods") as refused:
        evaluation.evaluate(evaluation.request.model_validate(asked), rulebook)
    assert (len(priced), refused.value.problems[0].pointer) == (8, "/lines")  # thirteen periods each
