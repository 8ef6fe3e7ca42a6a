"""What happened to an order: the events that its instalments wait for, and the steps of its history."""

from __future__ import annotations

from engine.dates import Day
from engine.documents.document import Document


class OrderEvent(Document):
    """Something that makes instalments billable: reported on its day, or expected on it."""

    event: str
    on: Day
    reported: bool = True


class OrderStep(Document):
    """One entry of an order's history: when, what happened, from which quote, and where it was a person's decision, who took it and why."""

    on: Day
    what: str
    items: tuple[str, ...] = ()
    source: str | None = None
    author: str | None = None
    because: str | None = None
