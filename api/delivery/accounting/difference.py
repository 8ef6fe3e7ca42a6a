"""A difference between our books and those of an accounting tool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

What = Literal["missing there", "missing here", "twice", "net", "VAT", "gross", "amount", "date", "reference", "account", "grids"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that is not the same on both sides."""

    name: str
    """The number of a document, the name of an entry, an account, or grids."""
    what: What
    here: str = ""
    there: str = ""
