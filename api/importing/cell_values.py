"""Parsing the cells of a row as days, quantities, amounts and names; every mistake becomes a problem at its cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from api.importing.csv_files import CsvRow
from api.importing.own_words import Meaning
from engine.dates import YEARS
from engine.money import Currency, Money, Price, Quantity
from engine.phrases import phrase
from engine.problems import Kind, Problem, Span
from engine.text.nearest import suggestion
from engine.text.sources import TextCell
from engine.text.written_numbers import misread_number, thousands_or_decimals, without_separators, written_number
from engine.written_days import day_remedy

_PLAIN_NUMBER: Final = re.compile(r"-?[0-9_]+(?:\.[0-9]+)?")
_USUAL_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]{1,2})?")
EMPTY = Kind("empty-cell", "`{column}` is empty", "write {what}")
NO_DAY = Kind("no-day", "`{text}` is not a day", "{remedy}")
NO_MONTH = Kind("no-month", "`{text}` is not a month", "write it as 2027-01")
NO_NUMBER = Kind("no-number", "`{text}` is not {what}", "write {like}")
UNKNOWN_NAME = Kind("unknown-name", "there is no {what} `{name}`", "{remedy}")
OUT_OF_RANGE = Kind("out-of-range", "`{text}` is not {what}", "write {like}")
FAR_DAY = Kind(
    "far-day",
    "{text} is outside the years 1900 to 2199",
    "write the correct day, or leave the cell empty where there is none",
)
NO_YES_OR_NO = Kind("no-yes-or-no", "`{text}` is neither yes nor no", "write yes or no, or leave it empty")
MALFORMED = Kind("malformed", "`{text}` is not {what}", "write {like}")

_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AT_MIDNIGHT: Final = re.compile(r"[T ]00:00(:00(\.0+)?)?Z?$")
"""The time that spreadsheets and databases write behind a day."""
_YES_NO: Final = {
    **dict.fromkeys(("yes", "oui", "ja", "true", "vrai", "waar", "1"), True),
    **dict.fromkeys(("no", "non", "nee", "neen", "false", "faux", "onwaar", "0", ""), False),
}
"""As people write it in our languages, and their spreadsheets."""


@dataclass(slots=True)
class Fields:
    """One row while it is parsed; collects its problems."""

    row: CsvRow
    problems: list[Problem] = field(default_factory=list)

    def cell(self, column: str) -> TextCell | None:
        """The cell of a column, None where it is absent or empty."""
        cell = self.row.cells.get(column)
        return cell if cell and cell.text else None

    def text(self, column: str) -> str | None:
        """The text of a column, None where it is absent or empty."""
        cell = self.cell(column)
        return cell.text if cell else None

    @property
    def has_own_fields(self) -> bool:
        """Whether a column holds a field that the rulebook declares, such as `x_shops`."""
        return any(column.startswith("x_") for column in self.row.cells)

    def needed(self, column: str, what: str) -> str:
        """The text of a column that must not be empty."""
        cell = self.cell(column)
        if cell is None:
            where = self.row.cells[column].span if column in self.row.cells else self.row.where
            self.problems.append(EMPTY.at(where, column=self.row.names.get(column, column), what=what))
            return ""
        return cell.text

    def name(
        self,
        column: str,
        known: Iterable[str],
        what: str,
        *,
        required: bool = True,
        remedy_of: Callable[[str], str] | None = None,
        meaning: Meaning | None = None,
    ) -> str | None:
        """A name that must be known, or a word that stands for one; for an unknown one the nearest is suggested."""
        cell = self.cell(column)
        if cell is None:
            if required:
                self.needed(column, phrase("the name of a {what}", what=what))
            return None
        names = known if isinstance(known, set | frozenset | dict) else set(known)
        if cell.text not in names:
            meant = meaning(cell.text) if meaning else None
            if meant in names:
                return meant
            remedy = remedy_of(cell.text) if remedy_of else suggestion(cell.text, names)
            self.problems.append(UNKNOWN_NAME.at(cell.span, what=what, name=cell.text, remedy=remedy))
            return None
        return cell.text

    def day(self, column: str, *, required: bool = True) -> date | None:
        """A day, written as 2027-01-31."""
        cell = self.cell(column)
        if cell is None:
            if required:
                self.needed(column, phrase("a day such as 2027-01-31"))
            return None
        try:
            text = _AT_MIDNIGHT.sub("", cell.text)
            if not _DAY.fullmatch(text):
                raise ValueError(text)
            day = date.fromisoformat(text)
        except ValueError:
            self.problems.append(NO_DAY.at(cell.span, text=cell.text, remedy=day_remedy(cell.text)))
            return None
        return self._in_supported_years(day, cell)

    def month(self, column: str) -> date | None:
        """The first day of a month, written as 2027-01."""
        cell = self.cell(column)
        if cell is None:
            self.needed(column, phrase("a month such as 2027-01"))
            return None
        if not re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])(-01)?", cell.text) or cell.text < "1":
            self.problems.append(NO_MONTH.at(cell.span, text=cell.text))
            return None
        return self._in_supported_years(date(int(cell.text[:4]), int(cell.text[5:7]), 1), cell)

    def _in_supported_years(self, day: date, cell: TextCell) -> date | None:
        """The day, if it is in the supported years: days beyond them are placeholders for `never`."""
        if day.year in YEARS:
            return day
        self.problems.append(FAR_DAY.at(cell.span, text=cell.text))
        return None

    def quantity(self, column: str) -> Quantity | None:
        """A quantity above zero with at most six decimals."""
        cell = self.cell(column)
        if cell is None:
            self.needed(column, phrase("how many, such as 2"))
            return None
        digits = self._digits(cell)
        if digits is None:
            return None
        try:
            quantity = Quantity.parse(digits)
        except ValueError:
            like = phrase("a number such as 2 or 1.5")
            self.problems.append(NO_NUMBER.at(cell.span, text=cell.text, what=phrase("a quantity"), like=like))
            return None
        if quantity.micros <= 0:
            what, like = phrase("a quantity above 0"), phrase("how many are ordered")
            self.problems.append(OUT_OF_RANGE.at(cell.span, text=cell.text, what=what, like=like))
            return None
        return quantity

    def measure(self, column: str) -> Quantity | None:
        """What was used: a quantity with at most six decimals, also 0, and below it in a correction."""
        cell = self.cell(column)
        if cell is None:
            self.needed(column, phrase("how much, such as 320"))
            return None
        digits = self._digits(cell)
        if digits is None:
            return None
        try:
            return Quantity.parse(digits)
        except ValueError:
            self.problems.append(
                NO_NUMBER.at(cell.span, text=cell.text, what=phrase("a quantity"), like=phrase("a number such as 2 or 1.5"))
            )
            return None

    def amount(self, column: str, currency: Currency, *, least: int | None = None) -> Money | None:
        """An amount of money, at least so much."""
        cell = self.cell(column)
        if cell is None:
            self.needed(column, phrase("an amount such as 1240.50"))
            return None
        digits = self._digits(cell, currency.code)
        if digits is None:
            return None
        try:
            amount = Money.parse(digits, currency)
        except ValueError as mistake:
            like = phrase("a number such as 1240 or 1240.50 ({mistake})", mistake=mistake.args[0])
            what = phrase("an amount in {currency}", currency=currency)
            self.problems.append(NO_NUMBER.at(cell.span, text=cell.text, what=what, like=like))
            return None
        if least is not None and amount.minor < least:
            what, like = phrase("an amount of {least} or more", least=least), phrase("an amount such as 1240.50")
            self.problems.append(OUT_OF_RANGE.at(cell.span, text=cell.text, what=what, like=like))
            return None
        return amount

    def price(self, column: str, currency: Currency) -> Price | None:
        """The price of one unit, of at least 0 and with at most six decimals; None for an empty or absent cell."""
        cell = self.cell(column)
        digits = self._digits(cell, currency.code) if cell else None
        if cell is None or digits is None:
            return None
        like = phrase("a number such as 41.50 or 0.0625")
        try:
            price = Price.parse(digits, currency)
        except ValueError:
            self.problems.append(NO_NUMBER.at(cell.span, text=cell.text, what=phrase("a price"), like=like))
            return None
        if price.micros < 0:
            self.problems.append(OUT_OF_RANGE.at(cell.span, text=cell.text, what=phrase("a price of 0 or more"), like=like))
            return None
        return price

    def _digits(self, cell: TextCell, currency: str = "") -> str | None:
        """A number without `_` between its thousands; None after a problem where its point may part thousands.

        Beside an amount its currency may stand, as spreadsheets write it: `24.50 €`.
        """
        if _USUAL_NUMBER.fullmatch(cell.text):
            return cell.text
        beside = written_number(cell.text) if currency and "," not in cell.text else None
        if beside is not None and beside.unit == currency and thousands_or_decimals(beside.digits, None, currency=currency) is None:
            return beside.digits
        misread = None if _PLAIN_NUMBER.fullmatch(cell.text) else misread_number(cell.text, cell.span, currency=currency)
        misread = misread or thousands_or_decimals(cell.text, cell.span, currency=currency)
        self.problems.extend([misread] if misread else [])
        return None if misread else without_separators(cell.text)

    def whole_number(self, column: str, least: int, most: int, *, required: bool = True) -> int | None:
        """A whole number between two bounds."""
        like = phrase("a whole number from {least} to {most}", least=least, most=most)
        cell = self.cell(column)
        if cell is None:
            if required:
                self.needed(column, like)
            return None
        if not re.fullmatch("[0-9]{1,6}", cell.text) or not least <= int(cell.text) <= most:
            self.problems.append(OUT_OF_RANGE.at(cell.span, text=cell.text, what=like, like=like))
            return None
        return int(cell.text)

    def yes_or_no(self, column: str) -> bool | None:
        """Yes or no; None for an empty or absent cell."""
        cell = self.cell(column)
        if cell is None:
            return None
        if cell.text.lower() not in _YES_NO:
            self.problems.append(NO_YES_OR_NO.at(cell.span, text=cell.text))
        return _YES_NO.get(cell.text.lower())

    def matching(self, column: str, pattern: str, what: str, like: str, *, required: bool = False) -> str | None:
        """A text that matches a pattern."""
        cell = self.cell(column)
        if cell is None:
            if required:
                self.needed(column, like)
            return None
        if not re.fullmatch(pattern, cell.text):
            self.problems.append(MALFORMED.at(cell.span, text=cell.text, what=what, like=like))
            return None
        return cell.text

    def report(self, kind: Kind, column: str, **values: object) -> None:
        """Adds a problem of a column, at its cell, or at the row where that is absent."""
        self.problems.append(kind.at(self.span(column), None, **values))

    def span(self, column: str) -> Span:
        """The position of a cell; that of the row where the cell is absent."""
        cell = self.row.cells.get(column)
        return cell.span if cell else self.row.where
