"""How an item is billed otherwise than it was agreed: from a day on, or once, as a line that a person entered."""

from __future__ import annotations

from engine.documents.document import Document


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
