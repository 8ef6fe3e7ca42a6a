"""Coverage of rules by evaluations: rows, cells, ends of intervals, days, branches, rules of decisions, discounts, tiers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from engine.language.ir.answers import Rules
from engine.language.ir.checked_rules import Checked
from engine.language.testing.branch_coverage import branches
from engine.language.testing.row_coverage import Piece, rows
from engine.language.testing.sales_coverage import sales
from engine.language.tracing.recorded_rules import Question


def covered(checked: Checked, rules: Rules, questions: Sequence[Question], places: Collection[str]) -> Iterator[Piece]:
    """Every piece of the rules; `places` are the positions in the reasons of answers."""
    yield from rows(checked, questions)
    yield from branches(checked, questions, places)
    yield from sales(checked, rules, questions)
