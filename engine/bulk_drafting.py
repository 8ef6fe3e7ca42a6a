"""Drafts of many orders at once: a refusal holds what it concerns, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from engine.billing import draft, plan_all
from engine.documents.billed import Billed, Drafted, DraftedFigures, Unbilled
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import TransactionFigures, amount_of
from engine.problems import Refusal, message_of
from engine.rulebook.book import Rulebook


def draft_due(
    due: Sequence[Transaction],
    customers: Mapping[str, Customer],
    orders: Mapping[str, Order],
    rulebook: Rulebook,
    *,
    issued_on: date,
    earlier: Mapping[str, Sequence[str]],
    tracing: bool = True,
) -> Drafted:
    """Like `draft`, but a Refusal holds only the transactions of its customer."""

    def drafted(some: Sequence[Transaction]) -> Drafted:
        return draft(some, customers, orders, rulebook, issued_on=issued_on, earlier=earlier, tracing=tracing)

    try:
        return drafted(due)
    except Refusal:
        by_customer: dict[str, list[Transaction]] = {}
        for one in due:
            by_customer.setdefault(one.customer, []).append(one)
        parts = [_of_customer(name, by_customer[name], drafted) for name in sorted(by_customer)]
    return Drafted(
        drafts=tuple(one for each in parts for one in each.drafts),
        held=tuple(one for each in parts for one in each.held),
        refused=tuple(one for each in parts for one in each.refused),
    )


def draft_stored(
    due: Sequence[TransactionFigures],
    customers: Mapping[str, Customer],
    orders: Mapping[str, Order],
    rulebook: Rulebook,
    *,
    through: date,
    issued_on: date,
    today: date | None = None,
    earlier: Callable[[str], Sequence[str]],
    tracing: bool = True,
) -> DraftedFigures:
    """Like `draft_due`, of transactions in figures: their lines are made anew, as planning through a day makes them.

    `earlier` gives the numbers of the invoices issued so far for an order.
    """
    by_identity = {one.identity: one for one in due}
    since = min((one.billing_date for one in due if one.billing_date), default=None)
    planned, refused, missing = plan_all(orders.values(), customers, rulebook, through=through, since=since, today=today, tracing=tracing)
    lines = {name: one for of_order in planned.values() for one in of_order if (name := one.identity) in by_identity}
    because: dict[str, str] = {name: message_of(refusal.problems[0]) for name, refusal in refused.items()}
    because |= {item: message_of(problem) for items in missing.values() for item, problem in items.items()}
    held = [one.held(because.get(one.order, because.get(one.item))) for one in due if one.order in because or one.item in because]
    known = lines.keys() | {one.identity for one in held}
    differing = {
        one.order for name, one in by_identity.items() if name not in known or (name in lines and amount_of(lines[name]) != one.amount)
    }
    concluded = {one.order for one in lines.values() if one.portion.kind == "instalment" and not one.advance}
    before = {order: earlier(order) for order in concluded}
    drafted = draft_due([*lines.values()], customers, orders, rulebook, issued_on=issued_on, earlier=before, tracing=tracing)
    held += [by_identity[one.identity].held(one.held_because) for one in drafted.held]
    return DraftedFigures(drafts=drafted.drafts, due=by_identity, held=tuple(held), differing=frozenset(differing))


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
    plans, refusals, missing = plan_all(by_id.values(), customers, rulebook, through=max(on, through or on), today=on, tracing=tracing)
    planned = [one for transactions in plans.values() for one in transactions]
    problems = [(name, problem) for name, refusal in refusals.items() for problem in refusal.problems]
    problems += [(name, problem) for name, items in missing.items() for problem in items.values()]
    refused = [Unbilled(by_id[name].customer, name, problem) for name, problem in problems]
    due = [one for one in planned if one.is_due(on)]
    drafted = draft_due(due, customers, by_id, rulebook, issued_on=on, earlier={}, tracing=tracing)
    return Billed(drafts=drafted.drafts, transactions=tuple(planned), unbilled=(*refused, *drafted.refused))


def _of_customer(customer: str, due: Sequence[Transaction], draft: Callable[[Sequence[Transaction]], Drafted]) -> Drafted:
    """The drafts of one customer; after a Refusal all his due transactions are held."""
    try:
        return draft(due)
    except Refusal as refusal:
        because = str(refusal.problems[0])
        return Drafted(
            held=tuple(replace(one, state="held", held_because=because) for one in due),
            refused=tuple(Unbilled(customer, None, problem) for problem in refusal.problems),
        )
