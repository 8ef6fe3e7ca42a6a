"""Mistakes in files of scenarios: each is reported at its place with its remedy, and none ends in a traceback."""

from pathlib import Path

import pytest

from api.rulebook_folder import read_folder
from engine.problems import Problem
from engine.rulebook.reader import read_all, read_rulebook
from engine.testing.scenario_reader import Scenario, scenarios_of
from engine.text.sources import Sources

FILE = "rules/trial.test.yaml"
HEAD = "kind: tests\nscenarios:\n"

THREE = "thousands-or-decimals"


@pytest.fixture(scope="module")
def shipped(root: Path) -> Sources:
    return {path: text for path, text in read_folder(root).items() if not path.endswith(".test.yaml")}


def read(shipped: Sources, text: str) -> tuple[tuple[Scenario, ...], list[Problem]]:
    reading = read_all({**shipped, FILE: text})
    scenarios, problems = scenarios_of(reading)
    return scenarios, [problem for problem in (*reading.problems, *problems) if problem.stops]


@pytest.mark.parametrize(
    ("text", "code", "line", "remedy"),
    [
        (HEAD + "  - {name: a, given: {customer.contry: BE}, expect: {vat.rate: 21%}}\n", "unknown-fact", 3, "customer.country"),
        (HEAD + "  - {name: a, expect: {vat.rat: 21%}}\n", "unknown-answer", 3, "vat.rate"),
        (HEAD + "  - {name: a, given: {vat.treatment: oss}, expect: {vat.rate: 21%}}\n", "answered-by-rules", 3, "expect"),
        (HEAD + "  - {name: a, given: {customer.kind: bussiness}, expect: {vat.rate: 21%}}\n", "unknown-value", 3, "business"),
        (HEAD + "  - {name: a, given: {seller.oss: maybe}, expect: {vat.rate: 21%}}\n", "unknown-value", 3, "yes"),
        (HEAD + "  - {name: a, expect: {vat.rate: 21}}\n", "percent-expected", 3, "21%"),
        (HEAD + "  - {name: a, given: {quote.discount: 1e3}, expect: {quote.approver: nobody}}\n", None, 3, ""),
        (HEAD + "  - {name: a, expect: {vat.rate: 3 × 7%}}\n", None, 3, ""),
        (HEAD + "  - {name: a, expect: {refused: no-row}}\n", "refused-what", 3, "vat.rate: {refused: no-row}"),
        (HEAD + "  - {name: a, expect: {vat.rate: {refusd: no-row}}}\n", "missing-key", 3, "refused"),
        (HEAD + "  - {name: a, expect: {vat.rate: [21%]}}\n", "text-expected", 3, ""),
        (HEAD + "  - {name: a, expect: {}}\n", "not-allowed", 3, ""),
        (HEAD + "  - {name: a}\n", "missing-key", 3, "expect"),
        ("kind: tests\nof: vat.treatmet\n" + HEAD[12:] + "  - {name: a, expect: {vat.rate: 21%}}\n", "unknown-module", 2, "vat.treatment"),
        (HEAD + "  - {name: a, price: {product: SUB-CORE, quantity: 1, one: 2027-01-01}, expect: {net: 1}}\n", "unknown-key", 3, "on"),
        (HEAD + "  - {name: a, price: {product: SUB-CORE, quantity: 1}, expect: {net: 1}}\n", "missing-key", 3, "on"),
        (HEAD + "  - {name: a, price: {product: SUB-CORE, quantity: many, on: 2027-01-01}, expect: {net: 1}}\n", "not-a-number", 3, ""),
        (HEAD + "  - {name: a, price: {quantity: 1, on: 2027-01-01}, vat: {}, expect: {net: 1}}\n", "two-questions", 3, ""),
        (HEAD + "  - {name: a, price: {product: SUB-CORE, quantity: 1.250, on: 2027-01-01}, expect: {net: 1}}\n", THREE, 3, "1_250"),
        (HEAD + "  - {name: a, price: {product: SUB-CORE, quantity: 1, on: 2027-01-01}, expect: {net: 50.000}}\n", THREE, 3, "50_000"),
        (HEAD + "  - {name: a, credit: {net: 50.000, currency: EUR}, expect: {net: 1}}\n", THREE, 3, "`50.00`"),
        (HEAD + "  - {name: a, given: {quote.list-total: 50.000 EUR}, expect: {quote.approver: nobody}}\n", THREE, 3, "50_000 EUR"),
        (HEAD + "  - {name: a, price: SUB-CORE, expect: {net: 1}}\n", "mapping-expected", 3, ""),
        (HEAD + "  - {name: a, prise: {product: SUB-CORE}, expect: {net: 1}}\n", "unknown-key", 3, "price"),
        (HEAD + "  - {name: a, becuase: law, expect: {quote.approver: nobody}}\n", "unknown-key", 3, "because"),
        (HEAD + "  - {name: a, expect: {quote.approver: nobody}}\n" * 2, "scenario-twice", 4, "name of its own"),
        ("kind: tests\nscenarios: []\n", "not-allowed", 2, "add"),
        ("kind: tests\n", "missing-key", 1, "scenarios"),
        ("", "empty-file", 1, ""),
    ],
)
def test_each_mistake_is_reported_at_its_place(shipped: Sources, text: str, code: str | None, line: int, remedy: str) -> None:
    _, problems = read(shipped, text)
    assert problems, "no problem was reported"
    assert all(problem.where is not None and problem.where.path == FILE for problem in problems)
    matching = [problem for problem in problems if code in (None, problem.code)]
    assert matching, [str(problem) for problem in problems]
    where = matching[0].where
    assert where is not None
    assert where.line == line
    assert remedy in matching[0].help


def test_a_scenario_says_what_differs_and_takes_facts_away(shipped: Sources) -> None:
    text = (
        "kind: tests\ngiven: {customer.country: FR, seller.oss: yes}\nscenarios:\n"
        "  - {name: a, given: {customer.country: 'NO', seller.oss: not known}, expect: {quote.approver: nobody}}\n"
    )
    scenarios, problems = read(shipped, text)
    assert problems == []
    assert scenarios[0].facts == {"customer.country": "NO"}
    assert scenarios[0].removed == {"seller.oss"}


def test_scenarios_are_no_part_of_what_a_rulebook_means(shipped: Sources) -> None:
    with_tests = read_rulebook({**shipped, FILE: HEAD + "  - {name: a, expect: {vat.rate: 21%}}\n"})
    assert with_tests.fingerprint == read_rulebook(shipped).fingerprint
