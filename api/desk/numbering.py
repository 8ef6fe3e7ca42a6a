"""Numbers of documents: the series to which one belongs, and how its number is printed."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, Literal

from engine.rulebook.book import Rulebook

DocumentKind = Literal["invoice", "credit-note", "quote"]
_FIELD: Final = re.compile(r"\{(year|number)(?::(0?)([0-9]{1,2}))?\}")


def format_of(kind: DocumentKind, rulebook: Rulebook) -> str:
    """The format of the numbers of one kind of document, such as `{year}-{number:05}`."""
    numbering = rulebook.company.numbering
    return {"invoice": numbering.invoice, "credit-note": numbering.credit_note, "quote": numbering.quote}[kind]


def series_of(kind: DocumentKind, on: date, rulebook: Rulebook) -> str:
    """The series of a document: one a kind and year, or one a kind where the format does not tell the year."""
    return f"{kind}-{on.year}" if "{year}" in format_of(kind, rulebook) else kind


def number_of(kind: DocumentKind, sequence: int, on: date, rulebook: Rulebook) -> str:
    """The printed number of the document with that place in its series."""
    words = {"year": str(on.year), "number": str(sequence)}

    def printed(found: re.Match[str]) -> str:
        return words[found[1]].rjust(int(found[3] or 0), "0" if found[2] else " ")

    return _FIELD.sub(printed, format_of(kind, rulebook))
