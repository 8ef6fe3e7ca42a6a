"""What is printed: a template with the values of its page, and what the PDF holds beside the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Variant = Literal["pdf/ua-1", "pdf/a-3a"]
"""PDF/UA-1 can be read by everybody, also aloud; PDF/A-3a can be archived, with files inside."""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One document to print: its template, its page, and the day written into the file as its creation date."""

    template: str
    page: Mapping[str, object]
    printed_on: date
    variant: Variant = "pdf/ua-1"
    attachments: tuple[tuple[str, bytes], ...] = ()
    """Files inside the PDF by name: what the page says, for programs."""
    metadata: bytes = b""
    """Descriptions in RDF that its metadata (XMP) have besides their own."""
    before: tuple[str, ...] = ()
    """Templates of the sheets before the document, filled with the same values."""
    after: tuple[str, ...] = ()
    stamp: str = ""
    """A word across every page, such as `DRAFT`."""
