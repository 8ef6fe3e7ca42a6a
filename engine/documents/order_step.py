"""The steps of an order's history."""

from __future__ import annotations

from engine.dates import Day
from engine.documents.document import Document


class OrderStep(Document):
    """One entry of an order's history: when, what happened, from which quote, and where it was a person's decision, who took it and why."""

    on: Day
    what: str
    items: tuple[str, ...] = ()
    source: str | None = None
    author: str | None = None
    because: str | None = None
