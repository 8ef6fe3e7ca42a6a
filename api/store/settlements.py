"""What was done on invoices, summed in SQL from allocations and credit notes: paid, credited, given up, and what is left; never stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sqlalchemy import Boolean, ColumnElement, and_, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from api.store import tables
from api.store.payment_tables import HAS_SURPLUS, payment_allocations, payment_refunds, payments
from api.store.sql import Reading, chunks
from engine.documents.payment_match import Received, Settlement
from engine.money import Currency, Money

_issued, _parts, _payments = tables.issued.c, payment_allocations.c, payments.c
_notes = tables.issued.alias("credits_of")
_WRITTEN_OFF: Final = ("write-off", "write-off-vat")
_OUTCOMES: Final = ("paid", "given-up", "written-off")
_OUTCOME_OF: Final[Mapping[str, str]] = {"payment": "paid", **dict.fromkeys(_WRITTEN_OFF, "written-off")}


def of_documents(connection: Reading, numbers: Iterable[str]) -> dict[str, Settlement]:
    """What was done on each of some invoices; credit notes and unknown numbers are left out."""
    result: dict[str, Settlement] = {}
    surplus: Mapping[str, int] | None = None
    for some in chunks(numbers):
        invoices = connection.execute(
            select(_issued.number, _issued.gross, _issued.currency).where(_issued.number.in_(some), _issued.kind == "invoice")
        ).all()
        if not invoices:
            continue
        surplus = _surpluses(connection) if surplus is None else surplus
        parts = _allocated(connection, some)
        credited = _credited(connection, some)
        for invoice in invoices:
            number, currency = invoice.number, Currency.of(invoice.currency)
            paid, given_up, written_off = (parts.get((number, outcome), 0) for outcome in _OUTCOMES)
            rest = invoice.gross - paid - given_up - written_off - credited.get(number, 0)
            result[number] = Settlement(
                gross=Money(invoice.gross, currency),
                paid=Money(paid, currency),
                credited=Money(credited.get(number, 0), currency),
                written_off=Money(written_off, currency),
                differences=Money(given_up, currency),
                surplus=Money(surplus.get(number, 0) + max(0, -rest), currency),
            )
    return result


def received(connection: Reading, numbers: Iterable[str]) -> Iterator[Received]:
    """What was received for some documents: the parts of payments that settle them, and what is left of payments that name one first."""
    unique = frozenset(numbers)
    for some in chunks(unique):
        columns = (_parts.payment, _payments.entry_date, _parts.document, _parts.kind, _payments.currency)
        query = select(*columns, func.sum(_parts.amount).label("total")).join(payments, _payments.id == _parts.payment)
        for row in connection.execute(query.where(_parts.document.in_(some)).group_by(*columns).order_by(*columns)):
            amount = Money(int(row.total), Currency.of(row.currency))
            yield Received(payment=row.payment, on=row.entry_date, document=row.document, amount=amount, kind=row.kind)
    columns = (_payments.id, _payments.entry_date, _payments.documents, _payments.unallocated, _payments.currency)
    for left in connection.execute(select(*columns).where(HAS_SURPLUS)):
        if next(iter(json.loads(left.documents)), None) in unique:
            yield Received(payment=left.id, on=left.entry_date, document=None, amount=Money(left.unallocated, Currency.of(left.currency)))
    yield from _refunded(connection, unique)


def _refunded(connection: Reading, numbers: frozenset[str]) -> Iterator[Received]:
    """What was paid back: as received on the day on which it came, and given back on that on which it went."""
    given = payments.alias("given")
    columns = (_payments.id, _payments.entry_date, _payments.documents, _payments.currency)
    back = payment_refunds.c
    query = select(*columns, given.c.id.label("outgoing"), given.c.entry_date.label("on"), func.sum(back.amount).label("total"))
    query = query.join(payment_refunds, back.incoming == _payments.id).join(given, given.c.id == back.outgoing)
    query = query.where(_payments.state == "matched").group_by(*columns, given.c.id, given.c.entry_date).order_by(given.c.id)
    for row in connection.execute(query):
        if row.total and next(iter(json.loads(row.documents)), None) in numbers:
            amount = Money(int(row.total), Currency.of(row.currency))
            yield Received(payment=row.id, on=row.entry_date, document=None, amount=amount)
            yield Received(payment=row.outgoing, on=row.on, document=None, amount=-amount)


def has_payments(connection: Reading) -> bool:
    """Whether any payment is known."""
    return connection.execute(select(_payments.id).limit(1)).first() is not None


def _allocated(connection: Reading, numbers: Iterable[str]) -> dict[tuple[str, str], int]:
    """By document, and whether it was paid, given up or written off, the sum of its allocations."""
    query = select(_parts.document, _parts.kind, func.sum(_parts.amount).label("total")).where(_parts.document.in_(numbers))
    sums: dict[tuple[str, str], int] = {}
    for row in connection.execute(query.group_by(_parts.document, _parts.kind)):
        place = (row.document, _OUTCOME_OF.get(row.kind, "given-up"))
        sums[place] = sums.get(place, 0) + int(row.total)
    return sums


def _credited(connection: Reading, numbers: Iterable[str]) -> dict[str, int]:
    query = select(_issued.corrects, func.sum(_issued.gross).label("total")).where(_issued.corrects.in_(numbers))
    rows = connection.execute(query.where(_issued.kind == "credit-note").group_by(_issued.corrects))
    return {row.corrects: int(row.total) for row in rows}


def _surpluses(connection: Reading) -> dict[str, int]:
    """What is left of payments that settle documents, linked to each document that they name."""
    sums: dict[str, int] = {}
    for row in connection.execute(select(_payments.documents, _payments.unallocated).where(HAS_SURPLUS)):
        for number in json.loads(row.documents):
            sums[number] = sums.get(number, 0) + row.unallocated
    return sums


def rest_of_invoice() -> ColumnElement[int]:
    """What is left of an invoice."""
    allocated = select(func.coalesce(func.sum(_parts.amount), 0)).where(_parts.document == _issued.number)
    credited = select(func.coalesce(func.sum(_notes.c.gross), 0)).where(_notes.c.corrects == _issued.number, _notes.c.kind == "credit-note")
    rest: ColumnElement[int] = _issued.gross - allocated.scalar_subquery() - credited.scalar_subquery()
    return rest


class _HasSurplus(ColumnElement[bool]):
    """Whether a payment of which something is left names an invoice: `documents` is a list in JSON, and all are read once."""

    inherit_cache = True
    type = Boolean()


@compiles(_HasSurplus)
def _named_by_surplus(_element: _HasSurplus, compiler: SQLCompiler, **_given: object) -> str:
    if compiler.dialect.name == "sqlite":
        numbers = "select named.value from payments, json_each(payments.documents) as named"
    else:
        numbers = "select jsonb_array_elements_text(payments.documents::jsonb) from payments"
    return f"(issued.number in ({numbers} where {HAS_SURPLUS.text}))"


def _has_surplus() -> ColumnElement[bool]:
    return _HasSurplus()


def _is_written_off() -> ColumnElement[bool]:
    """Whether what was left of an invoice was given up; what was taken back adds up to nothing."""
    given_up = select(func.coalesce(func.sum(_parts.amount), 0)).where(_parts.document == _issued.number, _parts.kind.in_(_WRITTEN_OFF))
    written_off: ColumnElement[bool] = given_up.scalar_subquery() > 0
    return written_off


_is_invoice: Final = _issued.kind == "invoice"
UNPAID: Final = and_(_is_invoice, rest_of_invoice() > 0)
IN_STATE: Final[Mapping[object, ColumnElement[bool]]] = {
    "open": and_(_is_invoice, rest_of_invoice() > 0, rest_of_invoice() == _issued.gross, ~_has_surplus()),
    "part-paid": and_(_is_invoice, rest_of_invoice() > 0, rest_of_invoice() < _issued.gross, ~_has_surplus()),
    "paid": and_(_is_invoice, rest_of_invoice() == 0, ~_has_surplus(), ~_is_written_off()),
    "written-off": and_(_is_invoice, rest_of_invoice() == 0, ~_has_surplus(), _is_written_off()),
    "overpaid": and_(_is_invoice, or_(rest_of_invoice() < 0, _has_surplus())),
}
"""What holds of the invoices in a state."""
