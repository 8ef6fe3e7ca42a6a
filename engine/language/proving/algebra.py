"""Sets of cases as proofs make them: what a set is asked for (gathered, or built), and the questions that no single fact decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from engine.language.ir.typed import Expression
from engine.language.proving.classes import Test
from engine.language.types.value_types import Plain, Type

_SPAN: Final = re.compile(r"span=Span\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Whether an expression passes a test, which no single fact decides."""

    expression: Expression
    test: Test

    @property
    def key(self) -> str:
        """The same wherever the same is written."""
        return _SPAN.sub("", repr(self.expression)) + repr(self.test)


class Algebra(Protocol):
    """How sets of cases are made: by gathering what is asked, or by building them."""

    def fact(self, name: str, kind: Type, test: Test) -> int:
        """The cases in which a fact passes a test."""

    def known(self, name: str) -> int:
        """The cases in which a fact is given at all."""

    def doubt(self, doubt: Doubt) -> int:
        """The cases in which a doubt is answered with yes."""

    def both(self, one: int, other: int) -> int:
        """The cases of both sets."""

    def either(self, one: int, other: int) -> int:
        """The cases of one of two sets."""

    def negation(self, one: int) -> int:
        """The cases that are not in a set."""

    def all_of(self, sets: Sequence[int]) -> int:
        """The cases that are in every set."""

    def switch(self, ways: Sequence[tuple[int, int]]) -> int:
        """By sets that exclude each other, the cases of the set that belongs to each."""

    def words(self, name: str, kind: Type) -> tuple[Plain, ...]:
        """The words that a fact can be, where they can be listed."""

    def days(self, name: str) -> tuple[date, date]:
        """The first and last day that a date fact can be."""
