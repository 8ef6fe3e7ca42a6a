"""Rows of transactions: their keys, the filter of queries, and how a row becomes figures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from typing import Final, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, and_, bindparam, literal_column, not_, or_, select

from api.store import tables
from api.store.sql import Reading, day_number, day_of_number
from engine.documents.order import OrderType
from engine.documents.transaction import TransactionKind, TransactionState
from engine.documents.transaction_figures import PlannedAmount, TransactionFigures
from engine.money import Currency
from engine.phrases import Sentence

OPEN: Final = ("planned", "held")
"""The states of what is on no invoice yet."""
TABLE: Final = tables.transactions
KEY: Final = (TABLE.c.item, TABLE.c.kind, TABLE.c.serial, TABLE.c.change)
IS_OPEN: Final[ColumnElement[bool]] = literal_column(f"transactions.{tables.IS_OPEN}")
"""The condition of the index of open transactions."""
IS_HELD: Final[ColumnElement[bool]] = literal_column(f"transactions.{tables.IS_HELD}")
"""The condition of the index of those that are held back."""
_USED: Final = ("usage", "commitment", "drawdown")
_IS_EXPECTED_USAGE: Final[ColumnElement[bool]] = literal_column(tables.IS_EXPECTED_USAGE)
_NUMBERED: Final = ("insertion", "instalment")
"""The kinds whose serial is a number; that of the others is the first day of service."""
IS_BOUND: Final[ColumnElement[bool]] = and_(*(column == bindparam(f"key_{column.name}", type_=column.type) for column in KEY))
"""The condition that a transaction has the key given with the statement, as `bound` gives it."""
_Row = TypeVar("_Row", bound=tuple[object, ...])
_HASH_DIGITS: Final = 32
FIGURES: Final = ("service_from", "service_until", "billing_date", "invoiceable_from", "expected", "quantity", "list_net", "net")
"""The columns of a transaction that stay as they are once it is invoiced, beside its key."""
_hashed = attrgetter(*FIGURES)


class StoredTransaction(NamedTuple):
    """A row of transactions. Rows of SQLAlchemy look each of their columns up by name, which takes ten times as long."""

    quantity: int
    list_net: int
    net: int
    service_from: date | None
    service_until: date | None
    billing_date: date | None
    invoiceable_from: date | None
    serial: int
    kind: TransactionKind
    state: TransactionState
    expected: bool
    item: str
    change: str
    held_because: Sentence | None
    invoice: str | None


class SelectedTransaction(NamedTuple):
    """A row of transactions with what is known of its item and order."""

    row: StoredTransaction
    product: str
    position: int
    order: str
    order_type: OrderType
    customer: str
    currency: str

    @property
    def key(self) -> Key:
        """The key of the transaction."""
        return Key(self.row.item, self.row.kind, self.row.serial, self.row.change)

    @property
    def place(self) -> tuple[object, ...]:
        """What puts transactions into the order of customer, order, item position, billing date and identity."""
        row = self.row
        return (self.customer, self.order, self.position, row.billing_date or date.min, row.kind, row.serial, row.change)


COLUMNS: Final = tuple(TABLE.c[name] for name in StoredTransaction._fields)
"""The columns of a `StoredTransaction`, in its order."""


class Key(NamedTuple):
    """The primary key of a transaction."""

    item: str
    kind: str
    serial: int
    change: str

    @classmethod
    def of(cls, item: str, amount: PlannedAmount) -> Key:
        """The key of the transaction of an item."""
        return cls(item, amount.kind, serial_of(amount), amount.change or "")

    @classmethod
    def parsed(cls, identity: str) -> Key:
        """The key of an identity."""
        item, kind, first, change = identity.rsplit("|", 3)
        return cls(item, kind, int(first.replace("-", "") or 0), change)

    @property
    def identity(self) -> str:
        """The identity of the transaction."""
        dated = self.kind not in _NUMBERED and self.serial
        return f"{self.item}|{self.kind}|{day_of_number(self.serial) if dated else self.serial or ''}|{self.change}"


@dataclass(frozen=True, slots=True)
class PlanState:
    """How orders are planned: at least through a day, and under the rulebook of a fingerprint; used on a business date.

    A plan with measured items lasts until the end of the first period that is not over: until then its usage is expected.
    """

    through: date
    fingerprint: str
    today: date

    @property
    def is_reached(self) -> ColumnElement[bool]:
        """The condition of an order that is planned so."""
        table = tables.orders.c
        lasts = or_(table.plan_lasts_until.is_(None), table.plan_lasts_until > self.today)
        return and_(table.planned_through >= self.through, table.planned_under == self.fingerprint, lasts)

    @property
    def is_missed(self) -> ColumnElement[bool]:
        """The condition of an order that is not planned so."""
        table = tables.orders.c
        return or_(
            table.planned_through.is_(None),
            table.planned_through < self.through,
            table.planned_under != self.fingerprint,
            table.plan_lasts_until <= self.today,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionFilter:
    """A filter of transactions by order type, customer, orders, states, days, and the state of the plan."""

    order_type: str | None = None
    customer: str | None = None
    customers: tuple[str, ...] | None = None
    """Only of these customers."""
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
    expected_usage: bool = False
    """Only usage, and what is missing of minimums, of periods that are not over."""

    @property
    def is_of_orders(self) -> bool:
        """Whether it says anything of orders."""
        return any(each is not None for each in (self.order_type, self.customer, self.customers, self.order, self.orders, self.plan))

    def matches(self, one: TransactionFigures) -> bool:
        """Whether a transaction that is not stored matches; `orders` and `plan` are ignored."""
        billed = one.billing_date
        is_due = billed is not None and not one.expected
        return (
            self.order_type in (None, one.order_type)
            and self.customer in (None, one.customer)
            and (self.customers is None or one.customer in self.customers)
            and self.order in (None, one.order)
            and (self.states is None or one.state in self.states)
            and (
                self.invoiceable_through is None
                or (is_due and billed is not None and billed - timedelta(days=one.invoice_lead) <= self.invoiceable_through)
            )
            and (not self.expected_usage or (one.expected and one.kind in _USED))
            and self._is_within(billed)
        )

    def _is_within(self, billed: date | None) -> bool:
        if billed is None:
            return self.or_undated or (self.billed_from is None and self.billed_until is None)
        return (self.billed_from is None or billed >= self.billed_from) and (self.billed_until is None or billed < self.billed_until)


def selected(criteria: TransactionFilter) -> Select[tuple[object, ...]]:
    """The query of matching transactions, with what is known of their items and orders."""
    items, orders = tables.items.c, tables.orders.c
    names = (items.product, items.position, orders.id, orders.type, orders.customer, orders.currency)
    return joined(select(*COLUMNS, *names)).where(*conditions(criteria))


def joined(query: Select[_Row]) -> Select[_Row]:
    """The query of transactions with their items and orders."""
    items = tables.items.c
    return query.select_from(TABLE).join(tables.items, items.id == TABLE.c.item).join(tables.orders, tables.orders.c.id == items.order)


def conditions(criteria: TransactionFilter) -> list[ColumnElement[bool]]:
    """The conditions of a filter."""
    columns, orders = TABLE.c, tables.orders.c
    requested = ((orders.type, criteria.order_type), (orders.customer, criteria.customer), (orders.id, criteria.order))
    conditions: list[ColumnElement[bool]] = [column == value for column, value in requested if value is not None]
    if criteria.customers is not None:
        conditions.append(orders.customer.in_(criteria.customers))
    if criteria.states == OPEN:
        conditions.append(IS_OPEN)
    elif criteria.states == ("held",):
        conditions.append(IS_HELD)
    elif criteria.states is not None:
        conditions += [IS_OPEN] if set(criteria.states) <= set(OPEN) else []  # an index has the open ones
        conditions.append(columns.state.in_(criteria.states))
    if criteria.orders is not None:
        conditions.append(orders.id.in_(criteria.orders))
    if criteria.expected_usage:
        conditions.append(_IS_EXPECTED_USAGE)
    if criteria.plan is not None:
        conditions.append(criteria.plan.is_reached)
    if criteria.invoiceable_through is not None:
        conditions += [columns.invoiceable_from <= criteria.invoiceable_through, not_(columns.expected)]
    return [*conditions, *_within(criteria)]


def _within(criteria: TransactionFilter) -> list[ColumnElement[bool]]:
    """The conditions of the days between which a transaction is billed."""
    billed, since, until = TABLE.c.billing_date, criteria.billed_from, criteria.billed_until
    within = [] if since is None else [billed >= since]
    within += [] if until is None else [billed < until]
    if not within:
        return []
    if criteria.or_undated:
        return [or_(and_(*within), billed.is_(None))]
    if until is not None and criteria.states == OPEN:
        within.append(TABLE.c.invoiceable_from < until)  # no lead is negative: the index of open ones finds them
    return within


def find_selected(connection: Reading, criteria: TransactionFilter, *also: ColumnElement[bool]) -> list[SelectedTransaction]:
    """The matching transactions, with what is known of their items and orders."""
    own, rows = len(COLUMNS), connection.execute(selected(criteria).where(*also))
    return [SelectedTransaction._make((StoredTransaction._make(row[:own]), *row[own:])) for row in rows]


def figures_of_row(one: SelectedTransaction) -> TransactionFigures:
    """The transaction of a row."""
    return TransactionFigures(
        item=one.row.item,
        order=one.order,
        order_type=one.order_type,
        customer=one.customer,
        product=one.product,
        currency=Currency.of(one.currency),
        amount=amount_of_row(one.row),
        state=one.row.state,
        held_because=one.row.held_because,
        invoice=one.row.invoice,
    )


def amount_of_row(one: StoredTransaction) -> PlannedAmount:
    """The figures of a row without its item."""
    billed, invoiceable = one.billing_date, one.invoiceable_from
    return PlannedAmount(
        kind=one.kind,
        number=one.serial if one.kind in _NUMBERED else None,
        change=one.change or None,
        service_from=one.service_from,
        service_until=one.service_until,
        billing_date=billed,
        invoice_lead=(billed - invoiceable).days if billed and invoiceable else 0,
        expected=one.expected,
        quantity=one.quantity,
        list_net=one.list_net,
        net=one.net,
        state=one.state if one.state in ("elsewhere", "cancelled") else "planned",
    )


def serial_of(amount: PlannedAmount) -> int:
    """The serial of a transaction: its number, else its first day of service."""
    if amount.number is not None:
        return amount.number
    return day_number(amount.service_from) if amount.service_from else 0


def identity_of_row(one: StoredTransaction) -> str:
    """The identity of the transaction of a row, from its other columns than its place in the key."""
    first = one.serial if one.kind in _NUMBERED else one.service_from or ""
    return f"{one.item}|{one.kind}|{first}|{one.change}"


def serial_of_row(one: StoredTransaction) -> int:
    """The serial that the other columns of a row tell."""
    if one.kind in _NUMBERED:
        return one.serial
    return day_number(one.service_from) if one.service_from else 0


def hash_of(identity: str, source: PlannedAmount | StoredTransaction) -> str:
    """The hash of a transaction on an invoice, from its figures or from its row."""
    since, until, billed, invoiceable, expected, quantity, list_net, net = _hashed(source)
    text = f"{identity}|{since}|{until}|{billed}|{invoiceable}|{expected}|{quantity}|{list_net}|{net}"
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_DIGITS]


def joined_hashes(amounts: Mapping[str, PlannedAmount]) -> str:
    """The hashes of the transactions on an invoice, in the order of their identities, as its row holds them."""
    return " ".join(hash_of(identity, amounts[identity]) for identity in sorted(amounts))


def split_hashes(stored: str, identities: Iterable[str]) -> dict[str, str]:
    """The stored hash of each transaction on an invoice by identity."""
    return dict(zip(sorted(identities), stored.split(), strict=False))


def bound(key: Key) -> dict[str, object]:
    """The parameters of `IS_BOUND` for one key."""
    return {f"key_{name}": part for name, part in zip(key._fields, key, strict=True)}
