"""What proofs are given and what they come to: the cases of one rulebook, what is proved of its rules, and what is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.language.types.value_types import Plain
from engine.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Over which cases a rulebook's rules are proved, by the names of the vocabulary."""

    fixed: Mapping[str, Plain] = field(default_factory=dict)
    """What never changes in this rulebook: the country of the seller."""
    products: tuple[Mapping[str, Plain], ...] = ()
    """What rules may know of each product."""
    horizon: tuple[date, date] | None = None
    """The first and last day of business, where the rules themselves do not say them."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """What was proved of the rules: problems found, the tables and decisions proved, and what is not, with the reason."""

    problems: tuple[Problem, ...]
    proved: tuple[str, ...]
    not_proved: tuple[tuple[str, str], ...]
