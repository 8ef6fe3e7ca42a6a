"""Opportunities: possible sales and how far they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from engine.dates import Day
from engine.documents.document import OneCurrency
from engine.documents.order import OrderType
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
    amounts: dict[OrderType, Money] = Field(default_factory=dict)
    """How the amount divides by order type; empty where nobody stated it."""
    primary_quote: str | None = None
    """The quote that sets the amount; None where it was typed."""
    attributes: dict[str, str] = Field(default_factory=dict)
    """What the rulebook's vocabulary adds to an opportunity, as text by name."""

    @model_validator(mode="after")
    def _divides_into_its_amount(self) -> Self:
        if self.amounts and sum(part.minor for part in self.amounts.values()) != self.amount.minor:
            raise ValueError(f"the amounts of the opportunity {self.id} by order type are not its amount")
        return self

    @property
    def order_type(self) -> OrderType | None:
        """The order type of its whole amount; None where it has several, or none is known."""
        return next(iter(self.amounts)) if len(self.amounts) == 1 else None

    def with_amount(self, amount: Money, order_type: OrderType | None = None) -> Opportunity:
        """It with an amount that is typed: of one order type, or of that which it had."""
        one = order_type or self.order_type
        return self.replace(amount=amount, amounts={one: amount} if one else {})

    def quoted(self, number: str, amounts: Mapping[OrderType, Money]) -> Opportunity:
        """It with the amounts of a quote."""
        total = Money(sum(part.minor for part in amounts.values()), self.currency)
        return self.replace(amount=total, amounts=dict(amounts), primary_quote=number)
