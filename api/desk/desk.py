"""The desk: the store, the rulebook in force, the business date and the clock, as every act of the desk needs them."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from api.refusals import unknown
from api.store import customers, orders
from api.store.database import Store, open_store
from api.store.records import keep_rulebook
from api.store.sql import Writing
from engine.dates import month_after
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every act of the desk works with; the business date is computed once, when the desk is opened."""

    store: Store
    rulebook: Rulebook
    sources: Sources
    today: date
    now: Callable[[], datetime]
    installation: str
    author: str = "desk"
    _kept: list[str] = field(default_factory=list)
    """The fingerprint of the rulebook once its texts are known to be in the store."""

    @property
    def horizon(self) -> date:
        """The day through which transactions are planned: the end of the quarter so many months from today, so that it moves but rarely."""
        return horizon(self.today, self.rulebook)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """The transaction of a verb: its rulebook is the one in force from then on, and its texts are kept."""
        with self.store.writing() as connection:
            if not self._kept:
                keep_rulebook(connection, self.rulebook.fingerprint, self.sources, at=self.now())
            yield connection
        self._kept[:] = [self.rulebook.fingerprint]

    def check_names(self, *, customer: str | None = None, order: str | None = None) -> None:
        """Refuses a customer or an order that the store does not know, so that a mistyped id is no empty answer."""
        with self.store.reading() as connection:
            if customer is not None and customer not in customers.find(connection, [customer]):
                raise unknown("customer", customer)
            if order is not None and order not in orders.find(connection, [order]):
                raise unknown("order", order)

    def close(self) -> None:
        """Gives the database back."""
        self.store.close()


def horizon(today: date, rulebook: Rulebook) -> date:
    """The end of the quarter so many months from a day, as the company plans."""
    far = month_after(today.replace(day=1), rulebook.company.planning_horizon_months)
    far = far.replace(month=far.month + (-far.month % 3))
    return far.replace(day=calendar.monthrange(far.year, far.month)[1])


def open_desk(url: str, rulebook: Rulebook, sources: Sources, *, today: date, now: Callable[[], datetime], author: str = "desk") -> Desk:
    """The desk over a database, which is made or brought up to date first. Nothing is written into it before a verb is."""
    store = open_store(url, now=now)
    return Desk(store=store, rulebook=rulebook, sources=sources, today=today, now=now, installation=store.installation(), author=author)
