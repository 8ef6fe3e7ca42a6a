"""What every verb of orders has: its day, and what it may look at beside the order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated

from pydantic import Field

from api.desk.desk import Desk
from api.store import customers, transactions
from api.store.sql import Reading
from api.store.transaction_rows import TransactionFilter
from engine.documents.document import OneCurrency
from engine.documents.party import Customer
from engine.documents.transaction_figures import TransactionFigures
from engine.rulebook.book import Rulebook

Names = Annotated[tuple[str, ...], Field(min_length=1, max_length=10_000)]


@dataclass(frozen=True)
class Acting:
    """What a verb may look at beside the order."""

    desk: Desk
    connection: Reading
    order: str
    buyer: str
    without: frozenset[str] = frozenset()
    """Invoiced transactions that count as not invoiced, since they are credited."""

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook in force."""
        return self.desk.rulebook

    @property
    def today(self) -> date:
        """The business date."""
        return self.desk.today

    @cached_property
    def customer(self) -> Customer:
        """The customer of the order."""
        return customers.find(self.connection, [self.buyer])[self.buyer]

    @cached_property
    def invoiced(self) -> tuple[TransactionFigures, ...]:
        """What of the order was invoiced."""
        invoiced = transactions.find(self.connection, TransactionFilter(order=self.order, states=("invoiced",)))
        return tuple(one for one in invoiced if one.identity not in self.without)


class Verb(OneCurrency):
    """A verb with what it asks; `applied` gives the order after it, the same where it changes nothing."""

    @property
    def day(self) -> date | None:
        """The day from which it counts; None for one that counts from no day."""
        on = getattr(self, "on", None)
        return on if isinstance(on, date) else None
