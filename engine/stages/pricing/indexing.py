"""The index factor of a negotiated price that follows an index once a year."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

from engine.dates import month_after
from engine.documents.amount_phrases import figure
from engine.phrases import phrase
from engine.problems import Kind, refuse
from engine.reasons import Reason
from engine.rulebook.plans import Indexation

NO_INDEX: Final = Kind("no-index", "the index `{name}` has no number on {on}", "add the number of that day or an earlier one to plans/")


def index_factor(indexation: Indexation, first: date, on: date, where: str | None = None) -> tuple[Fraction, Reason | None]:
    """The factor of the yearly formula for a price agreed on `first`, and its reason; 1 in the first year.

    Fixed part + indexed part × index on the last anniversary ÷ index at the start.
    """
    years = _years_between(first, on)
    if years == 0:
        return Fraction(1), None
    start = _in_force(indexation, max(indexation.base, first))
    now = _in_force(indexation, month_after(first, 12 * years))
    fixed = 1 - indexation.indexed_part
    factor = fixed + indexation.indexed_part * now / start
    says = phrase(
        "× ({fixed} + {part} × {now} ÷ {start})",
        fixed=figure(fixed),
        part=figure(indexation.indexed_part),
        now=figure(now),
        start=figure(start),
    )
    return factor, Reason("index", f"plans: index {indexation.id}", says, where=where)


def _years_between(first: date, on: date) -> int:
    years = on.year - first.year
    return max(0, years if month_after(first, 12 * years) <= on else years - 1)


def _in_force(indexation: Indexation, on: date) -> Fraction:
    days = [day for day in indexation.series if day <= on]
    if not days:
        raise refuse(NO_INDEX, name=indexation.id, on=on)
    return indexation.series[max(days)]
