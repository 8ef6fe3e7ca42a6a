"""Open invoices of a former system in the store, apart from the documents that are issued here."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from api.store import tables
from api.store.sql import Reading, Writing, chunks
from engine.documents.former_invoice import FormerInvoice
from engine.money import Currency, Money


def find(connection: Reading, *, customer: str | None = None) -> tuple[FormerInvoice, ...]:
    """The invoices by due date and number; those of one customer where one is given."""
    table = tables.former_invoices
    query = select(table).order_by(table.c.due_on, table.c.number)
    if customer is not None:
        query = query.where(table.c.customer == customer)
    return tuple(
        FormerInvoice.model_validate(
            {**row, "gross": Money(row["gross"], Currency.of(row["currency"])), "open": Money(row["open"], Currency.of(row["currency"]))}
        )
        for row in connection.execute(query).mappings()
    )


def store(connection: Writing, invoices: Iterable[FormerInvoice]) -> None:
    """Stores invoices; one of the same number is replaced."""
    table, given = tables.former_invoices, list(invoices)
    for some in chunks(one.number for one in given):
        connection.execute(delete(table).where(table.c.number.in_(some)))
    if given:
        connection.execute(table.insert(), [_row(one) for one in given])


def _row(invoice: FormerInvoice) -> dict[str, object]:
    amounts = {"gross": invoice.gross.minor, "open": invoice.open.minor, "currency": invoice.currency.code}
    names = ("number", "customer", "issued_on", "due_on", "structured_communication")
    return {name: getattr(invoice, name) for name in names} | amounts
