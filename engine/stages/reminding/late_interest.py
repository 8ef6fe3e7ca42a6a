"""Interest on what is paid late: the rest of each day by the rate of that day, rounded once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from engine.documents.overdue import Claim
from engine.money import Money
from engine.rulebook.reminders import LateRate

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestPart:
    """Days with one rest and one rate; without a rate they bear no interest."""

    first: date
    last: date
    rest: Money
    rate: LateRate | None

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def interest_parts(claim: Claim, rates: Sequence[LateRate], first: date, last: date) -> Iterator[InterestPart]:
    """The days from one to another on which something of a claim was open when they began, by rest and rate."""
    cuts = {first, *(each.on + _DAY for each in claim.settled)}
    for row in rates:
        cuts |= {row.from_, row.until + _DAY}
    begins = sorted(day for day in cuts if first <= day <= last)
    for at, begin in enumerate(begins):
        end = begins[at + 1] - _DAY if at + 1 < len(begins) else last
        rest = claim.rest_after(begin - _DAY)
        if rest:
            yield InterestPart(first=begin, last=end, rest=rest, rate=_rate(rates, begin))


def interest_of(parts: Sequence[InterestPart], year_days: int, nothing: Money) -> Money:
    """The interest of some parts: rest × rate × days ÷ days of the year, added up exactly and rounded half up once."""
    exact = sum((Fraction(part.rest.minor * part.days) * part.rate.rate.fraction for part in parts if part.rate), Fraction(0)) / year_days
    return Money.rounded(exact.numerator, exact.denominator, nothing.currency)


def _rate(rates: Sequence[LateRate], day: date) -> LateRate | None:
    return next((row for row in rates if row.from_ <= day <= row.until), None)
