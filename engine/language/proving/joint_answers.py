"""Whether some answers can occur together: a case in which each name is answered by one of some values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from engine.language.interpreter.environment import Environment, MissingFact
from engine.language.ir.checked_rules import Checked
from engine.language.ir.typed import Expression
from engine.language.proving.classes import Test
from engine.language.proving.column_cover import Trees
from engine.language.proving.diagrams import NOTHING, TooManyCases
from engine.language.proving.domain import Domain
from engine.language.proving.findings import TRIED_AT_MOST, Findings
from engine.language.proving.semantics import Meaning, test_of_values
from engine.language.types.value_types import Plain, Type
from engine.money import MICRO
from engine.problems import Refusal

Wanted = Mapping[str, tuple[Collection[Plain], bool]]
"""By name the values of an answer or fact, and whether it must be one of them or none; no values: a fact that is not known."""
JointCase = tuple[str, Mapping[str, Plain | None]]
"""A case in words, and its answers."""


def joint_cases(checked: Checked, domain: Domain, questions: Sequence[Wanted]) -> list[JointCase | None]:
    """For each question a case in which all its names are answered as wanted; None where there is none that evaluation confirms."""
    trees = Trees()
    open_ones = _not_refuted(Findings(checked, domain, trees=trees), questions)
    return [_joint_case(Findings(checked, domain, trees=trees), wanted) if wanted in open_ones else None for wanted in questions]


def _not_refuted(findings: Findings, questions: Sequence[Wanted]) -> Sequence[Wanted]:
    """The questions that have cases, as one space of all of them tells: most have none. All of them where that space is too large."""

    def cases(meaning: Meaning) -> list[int]:
        return [_cases(meaning, findings, wanted) for wanted in questions]

    try:
        space = findings.space(cases)
        possible = space.possible(of_catalogue=False)
        together = cases(space.meaning)
        return [wanted for wanted, one in zip(questions, together, strict=True) if space.both(possible, one) != NOTHING]
    except (TooManyCases, RecursionError):
        return questions


def case_without(checked: Checked, domain: Domain, wanted: Wanted, conditions: Sequence[Expression]) -> str | None:
    """A case in words with some answers in which none of some conditions holds; None where there is none that evaluation confirms."""
    findings = Findings(checked, domain)

    def cases(meaning: Meaning) -> int:
        none = [meaning.algebra.negation(meaning.holds(condition)) for condition in conditions]
        return meaning.algebra.all_of([_cases(meaning, findings, wanted), *none])

    try:
        space = findings.space(cases)
        regions = space.regions(space.both(space.possible(), cases(space.meaning)))
    except (TooManyCases, RecursionError):
        return None
    for region in regions[:TRIED_AT_MOST]:
        environment = Environment(findings.witness.reference, "", findings.witness.whole(region.sample))
        try:
            if not any(environment.evaluate(condition) for condition in conditions):
                return region.shown
        except (MissingFact, Refusal):
            continue
    return None


def _cases(meaning: Meaning, findings: Findings, wanted: Wanted) -> int:
    """The cases in which all names are answered as wanted."""
    checked, known = findings.checked, findings.domain.known
    algebra, together = meaning.algebra, []
    for name, (values, is_one_of) in wanted.items():
        kind = known.get(name)
        answer = checked.answers.get(name)
        if not values:
            together += [algebra.negation(algebra.known(name))] if kind is not None or answer is not None else []
        elif kind is not None:
            together.append(algebra.fact(name, kind, _test(kind, values, is_one_of)))
        elif answer is not None:
            together.append(meaning.answers(name, _test(answer.type, values, is_one_of)))
    return algebra.all_of(together)


def _joint_case(findings: Findings, wanted: Wanted) -> JointCase | None:
    checked, known = findings.checked, findings.domain.known
    kinds = {name: checked.answers[name].type if name in checked.answers else known.get(name) for name in wanted}
    tests = {name: _test(kind, *wanted[name]) for name, kind in kinds.items() if kind is not None and wanted[name][0]}
    unknown = [name for name, kind in kinds.items() if kind is not None and not wanted[name][0]]

    def cases(meaning: Meaning) -> int:
        return _cases(meaning, findings, wanted)

    try:
        space = findings.space(cases)
        regions = space.regions(space.both(space.possible(of_catalogue=False), cases(space.meaning)))
    except (TooManyCases, RecursionError):
        return None
    for region in regions[:TRIED_AT_MOST]:
        whole = findings.witness.whole(region.sample)
        answers = {name: _answer(findings, name, whole) for name in tests}
        if not whole.keys() & set(unknown) and all(answer is not None and tests[name].accepts(answer) for name, answer in answers.items()):
            return region.shown, answers
    return None


def _test(kind: Type, values: Collection[Plain], is_one_of: bool) -> Test:
    test = test_of_values(tuple(values), kind)
    return test if is_one_of else replace(test, is_negated=not test.is_negated)


def _answer(findings: Findings, name: str, facts: Mapping[str, Plain]) -> Plain | None:
    if name not in findings.checked.answers:
        return facts.get(name)
    try:
        answer = findings.witness.reference.answer(name, facts)
    except Refusal:
        return None
    if not isinstance(answer, Fraction):
        return answer
    micros = answer * MICRO
    return micros.numerator if micros.denominator == 1 else None
