"""Who reported payments: those that came from the accounting tool first, and those that were payments in another currency."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from sqlalchemy import select

from api.store import payments as payment_store
from api.store.payment_tables import payment_evidences, payments
from api.store.payments import StoredPayment
from api.store.sql import Reading, chunks

BY_TOOL: Final = "tool"
EXCHANGE: Final = "exchange"
"""Reports a payment in our currency that was one in another; its ids are those of the other, with a number."""
_PAYMENT: Final = payments.c


def reported_by_tool(connection: Reading, names: Iterable[str]) -> frozenset[str]:
    """Of some payments those that were entered in the accounting tool."""
    queries = (select(_PAYMENT.id).where(_PAYMENT.source == BY_TOOL, _PAYMENT.id.in_(some)) for some in chunks(names))
    return frozenset(name for query in queries for name in connection.execute(query).scalars())


def only_in_tool(connection: Reading, iban: str, first: date, last: date) -> list[StoredPayment]:
    """The payments of one of our accounts, of a day to a day, that count and that only the accounting tool has reported."""
    others = select(payment_evidences.c.payment).where(payment_evidences.c.source != BY_TOOL)
    query = select(_PAYMENT.id).where(
        _PAYMENT.source == BY_TOOL,
        _PAYMENT.iban == iban,
        _PAYMENT.entry_date >= first,
        _PAYMENT.entry_date <= last,
        _PAYMENT.state != "held",
        _PAYMENT.id.not_in(others),
    )
    result = payment_store.some(connection, connection.execute(query).scalars())
    return [result[name] for name in sorted(result)]


def in_other_currency(connection: Reading, name: str) -> str | None:
    """What a payment is in another currency: what our bank credited for it, or the payment for which that was credited."""
    of = select(payment_evidences.c.source_id).where(payment_evidences.c.source == EXCHANGE, payment_evidences.c.payment == name)
    source_id = connection.execute(of).scalar()
    if source_id is not None:
        return str(source_id).partition("/")[0]
    return next(reversed(exchanges_of(connection, name)), None)


def exchanges_of(connection: Reading, name: str) -> list[str]:
    """What a payment in another currency became in ours, the last of them last."""
    columns = payment_evidences.c
    query = select(columns.payment).where(columns.source == EXCHANGE, columns.source_id.startswith(f"{name}/", autoescape=True))
    return list(connection.execute(query.order_by(columns.payment)).scalars())
