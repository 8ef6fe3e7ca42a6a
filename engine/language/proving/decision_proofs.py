"""Proves decisions and definitions complete and consistent, and finds rules that never count."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.language.ir import typed
from engine.language.ir.checked_rules import Answering, Answers, Decision, Definition, Layer
from engine.language.proving.diagrams import NOTHING, TooManyCases
from engine.language.proving.findings import SHOWN_AT_MOST, TOO_MANY, Findings, of_regions
from engine.language.proving.policies import beating
from engine.language.proving.proof_problems import DEAD_RULE, NEVER_APPLIES, NO_ANSWER, NO_RULE, TWO_HOLD
from engine.language.proving.semantics import Meaning
from engine.language.proving.space import Space
from engine.language.proving.table_proofs import outside_the_horizon, requested_cases
from engine.language.proving.witness import DIFFERENT, NO_ROW, TWO
from engine.phrases import phrase
from engine.problems import Problem

_MOST_RULES = 200


def prove_decision(decision: Decision, before: Sequence[Layer[Answering]], *, is_last: bool, findings: Findings) -> None:
    """Proves one version of a decision, for the cases in which no layer in `before` answers."""
    what = phrase("decision {name}", name=decision.name)
    problems: list[Problem] = []

    def prove() -> None:
        if len(decision.rules) > _MOST_RULES:
            raise TooManyCases

        def whole(meaning: Meaning) -> int:
            meaning.gives_any(decision)
            return requested_cases(meaning, decision, before)

        space = findings.space(whole)
        requested = requested_cases(space.meaning, decision, before)
        cases = space.both(requested, space.possible())
        if is_last:
            gap = space.both(cases, space.negation(space.meaning.gives_any(decision)))
            witness = findings.witness
            regions = findings.cases(
                space, gap, decision.name, what, decision.span, lambda case: witness.refuses(decision.name, case, NO_ROW, decision.name)
            )
            problems.extend([of_regions(NO_RULE, decision.span, regions, name=decision.name)] if regions else ())
        more = _overlaps(decision, space, cases, what, problems, findings)
        findings.report(problems, decision.name, what, decision.span, more)
        problems.clear()
        _dead_rules(decision, space, space.both(requested, space.possible(of_catalogue=False)), findings)

    guarded(prove, decision.name, what, decision, findings)
    findings.report(problems, decision.name, what, decision.span)


def guarded(prove: Callable[[], None], name: str, what: str, block: Answering, findings: Findings) -> None:
    """Runs a proof; reports it as not proved when there are too many cases."""
    try:
        prove()
    except (TooManyCases, RecursionError):
        findings.leave(name, what, block.span, TOO_MANY)
        return
    if name not in findings.not_proved and name not in findings.broken:
        findings.proved.add(name)


def _overlaps(decision: Decision, space: Space, cases: int, what: str, problems: list[Problem], findings: Findings) -> int:
    """Adds the problems of rules that hold together, and returns how many rules more do so."""
    if decision.policy not in ("exactly one", "same result"):
        return 0
    counting = [space.both(cases, one) for one in space.meaning.counting(decision)]
    codes = TWO if decision.policy == "exactly one" else DIFFERENT
    more = 0
    for later, other in enumerate(decision.rules):
        for at, one in enumerate(decision.rules[:later]):
            if decision.policy == "same result" and _gives_the_same(one.then, other.then):
                continue
            both = space.both(counting[at], counting[later])
            if both == NOTHING:
                continue
            if len(problems) >= SHOWN_AT_MOST:
                more += 1
                break
            regions = findings.cases(
                space,
                both,
                decision.name,
                what,
                other.span,
                lambda case: findings.witness.refuses(decision.name, case, codes, decision.name),
            )
            problems += [of_regions(TWO_HOLD, other.span, regions, name=decision.name, one=one.name, other=other.name)] if regions else []
    return more


def _gives_the_same(one: typed.Expression, other: typed.Expression) -> bool:
    return isinstance(one, typed.Constant) and isinstance(other, typed.Constant) and one.value == other.value


def _dead_rules(decision: Decision, space: Space, cases: int, findings: Findings) -> None:
    """Reports rules that hold in no case, or that others always override."""
    meaning = space.meaning
    counting = meaning.counting(decision)
    for at, rule in enumerate(decision.rules):
        why = None
        holding = space.both(meaning.in_force(rule.in_force), meaning.holds(rule.when))
        wins = counting[at]
        for other in beating(decision, at):
            wins = space.diagrams.minus(wins, counting[other])
        if space.both(cases, meaning.in_force(rule.in_force)) == NOTHING != cases:
            why = outside_the_horizon(findings)
        elif not findings.is_possible(space, space.both(cases, holding)):
            why = phrase("its condition cannot be met")
        elif not findings.is_possible(space, space.both(cases, counting[at])):
            why = phrase("it is always overridden")
        elif not findings.is_possible(space, space.both(cases, wins)):
            why = phrase("other rules go before it in all its cases")
        if why is not None:
            findings.advise(decision, DEAD_RULE.at(rule.span, name=decision.name, rule=rule.name, why=why))


def prove_definition(definition: Definition, before: Sequence[Layer[Answering]], *, findings: Findings) -> None:
    """Advises on a definition that never answers: its condition is never true, or others always override it."""
    what = phrase("definition of {name}", name=definition.name)

    def prove() -> None:
        def whole(meaning: Meaning) -> int:
            meaning.holds(definition.when)
            return requested_cases(meaning, definition, before)

        space = findings.space(whole)
        cases = space.both(requested_cases(space.meaning, definition, before), space.possible(of_catalogue=False))
        holding = space.meaning.holds(definition.when)
        if findings.is_possible(space, space.both(cases, holding)):
            return
        why: str = phrase("its condition cannot be met")
        if not findings.is_possible(space, space.both(space.meaning.in_force(definition.in_force), space.possible())):
            why = outside_the_horizon(findings)
        elif not findings.is_possible(space, cases):
            why = phrase("it is always overridden")
        findings.advise(definition, NEVER_APPLIES.at(definition.span, kind=phrase("definition"), name=definition.name, why=why))

    if before or definition.when is not None or not definition.in_force.is_always:
        guarded(prove, definition.name, what, definition, findings)


def prove_answers(answers: Answers, findings: Findings) -> None:
    """Advises on days or cases of a name in which no version or layer answers."""
    last = answers.layers[-1].versions[-1]
    if any(version.in_force.is_always and getattr(version, "when", None) is None for version in answers.layers[-1].versions):
        return

    def prove() -> None:
        def whole(meaning: Meaning) -> None:
            for layer in answers.layers:
                meaning.applies(layer)

        space = findings.space(whole)
        left = space.possible()
        for layer in answers.layers:
            left = space.both(left, space.negation(space.meaning.applies(layer)))
        for version in answers.layers[-1].versions:
            if not isinstance(version, Definition):
                left = space.both(left, space.negation(space.meaning.in_force(version.in_force)))
        regions = findings.cases(
            space, left, answers.name, answers.name, last.span, lambda case: findings.witness.refuses(answers.name, case, NO_ROW, last.name)
        )
        findings.problems += [of_regions(NO_ANSWER, last.span, regions, name=answers.name)] if regions else []

    try:
        prove()
    except (TooManyCases, RecursionError):
        findings.leave(answers.name, answers.name, last.span, TOO_MANY)
