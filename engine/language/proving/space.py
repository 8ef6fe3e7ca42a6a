"""The space of cases that some rules distinguish: facts in classes, sets of cases over them, and regions in words.

    space = space_of(checked, domain, lambda meaning: meaning.holds(condition))
    cases = space.meaning.holds(condition)             # a set of cases: the number of a node
    for region in space.regions(cases): region.words, region.sample

`space_of` evaluates the conditions once to partition the facts; they are evaluated again to build sets. Use the meaning of a space only
for conditions of the first walk (parts of them are fine). `possible` holds the cases that the domain facts of the rules allow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Final

from engine.language.ir.checked_rules import Checked
from engine.language.proving.algebra import Doubt
from engine.language.proving.classes import Class, Cut, Test, words_of
from engine.language.proving.column_cover import Trees
from engine.language.proving.diagrams import EVERYTHING, NOTHING, Budget, Diagrams
from engine.language.proving.domain import Domain
from engine.language.proving.gathering import DOUBT, KNOWN, Gathering, facts_of, relevant_facts
from engine.language.proving.semantics import Meaning
from engine.language.types.value_text import plain_in_words
from engine.language.types.value_types import Plain, Type
from engine.phrases import phrase, together

MOST_REGIONS: Final = 60
"""The most boxes of a set that are examined before they are joined; a larger set is shown in part."""
_A_WAY: Final = 8
"""The cost of an edge of a switch, in steps of a diagram."""
NOT_GIVEN: Final = "\0not given"
"""In a sample, a fact that is not known."""


@dataclass(frozen=True, slots=True)
class Region:
    """A set of cases in words: for each relevant fact its classes, and one case as plain facts.

    `doubts` are the conditions that arithmetic must decide for the region to exist; where there are any, only `solver.py` knows a sample.
    """

    words: str
    sample: Mapping[str, Plain]
    shown: str
    """The sample in words, with the relevant facts only."""
    is_single: bool
    """Whether the sample is the only case."""
    path: Mapping[int, int]
    doubts: tuple[tuple[Doubt, bool], ...] = ()


@dataclass
class Space:
    """Facts in order of first use, their partitions, and the sets of cases over them."""

    checked: Checked
    domain: Domain
    names: tuple[str, ...]
    cuts: tuple[Cut, ...]
    doubts: Mapping[str, Doubt]
    budget: Budget
    trees: Trees
    diagrams: Diagrams = field(init=False)
    meaning: Meaning = field(init=False)
    _number: dict[str, int] = field(init=False)
    _by_key: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._number = {name: at for at, name in enumerate(self.names)}
        self.diagrams = Diagrams([cut.everything for cut in self.cuts], self.budget)
        self.meaning = Meaning(self.checked, self, self.trees)
        self._by_key = {doubt.key: name for name, doubt in self.doubts.items()}

    # --- The algebra that builds sets. ---

    def fact(self, name: str, kind: Type, test: Test) -> int:
        """The cases in which a fact passes a test."""
        number = self._number[name]
        return self.diagrams.where(number, self.cuts[number].mask(test))

    def known(self, name: str) -> int:
        """The cases in which a fact is given."""
        if name in self.domain.always:
            return EVERYTHING
        return self.diagrams.where(self._number[KNOWN + name], 1)

    def doubt(self, doubt: Doubt) -> int:
        """The cases in which a doubt is true."""
        return self.diagrams.where(self._number[self._by_key[doubt.key]], 1)

    def both(self, one: int, other: int) -> int:
        """The cases of both sets."""
        return self.diagrams.both(one, other)

    def either(self, one: int, other: int) -> int:
        """The cases of one of two sets."""
        return self.diagrams.either(one, other)

    def negation(self, one: int) -> int:
        """The cases that are not in a set."""
        return self.diagrams.negation(one)

    def all_of(self, sets: Sequence[int]) -> int:
        """The cases that are in every set."""
        return self.diagrams.all_of(sets)

    def switch(self, ways: Sequence[tuple[int, int]]) -> int:
        """The union of the sets, each restricted to its own condition; the conditions exclude each other."""
        diagrams = self.diagrams
        self.budget.spend(_A_WAY * len(ways))
        fact = min((diagrams.fact(cases) for cases, _ in ways), default=0)
        if all(self._asks_only(cases, fact) and diagrams.fact(following) > fact for cases, following in ways):
            edges = [(classes, following) for cases, following in ways for classes, end in self._ends(cases) if end == EVERYTHING]
            rest = diagrams.everything[fact]
            for classes, _ in edges:
                rest &= ~classes
            return diagrams.node(fact, [*edges, (rest, NOTHING)])
        return diagrams.any_of([diagrams.both(cases, following) for cases, following in ways])

    def _asks_only(self, cases: int, fact: int) -> bool:
        """Whether a set tests no fact but one."""
        if cases == NOTHING:
            return True
        return self.diagrams.fact(cases) == fact and all(end in (NOTHING, EVERYTHING) for _, end in self.diagrams.edges(cases))

    def _ends(self, cases: int) -> Iterable[tuple[int, int]]:
        return () if cases == NOTHING else self.diagrams.edges(cases)

    def words(self, name: str, kind: Type) -> tuple[Plain, ...]:
        """The values of a fact."""
        return self.domain.cut(name, kind).domain

    def days(self, name: str) -> tuple[date, date]:
        """The first and last possible day of a date fact."""
        return self.domain.days(name)

    # --- Cases in words. ---

    def possible(self, *, of_catalogue: bool = True) -> int:
        """The cases that domain facts allow; with the catalogue, only existing products."""
        cases = EVERYTHING if all(cut.everything for cut in self.cuts) else NOTHING
        for fact in relevant_facts(self.checked, self.names):
            cases = self.diagrams.both(cases, self.meaning.holds(fact))
        return self.diagrams.both(cases, self._of_catalogue()) if of_catalogue else cases

    def _of_catalogue(self) -> int:
        names = [name for name in self.domain.catalogue_names if name in self._number]
        if not names:
            return EVERYTHING
        seen = {tuple(self._class_of(name, product[name]) for name in names) for product in self.domain.products}
        products = [
            self.diagrams.all_of(self.diagrams.where(self._number[name], 1 << at) for name, at in zip(names, places, strict=True))
            for places in sorted(seen)
        ]
        return self.diagrams.any_of(products) if self.domain.products else EVERYTHING

    def _class_of(self, name: str, word: Plain) -> int:
        cut = self.cuts[self._number[name]]
        return next((at for at, one in enumerate(cut.classes) if word in one.members), 0)

    def contains(self, cases: int, facts: Mapping[str, Plain]) -> bool:
        """Whether a case, as plain facts, belongs to a set; the facts must contain everything that the set tests, and doubts are false."""
        while cases not in (NOTHING, EVERYTHING):
            at = self.diagrams.fact(cases)
            cut = self.cuts[at]
            name = self.names[at]
            plain = name.removeprefix(KNOWN) in facts if name.startswith(KNOWN) else facts[name]
            place = cut.place_of(plain)
            cases = next((following for classes, following in self.diagrams.edges(cases) if classes >> place & 1), NOTHING)
        return cases == EVERYTHING

    def regions(self, cases: int, most: int = MOST_REGIONS) -> list[Region]:
        """A set of cases as few regions, in the order of facts; at most `most` boxes are examined."""
        boxes = list(self.diagrams.paths(cases, most))
        self.budget.spend(len(boxes) * len(self.names))
        return [self.region(path) for path in _joined(boxes, self.diagrams.everything)]

    def region(self, path: Mapping[int, int]) -> Region:
        """The region of one box."""
        facts = {at: mask for at, mask in path.items() if not self.names[at].startswith(DOUBT)}
        sample = self._sample(facts)
        shown_facts = [at for at in sorted(facts) if not self.names[at].startswith(KNOWN)]
        texts = [self._fact_text(at, facts[at]) for at in shown_facts]
        shown = [
            phrase("{name} = {words}", name=self.names[at], words=plain_in_words(sample[self.names[at]], self.cuts[at].type))
            for at in shown_facts
        ]
        for at in sorted(facts):
            if self.names[at].startswith(KNOWN) and facts[at] == 2:
                name = self.names[at].removeprefix(KNOWN)
                sample[name] = NOT_GIVEN
                texts.append(phrase("{name} is not known", name=name))
                shown.append(phrase("{name} is not known", name=name))
        questions = [(self.names[at], mask) for at, mask in sorted(path.items()) if self.names[at].startswith(DOUBT) and mask != 3]
        doubts = tuple((self.doubts[name], mask == 1) for name, mask in questions)
        single = all(len(chosen := self._chosen(at, facts[at])) == 1 and chosen[0].is_single for at in shown_facts)
        anything = phrase("whatever is asked")
        return Region(
            together(texts, ", ") if texts else anything, sample, together(shown, ", ") if shown else anything, single, path, doubts
        )

    def _fact_text(self, at: int, mask: int) -> str:
        classes = self._chosen(at, mask)
        is_stretch = classes and classes[0].stretch is not None and not (len(classes) == 1 and classes[0].is_single)
        words = words_of(classes)
        return phrase("{name} {words}" if is_stretch else "{name} = {words}", name=self.names[at], words=words)

    def with_sample(self, region: Region, sample: Mapping[str, Plain]) -> Region:
        """A region with another sample, from the solver."""
        names = [self.names[at] for at in sorted(region.path) if self.names[at] in sample]
        names += sorted(name for name in self.doubted - set(names) if name in sample and sample[name] != NOT_GIVEN)
        kinds = {**self.domain.known, **dict(zip(self.names, (cut.type for cut in self.cuts), strict=True))}
        shown = [phrase("{name} = {words}", name=name, words=plain_in_words(sample[name], kinds[name])) for name in names if name in kinds]
        return replace(region, sample=sample, shown=together(shown, ", ") if shown else region.shown, is_single=False)

    @cached_property
    def doubted(self) -> frozenset[str]:
        """The facts that doubts read."""
        return frozenset(name for doubt in self.doubts.values() for name in facts_of(doubt.expression, self.checked))

    def _chosen(self, at: int, mask: int) -> list[Class]:
        return [one for place, one in enumerate(self.cuts[at].classes) if mask >> place & 1]

    def _sample(self, facts: Mapping[int, int]) -> dict[str, Plain]:
        """One case of a box as plain facts: a real product of the catalogue where one fits."""
        sample: dict[str, Plain] = {}
        for at, name in enumerate(self.names):
            if not name.startswith((DOUBT, KNOWN)):
                classes = self._chosen(at, facts.get(at, self.cuts[at].everything))
                if classes:
                    sample[name] = classes[0].representative
        names = [name for name in self.domain.catalogue_names if name in self._number]
        if names:
            masks = {name: facts.get(self._number[name], self.cuts[self._number[name]].everything) for name in names}
            fitting = (one for one in self.domain.products if all(masks[name] >> self._class_of(name, one[name]) & 1 for name in names))
            sample.update(next(fitting, {}))
        return sample


def space_of(
    checked: Checked, domain: Domain, ask: Callable[[Meaning], object], budget: Budget | None = None, trees: Trees | None = None
) -> Space:
    """The space of some conditions: the facts that they read, partitioned by their tests. Spaces may share a budget and trees."""
    gathering, shared = Gathering(domain), trees or Trees()
    meaning = Meaning(checked, gathering, shared)
    ask(meaning)
    walked: set[int] = set()
    while left := [fact for fact in relevant_facts(checked, gathering.cuts) if id(fact) not in walked]:
        for fact in left:
            walked.add(id(fact))
            meaning.holds(fact)
    return Space(checked, domain, tuple(gathering.cuts), tuple(gathering.cuts.values()), gathering.doubts, budget or Budget(), shared)


def _joined(boxes: list[dict[int, int]], everything: Sequence[int]) -> list[dict[int, int]]:
    """Joins boxes that differ in one fact only, until none do."""
    joined = [tuple(box.get(at, every) for at, every in enumerate(everything)) for box in boxes]
    before = len(joined) + 1
    while len(joined) < before:
        before = len(joined)
        for at in range(len(everything)):
            by_rest: dict[tuple[int, ...], int] = {}
            for box in joined:
                rest = (*box[:at], *box[at + 1 :])
                by_rest[rest] = by_rest.get(rest, 0) | box[at]
            joined = [(*rest[:at], mask, *rest[at:]) for rest, mask in by_rest.items()]
    return [{at: mask for at, mask in enumerate(box) if mask != everything[at]} for box in joined]
