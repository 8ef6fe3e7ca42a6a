"""Open invoices of a former system in the store, apart from the documents that are issued here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import RowMapping, delete, func, select

from api.store import tables
from api.store.sql import Reading, Writing, chunks, rows_after
from engine.documents.former_invoice import FormerInvoice
from engine.money import Currency, Money


def find(connection: Reading, *, customer: str | None = None) -> tuple[FormerInvoice, ...]:
    """The invoices by due date and number; those of one customer where one is given."""
    table = tables.former_invoices
    query = select(table).order_by(table.c.due_on, table.c.number)
    if customer is not None:
        query = query.where(table.c.customer == customer)
    return tuple(map(_invoice, connection.execute(query).mappings()))


def each(connection: Reading, *, after: str | None = None, customer: str | None = None) -> Iterator[FormerInvoice]:
    """The invoices in the order of their numbers, after one; those of one customer where one is given. Some are in memory at once."""
    table = tables.former_invoices
    query = select(table) if customer is None else select(table).where(table.c.customer == customer)
    return map(_invoice, rows_after(connection, query, table.c.number, after))


def sum_of_open(connection: Reading, *, customer: str | None = None) -> int:
    """What is open on all of them, or those of one customer, in minor units."""
    query = select(func.coalesce(func.sum(tables.former_invoices.c.open), 0))
    if customer is not None:
        query = query.where(tables.former_invoices.c.customer == customer)
    return int(connection.execute(query).scalar_one())


def exists(connection: Reading, number: str) -> bool:
    """Whether there is an invoice of a number."""
    return connection.execute(select(tables.former_invoices.c.number).where(tables.former_invoices.c.number == number)).first() is not None


def store(connection: Writing, invoices: Iterable[FormerInvoice]) -> None:
    """Stores invoices; one of the same number is replaced."""
    table, given = tables.former_invoices, list(invoices)
    for some in chunks(one.number for one in given):
        connection.execute(delete(table).where(table.c.number.in_(some)))
    if given:
        connection.execute(table.insert(), [_row(one) for one in given])


def _invoice(row: RowMapping) -> FormerInvoice:
    currency = Currency.of(row["currency"])
    return FormerInvoice.model_validate({**row, "gross": Money(row["gross"], currency), "open": Money(row["open"], currency)})


def _row(invoice: FormerInvoice) -> dict[str, object]:
    amounts = {"gross": invoice.gross.minor, "open": invoice.open.minor, "currency": invoice.currency.code}
    names = ("number", "customer", "issued_on", "due_on", "structured_communication")
    return {name: getattr(invoice, name) for name in names} | amounts
