"""Days as people and spreadsheets write them, and how to write them here: `31/01/2027`, `1-Feb-27`, `2027-01-01 00:00:00`."""

from __future__ import annotations

import calendar
import re
import unicodedata
from contextlib import suppress
from datetime import date
from typing import Final

from engine.phrases import Phrase, Replacement, phrase, write_instead

_MONTHS: Final = (
    "jan", "feb fev", "mar maa mrt", "apr avr", "may mai mei", "jun juin", "jul juil", "aug aou", "sep", "oct okt", "nov", "dec",
)  # fmt: skip
"""How the names of the months begin in English, French and Dutch, without accents."""
_CLOCK: Final = r"(?:[T ]0{1,2}:00(?::00(?:\.0+)?)?Z?)?"
"""The midnight that spreadsheets and databases write behind a day."""
_YEAR_FIRST: Final = re.compile(rf"([0-9]{{4}})([-/. ]?)([0-9]{{1,2}})\2([0-9]{{1,2}}){_CLOCK}")
_YEAR_LAST: Final = re.compile(rf"([0-9]{{1,2}})([-/. ])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_CLOCK}")
_NAMED: Final = re.compile(r"([0-9]{1,2})(?:er|st|nd|rd|th|e)?[-/. ]+([^\W\d_]{3,9})\.?,?[-/. ]+([0-9]{4}|[0-9]{2})")
_MONTH_FIRST: Final = re.compile(r"([^\W\d_]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})")
_CENTURY: Final = 2000
_MONTHS_OF_YEAR: Final = 12


def days_meant(text: str) -> tuple[date, ...]:
    """The days that a text may mean: none where it is no day, two where the day or the month may stand first."""
    return _existing(*_readings(text.strip()))


def _readings(text: str) -> list[tuple[str, str, str]]:
    """The year, month and day that a text may mean, in the ways in which it may be read; they need not exist."""
    if match := _YEAR_FIRST.fullmatch(text):
        return [(match[1], match[3], match[4])]
    if match := _YEAR_LAST.fullmatch(text):
        year = _full_year(match[4])
        days = [(year, match[3], match[1]), (year, match[1], match[3])]
        if match[2] == "-" and len(match[4]) == len(match[1]) == 2 and int(match[1]) > _MONTHS_OF_YEAR:  # `24-01-05`
            days.insert(0, (_full_year(match[1]), match[3], match[4]))
        return days
    match = _NAMED.fullmatch(text)
    named = (match[3], match[2], match[1]) if match else None
    if match is None and (match := _MONTH_FIRST.fullmatch(text)):
        named = (match[3], match[1], match[2])
    month = _month(named[1]) if named else None
    return [(_full_year(named[0]), str(month), named[2])] if named and month else []


def day_remedy(text: str) -> Phrase:
    """What to write for a text that is no day here: the day or days that it may mean, the last of its month, or an example."""
    meant = [day.isoformat() for day in days_meant(text)]
    if len(meant) > 1:
        return phrase("write `{first}` or `{second}`", first=Replacement(meant[0]), second=Replacement(meant[1]))
    if meant:
        return write_instead(meant[0])
    beyond = last_of_month(text)
    if beyond is not None:
        return phrase("write an existing day; the last of that month is `{day}`", day=Replacement(beyond.isoformat()))
    return phrase("write year, month and day of an existing day: `2027-01-31`")


def last_of_month(text: str) -> date | None:
    """The last day of the month of a day that does not exist, such as `2027-02-30` or `30 February 2027`.

    None where year or month are wrong too, and where it could be one of two months.
    """
    months = {(int(year), int(month)) for year, month, _ in _readings(text.strip()) if int(year) and 1 <= int(month) <= _MONTHS_OF_YEAR}
    if len(months) != 1:
        return None
    ((year, month),) = months
    return date(year, month, calendar.monthrange(year, month)[1])


def _existing(*parts: tuple[str, str, str]) -> tuple[date, ...]:
    days = []
    for year, month, day in parts:
        with suppress(ValueError):
            days.append(date(int(year), int(month), int(day)))
    return tuple(dict.fromkeys(days))


def _full_year(year: str) -> str:
    return year if len(year) > 2 else str(_CENTURY + int(year))


def _month(name: str) -> int | None:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return next((at for at, begins in enumerate(_MONTHS, start=1) if any(plain.startswith(one) for one in begins.split())), None)
