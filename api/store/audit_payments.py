"""The auditor's rules of payments: no cent of one is lost or allocated twice, and no document takes more than its gross."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, select

from api.store import tables
from api.store.audit_problems import PAYMENT_DIFFERS, SETTLED_TWICE
from api.store.payment_tables import payment_allocations, payments
from api.store.sql import Reading
from engine.money import Currency, Money
from engine.problems import Problem


def audit_payments(connection: Reading) -> Iterator[Problem]:
    """The payments whose parts do not add up to them, and the documents that were settled by more than their gross."""
    parts, columns = payment_allocations.c, payments.c
    allocated = func.coalesce(func.sum(parts.amount), 0)
    of_payments = (
        select(columns.id, columns.amount, columns.currency, columns.unallocated, allocated.label("allocated"))
        .outerjoin(payment_allocations, and_(parts.payment == columns.id, parts.kind == "payment"))
        .group_by(columns.id, columns.amount, columns.currency, columns.unallocated)
        .having(allocated + columns.unallocated != columns.amount)
        .order_by(columns.id)
    )
    for row in connection.execute(of_payments):
        amount, paid, left = (Money(int(each), Currency.of(row.currency)) for each in (row.amount, row.allocated, row.unallocated))
        yield PAYMENT_DIFFERS.at(None, payment=row.id, amount=amount, allocated=paid, unallocated=left)
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
