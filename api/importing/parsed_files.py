"""The parsed contents of a folder of CSV files: customers, orders, increments, opportunities and quotes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from api.importing.csv_text import CsvRow
from api.store.sql import canonical_json
from engine.documents.billed import Increment
from engine.documents.opportunity import Opportunity
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.documents.quote import LineRequest
from engine.problems import Problem, Refusal, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedOrder:
    """An order of the files, its items pending."""

    order: Order
    content_hash: str
    where: Span
    items_at: tuple[Span, ...]
    """The position of each item's row."""


@dataclass(frozen=True, slots=True)
class ParsedIncrement:
    """An item that joins an active subscription."""

    key: str
    increment: Increment
    on: date
    content_hash: str
    where: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedQuote:
    """A quote to be made: its customer, day and lines."""

    key: str
    customer: str
    on: date
    lines: tuple[LineRequest, ...]
    content_hash: str
    where: Span


@dataclass(slots=True)
class ParsedFiles:
    """The contents of all files of a folder, and their problems."""

    customers: dict[str, tuple[Customer, str]] = field(default_factory=dict)
    broken_customers: set[str] = field(default_factory=set)
    """Customers whose rows have problems: their rows in other files are not reported as unknown."""
    opportunities: dict[str, tuple[Opportunity, str]] = field(default_factory=dict)
    orders: dict[str, ParsedOrder] = field(default_factory=dict)
    increments: list[ParsedIncrement] = field(default_factory=list)
    quotes: list[ParsedQuote] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refused(self, refused: Mapping[str, Refusal]) -> list[Problem]:
        """The problems of orders and increments that were refused, by the ids of their orders, each at its row."""
        of_orders = [
            problem for name, one in self.orders.items() if name in refused for problem in placed(refused[name], one.where, one.items_at)
        ]
        joining = {one.increment.order.id: one for one in self.increments}
        return of_orders + [problem for name in refused if name in joining for problem in placed(refused[name], joining[name].where)]

    def at_orders(self, refusal: Refusal) -> list[Problem]:
        """The problems of a refusal whose pointers are ids of orders, each at the row of its order."""
        places = {f"/{name}": one.where for name, one in self.orders.items()}
        places |= {f"/{one.increment.order.id}": one.where for one in self.increments}
        return [_placed(problem, places.get(problem.pointer or ""), ()) for problem in refusal.problems]

    @property
    def stops(self) -> bool:
        """Whether a problem forbids the import."""
        return any(problem.stops for problem in self.problems)


def placed(refusal: Refusal, where: Span | None, items_at: tuple[Span, ...] = ()) -> list[Problem]:
    """The problems of a refusal at the row from which they came: of the item that a pointer names, else of the whole."""
    return [_placed(problem, where, items_at) for problem in refusal.problems]


def _placed(problem: Problem, where: Span | None, items_at: tuple[Span, ...]) -> Problem:
    pointer = (problem.pointer or "").split("/")
    if len(pointer) > 2 and pointer[1] == "items" and pointer[2].isdigit() and int(pointer[2]) < len(items_at):
        where = items_at[int(pointer[2])]
    return replace(problem, where=problem.where or where, pointer=None if where else problem.pointer)


def content_hash(*rows: CsvRow) -> str:
    """The hash of the contents of some rows, independent of the order of rows and columns."""
    contents = sorted(canonical_json({column: cell.text for column, cell in row.cells.items() if cell.text}) for row in rows)
    return hashlib.sha256("\n".join(contents).encode()).hexdigest()
