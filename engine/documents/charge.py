"""Fees and interest that a customer owes beside a document."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dates import Day
from engine.documents.document import CLOSED
from engine.documents.overdue import ChargeKind
from engine.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A fee, or interest, that a reminder asked: open until it is paid, and settled after all documents."""

    __pydantic_config__ = CLOSED

    number: str
    reminder: str
    document: str
    customer: str
    kind: ChargeKind
    charged_on: Day
    due_on: Day
    amount: Money
    cancelled_on: Day | None = None
    because: str = ""
    """Why it is not owed any more."""
