"""A month billed on paper alone: orders planned and drafted under a rulebook, without numbers, store or clock; the golden invoices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine import billing
from engine.documents.invoice import Drafted, DraftInvoice
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.documents.transaction import Transaction
from engine.problems import Problem, Refusal
from engine.rulebook.book import Rulebook


@dataclass(frozen=True, slots=True)
class Unbilled:
    """A customer's order (or, without one, all that is due from him) that the rulebook refuses to bill, and why."""

    customer: str
    order: str | None
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What a month's billing comes to: the invoices in the order of their numbers, what is held back, and what is refused.

    `transactions` are all that were planned, through the last day of the plan.
    """

    drafts: tuple[DraftInvoice, ...]
    held: tuple[Transaction, ...]
    transactions: tuple[Transaction, ...]
    unbilled: tuple[Unbilled, ...] = ()


def draft_month(
    orders: Iterable[Order],
    customers: Mapping[str, Customer],
    rulebook: Rulebook,
    *,
    on: date,
    through: date | None = None,
    tracing: bool = True,
) -> Billed:
    """Every invoice due through a day and issued on it, and the transactions planned through a later one (absent: that day).

    A refusal of the rules takes out one order, or all that is due from one customer, and nobody else's.
    """
    planned: list[Transaction] = []
    unbilled: list[Unbilled] = []
    kept: dict[str, Order] = {}
    for order in orders:
        try:
            planned += billing.plan(order, customers[order.customer], rulebook, through=max(on, through or on), tracing=tracing)
            kept[order.id] = order
        except Refusal as refusal:
            unbilled += [Unbilled(order.customer, order.id, problem) for problem in refusal.problems]
    due = [one for one in planned if one.is_due(on)]
    drafted, refused = _drafted(due, customers, kept, rulebook, on, tracing=tracing)
    return Billed(drafts=drafted.drafts, held=drafted.held, transactions=tuple(planned), unbilled=(*unbilled, *refused))


def _drafted(
    due: Sequence[Transaction],
    customers: Mapping[str, Customer],
    orders: Mapping[str, Order],
    rulebook: Rulebook,
    on: date,
    *,
    tracing: bool,
) -> tuple[Drafted, list[Unbilled]]:
    """All drafts at once; only where something is refused, customer by customer."""
    try:
        return billing.draft(due, customers, orders, rulebook, issued_on=on, earlier={}, tracing=tracing), []
    except Refusal:
        by_customer: dict[str, list[Transaction]] = {}
        for one in due:
            by_customer.setdefault(one.customer, []).append(one)
    found: list[Drafted] = []
    unbilled: list[Unbilled] = []
    for name in sorted(by_customer):
        try:
            found.append(billing.draft(by_customer[name], customers, orders, rulebook, issued_on=on, earlier={}, tracing=tracing))
        except Refusal as refusal:
            unbilled += [Unbilled(name, None, problem) for problem in refusal.problems]
    drafts = tuple(draft for drafted in found for draft in drafted.drafts)
    return Drafted(drafts=drafts, held=tuple(one for drafted in found for one in drafted.held)), unbilled
