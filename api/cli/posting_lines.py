"""The postings of journal entries on the terminal, as documents have theirs."""

from __future__ import annotations

from collections.abc import Iterable

from api.cli.invocation import Invocation
from engine.documents.journal import JournalEntry
from engine.phrases import say
from engine.writing.plain import posting_lines


def write_postings(invocation: Invocation, entries: Iterable[JournalEntry]) -> None:
    """Writes the postings of each entry below its day."""
    for entry in entries:
        text = f" ({say(entry.text, invocation.language)})" if entry.text else ""
        invocation.write(f"\n{entry.document}{text}\n" + "\n".join(posting_lines(entry)))
