"""A quote as it would be with other lines: priced again, as saving them would, and stored nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from api.desk.desk import Desk
from api.desk.quoting import Requested, find_quote, priced_again, signed
from api.desk.renditions import quote_job, unstored_pdf
from api.store.quotes import StoredQuote
from engine.documents.quote import LineRequest


def with_lines(desk: Desk, number: str, lines: Sequence[LineRequest]) -> StoredQuote:
    """The last version of a quote with these lines, priced as they would be on being saved. Writes nothing."""
    last = find_quote(desk, number)
    before = tuple(line.request for line in last.quote.lines)
    requested = Requested(on=last.quote.on) if last.state == "draft" else Requested()
    with desk.store.reading() as connection:
        priced = priced_again(desk, connection, last, signed(desk, lines, before), requested)
    return replace(last, state="draft", quote=priced)


def preview_pdf(desk: Desk, quote: StoredQuote, rulebook_folder: Path) -> bytes:
    """The document of a quote that is stored nowhere."""
    return unstored_pdf(desk, f"{quote.number} preview", "quote", partial(quote_job, desk, quote), rulebook_folder)
