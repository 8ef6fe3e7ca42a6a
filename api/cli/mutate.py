"""`centwright mutate`: one thing of the rulebook at a time is written otherwise; some scenario must notice, or nobody would in earnest."""

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
from engine.testing.explained_mutants import explanation_for, explanations_of, idle
from engine.testing.mutant_verdicts import Verdict, mutants_of
from engine.testing.scenario_runner import try_scenario
from engine.text.mutants import Mutant
from engine.text.sources import Sources, excerpt

UNNOTICED = 1
SCENARIO_FAILS = Kind(
    "scenario-fails", "the scenario “{name}” fails without any change", "mend it first: `centwright test` shows how its answer came about"
)


@click.command(cls=Command)
@click.option("--only", metavar="PATH", help="Change only files whose path begins so, such as vat/ or rules/pricing.rules.")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Try N changes, spread evenly over all of them.")
@click.option("--golden", type=click.Path(path_type=Path, exists=True, file_okay=False), help="CSV files whose invoices must change too.")
@pass_invocation
def mutate(invocation: Invocation, only: str | None, sample: int | None, golden: Path | None) -> int:
    """Change every cell, boundary, comparison, rate, date, share, factor and price in turn, as a slip of the pen would.

    A change that no scenario, no golden invoice and no check notices is listed by row. Those that mean nothing are explained in a file
    such as rules/mutants.yaml.
    """
    tried = read_scenarios((), invocation.settings.rulebook)
    failing = [one for one in tried.scenarios if not try_scenario(one, tried.rulebook).passed]
    if failing:
        raise Refusal(tuple(SCENARIO_FAILS.at(one.span, name=one.name) for one in failing))
    every = [one for one in mutants_of(tried.reading) if only is None or one.path.startswith(only)]
    meant = _spread(every, sample)
    found = list(verdicts(tried.sources, meant, golden, lambda done: invocation.tell_progress(f"{done:,} / {len(meant):,}")))
    invocation.tell_progress("")
    explanations = explanations_of(tried.reading)
    unnoticed = [one.mutant for one in found if one.noticed_by is None]
    told = [one for one in unnoticed if explanation_for(one, explanations) is None]
    advice = idle(explanations, unnoticed) if only is None and sample is None else ()
    if invocation.as_json:
        invocation.answer_json(
            {
                "mutants": len(found),
                "noticed": {who: sum(one.noticed_by == who for one in found) for who in ("scenario", "golden", "check")},
                "explained": len(unnoticed) - len(told),
                "survivors": [_as_json(one) for one in told],
            }
        )
    else:
        for mutant in told:
            _tell(mutant, invocation, tried.sources)
        invocation.answer_problems(advice, tried.sources)
    invocation.say(say(_summary(found, len(told), len(unnoticed)), invocation.language))
    return UNNOTICED if told else 0


def _spread(mutants: Sequence[Mutant], number: int | None) -> list[Mutant]:
    """So many of them, spread evenly; all where no number is given."""
    if number is None or number >= len(mutants):
        return list(mutants)
    return [mutants[at * len(mutants) // number] for at in range(number)]


def _tell(mutant: Mutant, invocation: Invocation, sources: Sources) -> None:
    change = phrase("`{before}` written as `{after}` goes unnoticed", before=mutant.before, after=mutant.after)
    if not mutant.after:
        change = phrase("`{before}` left out goes unnoticed", before=mutant.before)
    invocation.answer(f"{mutant.where}: {say(change, invocation.language)}")
    for line in excerpt(sources, mutant.where).splitlines():
        invocation.answer(f"    {line}")


def _as_json(mutant: Mutant) -> dict[str, object]:
    where = mutant.where
    return {
        "file": where.path, "line": where.line, "column": where.column,
        "before": mutant.before, "after": mutant.after, "row": mutant.line,
    }  # fmt: skip


def _summary(found: Sequence[Verdict], survivors: int, unnoticed: int) -> Phrase:
    by = {who: sum(one.noticed_by == who for one in found) for who in ("scenario", "golden", "check")}
    return phrase(
        "{all} changes: noticed by scenarios {scenario}, golden invoices {golden}, check {check}; explained {explained}, unnoticed {left}",
        all=len(found), scenario=by["scenario"], golden=by["golden"], check=by["check"], explained=unnoticed - survivors, left=survivors,
    )  # fmt: skip
