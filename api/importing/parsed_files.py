"""What the files of a folder say, before anything of it is kept: customers, orders with their activations, increments, opportunities."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date

from api.importing.csv_text import CsvRow
from api.store.sql import canonical_json
from engine.documents.opportunity import Opportunity
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.documents.quote import LineRequest
from engine.money import Quantity
from engine.problems import Problem, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundOrder:
    """An order of the files with its items pending, and on which day each of them is activated."""

    order: Order
    activations: tuple[tuple[str, date], ...]
    content_hash: str
    where: Span
    items_at: tuple[Span, ...]
    """Where each item stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundIncrement:
    """An item that joins an active subscription: whose, when, what, and to which order where it is said."""

    key: str
    customer: str
    on: date
    product: str
    quantity: Quantity
    order: str | None
    billing_type: str | None
    content_hash: str
    where: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundQuote:
    """A quote to be made: for whom, on which day, with which lines."""

    key: str
    customer: str
    on: date
    lines: tuple[LineRequest, ...]
    content_hash: str
    where: Span


@dataclass(slots=True)
class Found:
    """All that a folder says, and every problem with it."""

    customers: dict[str, tuple[Customer, str]] = field(default_factory=dict)
    broken_customers: set[str] = field(default_factory=set)
    """Customers that are there and could not be read: their rows elsewhere need not be told again."""
    opportunities: dict[str, tuple[Opportunity, str]] = field(default_factory=dict)
    orders: dict[str, FoundOrder] = field(default_factory=dict)
    increments: list[FoundIncrement] = field(default_factory=list)
    quotes: list[FoundQuote] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def stops(self) -> bool:
        """Whether nothing of it may be kept."""
        return any(problem.stops for problem in self.problems)


def content_hash(*rows: CsvRow) -> str:
    """The hash of what some rows say, whatever the order of rows and columns."""
    said = sorted(canonical_json({column: cell.text for column, cell in row.cells.items() if cell.text}) for row in rows)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
