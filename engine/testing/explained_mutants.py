"""Reviewed explanations of mutants that no scenario can notice, and advice about explanations without a mutant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.problems import Kind, Problem, Span
from engine.rulebook.reader import Reading
from engine.rulebook.scenarios import ExplainedMutant, ExplainedMutants
from engine.text.model_reader import read_model
from engine.text.mutants import Mutant
from engine.text.yaml_tree import Listing

EXPLAINS_NOTHING: Final = Kind(
    "explains-nothing",
    "this explains no change that went unnoticed",
    "remove it: a scenario notices the change now, or the line is another",
    "advice",
)


@dataclass(frozen=True, slots=True)
class MutantExplanation:
    """One explanation and its place."""

    written: ExplainedMutant
    where: Span

    def covers(self, mutant: Mutant) -> bool:
        """Whether it explains a mutant: the same file, a piece of the line, and the same replacement."""
        piece = " ".join(self.written.line.split())
        return self.written.in_ == mutant.path and piece in mutant.line and self.written.after in (None, mutant.after.strip())


def explanations_of(reading: Reading) -> tuple[MutantExplanation, ...]:
    """All explanations of a rulebook's files, in written order."""
    result: list[MutantExplanation] = []
    for file in reading.gathered.files:
        if file.kind.name == "mutants":
            read, _ = read_model(ExplainedMutants, file.tree, reading.gathered.currency)
            listed = file.tree.root.get("explained")
            if read is not None and isinstance(listed, Listing):
                result += [MutantExplanation(one, node.span) for one, node in zip(read.explained, listed, strict=True)]
    return tuple(result)


def explanation_for(mutant: Mutant, explanations: Iterable[MutantExplanation]) -> MutantExplanation | None:
    """The first explanation that covers a mutant."""
    return next((each for each in explanations if each.covers(mutant)), None)


def unused_explanations(explanations: Sequence[MutantExplanation], survivors: Sequence[Mutant]) -> tuple[Problem, ...]:
    """Advice about every explanation that covers no mutant which went unnoticed."""
    return tuple(EXPLAINS_NOTHING.at(each.where) for each in explanations if not any(each.covers(one) for one in survivors))
