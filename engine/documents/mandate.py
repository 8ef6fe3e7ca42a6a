"""Mandates by which a customer lets its invoices be collected from its account."""

from __future__ import annotations

from typing import Literal

from engine.dates import Day
from engine.documents.document import Document


class Mandate(Document):
    """A SEPA mandate: its unique reference, the account (BT-91), and the day on which the customer signed it."""

    reference: str
    customer: str
    iban: str
    signed_on: Day
    state: Literal["active", "ended"] = "active"
