"""Days, half-open periods, and months counted from an anchor. There is no clock here."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import core_schema

from engine.model_errors import field_error
from engine.phrases import phrase
from engine.written_days import day_remedy

_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ONE_DAY: Final = timedelta(days=1)
_DAYS: Final = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
YEARS: Final = range(1900, 2200)
"""The years of the days that people give."""
LAST_DAY: Final = 31
"""The anchor day that every month clamps to its last day."""


def days_of_month(year: int, month: int) -> int:
    """How many days a month has."""
    return 29 if month == 2 and calendar.isleap(year) else _DAYS[month]


def days_30e(start: date, until: date) -> int:
    """The days from one day to another by 30E/360: every month has 30 days, the 31st counts as the 30th, February is not lengthened."""
    return 360 * (until.year - start.year) + 30 * (until.month - start.month) + min(until.day, 30) - min(start.day, 30)


def month_after(day: date, months: int, anchor_day: int | None = None) -> date:
    """The day `months` months later (or earlier): the anchor day of that month, or its last day where the month is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(anchor_day or day.day, days_of_month(year, month + 1)))


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start` to the day before `until`."""

    start: date
    until: date

    @property
    def days(self) -> int:
        """The number of its days; 0 where it is empty."""
        return (self.until - self.start).days

    @property
    def last(self) -> date:
        """The last day included, as documents show it."""
        return self.until - _ONE_DAY

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.until

    def __str__(self) -> str:
        return f"{self.start.isoformat()} to {self.last.isoformat()}"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> core_schema.CoreSchema:
        day = core_schema.no_info_before_validator_function(_iso_day, core_schema.date_schema())
        fields = _two_days(day, extra_behavior="forbid")
        return core_schema.union_schema(
            [core_schema.is_instance_schema(cls), core_schema.no_info_after_validator_function(_period, fields)],
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda period: {"from": period.start.isoformat(), "until": period.until.isoformat()},
                return_schema=_two_days(core_schema.str_schema(pattern=_ISO_DAY.pattern)),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """The boundaries of periods: every so many months or days, from an origin and in both directions.

    The k-th boundary is counted from the origin, never from the boundary before: the anchor day of its month, or the last day of a
    shorter one (31 January, 28 February, 31 March). An anchor day of 31 is always the last day.
    """

    origin: date
    months: int = 0
    days: int = 0
    anchor_day: int = 1

    def boundary(self, k: int) -> date:
        """The k-th boundary; the 0-th is the origin, or the anchor day of the origin's month."""
        if self.days:
            return self.origin + timedelta(days=k * self.days)
        year, month = divmod(self.origin.year * 12 + self.origin.month - 1 + k * self.months, 12)
        return date(year, month + 1, min(self.anchor_day, days_of_month(year, month + 1)))

    def number_of(self, day: date) -> int:
        """The number of the period that contains a day."""
        if self.days:
            return (day - self.origin).days // self.days
        k = ((day.year - self.origin.year) * 12 + day.month - self.origin.month) // self.months
        return k - 1 if self.boundary(k) > day else k

    def period(self, k: int) -> Period:
        """The k-th period, from its boundary to the next."""
        return Period(self.boundary(k), self.boundary(k + 1))


def _two_days(day: core_schema.CoreSchema, extra_behavior: Literal["forbid"] | None = None) -> core_schema.CoreSchema:
    """The JSON form of a period."""
    fields = {name: core_schema.typed_dict_field(day) for name in ("from", "until")}
    return core_schema.typed_dict_schema(fields, extra_behavior=extra_behavior)


def _period(given: dict[str, date]) -> Period:
    if given["until"] < given["from"]:
        remedy = phrase("write a later `until`: the day after the last one")
        raise field_error("period", "a period ends after it begins: `until` is before `from`", remedy=remedy)
    return Period(given["from"], given["until"])


def _iso_day(given: object) -> object:
    if type(given) is date:
        return given
    if not isinstance(given, str) or not _ISO_DAY.fullmatch(given):
        remedy = day_remedy(given) if isinstance(given, str) else None
        raise field_error("day", "this must be a date such as 2027-01-31", remedy=remedy)
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise field_error("day", "{given} is not a day of the calendar", remedy=day_remedy(given), given=given) from None


Day = Annotated[date, BeforeValidator(_iso_day)]
"""A date read strictly: ISO text of an existing day, nothing else."""


def _near(day: date) -> date:
    if day.year not in YEARS:
        remedy = phrase("write the correct day, or none where there is none")
        raise field_error("day", "{given} is outside the years 1900 to 2199", given=day.isoformat(), remedy=remedy)
    return day


GivenDay = Annotated[Day, AfterValidator(_near)]
"""A day that somebody gives: what is computed from it, such as the end of a term, is a day of the calendar too."""
