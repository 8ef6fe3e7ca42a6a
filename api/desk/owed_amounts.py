"""What is open, overdue and paid of customers, orders and opportunities, as lists and answers have it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from pydantic import BaseModel

from api.desk.desk import Desk
from api.desk.listing import Cells
from api.store import owed
from api.store.owed import Owing, Sums
from api.store.sql import Reading
from engine.documents.payment_match import Owed
from engine.money import Money

COLUMNS: Final = ("open", "overdue", "paid")


class OwedAnswer(BaseModel):
    """What is to be paid of its invoices, what of it is overdue, and what was paid of them."""

    open: str
    overdue: str
    paid: str


class WithOwed(NamedTuple):
    """A document with what is open, overdue and paid of it."""

    document: object
    owed: Owed


def owed_of(desk: Desk, connection: Reading, what: Owing, names: Collection[str]) -> dict[str, Owed]:
    """What is open, overdue and paid today of each of some documents."""
    sums, currency, nothing = owed.of_documents(connection, what, names, desk.today), desk.rulebook.currency, Sums()
    known = {name: sums.get(name, nothing) for name in names}
    return {
        name: Owed(open=Money(each.open, currency), overdue=Money(each.overdue, currency), paid=Money(each.paid, currency))
        for name, each in known.items()
    }


def find_owed(desk: Desk, what: Owing, names: Iterable[str]) -> dict[str, Owed]:
    """The same, in a reading of its own."""
    with desk.store.reading() as connection:
        return owed_of(desk, connection, what, list(names))


def with_owed(desk: Desk, connection: Reading, what: Owing, documents: Mapping[str, object]) -> dict[str, WithOwed]:
    """Documents by name, each with what is open, overdue and paid of it."""
    amounts = owed_of(desk, connection, what, documents.keys())
    return {name: WithOwed(document, amounts[name]) for name, document in documents.items()}


def owed_cells(of: Owed) -> Cells:
    """The cells of a list."""
    return (of.open, of.overdue, of.paid)


def owed_tree(of: Owed) -> dict[str, object]:
    """The amounts as JSON has them."""
    return {"open": str(of.open), "overdue": str(of.overdue), "paid": str(of.paid)}
