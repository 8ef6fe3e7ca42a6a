"""Which documents there are for a customer today: a statement of its account, a reminder, and the draft of its next invoice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from api.desk.desk import Desk, due_by_customer
from api.desk.due_drafts import Selection
from api.desk.owed_amounts import owed_of
from api.store import customers, erasures

AccountDocument = Literal["statement", "reminder", "draft"]


def documents_of(desk: Desk, customer: str) -> frozenset[AccountDocument]:
    """The documents of a customer: a reminder only of what is overdue, a draft only of what a run of today would look at."""
    return frozenset(_documents(desk, customer))


def _documents(desk: Desk, customer: str) -> Iterator[AccountDocument]:
    due = Selection(due_through=desk.today, customer=customer).of_customers()
    with desk.store.reading() as connection:
        if erasures.among(connection, [("customer", customer)]):
            return
        yield "statement"
        if owed_of(desk, connection, "customer", [customer])[customer].overdue:
            yield "reminder"
        if customers.hold_of(connection, customer) is None and due_by_customer(desk, connection, due, through=desk.today):
            yield "draft"
