"""Billing in memory: orders planned and drafted without a store, as goldens and comparisons need it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from engine import billing
from engine.documents.billed import Billed, Unbilled
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.rulebook.book import Rulebook


def plan_and_draft(
    orders: Iterable[Order],
    customers: Mapping[str, Customer],
    rulebook: Rulebook,
    *,
    on: date,
    through: date | None = None,
    tracing: bool = True,
) -> Billed:
    """Drafts all invoices due on a day, in memory, and plans transactions through a later day (default: that day).

    A refusal leaves out one order, or the due transactions of one customer, and nothing else.
    """
    by_id = {order.id: order for order in orders}
    plans, refusals, missing = billing.plan_all(by_id.values(), customers, rulebook, through=max(on, through or on), tracing=tracing)
    planned = [one for transactions in plans.values() for one in transactions]
    problems = [(name, problem) for name, refusal in refusals.items() for problem in refusal.problems]
    problems += [(name, problem) for name, items in missing.items() for problem in items.values()]
    refused = [Unbilled(by_id[name].customer, name, problem) for name, problem in problems]
    due = [one for one in planned if one.is_due(on)]
    drafted = billing.draft_due(due, customers, by_id, rulebook, issued_on=on, earlier={}, tracing=tracing)
    return Billed(drafts=drafted.drafts, transactions=tuple(planned), unbilled=(*refused, *drafted.refused))
