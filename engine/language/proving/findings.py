"""The results of the proofs of one rulebook: problems confirmed by the reference interpreter, what is proved, and what is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.language.ir.checked_rules import Checked
from engine.language.ir.fact_dependencies import reads
from engine.language.ir.typed import Expression, Lookup, Result
from engine.language.ir.walker import Block, expressions, walk
from engine.language.proving.algebra import Doubt
from engine.language.proving.column_cover import Trees
from engine.language.proving.diagrams import NOTHING, Budget
from engine.language.proving.domain import Domain
from engine.language.proving.proof_problems import MORE_CASES, MORE_NOT_PROVED, NOT_PROVED
from engine.language.proving.semantics import Meaning
from engine.language.proving.solver import Solved, solve, solver
from engine.language.proving.space import Region, Space, space_of
from engine.language.proving.witness import Witness
from engine.language.types.value_types import Plain
from engine.phrases import phrase
from engine.problems import Kind, Problem, Span

SHOWN_AT_MOST: Final = 10
"""The most problems reported for one table, and the most blocks that are not proved; the others are counted."""
SOLVED_AT_MOST: Final = 20
"""The most regions of one set that are passed to the solver."""
TRIED_AT_MOST: Final = 5
"""The most cases of one set that are evaluated to confirm a problem."""
A_SOLUTION: Final = 5_000
A_DOUBT: Final = 500
"""The steps of the budget for one region passed to the solver, and for each condition in it that no single fact decides."""
_LONGEST: Final = 60

Confirm = Callable[[Mapping[str, Plain]], bool]
TOO_MANY: Final = phrase("there are too many cases to look at")


@dataclass
class Findings:
    """Collects the results of the proofs."""

    checked: Checked
    domain: Domain
    budget: Budget = field(default_factory=Budget)
    problems: list[Problem] = field(default_factory=list)
    proved: set[str] = field(default_factory=set)
    not_proved: dict[str, str] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    """The names disproved."""
    unsettled: set[str] = field(default_factory=set)
    """Names whose answers depend on disproved names."""
    first_hidden: Span | None = None
    """The position of the first block of which it is not shown that it is not proved."""
    trees: Trees = field(default_factory=Trees)
    missing: str | None = None
    """A constant fact that is not known: what depends on it is not proved."""
    witness: Witness = field(init=False)

    def __post_init__(self) -> None:
        self.witness = Witness(self.checked, self.domain, self.budget)

    def space(self, ask: Callable[[Meaning], object]) -> Space:
        """The space of some conditions; all spaces of a rulebook share one budget."""
        return space_of(self.checked, self.domain, ask, self.budget, self.trees)

    def leave(self, name: str, what: str, where: Span, why: str) -> None:
        """Records once that something could not be proved, and why."""
        if name not in self.not_proved:
            self.not_proved[name] = why
            if len(self.not_proved) <= SHOWN_AT_MOST:
                self.problems.append(NOT_PROVED.at(where, what=what, why=why))
            elif self.first_hidden is None:
                self.first_hidden = where

    def report_hidden(self) -> None:
        """Reports how many more could not be proved than those that are shown, at the first of them."""
        others = len(self.not_proved) - SHOWN_AT_MOST
        if self.first_hidden is not None:
            self.problems.append(MORE_NOT_PROVED.at(self.first_hidden, count=others))

    def leaves_out(self, block: Block) -> bool:
        """Whether a block is not proved, as it depends on a constant fact that is not known; the problem of that fact says enough."""
        if self.missing is None or not reads(self.checked, block, self.missing):
            return False
        self.not_proved.setdefault(block.name, phrase("`{fact}` is not known", fact=self.missing))
        return True

    def report(self, problems: list[Problem], name: str, what: str, where: Span, more: int = 0) -> None:
        """Reports problems of one subject: the first of them, and how many more there are (`more` of them not examined)."""
        self.problems += problems[:SHOWN_AT_MOST]
        if any(problem.stops for problem in problems):
            self.broken.add(name)
        others = len(problems) + more - SHOWN_AT_MOST
        if others > 0:
            places = phrase("1 more place") if others == 1 else phrase("{count} more places", count=others)
            self.problems.append(MORE_CASES.at(where, name=what, places=places, count=others))

    def advise(self, block: Block, advice: Problem) -> None:
        """Advises that a part of a block never counts; not where the block depends on disproved names, which may be the cause."""
        if not self.rests_on_broken(block):
            self.problems.append(advice)

    def rests_on_broken(self, block: Block) -> bool:
        """Whether a block depends on a disproved name, directly or transitively."""
        parts = (part for expression in expressions(block) for part in walk(expression))
        return bool(self.unsettled) and any(_name_used(part) in self.unsettled for part in parts)

    def cases(self, space: Space, cases: int, name: str, what: str, where: Span, confirm: Confirm) -> list[Region]:
        """The regions of a set in which something fails; the first is confirmed by the reference interpreter and shown.

        Undecided regions are reported as not proved.
        """
        regions: list[Region] = []
        if cases == NOTHING:
            return regions
        solved, unconfirmed = 0, list[str]()
        for region in space.regions(cases):
            if region.doubts:
                solved += 1
                if solved > SOLVED_AT_MOST:
                    self.leave(name, what, where, TOO_MANY)
                    break
                answer = self._solve(space, region)
                if answer.is_unknown:
                    self.leave(name, what, where, self.why(region.doubts[0][0], answer))
                if answer.sample is None:
                    continue
                region = space.with_sample(region, answer.sample)
            if not regions and not confirm(region.sample):
                unconfirmed.append(region.shown)
                if len(unconfirmed) == TRIED_AT_MOST:
                    break
                continue
            regions.append(region)
        if unconfirmed and not regions:
            self.leave(name, what, where, phrase("evaluating {case} stops before it comes to this", case=unconfirmed[0]))
        return regions

    def is_possible(self, space: Space, cases: int) -> bool:
        """Whether a set has a case; an undecided set counts as possible."""
        if cases == NOTHING or not space.doubts:
            return cases != NOTHING
        for number, region in enumerate(space.regions(cases)):
            if not region.doubts or number >= SOLVED_AT_MOST:
                return True
            solved = self._solve(space, region)
            if solved.is_unknown or solved.sample is not None:
                return True
        return False

    def _solve(self, space: Space, region: Region) -> Solved:
        self.budget.spend(A_SOLUTION + A_DOUBT * len(region.doubts))
        return solve(space, region, solver())

    def why(self, doubt: Doubt, solved: Solved) -> str:
        """Why a condition could not be decided."""
        return phrase("{condition}: {why}", condition=f"`{self._text(doubt.expression.span)}`", why=solved.why)

    def _text(self, span: Span) -> str:
        lines = self.checked.texts.get(span.path, "").split("\n")[span.line - 1 : span.end_line]
        if not lines:
            return "…"
        lines[-1] = lines[-1][: span.end_column - 1] if len(lines) > 1 or span.end_line == span.line else lines[-1]
        lines[0] = lines[0][span.column - 1 :]
        text = " ".join(" ".join(lines).split())
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _name_used(part: Expression) -> str | None:
    return part.name if isinstance(part, Result) else part.table if isinstance(part, Lookup) else None


def of_regions(kind: Kind, where: Span, regions: Sequence[Region], **words: object) -> Problem:
    """One problem for regions with one remedy: a case of the first in the sentence, and the number of others."""
    first = regions[0]
    more: str
    if len(regions) == 2:
        more = phrase(" (and in another kind of case)")
    elif len(regions) > 2:
        more = phrase(" (and in {count} other kinds of case)", count=len(regions) - 1)
    else:
        more = "" if first.is_single else phrase(" (and in others like it)")
    cases = first.shown if first.doubts else first.words
    return kind.at(where, None, question=first.shown, cases=cases, more=more, **words)
