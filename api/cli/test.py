"""`centwright test`: runs the scenarios beside the rules; a failing one shows how its result was calculated."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.workbench.scenario_files import ScenarioSet, read_scenarios
from engine.phrases import Language, say
from engine.testing.outcome_text import as_json, failure_lines, summary
from engine.testing.scenario_runner import Outcome, try_scenario

SCENARIOS_FAILED = 1
FORMS = ("text", "json", "junit")


@click.command(cls=Command)
@click.argument("places", metavar="[PATH]…", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--only", metavar="NAME", help="Run only the scenarios whose name contains this text.")
@click.option("--allow-none", is_flag=True, help="Succeed where there is no scenario; without it that is a problem.")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", help="How the outcome is written.")
@pass_invocation
def test(invocation: Invocation, places: tuple[Path, ...], only: str | None, allow_none: bool, form: str) -> int:
    """Run the scenarios of a rulebook (a folder), or those of some of its folders and files.

    Results must equal what a scenario expects. A failing one shows the actual result and how it was calculated.
    """
    scenarios_read = read_scenarios(places, invocation.settings.rulebook, only=only, allow_none=allow_none)
    outcomes = [try_scenario(scenario, scenarios_read.rulebook) for scenario in scenarios_read.scenarios]
    language = invocation.language
    if form == "junit":
        invocation.write(_junit(outcomes, scenarios_read, language).rstrip("\n"))
    elif form == "json" or invocation.as_json:
        failed = sum(not outcome.passed for outcome in outcomes)
        fields = [as_json(outcome, language) for outcome in outcomes]
        invocation.write_json({"scenarios": len(outcomes), "failed": failed, "outcomes": fields})
    else:
        for outcome in outcomes:
            for line in failure_lines(outcome, scenarios_read.sources, language):
                invocation.write(line)
    invocation.write_message(say(summary(outcomes), language))
    return 0 if all(outcome.passed for outcome in outcomes) else SCENARIOS_FAILED


def _junit(outcomes: Sequence[Outcome], scenarios_read: ScenarioSet, language: Language) -> str:
    """A suite for each file, a case for each scenario."""
    from api.output.junit import Case, Suite, write_junit

    cases: dict[str, list[Case]] = {}
    for outcome in outcomes:
        failure = None if outcome.passed else "\n".join(failure_lines(outcome, scenarios_read.sources, language))
        scenario = outcome.scenario
        cases.setdefault(scenario.path, []).append(Case(name=scenario.name, line=scenario.span.line, failure=failure, kind="scenario"))
    return write_junit((Suite(path=path, cases=tuple(of_file)) for path, of_file in sorted(cases.items())), "centwright test")
