"""Cells of a spreadsheet that writes decimal commas and days as `31/01/2027`: read so where the whole file says so."""

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
_LAST_MONTH: Final = 12


@dataclass(slots=True)
class SpreadsheetForm:
    """What the cells of a file say of how it writes numbers and days, and one example of each that is read otherwise than written."""

    commas: bool = False
    points: bool = False
    days: bool = False
    month_first: bool = False
    examples: dict[str, str] = field(default_factory=dict)

    @property
    def has_decimal_commas(self) -> bool:
        """Whether all decimals of the file follow a comma."""
        return self.commas and not self.points

    @property
    def has_days_first(self) -> bool:
        """Whether all days of the file begin with the day."""
        return self.days and not self.month_first

    def read(self, text: str) -> str:
        """The text of a cell as it is written here."""
        if self.has_decimal_commas and (_COMMA.fullmatch(text) or _GROUPED.fullmatch(text)):
            read = re.sub("[. \u00a0\u202f]", "", text).replace(",", ".")
        elif self.has_days_first and (match := _DAY.fullmatch(text)) and (days := days_meant(text)):
            read = next((day.isoformat() for day in days if day.day == int(match[1])), text)
        else:
            return text
        self.examples.setdefault("day" if "-" in read[1:] else "number", f"{text} {read}")
        return read

    @property
    def examples_in_words(self) -> list[Phrase]:
        """What was read otherwise than written, each with an example."""
        pairs = [self.examples[kind].rpartition(" ") for kind in ("number", "day") if kind in self.examples]
        return [phrase("`{written}` as `{read}`", written=written, read=read) for written, _, read in pairs]


def form_of(texts: Iterable[str]) -> SpreadsheetForm:
    """The form in which all these cells are written."""
    form = SpreadsheetForm()
    for text in texts:
        if "," in text:
            form.commas = form.commas or _COMMA.fullmatch(text) is not None
        elif match := _DAY.fullmatch(text):
            form.days = True
            form.month_first = form.month_first or int(match[3]) > _LAST_MONTH
        elif "." in text:
            form.points = form.points or _POINT.fullmatch(text) is not None
    return form
