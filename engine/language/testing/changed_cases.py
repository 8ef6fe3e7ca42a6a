"""Compares two versions of rules region by region: the cases with different answers, each confirmed by both evaluators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from engine.language.ir.answers import Rules
from engine.language.ir.checked_rules import Answers, Checked
from engine.language.ir.normal_form import normal_form
from engine.language.ir.typed import Lookup
from engine.language.ir.walker import expressions, walk
from engine.language.proving.cases import Cases
from engine.language.proving.diagrams import MOST_STEPS, NOTHING, Budget, TooManyCases
from engine.language.proving.domain import Domain, domain_of
from engine.language.proving.semantics import Meaning
from engine.language.proving.space import NOT_GIVEN, Region, Space, space_of
from engine.language.proving.witness import Witness
from engine.language.testing.outcomes import Outcome, outcomes
from engine.language.types.value_text import in_words
from engine.language.types.value_types import Plain
from engine.phrases import phrase
from engine.problems import Refusal

MOST_REGIONS: Final = 40
MOST_NAMES: Final = 10
"""The budget of a comparison is that of so many names at their most."""
TOO_MANY: Final = phrase("its cases are too many")
IN_DOUBT: Final = phrase("it is worked out from amounts or dates that no single fact decides")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedCase:
    """Cases with another answer for a name: the region in words, one case of it, and both answers (None: none)."""

    name: str
    region: str
    sample: str
    facts: Mapping[str, Plain]
    """The one case as plain facts."""
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the rules: checked, compiled, and the cases that they are about."""

    checked: Checked
    rules: Rules
    cases: Cases


def changed_cases(before: Version, after: Version) -> tuple[tuple[ChangedCase, ...], tuple[tuple[str, str], ...]]:
    """Every region of cases with another answer, and the names that could not be compared, with the reason.

    A name is compared where its own rules differ; what only follows from it is shown by the amounts.
    """
    changes: list[ChangedCase] = []
    undecided: list[tuple[str, str]] = []
    domain, budget = _domain(before, after), Budget(MOST_STEPS * MOST_NAMES)
    for name in _changed(before.checked, after.checked):
        try:
            cases, in_doubt = _compared(name, before, after, domain, Budget(MOST_STEPS, budget))
        except (TooManyCases, RecursionError):
            undecided.append((name, TOO_MANY))
            continue
        changes += cases
        undecided += [(name, IN_DOUBT)] if in_doubt and not cases else []
    return tuple(changes), tuple(undecided)


def _domain(before: Version, after: Version) -> Domain:
    """The cases of the newer version, over the facts that either version reads."""
    earlier, later = (
        domain_of(version.checked, fixed=version.cases.fixed, products=version.cases.products, horizon=version.cases.horizon)
        for version in (before, after)
    )
    return replace(later, known={**earlier.known, **later.known}, dated=earlier.dated | later.dated)


def _changed(before: Checked, after: Checked) -> Iterator[str]:
    """The names of both versions whose own rules differ, or that look up a table that differs and answers no name itself."""
    answering = {block.name for answers in after.answers.values() for layer in answers.layers for block in layer.versions}
    shared = (before.tables.keys() & after.tables.keys()) - answering
    tables = {name for name in shared if normal_form(before.tables[name]) != normal_form(after.tables[name])}
    for name in sorted(before.answers.keys() & after.answers.keys()):
        if _meaning(before.answers[name]) != _meaning(after.answers[name]) or _asks(after.answers[name], tables):
            yield name


def _meaning(answers: Answers) -> object:
    return [[normal_form(version) for version in layer.versions] for layer in answers.layers]


def _asks(answers: Answers, tables: Set[str]) -> bool:
    """Whether the rules of a name look up one of some tables."""
    blocks = [version for layer in answers.layers for version in layer.versions]
    parts = (part for block in blocks for whole in expressions(block) for part in walk(whole))
    return any(isinstance(part, Lookup) and part.table in tables for part in parts)


def _compared(name: str, before: Version, after: Version, domain: Domain, budget: Budget) -> tuple[list[ChangedCase], bool]:
    """The regions of one name with different answers, and whether any had to be left out for lack of a sample."""

    def ask(meaning: Meaning) -> None:
        outcomes(meaning, name)
        outcomes(Meaning(before.checked, meaning.algebra, meaning.trees), name)

    space = space_of(after.checked, domain, ask, budget)
    earlier = outcomes(Meaning(before.checked, space, space.trees), name)
    later = outcomes(space.meaning, name)
    possible = space.possible()
    changes: list[ChangedCase] = []
    in_doubt = False
    evaluators = _Evaluators(name, before, after, domain, budget)
    for one, other in _differing(earlier, later, space):
        cases = space.both(possible, space.both(one.cases, other.cases))
        for region in space.regions(cases, MOST_REGIONS) if cases != NOTHING else ():
            change = None if region.doubts else evaluators.shown(region)
            in_doubt = in_doubt or bool(region.doubts)
            changes += [change] if change is not None else []
    return changes, in_doubt


def _differing(earlier: list[Outcome], later: list[Outcome], space: Space) -> Iterator[tuple[Outcome, Outcome]]:
    """Every pair of different answers; no answer in one version counts as an answer."""
    nobody = "", "", space.meaning.holds(None)
    outcomes_of_both = []
    for version in (earlier, later):
        left = nobody[2]
        for outcome in version:
            left = space.both(left, space.negation(outcome.cases))
        outcomes_of_both.append([*version, Outcome("no answer", "", left)])
    for one in outcomes_of_both[0]:
        for other in outcomes_of_both[1]:
            if one.key != other.key:
                yield one, other


@dataclass
class _Evaluators:
    """Evaluates a name with both evaluators of both versions, for one case."""

    name: str
    before: Version
    after: Version
    domain: Domain
    budget: Budget

    def __post_init__(self) -> None:
        self.witnesses = Witness(self.before.checked, self.domain, self.budget), Witness(self.after.checked, self.domain, self.budget)

    def shown(self, region: Region) -> ChangedCase | None:
        """A region with the answers of both evaluators for a case of it; None where they are equal, or the evaluators disagree."""
        answers = []
        for version, witness in zip((self.before, self.after), self.witnesses, strict=True):
            facts = witness.whole(region.sample)
            fast, reference = (self._answer(version, facts, witness), self._reference_answer(version, facts, witness))
            if fast != reference:
                return None
            answers.append(fast)
        if answers[0] == answers[1]:
            return None
        facts = {name: plain for name, plain in region.sample.items() if plain != NOT_GIVEN}
        return ChangedCase(name=self.name, region=region.words, sample=region.shown, facts=facts, before=answers[0], after=answers[1])

    def _answer(self, version: Version, facts: Mapping[str, Plain], _witness: Witness) -> str | None:
        try:
            return self._words(version, version.rules.ask(self.name, facts).value)
        except Refusal:
            return None

    def _reference_answer(self, version: Version, facts: Mapping[str, Plain], witness: Witness) -> str | None:
        try:
            return self._words(version, witness.reference.ask(self.name, facts).value)
        except Refusal:
            return None

    def _words(self, version: Version, value: Plain | Fraction) -> str:
        return in_words(value, version.checked.answers[self.name].type)
