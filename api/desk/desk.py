"""The desk: the store, the rulebook in force, the business date and the clock, as every act of the desk needs them."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from api.store.database import Store, open_store
from api.store.records import keep_rulebook
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

    @property
    def horizon(self) -> date:
        """The day through which transactions are planned: the end of the quarter so many months from today, so that it moves but rarely."""
        return horizon(self.today, self.rulebook)

    def close(self) -> None:
        """Gives the database back."""
        self.store.close()


def horizon(today: date, rulebook: Rulebook) -> date:
    """The end of the quarter so many months from a day, as the company plans."""
    far = month_after(today.replace(day=1), rulebook.company.planning_horizon_months)
    far = far.replace(month=far.month + (-far.month % 3))
    return far.replace(day=calendar.monthrange(far.year, far.month)[1])


def open_desk(url: str, rulebook: Rulebook, sources: Sources, *, today: date, now: Callable[[], datetime], author: str = "desk") -> Desk:
    """The desk over a database, which is made or brought up to date first; the rulebook's texts are kept there."""
    store = open_store(url, now=now)
    with store.writing() as connection:
        keep_rulebook(connection, rulebook.fingerprint, sources, at=now())
    return Desk(store=store, rulebook=rulebook, sources=sources, today=today, now=now, installation=store.installation(), author=author)
