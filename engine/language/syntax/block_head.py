"""The clauses that many blocks share: name, title, validity, condition, reason, overrides."""

from __future__ import annotations

from dataclasses import dataclass

from engine.language.syntax.nodes import DateLiteral, Expression, TextLiteral, Word
from engine.problems import Span


@dataclass(frozen=True, slots=True)
class Validity:
    """`from D`, `until D` or both; both days are included."""

    start: DateLiteral | None
    until: DateLiteral | None
    span: Span


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a block: its name and title, its validity and the date of it, what it overrides, and why."""

    kind: str
    name: Word
    title: TextLiteral | None = None
    validity: Validity | None = None
    dated_by: Word | None = None
    when: Expression | None = None
    overrides: tuple[Word, ...] = ()
    because: TextLiteral | None = None
    titles: tuple[tuple[Word, TextLiteral], ...] = ()
    """The title in other languages."""
