"""The review of a draft: its problems with quick fixes, the amounts that it changes, its scenarios, and tests of its changed cases."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pydantic import BaseModel

from api.output.problem_json import fixes_as_json, problem_as_json
from api.workbench.overlay import CheckedProblem, DiffResponse, Overlay, Workbench
from engine.comparing.answer_changes import AnswerChange, PricedCase
from engine.comparing.comparison import Comparison
from engine.comparing.comparison_json import comparison_tree
from engine.phrases import Language, say
from engine.problems import Problem
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import product_facts
from engine.testing.case_scenarios import EvaluatedCase, evaluated_case
from engine.testing.expectations import Difference
from engine.testing.scenario_reader import scenarios_of
from engine.testing.scenario_runner import Outcome, try_scenario

_OF_PRICES: Final = frozenset({"product.code", "product.family", "line.quantity", "price.date", "customer.segment"})
"""The facts of which a case has one that is met in a price."""
_MOST_CASES: Final = 60
"""So many changed cases are written as tests."""


class ReviewedDifference(BaseModel):
    """A result that is not as expected, the place of the expectation, and the text that would meet it (null: no single text)."""

    what: str
    expected: str
    actual: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str | None


class ReviewedScenario(BaseModel):
    """A scenario that fails."""

    name: str
    file: str
    line: int
    differences: list[ReviewedDifference]


class ReviewedScenarios(BaseModel):
    """How many scenarios were tried, and those that fail."""

    tried: int
    failed: list[ReviewedScenario]


class ReviewedStep(BaseModel):
    """A step to an answer: the rule, what it decided, why, and its file and line."""

    rule: str
    says: str
    because: str | None
    where: str | None


class ReviewedPrice(BaseModel):
    """The price in which a case is met, and the rule whose part in it one may want to know (null: any)."""

    product: str
    segment: str | None
    quantity: str
    on: str | None
    rule: str | None


class ReviewedCase(BaseModel):
    """A changed case, as `changes` has it, with a scenario that expects its new answer (null: none can), and the steps to it."""

    name: str
    region: str
    before: str | None
    after: str | None
    scenario: str | None
    steps: list[ReviewedStep]
    price: ReviewedPrice | None
    """Null where no product is met in the case."""


class ReviewResponse(BaseModel):
    """What an overlay means before it is proved; with problems that stop, nothing is evaluated and the rest is null."""

    problems: list[CheckedProblem]
    changes: DiffResponse | None
    scenarios: ReviewedScenarios | None
    cases: list[ReviewedCase] | None


def review(workbench: Workbench, overlay: Overlay, language: Language) -> dict[str, object]:
    """The review of an overlay in a language."""
    base, reading = workbench.base(overlay.rulebook), workbench.reading(overlay)
    stopping = any(problem.stops for problem in reading.problems)
    ready, of_scenarios = ((), ()) if stopping else scenarios_of(reading)
    problems = {*reading.problems, *of_scenarios, *workbench.template_problems(overlay)}
    answer: dict[str, object] = {"problems": problems_as_json(problems, language), "changes": None, "scenarios": None, "cases": None}
    if any(problem.stops for problem in problems):
        return answer
    after = workbench.overlaid(overlay)
    comparison = workbench.compared(base, after)
    outcomes = [try_scenario(scenario, after.rulebook) for scenario in ready]
    return answer | {
        "changes": comparison_tree(comparison, language),
        "scenarios": {"tried": len(outcomes), "failed": [_failed(one, language) for one in outcomes if not one.passed]},
        "cases": _cases(comparison, after.rulebook, language),
    }


def problems_as_json(problems: Iterable[Problem], language: Language) -> list[dict[str, object]]:
    """Problems by file and place, each with its quick fixes."""
    return [problem_as_json(one, language) | {"fixes": fixes_as_json(one)} for one in sorted(problems, key=_place)]


def _place(problem: Problem) -> tuple[str, int, int, str, str]:
    where = problem.where
    path, line, column = (where.path, where.line, where.column) if where else ("", 0, 0)
    return path, line, column, problem.code, problem.message


def _cases(comparison: Comparison, rulebook: Rulebook, language: Language) -> list[dict[str, object]]:
    changes = () if comparison.answers is None else comparison.answers.changes[:_MOST_CASES]
    return [_case(one, evaluated_case(one, rulebook), language) | {"price": price_of_case(one, rulebook)} for one in changes]


def price_of_case(one: AnswerChange, rulebook: Rulebook) -> dict[str, str | None] | None:
    """A price in which a case is met: of the first product that has its facts."""
    case = one.case
    if isinstance(case, PricedCase):
        return {"product": case.product, "segment": case.segment, "quantity": "1", "on": str(case.on), "rule": None}
    wanted = {name: fact for name, fact in case.items() if name.startswith("product.")}
    every = ((code, product_facts(product)) for code, product in rulebook.products.items())
    product = next((code for code, facts in every if all(facts.get(name) == fact for name, fact in wanted.items())), None)
    if product is None or not _OF_PRICES.intersection(case):
        return None
    segment, on = case.get("customer.segment"), case.get("price.date")
    quantity = rulebook.checked.fact_words("line.quantity", case["line.quantity"]) if "line.quantity" in case else "1"
    return {
        "product": product,
        "segment": str(segment) if segment is not None else None,
        "quantity": quantity if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", quantity) else "1",
        "on": str(on) if on is not None else None,
        "rule": next((name for name in (one.name, one.name.partition(".")[0]) if name in rulebook.checked.rule_names()), None),
    }


def _case(one: AnswerChange, now: EvaluatedCase | None, language: Language) -> dict[str, object]:
    reasons = () if now is None else now.reasons
    steps = [{name: _text_in(getattr(step, name), language) for name in ReviewedStep.model_fields} for step in reasons]
    texts = {name: _text_in(getattr(one, name), language) for name in ("name", "region", "before", "after")}
    return {**texts, "scenario": None if now is None else now.scenario, "steps": steps}


def _text_in(text: str | None, language: Language) -> str | None:
    return None if text is None else say(text, language)


def _failed(outcome: Outcome, language: Language) -> dict[str, object]:
    scenario = outcome.scenario
    differences = [_difference(one, language) for one in outcome.differences]
    return {"name": scenario.name, "file": scenario.path, "line": scenario.span.line, "differences": differences}


def _difference(one: Difference, language: Language) -> dict[str, object]:
    where = one.where
    return {
        "what": one.what,
        "expected": say(one.expected, language),
        "actual": say(one.actual, language),
        "line": where.line,
        "column": where.column,
        "end_line": where.end_line,
        "end_column": where.end_column,
        "text": one.text,
    }
