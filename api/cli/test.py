"""`centwright test`: the scenarios that stand beside the rules, tried exactly; a failing one shows how its answer came about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.workbench.scenario_files import Tried, read_scenarios
from engine.phrases import Language, say
from engine.testing.outcome_text import as_json, failure_text, summary, told
from engine.testing.scenario_runner import Outcome, try_scenario

SCENARIOS_FAILED = 1
FORMS = ("text", "json", "junit")


@click.command(cls=Command)
@click.argument("places", metavar="[PATH]…", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--only", metavar="NAME", help="Try only the scenarios whose name holds these words.")
@click.option("--allow-none", is_flag=True, help="End well where there is no scenario; without it that is a mistake.")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", help="How the outcome is written.")
@pass_invocation
def test(invocation: Invocation, places: tuple[Path, ...], only: str | None, allow_none: bool, form: str) -> int:
    """Try the scenarios of a rulebook (a folder), or those of some of its folders and files.

    What comes out must be what a scenario expects, exactly. A failing one shows what was found instead and how it came about.
    """
    tried = read_scenarios(places, invocation.settings.rulebook, only=only, allow_none=allow_none)
    outcomes = [try_scenario(scenario, tried.rulebook) for scenario in tried.scenarios]
    language = invocation.language
    if form == "junit":
        invocation.answer(_junit(outcomes, tried, language).rstrip("\n"))
    elif form == "json" or invocation.as_json:
        failed = sum(not outcome.passed for outcome in outcomes)
        told_all = [as_json(outcome, language) for outcome in outcomes]
        invocation.answer_json({"scenarios": len(outcomes), "failed": failed, "outcomes": told_all})
    else:
        for outcome in outcomes:
            for line in told(outcome, tried.sources, language):
                invocation.answer(line)
    invocation.say(say(summary(outcomes), language))
    return 0 if all(outcome.passed for outcome in outcomes) else SCENARIOS_FAILED


def _junit(outcomes: Sequence[Outcome], tried: Tried, language: Language) -> str:
    """A suite for each file, a case for each scenario."""
    from api.output.junit import Case, Suite, write_junit

    cases: dict[str, list[Case]] = {}
    for outcome in outcomes:
        failure = None if outcome.passed else failure_text(outcome, tried.sources, language)
        scenario = outcome.scenario
        cases.setdefault(scenario.path, []).append(Case(name=scenario.name, line=scenario.span.line, failure=failure, kind="scenario"))
    return write_junit((Suite(path=path, cases=tuple(found)) for path, found in sorted(cases.items())), "centwright test")
