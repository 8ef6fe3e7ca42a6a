"""Outcomes of scenarios as lines and as JSON: of a failing one the expected and the actual result, and its derivation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from engine.phrases import Language, Phrase, phrase, say
from engine.reasons import Reason
from engine.testing.expectations import Difference
from engine.testing.scenario_runner import Outcome
from engine.text.sources import Sources, excerpt

_STEPS_AT_MOST: Final = 40


def failure_lines(outcome: Outcome, sources: Sources, language: Language) -> Iterator[str]:
    """The lines of a failing scenario; none of one that passed."""
    if outcome.passed:
        return
    scenario = outcome.scenario
    yield say(phrase("{place}: failed: {name}", place=scenario.span.place, name=scenario.name), language)
    if scenario.because:
        yield "  " + say(phrase("because: {reason}", reason=scenario.because), language)
    before: tuple[Reason, ...] = ()
    for difference in outcome.differences:
        yield from (f"  {line}" for line in _difference(difference, sources, language, with_steps=difference.reasons != before))
        before = difference.reasons


def as_json(outcome: Outcome, language: Language) -> dict[str, object]:
    """A scenario and its outcome, for a program."""
    scenario = outcome.scenario
    return {
        "name": scenario.name,
        "file": scenario.path,
        "line": scenario.span.line,
        "passed": outcome.passed,
        "because": scenario.because,
        "differences": [
            {
                "what": one.what,
                "line": one.where.line,
                "column": one.where.column,
                "expected": say(one.expected, language),
                "found": say(one.actual, language),
                "reasons": [
                    {"rule": step.rule, "says": say(step.says, language), "because": step.because, "where": step.where}
                    for step in one.reasons
                ],
            }
            for one in outcome.differences
        ],
    }


def summary(outcomes: Sequence[Outcome]) -> Phrase:
    """The number of scenarios, and of failed ones."""
    number, failed = len(outcomes), sum(not outcome.passed for outcome in outcomes)
    if not failed:
        return phrase("1 scenario, passed") if number == 1 else phrase("{number} scenarios, all passed", number=number)
    if number == 1:
        return phrase("1 scenario, failed")
    return phrase("{number} scenarios, {failed} failed", number=number, failed=failed)


def _difference(one: Difference, sources: Sources, language: Language, *, with_steps: bool) -> Iterator[str]:
    yield say(phrase("{what}: expected {expected}, found {found}", what=one.what, expected=one.expected, found=one.actual), language)
    yield f"  {one.where}"
    yield from (f"    {line}" for line in excerpt(sources, one.where).splitlines())
    if one.problem is not None and one.problem.where is not None:
        yield "  " + say(phrase("refused by {where}", where=one.problem.where), language)
        yield from (f"    {line}" for line in excerpt(sources, one.problem.where).splitlines())
    if one.reasons and with_steps:
        yield "  " + say(phrase("how it came about:"), language)
        for step in one.reasons[:_STEPS_AT_MOST]:
            yield from (f"    {line}" for line in _step(step, sources, language))
        if len(one.reasons) > _STEPS_AT_MOST:
            yield "    " + say(phrase("and {number} more steps", number=len(one.reasons) - _STEPS_AT_MOST), language)


def _step(step: Reason, sources: Sources, language: Language) -> Iterator[str]:
    yield f"{step.where or ''}  {step.rule}: {say(step.says, language)}".strip()
    if step.because:
        yield "    " + say(phrase("because: {reason}", reason=step.because), language)
    path, _, line = (step.where or "").rpartition(":")
    lines = sources.get(path, "").split("\n")
    if path.endswith(".rules") and line.isdecimal() and 1 <= int(line) <= len(lines):
        yield f"    {line} | {' '.join(lines[int(line) - 1].split())[:160]}"
