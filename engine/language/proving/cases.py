"""The input and result of proofs: the cases of one rulebook, what is proved of its rules, and what is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.language.types.value_types import Plain
from engine.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """The cases over which the rules of a rulebook are proved, by the names of the vocabulary."""

    fixed: Mapping[str, Plain] = field(default_factory=dict)
    """The constant facts of this rulebook: the country of the seller."""
    products: tuple[Mapping[str, Plain], ...] = ()
    """The facts of each product."""
    missing: str | None = None
    """A fact of `fixed` that could not be read: what depends on it is not proved."""
    horizon: tuple[date, date] | None = None
    """The first and last day of business, where the rules do not declare them."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """The result of the proofs: problems, the tables and decisions proved, and what is not proved, with the reason."""

    problems: tuple[Problem, ...]
    proved: tuple[str, ...]
    not_proved: tuple[tuple[str, str], ...]
