"""Transactions in the store: planned ones follow the plan, invoiced ones never change, and identities are unique."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, delete, not_, or_, select, update

from api.store import tables
from api.store.orders import PlanState
from api.store.sql import Reading, Writing, canonical_json, chunks
from engine.documents.order import Order
from engine.documents.transaction import TRANSACTION, Transaction
from engine.phrases import as_written

OPEN: Final = ("planned", "held")
"""The states of what is on no invoice yet."""
_STATE: Final = {"state", "held_because"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionFilter:
    """A filter of transactions by order type, customer, orders, states, days, and the state of the plan."""

    order_type: str | None = None
    customer: str | None = None
    order: str | None = None
    orders: tuple[str, ...] | None = None
    """At most a few hundred."""
    states: tuple[str, ...] | None = None
    invoiceable_through: date | None = None
    billed_from: date | None = None
    billed_until: date | None = None
    or_undated: bool = False
    """Whether `billed_from` and `billed_until` also let through what has no billing date yet."""
    plan: PlanState | None = None
    """Only of orders with this state of the plan."""

    def matches(self, one: Transaction) -> bool:
        """Whether a transaction that is not stored matches; `orders` and `plan` are ignored."""
        billed = one.billing_date
        is_due = billed is not None and not one.expected
        return (
            self.order_type in (None, one.order_type)
            and self.customer in (None, one.customer)
            and self.order in (None, one.order)
            and (self.states is None or one.state in self.states)
            and (
                self.invoiceable_through is None
                or (is_due and billed is not None and billed - timedelta(days=one.invoice_lead) <= self.invoiceable_through)
            )
            and self._is_within(billed)
        )

    def _is_within(self, billed: date | None) -> bool:
        if billed is None:
            return self.or_undated or (self.billed_from is None and self.billed_until is None)
        return (self.billed_from is None or billed >= self.billed_from) and (self.billed_until is None or billed < self.billed_until)


def find(connection: Reading, criteria: TransactionFilter) -> tuple[Transaction, ...]:
    """The matching transactions, in the order of customer, order, item position, billing date and identity."""
    return tuple(find_by_identity(connection, criteria).values())


def find_by_identity(connection: Reading, criteria: TransactionFilter) -> dict[str, Transaction]:
    """The same by their identities."""
    table = tables.transactions
    query = (
        select(table.c.document, table.c.state, table.c.held_because, tables.items.c.position, table.c.identity)
        .join(tables.items, tables.items.c.id == table.c.item)
        .where(*_conditions(criteria))
    )
    if criteria.plan is not None:
        query = query.join(tables.orders, tables.orders.c.id == table.c.order)
    return _in_order((row["position"], row["identity"], _transaction(row)) for row in connection.execute(query).mappings())


def merge(stored: Iterable[Transaction], planned: Iterable[tuple[Order, Iterable[Transaction]]]) -> tuple[Transaction, ...]:
    """Stored transactions and those of other orders that were planned in memory, in the order in which `find` gives them."""
    result = list(stored)
    for order, of_order in planned:
        places = {item.id: place for place, item in enumerate(order.items, start=1)}
        result += _in_order((places[one.item], one.identity, one) for one in of_order).values()
    return tuple(sorted(result, key=lambda one: (one.customer, one.order)))


def _in_order(placed: Iterable[tuple[int, str, Transaction]]) -> dict[str, Transaction]:
    rows = [(one.customer, one.order, place, one.billing_date or date.min, identity, one) for place, identity, one in placed]
    return {identity: one for *_, identity, one in sorted(rows, key=lambda row: row[:-1])}


def numbers(connection: Reading, identities: Iterable[str]) -> dict[str, str]:
    """The invoice number of each of some transactions; those on none are absent."""
    table = tables.transactions
    result: dict[str, str] = {}
    for chunk in chunks(identities):
        query = select(table.c.identity, table.c.invoice).where(table.c.identity.in_(chunk), table.c.invoice.is_not(None))
        result |= {row.identity: row.invoice for row in connection.execute(query)}
    return result


def invoiced(connection: Reading, orders: Iterable[str]) -> dict[str, frozenset[str]]:
    """The identities of the invoiced transactions of some orders, by item."""
    table = tables.transactions
    result: dict[str, set[str]] = {}
    for chunk in chunks(orders):
        query = select(table.c.item, table.c.identity).where(table.c.order.in_(chunk), table.c.state == "invoiced")
        for row in connection.execute(query):
            result.setdefault(row.item, set()).add(row.identity)
    return {item: frozenset(identities) for item, identities in result.items()}


def claim(connection: Writing, identities: Iterable[str]) -> dict[str, Transaction]:
    """Locks transactions in the order of their identities, and gives those that are not invoiced yet."""
    table = tables.transactions
    result: dict[str, Transaction] = {}
    for chunk in chunks(identities):
        query = (
            select(table.c.identity, table.c.document, table.c.state, table.c.held_because)
            .where(table.c.identity.in_(chunk))
            .order_by(table.c.identity)
            .with_for_update()
        )
        rows = connection.execute(query).mappings().all()
        result |= {row["identity"]: _transaction(row) for row in rows if row["state"] in OPEN}
    return result


def mark_invoiced(connection: Writing, identities: Sequence[str], number: str) -> int:
    """Marks claimed transactions as invoiced; gives how many were marked."""
    table = tables.transactions
    marked = 0
    for chunk in chunks(identities):
        values = {"state": "invoiced", "held_because": None, "invoice": number}
        statement = update(table).where(table.c.identity.in_(chunk), table.c.state != "invoiced").values(values)
        marked += connection.execute(statement).rowcount
    return marked


def mark_held(connection: Writing, held: Iterable[tuple[str, str | None]]) -> None:
    """Sets why open transactions are held back; None releases them."""
    table = tables.transactions
    rows = [{"which": identity, "new_state": "held" if why else "planned", "why": why} for identity, why in held]
    if rows:
        statement = (
            update(table)
            .where(table.c.identity == bindparam("which"), or_(*(table.c.state == state for state in OPEN)))
            .values(state=bindparam("new_state"), held_because=bindparam("why"))
        )
        connection.execute(statement, rows)


def replan(connection: Writing, order: str, planned: Sequence[Transaction]) -> int:
    """Replaces the open transactions of one order by those of its plan: inserts, updates, deletes. Gives how many differed.

    Invoiced transactions, here or elsewhere, stay as they are.
    """
    table = tables.transactions
    query = select(table.c.identity, table.c.state, table.c.held_because, table.c.document).where(table.c.order == order)
    stored = {row["identity"]: row for row in connection.execute(query).mappings()}
    by_identity = {transaction.identity: transaction for transaction in planned}
    fresh, changed = [], []
    for identity, transaction in by_identity.items():
        row = stored.get(identity)
        if row is None:
            fresh.append(columns_of(identity, transaction))
        elif row["state"] != "invoiced":
            now = columns_of(identity, _as_before(transaction, row["state"], row["held_because"]))
            if any(row[name] != now[name] for name in ("document", "state", "held_because")):
                changed.append(now)
    gone = [identity for identity, row in stored.items() if identity not in by_identity and row["state"] != "invoiced"]
    for chunk in chunks(gone):
        connection.execute(delete(table).where(table.c.identity.in_(chunk), table.c.state != "invoiced"))
    for now in changed:
        connection.execute(update(table).where(table.c.identity == now["identity"], table.c.state != "invoiced").values(now))
    if fresh:
        connection.execute(table.insert(), fresh)
    return len(fresh) + len(changed) + len(gone)


def after_planning(stored: Iterable[Transaction], planned: Iterable[Transaction]) -> list[Transaction]:
    """The stored transactions of one order as `replan` would leave them."""
    by_identity = {one.identity: one for one in stored}
    fixed = [one for one in by_identity.values() if one.state == "invoiced"]
    names = {one.identity for one in fixed}
    open_ones = [(by_identity.get(one.identity), one) for one in planned if one.identity not in names]
    return fixed + [_as_before(one, before.state, before.held_because) if before else one for before, one in open_ones]


def _as_before(planned: Transaction, state: str, held_because: str | None) -> Transaction:
    """A planned transaction with the state of the stored one: a held one stays held until a run drafts it."""
    return replace(planned, state="held", held_because=held_because) if state == "held" and planned.state == "planned" else planned


def columns_of(identity: str, transaction: Transaction) -> dict[str, object]:
    """The row of a transaction that is not invoiced; its columns are derived from its document."""
    line, portion = transaction.line, transaction.portion
    period, billed = transaction.service_period, transaction.billing_date
    return {
        "identity": identity,
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
        "state": transaction.state,
        "held_because": str(transaction.held_because) if transaction.held_because else None,
        "invoice": None,
        "document": canonical_json(TRANSACTION.dump_python(transaction, mode="json", exclude=_STATE)),
    }


def _conditions(criteria: TransactionFilter) -> list[ColumnElement[bool]]:
    columns = tables.transactions.c
    conditions: list[ColumnElement[bool]] = []
    for name in ("order_type", "customer", "order"):
        value = getattr(criteria, name)
        if value is not None:
            conditions.append(columns[name] == value)
    if criteria.states is not None:
        conditions.append(columns.state.in_(criteria.states))
    if criteria.orders is not None:
        conditions.append(columns.order.in_(criteria.orders))
    if criteria.plan is not None:
        table = tables.orders.c
        conditions += [table.planned_through >= criteria.plan.through, table.planned_under == criteria.plan.fingerprint]
    if criteria.invoiceable_through is not None:
        conditions += [columns.invoiceable_from <= criteria.invoiceable_through, not_(columns.expected)]
    within: list[ColumnElement[bool]] = []
    if criteria.billed_from is not None:
        within.append(columns.billing_date >= criteria.billed_from)
    if criteria.billed_until is not None:
        within.append(columns.billing_date < criteria.billed_until)
    if within:
        conditions.append(or_(and_(*within), columns.billing_date.is_(None)) if criteria.or_undated else and_(*within))
    return conditions


def _transaction(row: RowMapping) -> Transaction:
    transaction = TRANSACTION.validate_json(row["document"])
    if row["state"] == transaction.state and row["held_because"] is None:
        return transaction
    return replace(transaction, state=row["state"], held_because=as_written(why) if (why := row["held_because"]) else None)
