"""The numbers of documents: their series and their format."""

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
    """The series of a document: one per kind and year, or one per kind where the format has no year."""
    return f"{kind}-{on.year}" if "{year}" in format_of(kind, rulebook) else kind


def number_of(kind: DocumentKind, sequence: int, on: date, rulebook: Rulebook) -> str:
    """The formatted number of the document with a sequence number in its series."""
    values = {"year": str(on.year), "number": str(sequence)}

    def formatted(match: re.Match[str]) -> str:
        return values[match[1]].rjust(int(match[3] or 0), "0" if match[2] else " ")

    return _FIELD.sub(formatted, format_of(kind, rulebook))
