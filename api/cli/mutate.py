"""`centwright mutate`: mutation testing of a rulebook: one change at a time, which some scenario must notice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.workbench.mutation_run import verdicts
from api.workbench.scenario_files import read_scenarios
from engine.phrases import Phrase, phrase, say
from engine.problems import Kind, Refusal
from engine.testing.explained_mutants import explanation_for, explanations_of, unused_explanations
from engine.testing.mutant_verdicts import Verdict, mutants_of
from engine.testing.scenario_runner import try_scenario
from engine.text.mutants import Mutant
from engine.text.sources import Sources, excerpt

UNNOTICED = 1
SCENARIO_FAILS = Kind(
    "scenario-fails",
    "the scenario “{name}” fails without any change",
    "fix it first: `centwright test` shows how its result was calculated",
)


@click.command(cls=Command)
@click.option("--only", metavar="PATH", help="Change only files whose path begins so, such as vat/ or rules/pricing.rules.")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Try N changes, spread evenly over all of them.")
@click.option("--golden", type=click.Path(path_type=Path, exists=True, file_okay=False), help="CSV files whose invoices must change too.")
@pass_invocation
def mutate(invocation: Invocation, only: str | None, sample: int | None, golden: Path | None) -> int:
    """Change every cell, boundary, comparison, rate, date, share, factor and price in turn, as a typing mistake would.

    A change that no scenario, no golden invoice and no check notices is listed by row. Changes without effect are explained in a file
    such as rules/mutants.yaml.
    """
    scenarios_read = read_scenarios((), invocation.settings.rulebook)
    failing = [one for one in scenarios_read.scenarios if not try_scenario(one, scenarios_read.rulebook).passed]
    if failing:
        raise Refusal(tuple(SCENARIO_FAILS.at(one.span, name=one.name) for one in failing))
    candidates = [one for one in mutants_of(scenarios_read.reading) if only is None or one.path.startswith(only)]
    sampled = _spread(candidates, sample)
    results = list(
        verdicts(scenarios_read.sources, sampled, golden, lambda count: invocation.show_progress(f"{count:,} / {len(sampled):,}"))
    )
    invocation.show_progress("")
    explanations = explanations_of(scenarios_read.reading)
    unnoticed = [one.mutant for one in results if one.noticed_by is None]
    survivors = [one for one in unnoticed if explanation_for(one, explanations) is None]
    advice = unused_explanations(explanations, unnoticed) if only is None and sample is None else ()
    if invocation.as_json:
        invocation.write_json(
            {
                "mutants": len(results),
                "noticed": {who: sum(one.noticed_by == who for one in results) for who in ("scenario", "golden", "check")},
                "explained": len(unnoticed) - len(survivors),
                "survivors": [_as_json(one) for one in survivors],
            }
        )
    else:
        for mutant in survivors:
            _write_survivor(mutant, invocation, scenarios_read.sources)
        invocation.write_problems(advice, scenarios_read.sources)
    invocation.write_message(say(_summary(results, len(survivors), len(unnoticed)), invocation.language))
    return UNNOTICED if survivors else 0


def _spread(mutants: Sequence[Mutant], number: int | None) -> list[Mutant]:
    """A sample of this size, spread evenly; all where no size is given."""
    if number is None or number >= len(mutants):
        return list(mutants)
    return [mutants[at * len(mutants) // number] for at in range(number)]


def _write_survivor(mutant: Mutant, invocation: Invocation, sources: Sources) -> None:
    change = phrase("`{before}` written as `{after}` goes unnoticed", before=mutant.before, after=mutant.after)
    if not mutant.after:
        change = phrase("`{before}` left out goes unnoticed", before=mutant.before)
    invocation.write(f"{mutant.where}: {say(change, invocation.language)}")
    for line in excerpt(sources, mutant.where).splitlines():
        invocation.write(f"    {line}")


def _as_json(mutant: Mutant) -> dict[str, object]:
    where = mutant.where
    return {
        "file": where.path, "line": where.line, "column": where.column,
        "before": mutant.before, "after": mutant.after, "row": mutant.line,
    }  # fmt: skip


def _summary(results: Sequence[Verdict], survivors: int, unnoticed: int) -> Phrase:
    by = {who: sum(one.noticed_by == who for one in results) for who in ("scenario", "golden", "check")}
    return phrase(
        "{all} changes: noticed by scenarios {scenario}, golden invoices {golden}, check {check}; explained {explained}, unnoticed {left}",
        all=len(results), scenario=by["scenario"], golden=by["golden"], check=by["check"], explained=unnoticed - survivors, left=survivors,
    )  # fmt: skip
