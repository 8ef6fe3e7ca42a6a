"""The auditor's rules of payments: no cent of one is lost or allocated twice, and no document takes more than its gross."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, case, exists, func, select

from api.store import tables
from api.store.audit_problems import PAYMENT_DIFFERS, SETTLED_TWICE
from api.store.payment_sources import EXCHANGE
from api.store.payment_tables import payment_allocations, payment_evidences, payment_refunds, payments
from api.store.reminder_tables import charge_cancellations, charges
from api.store.sql import Reading
from engine.money import Currency, Money
from engine.problems import Problem


def audit_payments(connection: Reading) -> Iterator[Problem]:
    """The payments whose parts do not add up to them, and the documents that were settled by more than their gross."""
    parts, columns = payment_allocations.c, payments.c
    allocated = func.coalesce(func.sum(parts.amount), 0)
    about = (columns.id, columns.amount, columns.currency, columns.unallocated, columns.because)
    of_payments = (
        select(
            columns.id, columns.amount, columns.currency, columns.unallocated, _refunded().label("refunded"), allocated.label("allocated")
        )
        .outerjoin(payment_allocations, and_(parts.payment == columns.id, parts.kind == "payment"))
        .group_by(*about)
        .having(allocated + columns.unallocated + _refunded() + _exchanged() != columns.amount)
        .order_by(columns.id)
    )
    for row in connection.execute(of_payments):
        figures = (row.amount, row.allocated, row.unallocated, row.refunded)
        amount, paid, left, back = (Money(int(each), Currency.of(row.currency)) for each in figures)
        yield PAYMENT_DIFFERS.at(None, payment=row.id, amount=amount, allocated=paid, unallocated=left, refunded=back)
    issued = tables.issued.c
    of_documents = (
        select(issued.number, issued.gross, issued.currency, func.sum(parts.amount).label("settled"))
        .join(payment_allocations, parts.document == issued.number)
        .group_by(issued.number, issued.gross, issued.currency)
        .having(func.sum(parts.amount) > issued.gross)
        .order_by(issued.number)
    )
    for document in connection.execute(of_documents):
        settled, gross = (Money(int(each), Currency.of(document.currency)) for each in (document.settled, document.gross))
        yield SETTLED_TWICE.at(None, document=document.number, settled=settled, gross=gross)
    yield from _charged(connection)


def _charged(connection: Reading) -> Iterator[Problem]:
    """The charges that were settled by more than they are, or though they are cancelled."""
    parts, columns = payment_allocations.c, charges.c
    owed = case((charge_cancellations.c.charge.is_(None), columns.amount), else_=0)
    query = (
        select(columns.number, columns.currency, owed.label("owed"), func.sum(parts.amount).label("settled"))
        .join(payment_allocations, parts.document == columns.number)
        .outerjoin(charge_cancellations, charge_cancellations.c.charge == columns.number)
        .group_by(columns.number, columns.currency, columns.amount, charge_cancellations.c.charge)
        .having(func.sum(parts.amount) > owed)
    )
    for row in connection.execute(query.order_by(columns.number)):
        settled, gross = (Money(int(each), Currency.of(row.currency)) for each in (row.settled, row.owed))
        yield SETTLED_TWICE.at(None, document=row.number, settled=settled, gross=gross)


def _exchanged() -> ColumnElement[int]:
    """All of a payment in another currency that is another payment now, in ours."""
    evidence = payment_evidences.alias("exchanges").c
    is_another = evidence.source_id.startswith(payments.c.id + "/")
    has_another = exists(select(evidence.payment).where(evidence.source == EXCHANGE, is_another))
    return case((and_(payments.c.because == "exchanged", has_another), payments.c.amount), else_=0)


def _refunded() -> ColumnElement[int]:
    """What was paid back of a payment that came in; of one that left our account, what it pays back, below zero."""
    back, columns = payment_refunds.c, payments.c
    came, went = (
        select(func.coalesce(func.sum(back.amount), 0)).where(each == columns.id).scalar_subquery()
        for each in (back.incoming, back.outgoing)
    )
    refunded: ColumnElement[int] = came - went
    return refunded
