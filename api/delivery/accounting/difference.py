"""A difference between our books and those of an accounting tool, and what of a record is not as its document has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from api.delivery.accounting.connector import Booking, Record
from engine.money import Money
from engine.phrases import Phrase, phrase

What = Literal["missing there", "missing here", "twice", "net", "VAT", "gross", "amount", "date", "reference", "account", "grids"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that is not the same on both sides."""

    name: str
    """The number of a document, the name of an entry, an account, or grids."""
    what: What
    here: str = ""
    there: str = ""


def difference(booking: Booking, record: Record, on: date) -> Phrase | None:
    """What of a record is not as the document has it; None where all is."""
    pairs: Sequence[tuple[str, object, object]] = (
        ("net", signed(booking.net, booking), record.net),
        ("VAT", signed(booking.total_vat, booking), record.vat),
        ("gross", signed(booking.gross, booking), record.gross),
    )
    for name, ours, theirs in pairs:
        if ours != theirs:
            return phrase("{name} is {theirs} in the tool and {ours} on the document", name=name, theirs=str(theirs), ours=str(ours))
    if record.issued_on != on:
        return phrase("{name} is {theirs} in the tool and {ours} on the document", name="date", theirs=str(record.issued_on), ours=str(on))
    return None


def signed(amount: Money, booking: Booking) -> Money:
    """An amount as tools have it: that of a credit note below zero."""
    return -amount if booking.is_credit else amount
