"""What is held back, looked at again when something changed that may hold it or free it: a customer, an order, the rules.

A run stores why it holds something back. Home, runs and lists count what is stored, and the report of what is held back drafts anew: they
say the same only if what was mended is not stored as held until the next run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from api.desk.desk import Desk, Progress, find_transactions, plan_everything
from api.desk.due_drafts import draft, held_of
from api.desk.ways_out import ON_HOLD
from api.store import customers, orders, transactions
from api.store.sql import Writing
from api.store.transaction_rows import OPEN, TransactionFilter
from engine.documents.transaction_figures import TransactionFigures
from engine.phrases import phrase
from engine.rulebook.book import items_without_names

_HELD: Final = TransactionFilter(states=("held",))


def hold_due(desk: Desk, connection: Writing, customer: str, because: str) -> None:
    """Holds back what is due from a customer that was put on hold."""
    due = _lock_due(desk, connection, customer)
    transactions.mark_held(connection, [(one.identity, phrase(ON_HOLD, because=because)) for one in due])


def judge_held(desk: Desk, connection: Writing, customer: str) -> None:
    """Drafts anew what is held back of a customer: what a run of today would hold gets its reason of now, the rest is free.

    Items whose names are not in the rulebook stay held, also what is not due yet of them: their plan holds them.
    """
    held = transactions.find(connection, replace(_HELD, customer=customer))
    if not held:
        return
    due = _lock_due(desk, connection, customer)
    because = held_of(desk, connection, draft(desk, connection, due, desk.today, desk.today, tracing=False))
    buyer = customers.find(connection, [customer])[customer]
    agreed = orders.find(connection, {one.order for one in held}).values()
    without = {item for order in agreed for item in items_without_names(order, buyer, desk.rulebook)}
    transactions.mark_held(connection, [(one.identity, because.get(one.identity)) for one in held if one.item not in without])


def _lock_due(desk: Desk, connection: Writing, customer: str) -> tuple[TransactionFigures, ...]:
    """What is due today from a customer, whose orders are locked until the end of the transaction."""
    orders.lock_all(connection, orders.ids(connection, customers=[customer]))
    criteria = TransactionFilter(customer=customer, states=OPEN, invoiceable_through=desk.today)
    return find_transactions(desk, connection, criteria, through=desk.today)


def plan_and_judge(desk: Desk, *, progress: Progress | None = None) -> int:
    """Plans every order with this rulebook, then judges all that is held back; gives how many planned transactions differed."""
    differing = plan_everything(desk, progress=progress)
    with desk.store.reading() as connection:
        names = sorted({one.customer for one in transactions.find(connection, _HELD)})
    for name in names:
        with desk.writing() as connection:
            judge_held(desk, connection, name)
    return differing
