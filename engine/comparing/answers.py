"""Which cases get another answer: rules and prices of two rulebooks compared region by region, each shown case asked of both evaluators."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChange:
    """Cases in which a name is answered otherwise: the region in words, one case of it, and both answers (None: there is none)."""

    name: str
    region: str
    sample: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersCompared:
    """All regions that get another answer, and the names of which that could not be worked out, each with the reason."""

    changes: tuple[AnswerChange, ...]
    undecided: tuple[tuple[str, str], ...] = ()
