"""A supply to one customer, on which VAT falls, and the protocol of what decides it."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from engine.dates import Day, Period
from engine.documents.document import Document
from engine.documents.invoice import Held, VatDecision
from engine.documents.party import Customer


class Supply(Document):
    """One thing supplied to a customer, as the VAT rules see it; `ship_to` is where goods go (None: to the customer's country)."""

    customer: Customer
    product: str | None = None
    kind: str
    """The kind of supply: service, electronic-service, local-service, goods, immovable-work."""
    vat_class: str
    """The rate level: standard, intermediate, reduced, zero, exempt."""
    ship_to: str | None = None
    ship_to_postcode: str | None = None
    """The postal code of that place; None: the customer's, if it is in the same country."""
    distance_sale: bool = False
    service_period: Period | None = None
    supplied_on: Day | None = None
    """The day of delivery or completion, where it is known."""
    advance: bool = False
    """Whether it is invoiced before delivery or completion."""


class Tax(Protocol):
    """How VAT falls on a supply invoiced on a day; the pipeline hands the taxing stage in as one."""

    @property
    def looks_at_product(self) -> bool:
        """Whether the rules ask for more of a product than its kind of supply and its VAT class."""

    def __call__(self, supply: Supply, *, issued_on: date) -> VatDecision | Held:
        """The decision, or why the supply cannot be invoiced yet."""
