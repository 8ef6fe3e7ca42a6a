"""The people of a customer or of an opportunity: whom one calls and writes to."""

from __future__ import annotations

from typing import NamedTuple, Self

from pydantic import Field, model_validator

from engine.dates import Day
from engine.documents.document import Document


class Recipient(NamedTuple):
    """Who receives a document by e-mail."""

    name: str
    email: str | None


class Contact(Document):
    """A person of a customer, or of an opportunity whose prospect is no customer yet; never both."""

    id: str
    customer: str | None = None
    opportunity: str | None = None
    name: str
    role: str | None = None
    """What the person is there: `accounts payable`."""
    email: str | None = None
    phone: str | None = None
    stored_until: Day | None = None
    """The last day on which the person's data may be stored; None: no day is set."""
    attributes: dict[str, str] = Field(default_factory=dict)
    """What the rulebook's vocabulary adds to a contact, as text by name."""

    @model_validator(mode="after")
    def _belongs_to_one(self) -> Self:
        if (self.customer is None) == (self.opportunity is None):
            raise ValueError(f"the contact {self.id} belongs to a customer or to an opportunity")
        return self
