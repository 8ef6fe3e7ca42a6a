"""What is open, overdue and paid of the invoices of customers, orders and opportunities: summed in SQL, never stored.

The statements are made once: every answer that shows a customer or an order executes them, and to make one takes longer than the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, Literal

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from api.store import tables
from api.store.payment_tables import payment_allocations
from api.store.settlements import rest_of_invoice
from api.store.sql import Day, Reading, chunks

Owing = Literal["customer", "order", "opportunity"]
_issued, _former, _parts = tables.issued.c, tables.former_invoices.c, payment_allocations.c
_customers, _items, _lines = tables.customers.c, tables.items.c, tables.transactions.c
_Pairs = Select[tuple[str, str]]
_names: Final[BindParameter[str]] = bindparam("names", expanding=True)
_is_of: Final = or_(_customers.id.in_(_names), _customers.merged_into.in_(_names))
_on: Final = bindparam("day", type_=Day())


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums in minor units: what is to be paid, what of it was due before a day, and what payments have settled."""

    open: int = 0
    overdue: int = 0
    paid: int = 0


def of_documents(connection: Reading, what: Owing, names: Iterable[str], on: date) -> dict[str, Sums]:
    """The sums of the invoices of some customers, orders or opportunities, on a day; those without an invoice are left out.

    An invoice counts as a whole for each order, and each opportunity, that has a line on it.
    """
    result: dict[str, Sums] = {}
    statements = _statements(what)
    for some in chunks(names):
        given = {"names": some, "day": on}
        for row in (row for statement in statements for row in connection.execute(statement, given)):
            before = result.get(row.name, Sums())
            result[row.name] = Sums(before.open + int(row.open), before.overdue + int(row.overdue), before.paid + int(row.paid))
    return result


@cache
def _statements(what: Owing) -> tuple[Select[str, int, int, int], ...]:
    """The sums by name, for `names` on a `day`."""
    return (_sums(_PAIRS[what]()), *([_of_former()] if what == "customer" else ()))


def _sums(pairs: _Pairs) -> Select[str, int, int, int]:
    """The sums by name of the invoices of (name, number)."""
    of = pairs.distinct().subquery("of")
    each = (
        select(of.c.name, rest_of_invoice().label("rest"), _issued.due_on, _paid(_issued.number).label("paid"))
        .join(tables.issued, _issued.number == of.c.number)
        .where(_issued.kind == "invoice")
        .subquery("each")
    )
    is_open = each.c.rest > 0
    name, paid = type_coerce(each.c.name, Text).label("name"), type_coerce(func.sum(each.c.paid), BigInteger).label("paid")
    overdue = _total(and_(is_open, each.c.due_on < _on), each.c.rest).label("overdue")
    return select(name, _total(is_open, each.c.rest).label("open"), overdue, paid).group_by(each.c.name)


def _of_former() -> Select[str, int, int, int]:
    """The same of what was open of a former system, by customer."""
    settled = select(func.coalesce(func.sum(_parts.amount), 0)).where(_parts.document == _former.number).scalar_subquery()
    rest, survivor = _former.open - settled, type_coerce(func.coalesce(_customers.merged_into, _customers.id), Text)
    overdue, paid = _total(and_(rest > 0, _former.due_on < _on), rest), func.sum(_paid(_former.number))
    query = select(survivor.label("name"), _total(rest > 0, rest).label("open"), overdue.label("overdue"), paid.label("paid"))
    return query.join(tables.customers, _customers.id == _former.customer).where(_is_of).group_by(survivor)


def _total(which: ColumnElement[bool], amount: ColumnElement[int]) -> ColumnElement[int]:
    return func.sum(case((which, amount), else_=0))


def _paid(number: ColumnElement[str]) -> ColumnElement[int]:
    paid = select(func.coalesce(func.sum(_parts.amount), 0)).where(_parts.document == number, _parts.kind == "payment")
    result: ColumnElement[int] = paid.scalar_subquery()
    return result


def _of_customers() -> _Pairs:
    """Invoices of customers and of those that were merged into them."""
    survivor = func.coalesce(_customers.merged_into, _customers.id).label("name")
    return select(survivor, _issued.number).join(tables.issued, _issued.customer == _customers.id).where(_is_of)


def _of_orders() -> _Pairs:
    query = select(_items.order.label("name"), _lines.invoice.label("number")).join(tables.transactions, _lines.item == _items.id)
    return query.where(_items.order.in_(_names), _lines.invoice.is_not(None))


def _of_opportunities() -> _Pairs:
    """Invoices of the items that came from a quote of an opportunity, also where they joined a running order."""
    quotes, orders = tables.quotes.c, tables.orders.c
    source = quotes.number + literal(" version ") + cast(quotes.version, Text) + literal(" line %")
    query = select(quotes.opportunity.label("name"), _lines.invoice.label("number")).select_from(tables.quotes)
    query = query.join(tables.orders, orders.customer == quotes.customer).join(tables.items, _items.order == orders.id)
    query = query.join(tables.transactions, _lines.item == _items.id)
    return query.where(quotes.opportunity.in_(_names), _items.source.like(source), _lines.invoice.is_not(None))


_PAIRS: Final[Mapping[Owing, Callable[[], _Pairs]]] = {
    "customer": _of_customers,
    "order": _of_orders,
    "opportunity": _of_opportunities,
}
