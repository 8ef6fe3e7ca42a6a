"""Runs scenarios under a rulebook: results that are not exactly as expected, with their reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.evaluations.evaluation import reasons_of
from engine.language import Facts
from engine.phrases import phrase
from engine.problems import Problem, Refusal, message_of, remedy_of
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import seller_facts, territory_facts
from engine.testing.expectations import Difference, differences
from engine.testing.scenario_reader import EvaluationCase, Expected, Refused, Scenario


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one scenario."""

    scenario: Scenario
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Whether every result is as expected."""
        return not self.differences


def try_scenario(scenario: Scenario, rulebook: Rulebook) -> Outcome:
    """The result of a scenario under a rulebook."""
    if scenario.case is not None:
        return Outcome(scenario, tuple(_evaluate(scenario.case, rulebook)))
    facts = facts_of(scenario, rulebook)
    answers = (_ask(expected, facts, rulebook) for expected in scenario.expected)
    return Outcome(scenario, tuple(filter(None, answers)))


def facts_of(scenario: Scenario, rulebook: Rulebook) -> Facts:
    """The facts of a scenario: its own, and the derived ones that it neither changes nor removes (seller, VAT territories)."""
    derived = {**seller_facts(rulebook), **territory_facts(scenario.facts, rulebook)}
    return {**{name: plain for name, plain in derived.items() if name not in scenario.removed}, **scenario.facts}


def _ask(expected: Expected, facts: Facts, rulebook: Rulebook) -> Difference | None:
    wanted = expected.value
    try:
        answer = rulebook.rules.ask(expected.name, facts)
    except Refusal as refusal:
        problem = refusal.problems[0]
        if isinstance(wanted, Refused) and wanted.code == problem.code:
            return None
        return Difference(expected.name, expected.span, expected.words, _refused(problem), problem=problem)
    except KeyError:
        return Difference(expected.name, expected.span, expected.words, phrase("no rule answers it"))
    if not isinstance(wanted, Refused) and answer.value == wanted:
        return None
    reasons = rulebook.rules.ask(expected.name, facts, tracing=True).reasons
    actual = rulebook.checked.answer_words(expected.name, answer.value)
    text = None if isinstance(wanted, Refused) else actual
    return Difference(expected.name, expected.span, expected.words, actual, reasons, text=text)


def _refused(problem: Problem) -> str:
    return phrase("refused ({code}): {message}", code=problem.code, message=message_of(problem))


def _evaluate(case: EvaluationCase, rulebook: Rulebook) -> Iterator[Difference]:
    wanted = "" if case.refused is None else phrase("refused ({code})", code=case.refused)
    try:
        answer = case.evaluation.evaluate(case.request, rulebook)
    except Refusal as refusal:
        problem = refusal.problems[0]
        if case.refused is None:
            where, wrong_at = case.expect.span, case.at(problem.pointer or "")
            shown = (
                _refused(problem)
                if wrong_at is None
                else phrase("{refused}; {remedy}", refused=_refused(problem), remedy=remedy_of(problem))
            )
            yield Difference(case.evaluation.name, wrong_at or where, phrase("an answer"), shown, problem=problem)
        elif case.refused not in {each.code for each in refusal.problems}:
            yield Difference(case.evaluation.name, case.refused.span, wanted, _refused(problem), problem=problem)
        return
    if case.refused is not None:
        yield Difference(case.evaluation.name, case.refused.span, wanted, phrase("an answer"), tuple(reasons_of(answer)))
        return
    unequal = list(differences(case.expect, answer.model_dump(mode="json", by_alias=True), rulebook.currency.code))
    reasons = tuple(dict.fromkeys(reasons_of(answer))) if unequal else ()
    yield from (replace(one, reasons=reasons) for one in unequal)
