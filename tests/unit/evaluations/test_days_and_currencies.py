"""Days after those of the rules, and currencies that are no legal tender then: refused by all evaluations that concern the day."""

from pathlib import Path
from typing import Any

import pytest

from api.rulebook_folder import read_folder
from engine.evaluations.registry import EVALUATIONS
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook

UNTIL = "2035-12-31"
AFTER = "2036-01-01"
TIERS = {"mode": "volume", "rows": [{"unit_price": "1.00"}]}


@pytest.fixture(scope="module")
def rulebook(root: Path) -> Rulebook:
    return read_rulebook(read_folder(root))


def ask(name: str, request: dict[str, Any], rulebook: Rulebook) -> Any:
    evaluation = EVALUATIONS[name]
    return evaluation.evaluate(evaluation.request.model_validate(request), rulebook)


def segment(rulebook: Rulebook) -> str:
    return next(iter(rulebook.segments))


def price(day: str, rulebook: Rulebook) -> dict[str, Any]:
    return {"product": "SUB-CORE", "quantity": "1", "customer": {"segment": segment(rulebook)}, "on": day}


def quote(day: str, rulebook: Rulebook) -> dict[str, Any]:
    return {"customer": {"segment": segment(rulebook)}, "lines": [{"product": "SUB-CORE", "quantity": "1"}], "on": day}


def later_quote(day: str, rulebook: Rulebook) -> dict[str, Any]:
    asked = quote(UNTIL, rulebook)
    return asked | {"lines": [asked["lines"][0] | {"starts_on": day}]}


def due_date(day: str, _: Rulebook) -> dict[str, Any]:
    return {"issued_on": day}


def vat(day: str, _: Rulebook) -> dict[str, Any]:
    return {"customer": {"country": "BE", "kind": "private"}, "supply": {"kind": "service"}, "tax_point": day}


def invoice(day: str, _: Rulebook) -> dict[str, Any]:
    line = {"quantity": "1", "unit_price": "10.00", "product": "SUB-CORE"}
    return {"lines": [line], "customer": {"country": "BE", "kind": "private"}, "tax_point": day}


def credit(day: str, rulebook: Rulebook) -> dict[str, Any]:
    return {"invoice": invoice(day, rulebook), "ask": {"whole": True}}


@pytest.mark.parametrize(
    ("name", "asked", "pointer"),
    [
        ("price", price, "/on"),
        ("quote", quote, "/on"),
        ("quote", later_quote, "/lines/0/starts_on"),
        ("due-date", due_date, "/issued_on"),
        ("vat", vat, "/tax_point"),
        ("invoice", invoice, "/tax_point"),
        ("credit", credit, "/invoice/tax_point"),
    ],
)
def test_the_last_day_of_the_rules_is_answered_and_the_day_after_refused(name: str, asked: Any, pointer: str, rulebook: Rulebook) -> None:
    assert rulebook.company.rules_answer_until.isoformat() == UNTIL
    ask(name, asked(UNTIL, rulebook), rulebook)
    with pytest.raises(Refusal) as refused:
        ask(name, asked(AFTER, rulebook), rulebook)
    (problem,) = refused.value.problems
    assert (problem.code, problem.pointer) == ("after-the-rules", pointer)
    assert problem.message == f"the rules answer until {UNTIL}, and this asks about {AFTER}"


def test_what_asks_no_rule_is_answered_after_the_days_of_the_rules(rulebook: Rulebook) -> None:
    assert str(ask("price", {"tiers": TIERS, "quantity": "2", "on": AFTER}, rulebook).net) == "2.00"
    rated = {"quantity": "1", "unit_price": "10.00", "category": "S", "rate": "21"}
    assert str(ask("invoice", {"lines": [rated], "tax_point": AFTER}, rulebook).gross) == "12.10"
    monthly = {"every": 1, "unit": "month", "timing": "advance", "align_to": "anchor", "anchor_day": 1}
    answer = ask("schedule", {"price": "5.00", "starts_on": AFTER, "due_through": AFTER, "process": monthly}, rulebook)
    assert [each.net for each in answer.transactions] == ["5.00"]


def tiered(currency: str, day: str) -> tuple[str, dict[str, Any]]:
    return "price", {"tiers": TIERS, "quantity": "1", "currency": currency, "on": day}


def scheduled(currency: str, day: str) -> tuple[str, dict[str, Any]]:
    monthly = {"every": 1, "unit": "month", "timing": "advance", "align_to": "activation"}
    return "schedule", {"price": "5.00", "currency": currency, "starts_on": "2025-01-01", "due_through": day, "process": monthly}


def paid_once(currency: str, day: str) -> tuple[str, dict[str, Any]]:
    return "schedule", {"price": "5.00", "currency": currency, "starts_on": day, "due_through": day, "process": {"billing": "flat-rate"}}


def in_parts(currency: str, day: str) -> tuple[str, dict[str, Any]]:
    plan = {"instalments": [{"share": "rest", "event": "order.signed"}]}
    return "payment-plan", {"net": "10.00", "currency": currency, "plan": plan, "events": {"order.signed": day}}


def invoiced(currency: str, day: str) -> tuple[str, dict[str, Any]]:
    line = {"quantity": "1", "unit_price": "10.00", "category": "S", "rate": "21"}
    return "invoice", {"currency": currency, "lines": [line], "tax_point": day}


@pytest.mark.parametrize("asked", [tiered, scheduled, paid_once, in_parts, invoiced])
@pytest.mark.parametrize(
    ("currency", "last", "after", "instead"),
    [("BGN", "2025-12-31", "2026-01-01", "EUR"), ("ANG", "2025-06-30", "2025-07-01", "XCG")],
)
def test_a_currency_is_refused_on_the_day_after_it_was_withdrawn(
    asked: Any, currency: str, last: str, after: str, instead: str, rulebook: Rulebook
) -> None:
    name, request = asked(currency, last)
    ask(name, request, rulebook)
    name, request = asked(currency, after)
    with pytest.raises(Refusal) as refused:
        ask(name, request, rulebook)
    (problem,) = refused.value.problems
    assert (problem.code, problem.pointer) == ("withdrawn-currency", "/currency")
    assert problem.message == f"`{currency}` is legal tender until {last} only, and an amount is of {after}"
    assert problem.help == f"write `{instead}`, or an earlier day"


def test_without_a_day_a_currency_of_the_past_is_taken(rulebook: Rulebook) -> None:
    line = {"quantity": "1", "unit_price": "10.00", "category": "S", "rate": "20"}
    assert str(ask("invoice", {"currency": "BGN", "lines": [line]}, rulebook).gross) == "12.00"
