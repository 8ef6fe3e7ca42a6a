"""Scenarios written from changed cases: each passes under the rulebook whose answers it expects, and fails under the one before."""

from pathlib import Path

from api.rulebook_folder import read_folder
from engine.comparing.answer_changes import compare_answers
from engine.rulebook.reader import read_all, rulebook_of
from engine.testing.case_scenarios import evaluated_case
from engine.testing.scenario_reader import scenarios_of
from engine.testing.scenario_runner import try_scenario
from engine.text.sources import Sources

BOOK, PRICING, APPROVAL = "catalog/price-books/book-2027.yaml", "rules/pricing.rules", "rules/approval.rules"
TESTS = "rules/cases.test.yaml"


def test_a_scenario_of_each_changed_case_passes_now_and_failed_before(root: Path) -> None:
    before = read_folder(root)
    after = {
        **before,
        BOOK: before[BOOK].replace("1.029", "1.031"),
        PRICING: before[PRICING].replace("0.85", "0.84"),
        APPROVAL: before[APPROVAL].replace("> 10%", "> 12%"),
    }
    old, new = rulebook_of(read_all(before)), rulebook_of(read_all(after))
    changes = compare_answers(old, new).changes
    cases = [case for change in changes if (case := evaluated_case(change, new))]
    written = "kind: tests\nscenarios:\n" + "".join(case.scenario for case in cases)
    assert len(cases) == len(changes) > 25
    assert all(step.where and step.where.partition(":")[0] in after for case in cases for step in case.reasons if step.where)
    assert all(case.reasons for case in cases)
    assert len(_outcomes(after, written, passed=True)) == len(changes)
    assert len(_outcomes(before, written, passed=False)) == len(changes)


def _outcomes(sources: Sources, written: str, *, passed: bool) -> list[str]:
    """The written scenarios with an outcome under some texts."""
    reading = read_all({**sources, TESTS: written})
    ready, problems = scenarios_of(reading)
    assert not [problem for problem in problems if problem.where and problem.where.path == TESTS], problems
    rulebook = rulebook_of(reading)
    return [one.name for one in ready if one.path == TESTS and try_scenario(one, rulebook).passed is passed]
