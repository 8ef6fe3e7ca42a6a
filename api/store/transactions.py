"""Transactions in the store: what is planned follows the plan, what is invoiced never changes, and no identity stands there twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, bindparam, delete, not_, or_, select, update

from api.store import tables
from api.store.sql import Reading, Writing, canonical_json, chunks
from engine.documents.transaction import TRANSACTION, Transaction

_OPEN: Final = ("planned", "held")
_STATE: Final = {"state", "held_because"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which transactions: of a type, a customer, an order; due through a day; of some states; billed within some days."""

    order_type: str | None = None
    customer: str | None = None
    order: str | None = None
    states: tuple[str, ...] | None = None
    invoiceable_through: date | None = None
    billed_from: date | None = None
    billed_until: date | None = None
    invoices: tuple[str, ...] | None = None


def find(connection: Reading, wanted: Wanted) -> tuple[Transaction, ...]:
    """The transactions wanted, in the order of customer, order, the item's place in it, billing date and identity."""
    table = tables.transactions
    query = (
        select(table.c.document, table.c.state, table.c.held_because)
        .join(tables.items, tables.items.c.id == table.c.item)
        .where(*_conditions(wanted))
        .order_by(table.c.customer, table.c.order, tables.items.c.position, table.c.billing_date, table.c.identity)
    )
    return tuple(_transaction(row) for row in connection.execute(query).mappings())


def numbers(connection: Reading, identities: Iterable[str]) -> dict[str, str]:
    """On which invoice each of some transactions stands; those on none are absent."""
    table = tables.transactions
    found: dict[str, str] = {}
    for chunk in chunks(identities):
        query = select(table.c.identity, table.c.invoice).where(table.c.identity.in_(chunk), table.c.invoice.is_not(None))
        found |= {row.identity: row.invoice for row in connection.execute(query)}
    return found


def invoiced(connection: Reading, orders: Iterable[str]) -> dict[str, frozenset[str]]:
    """By item the identities of what stands on an invoice, of some orders."""
    table = tables.transactions
    found: dict[str, set[str]] = {}
    for chunk in chunks(orders):
        query = select(table.c.item, table.c.identity).where(table.c.order.in_(chunk), table.c.state == "invoiced")
        for row in connection.execute(query):
            found.setdefault(row.item, set()).add(row.identity)
    return {item: frozenset(identities) for item, identities in found.items()}


def claim(connection: Writing, identities: Iterable[str]) -> dict[str, Transaction]:
    """Locks transactions until the end, in the order of their identities, and gives those that are still to be invoiced."""
    table = tables.transactions
    found: dict[str, Transaction] = {}
    for chunk in chunks(identities):
        query = (
            select(table.c.identity, table.c.document, table.c.state, table.c.held_because)
            .where(table.c.identity.in_(chunk))
            .order_by(table.c.identity)
            .with_for_update()
        )
        rows = connection.execute(query).mappings().all()
        found |= {row["identity"]: _transaction(row) for row in rows if row["state"] in _OPEN}
    return found


def mark_invoiced(connection: Writing, identities: Sequence[str], number: str) -> int:
    """Puts claimed transactions on an invoice; gives how many there were."""
    table = tables.transactions
    marked = 0
    for chunk in chunks(identities):
        values = {"state": "invoiced", "held_because": None, "invoice": number}
        statement = update(table).where(table.c.identity.in_(chunk), table.c.state != "invoiced").values(values)
        marked += connection.execute(statement).rowcount
    return marked


def mark_held(connection: Writing, held: Iterable[tuple[str, str | None]]) -> None:
    """Says of open transactions why they are held back; None releases them."""
    table = tables.transactions
    rows = [{"which": identity, "new_state": "held" if why else "planned", "why": why} for identity, why in held]
    if rows:
        statement = (
            update(table)
            .where(table.c.identity == bindparam("which"), or_(*(table.c.state == state for state in _OPEN)))
            .values(state=bindparam("new_state"), held_because=bindparam("why"))
        )
        connection.execute(statement, rows)


def replan(connection: Writing, order: str, planned: Sequence[Transaction]) -> int:
    """Makes the open transactions of one order those of its plan: new ones come, changed ones change, others go. Gives how many differed.

    What is invoiced, here or elsewhere, stays as it is, whatever the plan says of it now.
    """
    table = tables.transactions
    query = select(table.c.identity, table.c.state, table.c.held_because, table.c.document).where(table.c.order == order)
    known = {row["identity"]: row for row in connection.execute(query).mappings()}
    wanted = {transaction.identity: transaction for transaction in planned}
    fresh, changed = [], []
    for identity, transaction in wanted.items():
        row = known.get(identity)
        if row is None:
            fresh.append(columns_of(transaction))
        elif row["state"] != "invoiced":
            now = columns_of(transaction)
            if row["state"] == "held" and now["state"] == "planned":
                now |= {"state": "held", "held_because": row["held_because"]}
            if (row["document"], row["state"]) != (now["document"], now["state"]):
                changed.append(now)
    gone = [identity for identity, row in known.items() if identity not in wanted and row["state"] != "invoiced"]
    for chunk in chunks(gone):
        connection.execute(delete(table).where(table.c.identity.in_(chunk), table.c.state != "invoiced"))
    for now in changed:
        connection.execute(update(table).where(table.c.identity == now["identity"], table.c.state != "invoiced").values(now))
    if fresh:
        connection.execute(table.insert(), fresh)
    return len(fresh) + len(changed) + len(gone)


def columns_of(transaction: Transaction) -> dict[str, object]:
    """The row of a transaction that stands on no invoice: its columns follow from its document."""
    line, portion = transaction.line, transaction.portion
    period, billed = transaction.service_period, transaction.billing_date
    state = "planned" if transaction.state == "to-invoice" else transaction.state
    return {
        "identity": transaction.identity,
        "order": transaction.order,
        "item": transaction.item,
        "customer": transaction.customer,
        "order_type": transaction.order_type,
        "product": line.product,
        "kind": portion.kind,
        "number": portion.number,
        "change": portion.change,
        "service_from": period.start if period else None,
        "service_until": period.until if period else None,
        "billing_date": billed,
        "invoiceable_from": billed - timedelta(days=transaction.invoice_lead) if billed else None,
        "expected": transaction.expected,
        "quantity": portion.quantity.micros,
        "list_net": portion.list_net.minor,
        "net": portion.net.minor,
        "currency": transaction.currency.code,
        "purchase_order": transaction.purchase_order,
        "state": state,
        "held_because": transaction.held_because,
        "invoice": None,
        "document": canonical_json(TRANSACTION.dump_python(transaction, mode="json", exclude=_STATE)),
    }


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    columns = tables.transactions.c
    conditions: list[ColumnElement[bool]] = []
    for name in ("order_type", "customer", "order"):
        sought = getattr(wanted, name)
        if sought is not None:
            conditions.append(columns[name] == sought)
    if wanted.states is not None:
        conditions.append(columns.state.in_(wanted.states))
    if wanted.invoices is not None:
        conditions.append(columns.invoice.in_(wanted.invoices))
    if wanted.invoiceable_through is not None:
        conditions += [columns.invoiceable_from <= wanted.invoiceable_through, not_(columns.expected)]
    if wanted.billed_from is not None:
        conditions.append(columns.billing_date >= wanted.billed_from)
    if wanted.billed_until is not None:
        conditions.append(columns.billing_date < wanted.billed_until)
    return conditions


def _transaction(row: RowMapping) -> Transaction:
    transaction = TRANSACTION.validate_json(row["document"])
    if row["state"] == transaction.state and row["held_because"] is None:
        return transaction
    return replace(transaction, state=row["state"], held_because=row["held_because"])
