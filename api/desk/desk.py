"""The desk: the context of every command of staff, with the store, the rulebook in force, the business date and the clock."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from api.refusals import unknown
from api.store import customers, orders
from api.store.database import Store, open_store
from api.store.records import store_rulebook
from api.store.sql import Writing
from engine.dates import month_after
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources

DocumentKind = Literal["invoice", "credit-note", "quote"]
_FIELD: Final = re.compile(r"\{(year|number)(?::(0?)([0-9]{1,2}))?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The context of every command; the business date is fixed when the desk is opened."""

    store: Store
    rulebook: Rulebook
    sources: Sources
    today: date
    now: Callable[[], datetime]
    installation: str
    author: str = "desk"
    _stored_rulebook: list[str] = field(default_factory=list)
    """The fingerprint of the rulebook once its texts are stored."""

    @property
    def horizon(self) -> date:
        """The day through which transactions are planned: the end of a quarter, so that it moves rarely."""
        return horizon(self.today, self.rulebook)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A writing transaction, which also stores the texts of the rulebook."""
        with self.store.writing() as connection:
            if not self._stored_rulebook:
                store_rulebook(connection, self.rulebook.fingerprint, self.sources, at=self.now())
            yield connection
        self._stored_rulebook[:] = [self.rulebook.fingerprint]

    def check_names(self, *, customer: str | None = None, order: str | None = None) -> None:
        """Refuses an unknown customer or order, so that a mistyped id gives no empty result."""
        with self.store.reading() as connection:
            if customer is not None and customer not in customers.find(connection, [customer]):
                raise unknown("customer", customer)
            if order is not None and order not in orders.find(connection, [order]):
                raise unknown("order", order)

    def close(self) -> None:
        """Closes the database."""
        self.store.close()


def horizon(today: date, rulebook: Rulebook) -> date:
    """The end of the quarter that lies the company's planning horizon after a day."""
    far = month_after(today.replace(day=1), rulebook.company.planning_horizon_months)
    far = far.replace(month=far.month + (-far.month % 3))
    return far.replace(day=calendar.monthrange(far.year, far.month)[1])


def open_desk(url: str, rulebook: Rulebook, sources: Sources, *, today: date, now: Callable[[], datetime], author: str = "desk") -> Desk:
    """The desk over a database, which is created or migrated first; nothing else is written before the first command that writes."""
    store = open_store(url, now=now)
    return Desk(store=store, rulebook=rulebook, sources=sources, today=today, now=now, installation=store.installation(), author=author)


def format_of(kind: DocumentKind, rulebook: Rulebook) -> str:
    """The format of the numbers of one kind of document, such as `{year}-{number:05}`."""
    numbering = rulebook.company.numbering
    return {"invoice": numbering.invoice, "credit-note": numbering.credit_note, "quote": numbering.quote}[kind]


def series_of(kind: DocumentKind, on: date, rulebook: Rulebook) -> str:
    """The series of a document: one per kind and year, or one per kind where the format has no year."""
    return f"{kind}-{on.year}" if "{year}" in format_of(kind, rulebook) else kind


def number_of(kind: DocumentKind, sequence: int, on: date, rulebook: Rulebook) -> str:
    """The formatted number of the document with a sequence number in its series."""
    values = {"year": str(on.year), "number": str(sequence)}

    def formatted(match: re.Match[str]) -> str:
        return values[match[1]].rjust(int(match[3] or 0), "0" if match[2] else " ")

    return _FIELD.sub(formatted, format_of(kind, rulebook))
