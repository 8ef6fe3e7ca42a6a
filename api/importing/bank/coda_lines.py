"""The lines of a CODA file: 128 characters each, whose pieces are read by position, with a problem where one is not as it must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.importing.bank.bank_problems import AGAIN, BAD_AMOUNT, BAD_DAY, CONTROL_CHARACTER, FINE_AMOUNT
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.problems import Kind, Problem, Span

LENGTH: Final = 128
_DECIMALS: Final = 3
_CONTROL: Final = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\r(?!\n)")

LINE_LENGTH: Final = Kind("coda-line-length", "this line has {length} characters; each line of a CODA file has {expected}", AGAIN)
AS_UTF_8: Final = Kind(
    "coda-as-utf-8",
    "this line has {length} characters in {encoding}, and {expected} in UTF-8",
    "give --encoding utf-8",
)
BAD_CHARACTER: Final = Kind("coda-flag", "`{text}` stands where one of {allowed} must", AGAIN)
BAD_NUMBER: Final = Kind("coda-number", "`{text}` stands where a number of {length} digits must", AGAIN)


@dataclass(frozen=True, slots=True)
class CodaLine:
    """One line. Positions count from 1, as the standard has them; what cannot be read is added to the problems."""

    path: str
    number: int
    text: str
    problems: list[Problem]

    @property
    def record(self) -> str:
        """Its kind: `1`, or `2.1` with its article."""
        return f"{self.text[0]}.{self.text[1]}" if self.text[0] in "23" else self.text[0]

    @property
    def movement(self) -> str:
        """The number of the movement to which it belongs, of four digits."""
        return self.piece(3, 6)

    @property
    def detail(self) -> str:
        """The number of the detail, of four digits."""
        return self.piece(7, 10)

    def piece(self, first: int, last: int) -> str:
        """The characters from one position through another."""
        return self.text[first - 1 : last]

    def word(self, first: int, last: int) -> str:
        """The same without the blanks around it."""
        return self.piece(first, last).strip()

    def span(self, first: int = 1, last: int = LENGTH) -> Span:
        """The place of a piece."""
        return Span(self.path, self.number, first, self.number, last + 1)

    def report(self, kind: Kind, first: int = 1, last: int = LENGTH, **words: object) -> None:
        """Adds a problem of a piece."""
        self.problems.append(kind.at(self.span(first, last), None, **words))

    def one_of(self, at: int, allowed: str) -> str:
        """A character that must be one of some."""
        text = self.piece(at, at)
        if text not in allowed:
            self.report(BAD_CHARACTER, at, at, text=text, allowed=", ".join(f"`{each}`" for each in allowed))
        return text

    def whole_number(self, first: int, last: int) -> int:
        """A number that fills a piece; 0 after a problem."""
        text = self.piece(first, last)
        if not (text.isascii() and text.isdigit()):
            self.report(BAD_NUMBER, first, last, text=text, length=last + 1 - first)
            return 0
        return int(text)

    def day(self, first: int) -> date:
        """A day written as DDMMYY; the first of all days after a problem."""
        text = self.piece(first, first + 5)
        try:
            if not (text.isascii() and text.isdigit()):
                raise ValueError(text)
            return date(2000 + int(text[4:]), int(text[2:4]), int(text[:2]))
        except ValueError:
            self.report(BAD_DAY, first, first + 5, text=text, form="DDMMYY")
            return date.min

    def day_or_none(self, first: int) -> date | None:
        """A day written as DDMMYY; None where it is not known: 000000."""
        return None if self.piece(first, first + 5) in ("000000", " " * 6) else self.day(first)

    def amount(self, first: int, currency: Currency, *, sign_at: int | None = None) -> Money:
        """An amount of twelve digits and three decimals, below zero where its sign is 1; zero after a problem."""
        is_negative = sign_at is not None and self.one_of(sign_at, "01") == "1"
        text = self.piece(first, first + 14)
        if not (text.isascii() and text.isdigit()):
            self.report(BAD_AMOUNT, first, first + 14, text=text, form=phrase("15 digits"))
            return Money(0, currency)
        thousandths = int(text)
        minor, rest = divmod(thousandths * 10**currency.exponent, 10**_DECIMALS)
        if rest:
            amount = f"{text[:12].lstrip('0') or '0'}.{text[12:]}"
            self.report(FINE_AMOUNT, first, first + 14, text=amount, currency=currency, decimals=currency.exponent)
        return Money(-minor if is_negative else minor, currency)


def coda_lines(path: str, text: str, problems: list[Problem]) -> list[CodaLine]:
    """The lines of a text, without empty ones at its end; none where one holds a control character or has another length.

    A last line without a line break that is too short is left to who notices that the trailer is missing.
    """
    control = _CONTROL.search(text)
    if control:
        number, column = text.count("\n", 0, control.start()) + 1, control.start() - text.rfind("\n", 0, control.start())
        problems.append(CONTROL_CHARACTER.at(Span(path, number, column, number, column + 1), name=f"U+{ord(control[0]):04X}"))
        return []
    lines = [CodaLine(path, number, line.removesuffix("\r"), problems) for number, line in enumerate(text.split("\n"), start=1)]
    while lines and not lines[-1].text:
        lines.pop()
    if lines and len(lines[-1].text) < LENGTH and not text.endswith("\n"):
        return [*_whole(lines[:-1]), lines[-1]]
    return list(_whole(lines))


def _whole(lines: list[CodaLine]) -> Iterator[CodaLine]:
    for line in lines:
        if len(line.text) != LENGTH:
            line.report(LINE_LENGTH, 1, max(1, len(line.text)), length=len(line.text), expected=LENGTH)
        else:
            yield line
