"""The accounts from which customers pay: known by what was paid from them, and by mandates."""

from __future__ import annotations

from sqlalchemy import func, select

from api.store import people_tables, tables
from api.store.payment_tables import payment_allocations, payments
from api.store.sql import Reading


def payer_accounts(connection: Reading) -> dict[str, set[str]]:
    """By account, the customers that paid from it before, and those whose mandates name it."""
    issued, parts = tables.issued.c, payment_allocations.c
    paid = (
        select(payments.c.payer_iban.label("iban"), issued.customer)
        .join(payment_allocations, parts.payment == payments.c.id)
        .join(tables.issued, issued.number == parts.document)
        .where(payments.c.payer_iban.is_not(None))
        .group_by(payments.c.payer_iban, issued.customer)
        .having(func.sum(parts.amount) > 0)
    )
    mandates = people_tables.mandates.c
    agreed = select(mandates.iban, mandates.customer).where(mandates.state == "active")
    result: dict[str, set[str]] = {}
    for query in (paid, agreed):
        for row in connection.execute(query):
            result.setdefault(row.iban, set()).add(row.customer)
    return result


def customers_by_account(connection: Reading, iban: str) -> set[str]:
    """The customers that paid from an account before, and those whose mandates name it."""
    issued, parts, mandates = tables.issued.c, payment_allocations.c, people_tables.mandates.c
    paid = (
        select(issued.customer)
        .join(payment_allocations, parts.document == issued.number)
        .join(payments, payments.c.id == parts.payment)
        .where(payments.c.payer_iban == iban)
        .group_by(issued.customer)
        .having(func.sum(parts.amount) > 0)
    )
    agreed = select(mandates.customer).where(mandates.iban == iban, mandates.state == "active")
    return {name for query in (paid, agreed) for name in connection.execute(query).scalars()}
