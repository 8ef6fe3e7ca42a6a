"""Decision diagrams: sets of cases as nodes that test one fact after the other.

A case is one class for each fact (`classes.py`). A set of cases is the number of a node; a node tests one fact and leads, by its class,
to another node; NOTHING and EVERYTHING are the leaves. Equal sets have equal numbers, so tests for emptiness and equality cost nothing,
and a set of millions of cases is usually a few nodes. All operations are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

NOTHING: Final = 0
EVERYTHING: Final = 1
MOST_NODES: Final = 150_000
MOST_STEPS: Final = 1_200_000
"""The budget of the proofs of one rulebook, in steps: about one second."""
_LAST: Final = 1 << 60

Edges = tuple[tuple[int, int], ...]
"""Bits of classes, and the node that they lead to; together all classes of the fact, each once."""


class TooManyCases(Exception):
    """There are too many cases for the time of a check."""


@dataclass
class Budget:
    """The remaining budget; a part of another one spends from both."""

    steps: int = MOST_STEPS
    whole: Budget | None = None

    def spend(self, steps: int) -> None:
        """Spends steps; TooManyCases where none remain."""
        self.steps -= steps
        if self.whole is not None:
            self.whole.spend(steps)
        if self.steps < 0:
            raise TooManyCases


@dataclass
class Diagrams:
    """All sets of cases over some facts. `everything[n]` are all classes of fact number n, as bits; facts are tested in this order."""

    everything: Sequence[int]
    budget: Budget = field(default_factory=Budget)
    _nodes: list[tuple[int, Edges]] = field(default_factory=lambda: [(_LAST, ()), (_LAST, ())])
    _numbers: dict[tuple[int, Edges], int] = field(default_factory=dict)
    _both: dict[tuple[int, int], int] = field(default_factory=dict)
    _negations: dict[int, int] = field(default_factory=lambda: {NOTHING: EVERYTHING, EVERYTHING: NOTHING})

    def fact(self, node: int) -> int:
        """The number of the fact that a node tests; leaves have a number above all."""
        return self._nodes[node][0]

    def edges(self, node: int) -> Edges:
        """The edges of a node."""
        return self._nodes[node][1]

    def where(self, fact: int, classes: int) -> int:
        """The cases in which a fact is in one of some classes."""
        return self.node(fact, ((classes, EVERYTHING), (self.everything[fact] & ~classes, NOTHING)))

    def node(self, fact: int, edges: Iterable[tuple[int, int]]) -> int:
        """The node of a fact that precedes the facts of all its targets."""
        by_next: dict[int, int] = {}
        for classes, following in edges:
            if classes:
                by_next[following] = by_next.get(following, 0) | classes
        if len(by_next) == 1:
            return next(iter(by_next))
        if not by_next:
            return NOTHING
        key = (fact, tuple(sorted((classes, following) for following, classes in by_next.items())))
        number = self._numbers.get(key)
        if number is None:
            if len(self._nodes) >= MOST_NODES:
                raise TooManyCases
            number = self._numbers[key] = len(self._nodes)
            self._nodes.append(key)
        return number

    def both(self, one: int, other: int) -> int:
        """The cases that are in both sets."""
        if one == other or other == EVERYTHING:
            return one
        if one == NOTHING or other == NOTHING:
            return NOTHING
        if one == EVERYTHING:
            return other
        key = (one, other) if one < other else (other, one)
        known = self._both.get(key)
        if known is None:
            known = self._both[key] = self._met(one, other)
        return known

    def _met(self, one: int, other: int) -> int:
        first, second = self._nodes[one], self._nodes[other]
        if first[0] > second[0]:
            first, second, one, other = second, first, other, one
        fact, edges = first
        if fact < second[0]:
            self.budget.spend(len(edges))
            return self.node(fact, [(classes, self.both(following, other)) for classes, following in edges])
        self.budget.spend(len(edges) * len(second[1]))
        return self.node(fact, [(a & b, self.both(one_next, other_next)) for a, one_next in edges for b, other_next in second[1] if a & b])

    def negation(self, one: int) -> int:
        """The cases that are not in a set."""
        known = self._negations.get(one)
        if known is None:
            fact, edges = self._nodes[one]
            known = self.node(fact, [(classes, self.negation(following)) for classes, following in edges])
            self._negations[one] = known
            self._negations[known] = one
        return known

    def either(self, one: int, other: int) -> int:
        """The cases that are in one of two sets."""
        if one in (NOTHING, other):
            return other
        if other == NOTHING:
            return one
        return self.negation(self.both(self.negation(one), self.negation(other)))

    def minus(self, one: int, other: int) -> int:
        """The cases that are in the first set and not in the second."""
        return self.both(one, self.negation(other))

    def all_of(self, sets: Iterable[int]) -> int:
        """The cases that are in every set."""
        result = EVERYTHING
        for one in sets:
            result = self.both(result, one)
        return result

    def any_of(self, sets: Iterable[int]) -> int:
        """The cases that are in some set; joined in pairs, which is fast for many sets."""
        left = [one for one in dict.fromkeys(sets) if one != NOTHING]
        while len(left) > 1:
            pairs = [self.either(left[at], left[at + 1]) for at in range(0, len(left) - 1, 2)]
            left = pairs + left[len(left) - len(left) % 2 :]
        return left[0] if left else NOTHING

    def paths(self, one: int, most: int) -> Iterator[dict[int, int]]:
        """A set as disjoint boxes, up to a limit: for each box the classes of every fact that it restricts."""
        yield from _first(self._walk(one, {}), most)

    def _walk(self, one: int, so_far: dict[int, int]) -> Iterator[dict[int, int]]:
        if one == EVERYTHING:
            yield dict(so_far)
        elif one != NOTHING:
            fact, edges = self._nodes[one]
            for classes, following in edges:
                yield from self._walk(following, {**so_far, fact: classes})

    def count(self, one: int, sizes: Callable[[int, int], int]) -> int:
        """The number of cases of a set, where `sizes` returns the size of some classes of a fact."""
        return sum(_times(sizes(fact, path.get(fact, every)) for fact, every in enumerate(self.everything)) for path in self._walk(one, {}))


def _first(paths: Iterator[dict[int, int]], most: int) -> Iterator[dict[int, int]]:
    for number, path in enumerate(paths):
        if number >= most:
            return
        yield path


def _times(numbers: Iterable[int]) -> int:
    product = 1
    for number in numbers:
        product *= number
    return product
