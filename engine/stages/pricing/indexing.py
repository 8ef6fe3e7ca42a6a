"""The index factor of a price that follows an index: once a year, from the first price or from that of the year before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final

from engine.dates import Period, days_of_month, month_after
from engine.documents.amount_phrases import figure
from engine.phrases import Phrase, phrase, together
from engine.problems import Kind, refuse
from engine.reasons import Reason
from engine.rulebook.plans import Indexation
from engine.rulebook.yaml_model import MONTHS

NO_INDEX: Final = Kind("no-index", "the index `{name}` has no number on {on}", "add the number of that day or an earlier one to plans/")


def index_factor(indexation: Indexation, first: date, on: date, where: str | None = None) -> tuple[Fraction, Reason | None]:
    """The factor on a day of a price agreed on `first`, and its reason; 1 until the first day on which it moves.

    Fixed part + indexed part × index ÷ index at the start; chained: the product of that of each year against the year before.
    """
    days = list(_days_of_moving(indexation, first, on))
    if not days:
        return Fraction(1), None
    figures = [_figure(indexation, day) for day in ([first, *days] if indexation.chained else [first, days[-1]])]
    fixed = 1 - indexation.indexed_part
    factor, steps = Fraction(1), list[Phrase]()
    for start, now in pairwise(figures):
        factor *= fixed + indexation.indexed_part * now / start
        if now != start or not indexation.chained:
            words = {"fixed": figure(fixed), "part": figure(indexation.indexed_part), "now": figure(now), "start": figure(start)}
            steps.append(phrase("× ({fixed} + {part} × {now} ÷ {start})", **words))
    says = together(steps, " ")
    return factor, Reason("index", f"plans: index {indexation.id}", says, because=indexation.because, where=where) if steps else None


def days_within(indexation: Indexation, first: date, inside: Period) -> set[date]:
    """The days of a period on which a price agreed on `first` moves."""
    return {day for day in _days_of_moving(indexation, first, inside.last) if day in inside}


def _days_of_moving(indexation: Indexation, first: date, on: date) -> Iterator[date]:
    """The days after the first through another on which the price moves: each anniversary, or the day of each year."""
    for years in range(on.year - first.year + 1):
        day = month_after(first, 12 * years)
        if indexation.on is not None:
            month, of_month = (int(part) for part in indexation.on.split("-"))
            day = date(day.year, month, min(of_month, days_of_month(day.year, month)))
        if first < day <= on:
            yield day


def _figure(indexation: Indexation, day: date) -> Fraction:
    """The index that counts for a day; for days before the base it is that of the base."""
    on = max(indexation.base, _index_day(indexation, day))
    known = [start for start in indexation.series if start <= on]
    if not known:
        raise refuse(NO_INDEX, name=indexation.id, on=on)
    return indexation.series[max(known)]


def _index_day(indexation: Indexation, day: date) -> date:
    """The last day of the month whose index counts for a day; without such a month, the day itself."""
    if indexation.index_month is None:
        return day
    name = indexation.index_month.removesuffix("-before")
    back = (day.month - MONTHS.index(name) - 2) % 12 + 1 if name in MONTHS else int(name.split("-")[0])
    start = month_after(day.replace(day=1), -back)
    return start.replace(day=days_of_month(start.year, start.month))
