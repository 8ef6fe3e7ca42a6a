"""The interface between the meaning of rules and sets of cases, and the conditions that no single fact decides."""

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
    """A test of an expression that no single fact decides."""

    expression: Expression
    test: Test

    @property
    def key(self) -> str:
        """Equal for equal source."""
        return _SPAN.sub("", repr(self.expression)) + repr(self.test)


class Algebra(Protocol):
    """Operations on sets of cases: one implementation gathers the tests, the other builds the sets."""

    def fact(self, name: str, kind: Type, test: Test) -> int:
        """The cases in which a fact passes a test."""

    def known(self, name: str) -> int:
        """The cases in which a fact is given."""

    def doubt(self, doubt: Doubt) -> int:
        """The cases in which a doubt is true."""

    def both(self, one: int, other: int) -> int:
        """The cases of both sets."""

    def either(self, one: int, other: int) -> int:
        """The cases of one of two sets."""

    def negation(self, one: int) -> int:
        """The cases that are not in a set."""

    def all_of(self, sets: Sequence[int]) -> int:
        """The cases that are in every set."""

    def switch(self, ways: Sequence[tuple[int, int]]) -> int:
        """The union of the sets, each restricted to its own condition; the conditions exclude each other."""

    def words(self, name: str, kind: Type) -> tuple[Plain, ...]:
        """The values of a fact, where they can be listed."""

    def days(self, name: str) -> tuple[date, date]:
        """The first and last possible day of a date fact."""
