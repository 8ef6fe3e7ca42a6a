"""Opportunities: possible sales and how far they are."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.dates import Day
from engine.documents.document import OneCurrency
from engine.documents.party import Prospect
from engine.money import Money

OpportunityState = Literal["open", "won", "lost", "cancelled"]


class Opportunity(OneCurrency):
    """A possible sale: who, what, how much (net), how far, and until when; a customer or a prospect, never both."""

    id: str
    customer: str | None = None
    prospect: Prospect | None = None
    what: str
    stage: str
    state: OpportunityState
    amount: Money
    expected_close: Day
    owner: str
    reason: str | None = None
    next_step: str | None = None
    next_step_on: Day | None = None
    source: str | None = None
    """Where it came from, such as a fair or a recommendation."""
    attributes: dict[str, str] = Field(default_factory=dict)
    """What the rulebook's vocabulary adds to an opportunity, as text by name."""
