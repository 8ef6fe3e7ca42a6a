"""What a rulebook must pass before it is published: its files, scenarios and golden orders."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from api.importing.import_folder import Folder
from api.refusals import Positioned
from api.rulebook_folder import shipped_templates
from api.workbench.golden_invoices import golden_invoices
from engine.problems import Kind, Problem, message_of
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import Checkup, Reading, check_up
from engine.testing.scenario_reader import problems_beside, scenarios_of
from engine.testing.scenario_runner import try_scenario
from engine.text.sources import Sources
from engine.writing.document_templates import check_document_templates

SCENARIO_FAILED: Final = Kind(
    "scenario-failed",
    "the scenario “{name}” fails: {what}: expected {expected}, found {found}",
    "the tests of the workbench, or `centwright test`, show how it came about; correct the rule, or take the new answer where it is meant",
)
GOLDEN_NOT_BILLED: Final = Kind(
    "golden-not-billed",
    "of the golden orders, {what} of {customer} is not billed: {because}",
    "correct the rule, or the golden order where the change is meant",
)


def all_problems(sources: Sources) -> tuple[Checkup, frozenset[Problem]]:
    """A rulebook read and proved, and every problem and piece of advice of its files, scenarios and templates.

    Those that were checked last are at hand: who proposes a rulebook, approves and publishes it has the same texts checked each time.
    """
    return _all_problems(tuple(sorted(sources.items())))


@lru_cache(maxsize=2)
def _all_problems(texts: tuple[tuple[str, str], ...]) -> tuple[Checkup, frozenset[Problem]]:
    sources = dict(texts)
    checkup = check_up(sources)
    of_templates = check_document_templates(sources, shipped_templates())
    return checkup, frozenset({*checkup.problems, *problems_beside(checkup), *of_templates})


def require_checked(sources: Sources) -> Reading:
    """The reading of a rulebook that passes `check`; Refusal with its positioned problems."""
    checkup, problems = all_problems(sources)
    stopping = sorted((problem for problem in problems if problem.stops), key=lambda one: (str(one.where), one.code))
    if stopping:
        raise Positioned(tuple(stopping), sources)
    return checkup.reading


def scenario_problems(reading: Reading, rulebook: Rulebook) -> tuple[Problem, ...]:
    """A problem for each scenario that fails, with its first difference."""
    outcomes = (try_scenario(scenario, rulebook) for scenario in scenarios_of(reading)[0])
    failed = ((outcome.scenario, outcome.differences[0]) for outcome in outcomes if not outcome.passed)
    return tuple(
        SCENARIO_FAILED.at(scenario.span, name=scenario.name, what=first.what, expected=first.expected, found=first.actual)
        for scenario, first in failed
    )


def golden_problems(files: Folder, rulebook: Rulebook) -> tuple[tuple[Problem, ...], Sources]:
    """The rows of golden orders that the rulebook refuses, and the orders that it does not bill; with the texts of the files."""
    billed, started = golden_invoices(files, rulebook, tracing=False)
    unbilled = tuple(
        GOLDEN_NOT_BILLED.at(None, what=one.order or "-", customer=one.customer, because=message_of(one.problem)) for one in billed.unbilled
    )
    return started.problems + unbilled, started.texts
