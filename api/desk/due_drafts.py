"""Drafts of due transactions: their lines are made anew from the orders and the rulebook, one shard of customers at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from api.desk.desk import Desk, due_by_customer, find_transactions
from api.store import customers, issued_documents, orders, transactions
from api.store.sql import Reading
from api.store.transaction_rows import OPEN, TransactionFilter
from engine import bulk_drafting
from engine.documents.billed import DraftedFigures
from engine.documents.invoice import DraftInvoice
from engine.documents.transaction_figures import TransactionFigures

_LINES_AT_ONCE: Final = 2_000
"""About how many transactions are drafted together, so that memory does not grow with the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The selection of a run: all that may be invoiced through a day, optionally of one order type, customer or order."""

    due_through: date
    order_type: str | None = None
    customer: str | None = None
    order: str | None = None

    def of_customers(self, names: tuple[str, ...] | None = None) -> TransactionFilter:
        """Every transaction of the selection that is due and on no invoice yet, also what was held before; of some customers."""
        return TransactionFilter(
            order_type=self.order_type,
            customer=self.customer,
            customers=names,
            order=self.order,
            states=OPEN,
            invoiceable_through=self.due_through,
        )


def shards(desk: Desk, selection: Selection) -> list[tuple[str, ...]]:
    """The customers with something due, in their order, in shards of about as many transactions as are drafted together."""
    with desk.store.reading() as connection:
        counts = due_by_customer(desk, connection, selection.of_customers(), through=selection.due_through)
    result: list[tuple[str, ...]] = []
    names: list[str] = []
    lines = 0
    for name in sorted(counts):
        if names and lines + counts[name] > _LINES_AT_ONCE:
            result.append(tuple(names))
            names, lines = [], 0
        names.append(name)
        lines += counts[name]
    return [*result, tuple(names)] if names else result


def drafts_of(desk: Desk, selection: Selection, on: date, *, tracing: bool = True) -> Iterator[DraftedFigures]:
    """The drafts that a run would issue on a day, shard by shard, with what it would hold back. Stores nothing."""
    for names in shards(desk, selection):
        with desk.store.reading() as connection:
            due = find_transactions(desk, connection, selection.of_customers(names), through=selection.due_through)
            yield draft(desk, connection, due, selection.due_through, on, tracing=tracing)


def draft(
    desk: Desk, connection: Reading, due: Sequence[TransactionFigures], through: date, on: date, *, tracing: bool = True
) -> DraftedFigures:
    """The drafts of due transactions. Where the rules refuse, only the transactions of that customer are held back."""
    buyers = customers.find(connection, {one.customer for one in due})
    agreed = orders.find(connection, {one.order for one in due})
    earlier = partial(issued_documents.numbers_of_order, connection)
    drafted = bulk_drafting.draft_stored(
        due, buyers, agreed, desk.rulebook, through=through, issued_on=on, earlier=earlier, tracing=tracing
    )
    again = transactions.released(connection, agreed)
    return replace(drafted, drafts=tuple(_with_replaced(one, again) for one in drafted.drafts)) if again else drafted


def _with_replaced(drafted: DraftInvoice, released: Mapping[str, Sequence[str]]) -> DraftInvoice:
    """A draft with the credited invoices whose transactions it bills again: of each transaction the last one."""
    numbers = dict.fromkeys(released[line.transaction][-1] for line in drafted.lines if line.transaction in released)
    return drafted.replace(replaces=tuple(numbers)) if numbers else drafted
