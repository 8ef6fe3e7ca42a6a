"""References of payments, whatever the country: twelve digits of Belgium, or a creditor reference of ISO 11649."""

from __future__ import annotations

import re
from typing import Final

from engine.countries.belgium import read_structured_communication

_AS_STORED: Final = re.compile(r"\+\+\+[0-9]{3}/[0-9]{4}/[0-9]{5}\+\+\+|RF[0-9]{2}[A-Z0-9]{1,21}")
_IN_TEXT: Final = re.compile(r"(?<![0-9A-Z])(?:[0-9]{3}[ /.]?[0-9]{4}[ /.]?[0-9]{5}|RF[0-9]{2}[A-Z0-9]{1,21})(?![0-9A-Z])")


def read_reference(text: str) -> str | None:
    """A reference as invoices carry it; None where the text is none, or its check digits do not fit."""
    known = read_structured_communication(text.strip())
    return known if known and _AS_STORED.fullmatch(known) else None


def references_in(text: str) -> tuple[str, ...]:
    """The references that stand in a free text, each once, as invoices carry them; only those whose check digits fit."""
    matches = (read_reference(match[0]) for match in _IN_TEXT.finditer(text.upper()))
    return tuple(dict.fromkeys(filter(None, matches)))
