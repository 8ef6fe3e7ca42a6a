"""Scenarios tried under a rulebook: what came out otherwise than expected, and the derivation of what did. No tolerance anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.evaluations.evaluation import reasons_of
from engine.language import Facts
from engine.phrases import phrase
from engine.problems import Problem, Refusal, Span, said_of
from engine.reasons import Reason
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import seller_facts
from engine.testing.expectations import differences
from engine.testing.scenario_reader import Expected, Put, Refused, Scenario


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came out otherwise: what, where it was expected, what was expected, what was found, and how that came about."""

    what: str
    where: Span
    expected: str
    found: str
    reasons: tuple[Reason, ...] = ()
    problem: Problem | None = None
    """The refusal that came instead of an answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one scenario went."""

    scenario: Scenario
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.differences


def try_scenario(scenario: Scenario, rulebook: Rulebook) -> Outcome:
    """What a scenario comes to under a rulebook."""
    if scenario.put is not None:
        return Outcome(scenario, tuple(_of_question(scenario.put, rulebook)))
    facts = facts_of(scenario, rulebook)
    found = (_of_name(expected, facts, rulebook) for expected in scenario.expected)
    return Outcome(scenario, tuple(one for one in found if one is not None))


def facts_of(scenario: Scenario, rulebook: Rulebook) -> Facts:
    """What rules are told in a scenario: what it gives, and what the company's file says of the seller where it says nothing else."""
    own = {name: plain for name, plain in seller_facts(rulebook).items() if name not in scenario.left_out}
    return {**own, **scenario.facts}


# --- Names of rules. ---


def _of_name(expected: Expected, facts: Facts, rulebook: Rulebook) -> Difference | None:
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
    found = rulebook.checked.answer_words(expected.name, answer.value)
    return Difference(expected.name, expected.span, expected.words, found, reasons)


def _refused(problem: Problem) -> str:
    return phrase("refused ({code}): {message}", code=problem.code, message=said_of(problem))


# --- Whole questions. ---


def _of_question(put: Put, rulebook: Rulebook) -> Iterator[Difference]:
    wanted = "" if put.refused is None else phrase("refused ({code})", code=put.refused)
    try:
        answer = put.evaluation.evaluate(put.request, rulebook)
    except Refusal as refusal:
        problem = refusal.problems[0]
        if put.refused is None:
            yield Difference(put.evaluation.name, put.expect.span, phrase("an answer"), _refused(problem), problem=problem)
        elif put.refused not in {each.code for each in refusal.problems}:
            yield Difference(put.evaluation.name, put.refused.span, wanted, _refused(problem), problem=problem)
        return
    if put.refused is not None:
        yield Difference(put.evaluation.name, put.refused.span, wanted, phrase("an answer"), tuple(reasons_of(answer)))
        return
    reasons: tuple[Reason, ...] | None = None
    for one in differences(put.expect, answer.model_dump(mode="json", by_alias=True), rulebook.currency.code):
        reasons = tuple(dict.fromkeys(reasons_of(answer))) if reasons is None else reasons
        yield Difference(one.path, one.where, one.expected, one.found, reasons)
