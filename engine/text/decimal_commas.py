"""Cells of a spreadsheet that writes decimal commas and days as `31/01/2027` or `1-feb-27`: read so where the whole file says so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from engine.phrases import Phrase, phrase
from engine.written_days import days_meant

_COMMA: Final = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:[. \u00a0\u202f][0-9]{3})+),[0-9]+")
_POINT: Final = re.compile(r"-?[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})")
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}(?:[. \u00a0\u202f][0-9]{3})+")
_DAY: Final = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2[0-9]{4}")
_NAMED_MONTH: Final = re.compile(r"[0-9]{1,2}(?:er)?[-/. ]+[^\W\d_]{3,9}\.?[-/. ]+(?:[0-9]{4}|[0-9]{2})")
"""A day whose month has its name, so that there is nothing to confuse: `1-feb-27`."""
_LAST_MONTH: Final = 12
_BESIDE: Final = re.compile(
    r"(?:(?P<before>[A-Z]{3}|[€$£])[ \u00a0\u202f]?)?(?P<number>-?[0-9][0-9., \u00a0\u202f]*[0-9]|-?[0-9])"
    r"(?:[ \u00a0\u202f]?(?P<behind>[A-Z]{3}|[€$£]))?"
)
_EITHER: Final = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")


@dataclass(slots=True)
class SpreadsheetForm:
    """What the cells of a file say of how it writes numbers and days, and one example of each that is read otherwise than written."""

    commas: bool = False
    points: bool = False
    days: bool = False
    month_first: bool = False
    has_own_separator: bool = True
    """Whether the cells are separated as spreadsheets with decimal commas do; a comma says nothing of numbers and days."""
    clear_commas: bool = False
    clear_days: bool = False
    """Whether one number cannot have thousands behind its comma, and one day cannot be a month."""
    examples: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def has_decimal_commas(self) -> bool:
        """Whether all decimals of the file follow a comma."""
        return self.commas and not self.points and (self.has_own_separator or self.clear_commas)

    @property
    def has_days_first(self) -> bool:
        """Whether all days of the file begin with the day."""
        return self.days and not self.month_first and (self.has_own_separator or self.clear_days)

    def read(self, text: str) -> str:
        """The text of a cell as it is written here."""
        number, unit = _parted(text)
        if self.has_decimal_commas and (_COMMA.fullmatch(number) or _GROUPED.fullmatch(number)):
            read = re.sub("[. \u00a0\u202f]", "", number).replace(",", ".") + unit
        elif self.has_days_first and (match := _DAY.fullmatch(text)) and (days := days_meant(text)):
            read = next((day.isoformat() for day in days if day.day == int(match[1])), text)
        elif _NAMED_MONTH.fullmatch(text) and len(days := days_meant(text)) == 1:
            read = days[0].isoformat()
        else:
            return text
        self.examples.setdefault("day" if "-" in read[1:] else "number", (text, read))
        return read

    @property
    def examples_in_words(self) -> list[Phrase]:
        """What was read otherwise than written, each with an example."""
        pairs = [self.examples[kind] for kind in ("number", "day") if kind in self.examples]
        return [phrase("`{written}` as `{read}`", written=written, read=read) for written, read in pairs]


def form_of(texts: Iterable[str], *, has_own_separator: bool = True) -> SpreadsheetForm:
    """The form in which all these cells are written."""
    form = SpreadsheetForm(has_own_separator=has_own_separator)
    for written in texts:
        text, _ = _parted(written)
        if "," in text:
            is_number = _COMMA.fullmatch(text) is not None
            form.commas = form.commas or is_number
            form.clear_commas = form.clear_commas or (is_number and not _EITHER.fullmatch(text))
        elif match := _DAY.fullmatch(text):
            form.days = True
            form.month_first = form.month_first or int(match[3]) > _LAST_MONTH
            form.clear_days = form.clear_days or int(match[1]) > _LAST_MONTH
        elif "." in text:
            form.points = form.points or _POINT.fullmatch(text) is not None
    return form


def _parted(text: str) -> tuple[str, str]:
    """A number and the currency beside it, which is written behind it: `€ 24,50` and `24,50 €`; any other text, and nothing."""
    match = _BESIDE.fullmatch(text) if text[-1:] not in "0123456789" or text[:1] in "€$£" or text[:1].isalpha() else None
    if match is None or bool(match["before"]) == bool(match["behind"]):
        return text, ""
    return match["number"], f" {match['before'] or match['behind']}"
