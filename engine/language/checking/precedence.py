"""Sorts versions by date and rules by precedence: reports gaps, overlaps, and two rules on one name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Generic, TypeVar

from engine.language.ir.checked_rules import Layer
from engine.language.ir.in_force import InForce
from engine.language.syntax.rule_problems import CIRCLE, DATED_DIFFERENTLY, NAME_TWICE, TWO_RULES, VERSION_GAP, VERSION_OVERLAP
from engine.phrases import phrase
from engine.problems import Problem, Span

Rule = TypeVar("Rule", covariant=True)


@dataclass(frozen=True, slots=True)
class Entered(Generic[Rule]):
    """A checked rule for a target or product, before sorting."""

    name: str
    """The name of its block."""
    overrides: tuple[str, ...]
    in_force: InForce
    rule: Rule
    span: Span
    """The position of its name."""


@dataclass(frozen=True, slots=True)
class _Chain(Generic[Rule]):
    """The versions of one block, by date."""

    name: str
    overrides: tuple[str, ...]
    versions: tuple[Entered[Rule], ...]


def layers_of(gives: str, entered: Sequence[Entered[Rule]], problems: list[Problem]) -> tuple[Layer[Rule], ...]:
    """The rules for one target or product, overriding rules first."""
    chains = _in_order(_chains(entered, problems), problems)
    for (before, one), (after, other) in combinations(enumerate(chains), 2):
        if before < after and not _overrides(one, other, chains) and not _are_apart(one, other):
            later = max(one.versions[0].span, other.versions[0].span)
            problems.append(TWO_RULES.at(later, name=one.name, other=other.name, target=gives))
    return tuple(Layer(chain.name, tuple(version.rule for version in chain.versions)) for chain in chains)


def _chains(entered: Sequence[Entered[Rule]], problems: list[Problem]) -> list[_Chain[Rule]]:
    by_name: dict[tuple[str, tuple[str, ...]], list[Entered[Rule]]] = {}
    for one in entered:
        by_name.setdefault((one.name, one.overrides), []).append(one)
    chains = []
    for (name, overrides), versions in by_name.items():
        ordered = sorted(versions, key=lambda one: (one.in_force.start or date.min, one.span))
        problems.extend(_version_problems(name, ordered))
        chains.append(_Chain(name, overrides, tuple(ordered)))
    return chains


def _version_problems(name: str, versions: list[Entered[Rule]]) -> Iterator[Problem]:
    """Reports gaps and overlaps between the versions of one name."""
    for one, other in pairwise(versions):
        earlier, later = one.in_force, other.in_force
        if earlier.is_always or later.is_always:
            first, second = sorted((one.span, other.span))
            remedy = phrase("give each version its days (`from D`, `until D`), or another name")
            yield NAME_TWICE.at(second, name=name, other=f"{first.path}:{first.line}", remedy=remedy)
        elif earlier.by != later.by:
            yield DATED_DIFFERENTLY.at(other.span, name=name, one=earlier.by, two=later.by)
        elif later.start is None or earlier.until is None or later.start <= earlier.until:
            start = later.start or date.min
            wanted = start - timedelta(days=1) if start > date.min else start
            place = f"{one.span.path}:{one.span.line}"
            yield VERSION_OVERLAP.at(other.span, day=later.start or phrase("the first day"), name=name, other=place, wanted=wanted)
        elif later.start > earlier.until + timedelta(days=1):
            wanted = earlier.until + timedelta(days=1)
            yield VERSION_GAP.at(other.span, until=earlier.until, start=later.start, name=name, wanted=wanted)


def _in_order(chains: list[_Chain[Rule]], problems: list[Problem]) -> list[_Chain[Rule]]:
    """Overriding rules before the overridden ones."""
    left, ordered = list(chains), list[_Chain[Rule]]()
    while left:
        first = next((chain for chain in left if not any(_names(other, chain) for other in left if other is not chain)), None)
        if first is None:
            names = " → ".join([*(chain.name for chain in left), left[0].name])
            problems.append(CIRCLE.at(left[0].versions[0].span, name=left[0].name, path=names))
            return ordered + left
        left.remove(first)
        ordered.append(first)
    return ordered


def _names(one: _Chain[Rule], other: _Chain[Rule]) -> bool:
    return other.name in one.overrides and (one.name != other.name or not other.overrides)


def _overrides(one: _Chain[Rule], other: _Chain[Rule], chains: list[_Chain[Rule]]) -> bool:
    """Whether one overrides another, directly or transitively."""
    if _names(one, other):
        return True
    return any(_names(one, between) and _overrides(between, other, chains) for between in chains if between not in (one, other))


def _are_apart(one: _Chain[Rule], other: _Chain[Rule]) -> bool:
    """Whether the two are never in force on the same day of the same date."""
    for first in one.versions:
        for second in other.versions:
            if first.in_force.is_always or second.in_force.is_always or first.in_force.by != second.in_force.by:
                return False
            if _start(first) <= _until(second) and _start(second) <= _until(first):
                return False
    return True


def _start(one: Entered[Rule]) -> date:
    return one.in_force.start or date.min


def _until(one: Entered[Rule]) -> date:
    return one.in_force.until or date.max
