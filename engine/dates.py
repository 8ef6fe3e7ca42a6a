"""Days, half-open periods and months counted from an anchor; there is no clock here."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Final

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError, core_schema


_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def days_of_month(year: int, month: int) -> int:
    """How many days a month has."""
    return calendar.monthrange(year, month)[1]


def month_after(day: date, months: int, anchor_day: int | None = None) -> date:
    """The day `months` months later (or earlier): the anchor day of that month, or its last day where the month is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(anchor_day or day.day, days_of_month(year, month + 1)))


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start` to the day before `until`; `until` itself is not in it."""

    start: date
    until: date

    @property
    def days(self) -> int:
        """How many days it has; 0 where it is empty."""
        return (self.until - self.start).days

    @property
    def last(self) -> date:
        """The last day included, as documents show it."""
        return self.until - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.until

    def overlap(self, other: Period) -> Period | None:
        """The days that both have, or None."""
        start, until = max(self.start, other.start), min(self.until, other.until)
        return Period(start, until) if start < until else None

    def __str__(self) -> str:
        return f"{self.start} to {self.last}"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        fields = core_schema.typed_dict_schema(
            {
                "from": core_schema.typed_dict_field(core_schema.no_info_before_validator_function(_iso_day, core_schema.date_schema())),
                "until": core_schema.typed_dict_field(core_schema.no_info_before_validator_function(_iso_day, core_schema.date_schema())),
            },
            extra_behavior="forbid",
        )
        return core_schema.union_schema(
            [core_schema.is_instance_schema(cls), core_schema.no_info_after_validator_function(_period, fields)],
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda period: {"from": period.start.isoformat(), "until": period.until.isoformat()}
            ),
        )


def _period(given: dict[str, date]) -> Period:
    if given["until"] < given["from"]:
        raise PydanticCustomError("period", "a period ends after it begins: `until` is before `from`")
    return Period(given["from"], given["until"])


def _iso_day(given: Any) -> Any:
    if type(given) is date:
        return given
    if not isinstance(given, str) or not _ISO_DAY.fullmatch(given):
        raise PydanticCustomError("day", "this must be a date such as 2027-01-31")
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise PydanticCustomError("day", "{given} is not a day of the calendar", {"given": given}) from None


Day = Annotated[date, BeforeValidator(_iso_day)]
"""A date read strictly: ISO text of an existing day, nothing else."""
