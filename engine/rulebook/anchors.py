"""The check that the periods of a billing process have no gap and no overlap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from math import gcd

from engine.dates import Anchors, days_of_month
from engine.problems import Kind, Problem
from engine.rulebook.plans import BillingProcess, BillingType
from engine.rulebook.terms import Terms, anchors_of, days_of, flat_terms, months_of
from engine.rulebook.yaml_entries import Gathered

PERIODS_DO_NOT_TILE = Kind(
    "periods-do-not-tile",
    "the periods of `{process}` with `{billing_type}` leave a gap or an empty period for what begins on {day}",
    "choose an interval and an alignment that begin on a day of every period",
)
_FIRST_YEAR, _LEAP_CYCLE = 2023, 4
_CYCLE = 12 * _LEAP_CYCLE


def check_periods(gathered: Gathered) -> Iterator[Problem]:
    """Checks every billing process with every billing type that it allows: its periods tile the calendar for every start day."""
    types = gathered.of("billing-types", BillingType)
    for process in gathered.of("billing-processes", BillingProcess).values():
        written = process.written
        for name in dict.fromkeys((written.billing_type, *(written.billing_types or types))):
            billing_type = types.get(name)
            if billing_type is None or billing_type.written.once or not billing_type.has("every", "unit", "once"):
                continue
            terms = flat_terms(written, billing_type.written)
            day = untiled(months_of(terms), days_of(terms), terms.align_to, terms.month_end)
            if day is not None:
                yield PERIODS_DO_NOT_TILE.at(process.named_at, process=process.name, billing_type=name, day=day)


@lru_cache(maxsize=1_000)
def untiled(months: int | None, days: int, align_to: str, month_end: str) -> date | None:
    """The first day of a leap cycle for which such periods do not tile: one is empty, or the day is in none; None where all do.

    Periods are half-open and one ends where the next begins, so they have no gap and no overlap where their boundaries increase and the day
    is in the period with its number. Boundaries of months depend on the origin's month and the anchor day only, those of days on nothing.
    """
    terms = Terms.model_validate({"align-to": align_to, "month-end": month_end, **_interval(months, days)})
    for starts_on in _days():
        if month_end == "refuse" and align_to != "calendar" and months is not None and starts_on.day > 28:
            continue
        anchors = anchors_of(terms, starts_on)
        if starts_on not in anchors.period(anchors.number_of(starts_on)) or not _rises(_brought_forward(anchors)):
            return starts_on
    return None


def _brought_forward(anchors: Anchors) -> Anchors:
    """Equivalent anchors, counted from the first day of the same kind in the leap cycle."""
    if anchors.days:
        return replace(anchors, origin=date(_FIRST_YEAR, 1, 1))
    years, month = divmod((anchors.origin.year * 12 + anchors.origin.month - 1 - _FIRST_YEAR * 12) % gcd(anchors.months, _CYCLE), 12)
    return replace(anchors, origin=date(_FIRST_YEAR + years, month + 1, 1))


@lru_cache(maxsize=1_000)
def _rises(anchors: Anchors) -> bool:
    """Whether each boundary is after the one before it, until months and leap years repeat."""
    count = 1 if anchors.days else _CYCLE // gcd(anchors.months, _CYCLE)
    return all(earlier < later for earlier, later in pairwise(map(anchors.boundary, range(count + 1))))


def _interval(months: int | None, days: int) -> dict[str, object]:
    return {"every": days, "unit": "day"} if months is None else {"every": months, "unit": "month"}


def _days() -> Iterator[date]:
    """Every anchor day of every month of a leap cycle."""
    for year in range(_FIRST_YEAR, _FIRST_YEAR + _LEAP_CYCLE):
        for month in range(1, 13):
            for day in range(1, days_of_month(year, month) + 1):
                yield date(year, month, day)
