"""The verdict on a mutant: whether a scenario, a golden invoice, or check notices it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from engine.problems import Problem, Refusal
from engine.rulebook.book import Rulebook, assemble
from engine.rulebook.file_kinds import PROVING
from engine.rulebook.reader import Reading, check_up, read_all
from engine.rulebook.yaml_entries import ReadYaml
from engine.testing.file_mutants import mutants_of_file, mutants_of_prices
from engine.testing.scenario_reader import Scenario, scenarios_of
from engine.testing.scenario_runner import try_scenario
from engine.text.mutants import Mutant, once
from engine.text.sources import Sources
from engine.text.yaml_reader import read_yaml

NoticedBy = Literal["check", "scenario", "golden"]
Invoicing = Callable[[Rulebook], object]
"""The golden invoices under a rulebook, as a value that can be compared."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one mutant: what noticed it (None: nothing)."""

    mutant: Mutant
    noticed_by: NoticedBy | None


def mutants_of(reading: Reading) -> tuple[Mutant, ...]:
    """Every mutant of a rulebook, in the order of files and lines."""
    return once(_all_mutants(reading))


def _all_mutants(reading: Reading) -> Iterator[Mutant]:
    folders = {entry.path.rpartition("/")[0] for entry in reading.gathered.entries.get("price-books", {}).values()}
    yield from reading.checked.mutants()
    for path, text in reading.gathered.sources.items():
        if path.endswith(".csv") and path.rpartition("/")[0] in folders:
            yield from mutants_of_prices(path, text)
    for file in reading.gathered.files:
        if file.kind.name not in PROVING:
            yield from mutants_of_file(file, reading)


@dataclass(frozen=True)
class Judge:
    """The unchanged rulebook with its scenarios, to which mutants are compared."""

    sources: Sources
    reading: Reading
    scenarios: tuple[Scenario, ...]
    invoicing: Invoicing | None = None

    @cached_property
    def rulebook(self) -> Rulebook:
        """The unchanged rulebook."""
        return assemble(self.reading.gathered, self.reading.checked, self.reading.checked.compile(), "")

    @cached_property
    def invoiced(self) -> object:
        """The golden invoices of the unchanged rulebook."""
        return self.invoicing(self.rulebook) if self.invoicing is not None else None

    @cached_property
    def read_yaml(self) -> ReadYaml:
        """Reads a YAML text, and each only once: a mutant changes only one."""
        return lru_cache(maxsize=400)(read_yaml)

    def judge(self, mutant: Mutant) -> Verdict:
        """The verdict on a mutant; scenarios of its folder run first, and the proofs of check, which take longest, last."""
        texts = mutant.apply(self.sources)
        own = {path: text for path, text in texts.items() if not path.endswith(".test.yaml")}
        reading = read_all(own, self.read_yaml, self.reading.checked)
        if _is_stopped_by(reading.problems):
            return Verdict(mutant, "check")
        rulebook = self._rulebook(reading)
        if not all(try_scenario(scenario, rulebook).passed for scenario in self._ordered(mutant)):
            return Verdict(mutant, "scenario")
        if self.invoicing is not None and self._changes_invoices(rulebook, self.invoicing):
            return Verdict(mutant, "golden")
        return Verdict(mutant, "check" if _is_stopped_by(check_up(texts).problems) else None)

    def _rulebook(self, reading: Reading) -> Rulebook:
        """The rulebook of a mutant; rules that mean the same need not be compiled again."""
        is_same = reading.checked.same_as(self.reading.checked)
        rules = self.rulebook.rules if is_same else reading.checked.compile()
        return assemble(reading.gathered, reading.checked, rules, "")

    def _ordered(self, mutant: Mutant) -> Sequence[Scenario]:
        stem = mutant.path.rpartition(".")[0]
        folder = mutant.path.partition("/")[0]
        return sorted(self.scenarios, key=lambda one: (one.path.removesuffix(".test.yaml") != stem, one.path.partition("/")[0] != folder))

    def _changes_invoices(self, rulebook: Rulebook, invoicing: Invoicing) -> bool:
        try:
            return invoicing(rulebook) != self.invoiced
        except Refusal:
            return True


def judge_of(sources: Sources, invoicing: Invoicing | None = None) -> Judge:
    """The judge of a rulebook whose scenarios all pass; Refusal where its texts or its scenarios have problems."""
    reading = read_all(sources)
    scenarios, problems = scenarios_of(reading)
    stopping = tuple(problem for problem in (*reading.problems, *problems) if problem.stops)
    if stopping:
        raise Refusal(stopping)
    return Judge(sources, reading, scenarios, invoicing)


def _is_stopped_by(problems: Iterable[Problem]) -> bool:
    return any(problem.stops for problem in problems)
