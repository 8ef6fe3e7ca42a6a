"""The clauses that many blocks have: a name, a title, days, a condition, a reason, what it overrides."""

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
    """What every block may say of itself: its name and title, when it holds and by which date, what it overrides, and why."""

    kind: str
    name: Word
    title: TextLiteral | None = None
    validity: Validity | None = None
    dated_by: Word | None = None
    when: Expression | None = None
    overrides: tuple[Word, ...] = ()
    because: TextLiteral | None = None
