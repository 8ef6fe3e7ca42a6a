"""Gathers the facts of some conditions and the tests on them, before a space of cases is built."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from engine.language.ir.checked_rules import Checked
from engine.language.ir.typed import Expression, Fact, Known, Lookup, Result
from engine.language.ir.walker import expressions, walk
from engine.language.proving.algebra import Doubt
from engine.language.proving.classes import IS_TRUE, Cut, Test
from engine.language.proving.diagrams import NOTHING
from engine.language.proving.domain import Domain
from engine.language.types.value_types import BOOL, Plain, Type

KNOWN: Final = "known "
DOUBT: Final = "doubt "


@dataclass
class Gathering:
    """The algebra that gathers: every test is added to its fact; no sets are made."""

    domain: Domain
    cuts: dict[str, Cut] = field(default_factory=dict)
    doubts: dict[str, Doubt] = field(default_factory=dict)
    _by_key: dict[str, str] = field(default_factory=dict)

    def fact(self, name: str, kind: Type, test: Test) -> int:
        """Adds a test of a fact."""
        if name not in self.cuts:
            self.cuts[name] = self.domain.cut(name, kind)
        self.cuts[name].add(test)
        return NOTHING

    def known(self, name: str) -> int:
        """Adds a test whether a fact is given, where it may be missing."""
        if name in self.domain.always:
            return NOTHING
        self.cuts.setdefault(KNOWN + name, Cut(BOOL)).add(IS_TRUE)
        return NOTHING

    def doubt(self, doubt: Doubt) -> int:
        """Adds the facts of a doubt."""
        key = doubt.key
        if key not in self._by_key:
            name = self._by_key[key] = f"{DOUBT}{len(self._by_key) + 1}"
            self.doubts[name] = doubt
            self.cuts[name] = Cut(BOOL)
            self.cuts[name].add(IS_TRUE)
        return NOTHING

    def both(self, _one: int, _other: int) -> int:
        """Nothing: only tests are gathered."""
        return NOTHING

    def either(self, _one: int, _other: int) -> int:
        """Nothing: only tests are gathered."""
        return NOTHING

    def negation(self, _one: int) -> int:
        """Nothing: only tests are gathered."""
        return NOTHING

    def all_of(self, _sets: Sequence[int]) -> int:
        """Nothing: only tests are gathered."""
        return NOTHING

    def switch(self, _ways: Sequence[tuple[int, int]]) -> int:
        """Nothing: only tests are gathered."""
        return NOTHING

    def words(self, name: str, kind: Type) -> tuple[Plain, ...]:
        """The values of a fact."""
        return self.domain.cut(name, kind).domain

    def days(self, name: str) -> tuple[date, date]:
        """The first and last possible day of a date fact."""
        return self.domain.days(name)


def relevant_facts(checked: Checked, names: Iterable[str]) -> list[Expression]:
    """The conditions of the domain facts that mention some facts."""
    wanted = set(names)
    return [fact.condition for fact in checked.domain_facts if wanted & facts_of(fact.condition, checked)]


def facts_of(expression: Expression, checked: Checked) -> set[str]:
    """The facts that an expression reads, directly or through other rules."""
    facts: set[str] = set()
    waiting, followed = [expression], set[str]()
    while waiting:
        for part in walk(waiting.pop()):
            match part:
                case Fact(name=name):
                    facts.add(name)
                case Known(name=name):
                    facts |= {name, KNOWN + name}
                case Result(name=name) if name not in followed:
                    followed.add(name)
                    for layer in checked.answers[name].layers:
                        waiting += [one for version in layer.versions for one in expressions(version)]
                case Lookup(table=table) if table not in followed:
                    followed.add(table)
                    waiting += [one for version in checked.tables[table].versions for row in version.rows for one in row.results]
                case _:
                    continue
    return facts
