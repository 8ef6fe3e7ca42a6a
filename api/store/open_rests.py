"""What was open of invoices and charges on a day, those of a former system too, and what was left of payments, by customer."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from api.store import tables
from api.store.ledger_tables import closed_periods
from api.store.payment_tables import payment_allocations, payment_refunds, payments
from api.store.payments import customers_of
from api.store.reminder_tables import charge_cancellations, charges
from api.store.sql import Day, Reading, chunks
from engine.documents.overdue import DatedAmount
from engine.money import Currency, Money

_issued, _former, _parts, _payments = tables.issued.c, tables.former_invoices.c, payment_allocations.c, payments.c
_charges, _cancelled = charges.c, charge_cancellations.c
_AT_ONCE: Final = 5_000
BUCKETS: Final = (30, 60, 90)
"""The last day of each age in days after the due date; what is older is the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRest:
    """What is open of an invoice, or of a charge."""

    customer: str
    number: str
    issued_on: date
    due_on: date
    gross: Money
    rest: Money
    is_charge: bool = False
    """Whether it is a fee, or interest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAges:
    """What is open of a customer's invoices, by age in the order: not due, then of each bucket, then older."""

    customer: str
    ages: tuple[int, ...]


def rests(
    connection: Reading,
    on: date,
    *,
    customer: str | None = None,
    begin: tuple[str, str] | None = None,
    overdue: bool = False,
    issued_only: bool = False,
) -> Iterator[OpenRest]:
    """The invoices of which something was open at the end of a day, by customer and number, after a place; some are in memory at once.

    `issued_only` leaves out those of a former system.
    """
    parts = _of_all(connection, on, with_former=not issued_only)
    while True:
        query = union_all(*(_open(each, customer, begin, on if overdue else None) for each in parts))
        some = connection.execute(query.order_by("customer", "number").limit(_AT_ONCE)).mappings().all()
        if not some:
            return
        yield from map(_rest, some)
        begin = (some[-1]["customer"], some[-1]["number"])


def _rest(row: RowMapping) -> OpenRest:
    currency = Currency.of(row["currency"])
    return OpenRest(
        **{name: row[name] for name in ("customer", "number", "issued_on", "due_on")},
        gross=Money(row["gross"], currency),
        rest=Money(int(row["rest"]), currency),
        is_charge=bool(row["is_charge"]),
    )


def total(connection: Reading, on: date, *, customer: str | None = None, overdue: bool = False) -> int:
    """The sum of what was open at the end of a day."""
    every = union_all(*(_open(each, customer, None, on if overdue else None) for each in _of_all(connection, on))).subquery()
    return int(connection.execute(select(func.coalesce(func.sum(every.c.rest), 0))).scalar_one())


def ages(connection: Reading, on: date, *, customer: str | None = None, after: str | None = None, limit: int) -> list[CustomerAges]:
    """The customers of whose invoices something was open at the end of a day, by id, after one; looked for among some at a time."""
    parts, result, many = [_open(each, customer, None, None) for each in _of_all(connection, on)], list[CustomerAges](), limit
    ids = select(tables.customers.c.id).order_by(tables.customers.c.id)
    if customer is not None:
        ids = ids.where(tables.customers.c.id == customer)
    while len(result) < limit:
        some = connection.execute((ids if after is None else ids.where(tables.customers.c.id > after)).limit(many)).scalars().all()
        if not some:
            break
        every = union_all(*(part.where(part.selected_columns["customer"].between(some[0], some[-1])) for part in parts)).subquery()
        sums = _sums_by_age(every.c.due_on, every.c.rest, on)
        query = select(every.c.customer, *sums).group_by(every.c.customer).order_by(every.c.customer)
        result += [CustomerAges(customer=row[0], ages=tuple(int(each) for each in row[1:])) for row in connection.execute(query)]
        after, many = some[-1], min(2 * many, _AT_ONCE)
    return result[:limit]


def total_ages(connection: Reading, on: date, *, customer: str | None = None) -> tuple[int, ...]:
    """The sums of all customers by age."""
    every = union_all(*(_open(each, customer, None, None) for each in _of_all(connection, on))).subquery()
    row = connection.execute(select(*(func.coalesce(each, 0) for each in _sums_by_age(every.c.due_on, every.c.rest, on)))).one()
    return tuple(int(each) for each in row)


def surpluses(connection: Reading, on: date) -> dict[str, list[tuple[str, date, Money]]]:
    """By customer, the payments of which something was left at the end of a day beside what they settle, with their days."""
    settled = select(func.coalesce(func.sum(_parts.amount), 0)).where(
        _parts.payment == _payments.id, _parts.kind == "payment", booked_on(connection, on) <= on
    )
    refunded = refunds_by(connection, on).where(payment_refunds.c.incoming == _payments.id)
    left = (_payments.amount - settled.scalar_subquery() - refunded.scalar_subquery()).label("surplus")
    first = select(_parts.document).where(_parts.payment == _payments.id).order_by(_parts.sequence).limit(1).scalar_subquery()
    columns = (_payments.id, _payments.entry_date, _payments.currency, _payments.documents, left, first.label("first"))
    query = select(*columns).where(received_on(connection, on) <= on, left > 0, was_matched(connection, on)).order_by(_payments.id)
    paid = [(row, next(iter(json.loads(row.documents)), row.first)) for row in connection.execute(query)]
    owners = customers_of(connection, {number for _, number in paid if number is not None})
    result: dict[str, list[tuple[str, date, Money]]] = {}
    for row, number in paid:
        owner = owners.get(number or "")
        if owner is not None:
            result.setdefault(owner, []).append((row.id, row.entry_date, Money(int(row.surplus), Currency.of(row.currency))))
    return result


def refunds_by(connection: Reading, on: date) -> Select[int]:
    """The sum of what was paid back until the end of a day: with the payment that did it, or since it was linked with the one that came."""
    given, back = payments.alias("given"), payment_refunds.c
    true_day = case((back.recorded_on <= given.c.recorded_on, given.c.entry_date), else_=back.recorded_on)
    query = select(func.coalesce(func.sum(back.amount), 0)).join(given, given.c.id == back.outgoing)
    return query.where(_in_open_month(connection, on, true_day, back.recorded_at) <= on)


def was_matched(connection: Reading, on: date) -> ColumnElement[bool]:
    """Whether it was known at the end of a day for what a payment is: something was settled with it, or its whole is left to a customer."""
    of = select(func.sum(_parts.amount)).where(_parts.payment == _payments.id)
    settled = func.coalesce(of.where(booked_on(connection, on) <= on).scalar_subquery(), 0)
    ever = select(_parts.payment).where(_parts.payment == _payments.id)
    return or_(settled != 0, and_(_payments.state == "matched", ~exists(ever)))


def settled_by_day(connection: Reading, numbers: Iterable[str], on: date) -> dict[str, list[DatedAmount]]:
    """By document, what was paid of it, given up on it and credited until the end of a day, with the days."""
    result: dict[str, list[DatedAmount]] = {}
    for some in chunks(numbers):
        paid = select(_parts.document, booked_on(connection, on).label("on"), func.sum(_parts.amount).label("total"), _payments.currency)
        paid = paid.join(payments, _payments.id == _parts.payment).where(_parts.document.in_(some), booked_on(connection, on) <= on)
        credits = select(_issued.corrects.label("document"), _issued.issued_on.label("on"), _issued.gross.label("total"), _issued.currency)
        credits = credits.where(_issued.corrects.in_(some), _issued.kind == "credit-note", _issued.issued_on <= on)
        for query in (paid.group_by(_parts.document, "on", _payments.currency).order_by("on"), credits.order_by("on")):
            for row in connection.execute(query):
                day, amount = row.on, Money(int(row.total), Currency.of(row.currency))
                result.setdefault(row.document, []).append(DatedAmount(on=day, amount=amount))
    return result


def is_any_open(connection: Reading, numbers: Collection[str], on: date) -> bool:
    """Whether something of some documents was open at the end of a day."""
    every = union_all(*(_open(each, None, None, None) for each in _of_all(connection, on))).subquery()
    return connection.execute(select(every.c.number).where(every.c.number.in_(numbers), every.c.rest > 0).limit(1)).first() is not None


def place_of(connection: Reading, number: str) -> tuple[str, str] | None:
    """The customer and number of an invoice, that of a former system too; None where there is none."""
    owner = customers_of(connection, [number]).get(number)
    return None if owner is None else (owner, number)


def booked_on(connection: Reading, on: date) -> ColumnElement[date]:
    """The day of a part of a payment: that on which the bank entered the payment, or a later one on which it was allocated.

    In a month that was closed before, it is the first day that was open then, as in the journal; as far as it matters for a day.
    """
    true_day = case((_parts.allocated_on <= _payments.recorded_on, _payments.entry_date), else_=_parts.allocated_on)
    return _in_open_month(connection, on, true_day, _parts.allocated_at)


def received_on(connection: Reading, on: date) -> ColumnElement[date]:
    """The day of a payment: that on which the bank entered it, or the first day that was open when it was recorded."""
    return _in_open_month(connection, on, _payments.entry_date, _payments.recorded_at)


def _in_open_month(connection: Reading, on: date, day: ColumnElement[date], recorded_at: ColumnElement[datetime]) -> ColumnElement[date]:
    columns = closed_periods.c
    closed = select(columns.last_day, columns.closed_at).where(columns.kind == "month", columns.last_day >= on)
    closed = closed.order_by(columns.last_day.desc())
    moved = [
        (and_(recorded_at > row.closed_at, day <= row.last_day), literal(row.last_day + timedelta(days=1), Day()))
        for row in connection.execute(closed)
    ]
    return case(*moved, else_=day) if moved else day


def _settled(connection: Reading, number: ColumnElement[str], on: date) -> ColumnElement[int]:
    query = select(func.coalesce(func.sum(_parts.amount), 0)).join(payments, _payments.id == _parts.payment)
    query = query.where(_parts.document == number, booked_on(connection, on) <= on)
    settled: ColumnElement[int] = query.correlate(tables.issued, tables.former_invoices, charges).scalar_subquery()
    return settled


_Rests = Select[tuple[str, str, date, date, int, int, str, int]]
_DOCUMENT: Final = literal(0).label("is_charge")
_CHARGE: Final = literal(1).label("is_charge")


def _of_all(connection: Reading, on: date, *, with_former: bool = True) -> tuple[_Rests, ...]:
    former = (_of_former(connection, on),) if with_former else ()
    return _of_issued(connection, on), *former, _of_charges(connection, on)


def _of_issued(connection: Reading, on: date) -> _Rests:
    notes = tables.issued.alias("notes")
    credited = select(func.coalesce(func.sum(notes.c.gross), 0)).where(
        notes.c.corrects == _issued.number, notes.c.kind == "credit-note", notes.c.issued_on <= on
    )
    rest = _issued.gross - credited.scalar_subquery() - _settled(connection, _issued.number, on)
    columns = (
        _issued.customer,
        _issued.number,
        _issued.issued_on,
        _issued.due_on,
        _issued.gross,
        rest.label("rest"),
        _issued.currency,
        _DOCUMENT,
    )
    return select(*columns).where(_issued.kind == "invoice", _issued.issued_on <= on)


def _of_former(connection: Reading, on: date) -> _Rests:
    rest = _former.open - _settled(connection, _former.number, on)
    columns = (_former.customer, _former.number, _former.issued_on, _former.due_on, _former.gross, rest.label("rest"), _former.currency)
    return select(*columns, _DOCUMENT).where(_former.issued_on <= on)


def _of_charges(connection: Reading, on: date) -> _Rests:
    """Fees and interest, as they are owed by the customer of their document."""
    owner = func.coalesce(_issued.customer, _former.customer).label("customer")
    cancelled = and_(_cancelled.charge == _charges.number, _cancelled.cancelled_on <= on)
    rest = _charges.amount - case((_cancelled.charge.is_not(None), _charges.amount), else_=0) - _settled(connection, _charges.number, on)
    columns = (owner, _charges.number, _charges.charged_on.label("issued_on"), _charges.due_on, _charges.amount.label("gross"))
    joined = (
        charges.outerjoin(tables.issued, _issued.number == _charges.document)
        .outerjoin(tables.former_invoices, _former.number == _charges.document)
        .outerjoin(charge_cancellations, cancelled)
    )
    return select(*columns, rest.label("rest"), _charges.currency, _CHARGE).select_from(joined).where(_charges.charged_on <= on)


def _open(query: _Rests, customer: str | None, begin: tuple[str, str] | None, overdue_on: date | None) -> _Rests:
    columns = query.selected_columns
    query = query.where(columns["rest"] != 0)
    if customer is not None:
        query = query.where(columns["customer"] == customer)
    if begin is not None:
        query = query.where(tuple_(columns["customer"], columns["number"]) > tuple_(literal(begin[0]), literal(begin[1])))
    return query if overdue_on is None else query.where(columns["due_on"] < overdue_on)


def _sums_by_age(due_on: ColumnElement[date], rest: ColumnElement[int], on: date) -> list[ColumnElement[int]]:
    days = [on, *(on - timedelta(days=days) for days in BUCKETS)]
    bounds = [(None, days[0]), *((days[at], days[at + 1]) for at in range(len(days) - 1)), (days[-1], None)]
    return [func.sum(case((_between(due_on, *bound), rest), else_=0)) for bound in bounds]


def _between(due_on: ColumnElement[date], before: date | None, since: date | None) -> ColumnElement[bool]:
    """Due before a day, and on or after another."""
    return and_(*([due_on < before] if before else []), *([due_on >= since] if since else []))
