"""Orders, items and transactions as tables and as JSON at the command line."""

from __future__ import annotations

from api.cli.invocation import Invocation
from api.cli.sheet_output import write_sheet
from api.desk.reports import due_now
from api.output.sheets import Sheet
from engine.documents.order import Order
from engine.documents.transaction_figures import TransactionFigures


def show_items(invocation: Invocation, of: Order) -> None:
    """Writes the items of an order as a table."""
    columns = ("item", "product", "quantity", "state", "billed", "activated_on", "ends_before")
    rows = tuple(
        (
            item.id,
            item.product,
            item.quantity_on(invocation.desk.today),
            item.state,
            item.billed_on(invocation.desk.today).billed_by,
            item.activated_on,
            item.ends_before,
        )
        for item in of.items
    )
    write_sheet(invocation, Sheet(name="items", columns=columns, rows=rows), None, None)


def transactions_sheet(invocation: Invocation, transactions: tuple[TransactionFigures, ...]) -> Sheet:
    """Transactions as a table, each with its state today."""
    columns = ("item", "kind", "service_from", "service_until", "billing_date", "quantity", "net", "state")
    rows = tuple(
        (
            one.item,
            one.kind,
            one.service_period.start if one.service_period else None,
            one.service_period.until if one.service_period else None,
            one.billing_date,
            one.quantity,
            one.net,
            due_now(invocation.desk, one),
        )
        for one in transactions
    )
    return Sheet(name="transactions", columns=columns, rows=rows)
