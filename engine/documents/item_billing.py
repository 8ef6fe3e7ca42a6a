"""From which day an item counts its periods, and how it is billed otherwise than agreed: from a day on, or once, as a manual line."""

from __future__ import annotations

from typing import NamedTuple

from engine.documents.document import Document


class Anchor(NamedTuple):
    """The day of the month, and the month, from which an item counts its periods; None where it has none of its own."""

    day: int | None = None
    month: int | None = None


class OneOff(Document):
    """The text of a manual line (None: that of its product), and the unit in which it is counted."""

    text: str | None = None
    unit: str


class BillingChange(Document):
    """How an item is billed from a day on, in a cycle of its own, with the anchor from which its periods count."""

    billing_process: str
    billing_type: str
    anchor_day: int | None = None
    anchor_month: int | None = None
