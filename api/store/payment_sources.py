"""Who reported payments first: those that came from the accounting tool."""

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
