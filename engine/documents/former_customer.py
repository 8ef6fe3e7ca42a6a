"""The customer of an item as prices knew it, where it has become another since: what was signed stays as it was signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from engine.dates import Day
from engine.documents.document import CLOSED
from engine.documents.party import Customer, CustomerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerCustomer:
    """What prices may depend on of a customer until a day. Nothing else of it stays, so that an erasure leaves no name behind."""

    __pydantic_config__ = CLOSED

    until: Day
    """The first day of which prices are asked for the customer as it became."""
    id: str
    segment: str | None = None
    kind: CustomerKind = "business"
    country: str
    language: str
    small_business: bool = False
    attributes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, customer: Customer, until: Day) -> Self:
        """What prices knew of a customer until a day."""
        return cls(
            until=until,
            id=customer.id,
            segment=customer.segment,
            kind=customer.kind,
            country=customer.address.country,
            language=customer.language,
            small_business=customer.small_business,
            attributes=tuple(sorted(customer.attributes.items())),
        )

    def as_it_was(self, customer: Customer) -> Customer:
        """The present customer with what prices knew of the former one."""
        return customer.replace(
            id=self.id,
            segment=self.segment,
            kind=self.kind,
            address=customer.address.replace(country=self.country),
            language=self.language,
            small_business=self.small_business,
            attributes=dict(self.attributes),
        )

    def prices_like(self, customer: Customer) -> bool:
        """Whether prices know the same of a customer, whatever its id."""
        return FormerCustomer.of(customer.replace(id=self.id), self.until) == self
