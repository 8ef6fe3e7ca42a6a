"""The contents of a folder of imported files: customers, orders, quotes and more."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from api.importing.csv_files import CsvRow
from api.store.sql import canonical_json
from engine.documents.billed import Increment
from engine.documents.contact import Contact
from engine.documents.former_invoice import FormerInvoice
from engine.documents.mandate import Mandate
from engine.documents.opportunity import Opportunity
from engine.documents.order import Order, OrderType
from engine.documents.party import Customer
from engine.documents.quote import LineRequest
from engine.problems import Problem, Refusal, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedOrder:
    """An order of the files. The order itself, its items pending, is made when it is needed: it takes ten times the memory of its rows."""

    type: OrderType
    customer: str
    signed_on: date
    make: Callable[[], Order]
    content_hash: str
    where: Span
    items_at: tuple[Span, ...]
    """The position of each item's row."""
    deliver_to: tuple[str, Span] | None = None
    """The name of the customer's address to which it is delivered, and where it is written."""

    def without_rows(self) -> ParsedOrder:
        """What is needed once the order is stored: the places of its rows."""
        return replace(self, make=_made_before)


def _made_before() -> Order:
    raise RuntimeError("this order was made and stored before")


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
    """A quote to be made: its customer, day and lines, and the running order that they join, where one is named."""

    key: str
    customer: str
    on: date
    order: str | None
    payment_terms: str | None
    lines: tuple[LineRequest, ...]
    attributes: Mapping[str, str]
    content_hash: str
    where: Span


@dataclass(slots=True)
class ParsedFiles:
    """The contents of all files of a folder, and their problems."""

    customers: dict[str, tuple[Customer, str]] = field(default_factory=dict)
    broken_customers: set[str] = field(default_factory=set)
    """Customers whose rows have problems: their rows in other files are not reported as unknown."""
    opportunities: dict[str, tuple[Opportunity, str]] = field(default_factory=dict)
    mandates: dict[str, Mandate | None] = field(default_factory=dict)
    """The mandates of customers whose rows say something of one; None: the customer has none any more."""
    known_opportunities: Container[str] = ()
    """The opportunities that are stored already."""
    contacts: dict[str, tuple[Contact, str]] = field(default_factory=dict)
    orders: dict[str, ParsedOrder] = field(default_factory=dict)
    increments: list[ParsedIncrement] = field(default_factory=list)
    quotes: list[ParsedQuote] = field(default_factory=list)
    former_invoices: dict[str, tuple[FormerInvoice, str]] = field(default_factory=dict)
    places: dict[tuple[str, str], Span] = field(default_factory=dict)
    """The rows of customers, contacts, prospects and former invoices, by kind and id."""
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
    return hash_of(map(content_of, rows))


def content_of(row: CsvRow) -> str:
    """What a row says, independent of the order of columns."""
    return canonical_json({column: cell.text for column, cell in row.cells.items() if cell.text})


def hash_of(contents: Iterable[str]) -> str:
    """The hash of what some rows say, in any order."""
    return hashlib.sha256("\n".join(sorted(contents)).encode()).hexdigest()
