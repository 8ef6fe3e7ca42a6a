"""The desk: the store, the rulebook in force, the business date and the clock, and the plan of orders as it is kept in the store."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, Literal

from api.desk.link_signing import NO_LINK_SETTINGS, LinkSettings
from api.desk.version_in_force import require_in_force
from api.refusals import unknown
from api.store import audit_trail, orders, recurring_store, transaction_plans, transactions
from api.store import customers as stored_customers
from api.store.audit_trail import AuditEntry
from api.store.database import WAIT_SECONDS, Store, open_store
from api.store.histories import Change
from api.store.sql import Reading, Writing, chunks
from api.store.transaction_plans import Plan, Waiting
from api.store.transaction_rows import PlanState, TransactionFilter
from engine import billing
from engine.dates import month_after
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.documents.transaction_figures import PlannedAmount, TransactionFigures
from engine.problems import Problem, Refusal, message_of
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources

DocumentKind = Literal["invoice", "credit-note", "quote"]
Progress = Callable[[int, int], None]
"""Called with how many are done, of how many."""
_BATCH_SIZE: Final = 200
"""How many orders are planned in one transaction, so that locks are short."""
_FIELD: Final = re.compile(r"\{(year|number)(?::(0?)([0-9]{1,2}))?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The context of every command; the business date is fixed when the desk is opened."""

    store: Store
    rulebook: Rulebook
    sources: Sources
    today: date
    now: Callable[[], datetime]
    installation: str
    author: str = "desk"
    validation_workers: int = 1
    """The processes that validate e-invoices."""
    links: LinkSettings = NO_LINK_SETTINGS
    """The settings of the links that customers open."""
    entry: AuditEntry | None = None
    """What the audit trail says of the command, recorded with the first thing that it writes."""
    _known_in_force: list[str] = field(default_factory=list)
    """The fingerprint of the rulebook, once it was compared with the version in force."""
    _compared_in: list[object] = field(default_factory=list)
    """The last transaction in which it was compared, which may be within a larger one."""
    _recorded: list[AuditEntry] = field(default_factory=list)
    """The entry of the audit trail, once it is recorded."""

    @property
    def horizon(self) -> date:
        """The day through which transactions are planned: the end of a quarter, so that it moves rarely."""
        return horizon(self.today, self.rulebook)

    def signed(self) -> Change:
        """When what is changed now is changed, and by whom, for its history."""
        return Change(on=self.today, at=self.now(), author=self.author)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A transaction of a verb. The first requires that the rulebook is in force, and publishes it where nothing is published yet."""
        with self.store.writing() as connection:
            transaction = connection.get_transaction()
            if not self._known_in_force and transaction not in self._compared_in:
                require_in_force(connection, self.rulebook, self.sources, today=self.today, now=self.now, author=self.author)
            if self.entry is not None and not self._recorded:
                audit_trail.append(connection, self.entry, at=self.now(), on=self.today)
            self._compared_in[:] = [transaction]
            yield connection
        if not connection.in_transaction():  # within a larger one, a version that was published may still be rolled back
            self._known_in_force[:] = [self.rulebook.fingerprint]
        self._recorded[:] = [self.entry] if self.entry is not None else []

    def check_names(self, *, customer: str | None = None, customers: Sequence[str] = (), order: str | None = None) -> None:
        """Refuses unknown customers or an unknown order, so that a mistyped id gives no empty result."""
        named = [*customers, *([] if customer is None else [customer])]
        with self.store.reading() as connection:
            known = stored_customers.find(connection, named) if named else {}
            for name in named:
                if name not in known:
                    raise unknown("customer", name)
            if order is not None and order not in orders.find(connection, [order]):
                raise unknown("order", order)

    def close(self) -> None:
        """Closes the database."""
        self.store.close()


def horizon(today: date, rulebook: Rulebook) -> date:
    """The end of the quarter that lies the company's planning horizon after a day."""
    far = month_after(today.replace(day=1), rulebook.company.planning_horizon_months)
    far = far.replace(month=far.month + (-far.month % 3))
    return far.replace(day=calendar.monthrange(far.year, far.month)[1])


def open_desk(
    url: str,
    rulebook: Rulebook,
    sources: Sources,
    *,
    today: date,
    now: Callable[[], datetime],
    author: str = "desk",
    lock_timeout: int = WAIT_SECONDS,
) -> Desk:
    """The desk over a database, which is created or migrated first; nothing else is written before the first command that writes."""
    store = open_store(url, now=now, lock_timeout=lock_timeout)
    return Desk(store=store, rulebook=rulebook, sources=sources, today=today, now=now, installation=store.installation(), author=author)


def format_of(kind: DocumentKind, rulebook: Rulebook) -> str:
    """The format of the numbers of one kind of document, such as `{year}-{number:05}`."""
    numbering = rulebook.company.numbering
    return {"invoice": numbering.invoice, "credit-note": numbering.credit_note, "quote": numbering.quote}[kind]


def series_of(kind: DocumentKind, on: date, rulebook: Rulebook) -> str:
    """The series of a document: one per kind and year, or one per kind where the format has no year."""
    return f"{kind}-{on.year}" if "{year}" in format_of(kind, rulebook) else kind


def number_of(kind: DocumentKind, sequence: int, on: date, rulebook: Rulebook) -> str:
    """The formatted number of the document with a sequence number in its series."""
    values = {"year": str(on.year), "number": str(sequence)}

    def formatted(match: re.Match[str]) -> str:
        return values[match[1]].rjust(int(match[3] or 0), "0" if match[2] else " ")

    return _FIELD.sub(formatted, format_of(kind, rulebook))


def plan_everything(desk: Desk, *, through: date | None = None, progress: Progress | None = None) -> int:
    """Plans every order that is not planned to the horizon (or further) with this rulebook; gives how many transactions differed."""
    until = max(desk.horizon, through or desk.horizon)
    with desk.store.reading() as connection:
        unplanned = orders.unplanned(connection, PlanState(until, desk.rulebook.fingerprint, desk.today))
    differing = 0
    for at in range(0, len(unplanned), _BATCH_SIZE):
        batch = unplanned[at : at + _BATCH_SIZE]
        with desk.writing() as connection:
            orders.lock_all(connection, batch)
            differing += plan_orders(desk, connection, orders.find(connection, batch).values(), through=until)
        if progress:
            progress(at + len(batch), len(unplanned))
    return differing


def plan_orders(desk: Desk, connection: Writing, planned_orders: Collection[Order], *, through: date | None = None) -> int:
    """Plans orders that are new or locked, to the horizon or further, and stores the changes; gives how many transactions differed.

    A refusal names its order.
    """
    plan = PlanState(through or desk.horizon, desk.rulebook.fingerprint, desk.today)
    buyers = stored_customers.find(connection, {order.customer for order in planned_orders})
    plans = _plans(desk, planned_orders, buyers, plan.through)
    reached = orders.planned_through(connection, (order.id for order in planned_orders))
    replanned = transaction_plans.replan(connection, plans, reached=reached)
    steps = billing.recurring_steps(planned_orders, buyers, desk.rulebook, through=plan.through)
    recurring_store.replace(connection, {item.id: of_item for _, item, of_item in steps})
    orders.mark_planned(connection, [each.order.id for each in plans], plan, changed=replanned.changed)
    transaction_plans.mark_lasting(connection, _lasting(plans))
    return replanned.differing


def _lasting(plans: Iterable[Plan]) -> dict[str, date]:
    """By order, the end of the first period whose usage is expected: from then on it is known, and is planned anew."""
    ends = {
        plan.order.id: [
            one.service_until
            for amounts in plan.amounts.values()
            for one in amounts
            if one.kind == "usage" and one.expected and one.service_until is not None
        ]
        for plan in plans
    }
    return {name: min(days) for name, days in ends.items() if days}


def plan_in_batches(desk: Desk, connection: Writing, planned_orders: Sequence[Order]) -> int:
    """The same for any number of orders, so that only the plans of some are in memory."""
    batches = (planned_orders[at : at + _BATCH_SIZE] for at in range(0, len(planned_orders), _BATCH_SIZE))
    return sum(plan_orders(desk, connection, batch) for batch in batches)


def with_invoiced(desk: Desk, connection: Reading, before: Order, after: Order) -> Order:
    """A locked order after an action, whose new changes list what had been invoiced."""
    invoiced = transactions.find(connection, TransactionFilter(order=before.id, states=("invoiced",)))
    return billing.record(before, after, invoiced, today=desk.today)


def find_transactions(desk: Desk, connection: Reading, criteria: TransactionFilter, *, through: date) -> tuple[TransactionFigures, ...]:
    """The matching transactions, as planning through a day would leave them in the store. Writes nothing.

    Stored ones are used where the plan of their order reaches that day with this rulebook; other orders are planned in memory.
    """
    stale = unplanned(desk, connection, criteria, through)
    if not stale:
        return transactions.find(connection, criteria)
    stored = transactions.find(connection, planned_through(desk, criteria, through))
    return transactions.merge(stored, plan_in_memory(desk, connection, stale, criteria, through))


def unplanned(desk: Desk, connection: Reading, criteria: TransactionFilter, through: date) -> tuple[str, ...]:
    """The orders with possibly matching transactions whose plan does not reach a day, or was made under another rulebook."""
    plan = PlanState(through, desk.rulebook.fingerprint, desk.today)
    named = criteria.orders if criteria.order is None else (criteria.order,)
    return orders.unplanned(
        connection, plan, customer=criteria.customer, customers=criteria.customers, type_=criteria.order_type, ids=named
    )


def planned_through(desk: Desk, criteria: TransactionFilter, through: date) -> TransactionFilter:
    """The filter, only of orders that are planned through a day with this rulebook."""
    return replace(criteria, plan=PlanState(through, desk.rulebook.fingerprint, desk.today))


def due_by_customer(desk: Desk, connection: Reading, criteria: TransactionFilter, *, through: date) -> dict[str, int]:
    """How many matching transactions each customer has, estimated for orders that are not planned through the day."""
    stale = unplanned(desk, connection, criteria, through)
    counts = transactions.count_by_customer(connection, planned_through(desk, criteria, through))
    for name, items in orders.items_by_customer(connection, stale).items():
        counts[name] = counts.get(name, 0) + items
    return counts


def plan_in_memory(
    desk: Desk, connection: Reading, names: Iterable[str], criteria: TransactionFilter, through: date
) -> Iterator[tuple[Order, list[TransactionFigures]]]:
    """Some orders with their matching transactions, as planning them would leave them in the store."""
    for batch in chunks(names):
        stored: dict[str, list[TransactionFigures]] = {}
        for one in transactions.find(connection, TransactionFilter(orders=tuple(batch))):
            stored.setdefault(one.order, []).append(one)
        agreed = orders.find(connection, batch).values()
        buyers = stored_customers.find(connection, {order.customer for order in agreed})
        for plan in _plans(desk, agreed, buyers, through):
            after = transaction_plans.after_planning(stored.get(plan.order.id, ()), plan)
            yield plan.order, [one for one in after if criteria.matches(one)]


def planned_figures(
    desk: Desk, connection: Reading, order: Order, stored: Iterable[TransactionFigures], *, through: date
) -> tuple[TransactionFigures, ...]:
    """The transactions of an order, stored or not, as planning it through a day would leave them beside some stored ones."""
    [plan] = _plans(desk, [order], stored_customers.find(connection, [order.customer]), through)
    return tuple(transaction_plans.after_planning(stored, plan))


def _plans(desk: Desk, planned_orders: Collection[Order], buyers: Mapping[str, Customer], through: date) -> list[Plan]:
    """The plans of orders, to be stored.

    Of transactions invoiced elsewhere these hold only the instalments of plans that still have others. Items whose names left the
    rulebook keep the open transactions that they have, held with the name.
    """
    amounts, refused, missing = billing.plan_amounts(planned_orders, buyers, desk.rulebook, through=through, today=desk.today)
    if refused:
        raise Refusal(tuple(replace(problem, pointer=f"/{name}") for name, refusal in refused.items() for problem in refusal.problems))
    return [Plan(order, _to_be_stored(amounts[order.id]), _waiting(order, missing.get(order.id, {}))) for order in planned_orders]


def _waiting(order: Order, missing: Mapping[str, Problem]) -> dict[str, Waiting]:
    return {item.id: Waiting(message_of(missing[item.id]), item.ends_before) for item in order.items if item.id in missing}


def _to_be_stored(amounts: Mapping[str, Sequence[PlannedAmount]]) -> dict[str, Sequence[PlannedAmount]]:
    return {item: _without_elsewhere(of_item) for item, of_item in amounts.items()}


def _without_elsewhere(amounts: Sequence[PlannedAmount]) -> Sequence[PlannedAmount]:
    if all(one.state != "elsewhere" for one in amounts) or any(one.kind == "instalment" and one.state != "elsewhere" for one in amounts):
        return amounts
    return [one for one in amounts if one.state != "elsewhere"]
