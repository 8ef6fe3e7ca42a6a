"""What entries settle in Tryton: their lines are linked with invoices, which are paid when nothing is left, and open again otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Final

from api.delivery.accounting.connector import Entry
from api.delivery.accounting.tryton_rpc import Row, TrytonQuestion, TrytonRefusal, TrytonRpc, decimal, number, rows_in
from api.delivery.accounting.tryton_setup import TrytonSetup

_LINE: Final = "account.move.line"
_LINES: Final = tuple(f"{way}.{name}" for way in ("lines_to_pay", "payment_lines") for name in ("id", "debit", "credit", "reconciliation"))
_FIELDS: Final = ("reference", "state", "account", "party", "amount_to_pay", *_LINES)


def settle(rpc: TrytonRpc, setup: TrytonSetup, booked: Mapping[str, Entry]) -> None:
    """Links the lines of posted entries, by their ids, with the invoices that they settle; done again, it changes nothing.

    What Tryton does not take, such as a payment of an invoice that is paid by another, stays a line of the customer.
    """
    documents = sorted({line.document for entry in booked.values() for line in entry.lines if line.document})
    if not documents:
        return
    domain = [["company", "=", setup.company], ["type", "=", "out"], ["reference", "in", documents], ["state", "in", ["posted", "paid"]]]
    invoices = {str(row["reference"]): row for row in rpc.search("account.invoice", domain, _FIELDS)}
    for line in _loose_lines(rpc, booked, invoices):
        with suppress(TrytonRefusal, TrytonQuestion):
            _link(rpc, invoices[str(line["description"])], line)
    changed = rpc.search("account.invoice", [["id", "in", [number(row["id"]) for row in invoices.values()]]], _FIELDS)
    for invoice in changed:
        if invoice["state"] == "posted" and not decimal(invoice["amount_to_pay"]):
            with suppress(TrytonRefusal, TrytonQuestion):
                _reconcile(rpc, [*rows_in(invoice, "lines_to_pay"), *rows_in(invoice, "payment_lines")])


def _loose_lines(rpc: TrytonRpc, booked: Mapping[str, Entry], invoices: Mapping[str, Row]) -> list[Row]:
    """The lines of entries on the account of an invoice which no invoice has yet."""
    domain = [["move", "in", [int(each) for each in booked]], ["reconciliation", "=", None], ["description", "in", sorted(invoices)]]
    rows = rpc.search(_LINE, domain, ["description", "account", "party", "debit", "credit", "invoice_payment"])
    return [row for row in rows if row.get("invoice_payment") is None and row["account"] == invoices[str(row["description"])]["account"]]


def _link(rpc: TrytonRpc, invoice: Row, line: Row) -> None:
    """Links a payment with its invoice, where this is open for as much; what takes a payment back is set against that payment."""
    amount, owed = _amount(line), sum((_amount(each) for each in rows_in(invoice, "lines_to_pay")), Decimal())
    if line["party"] != invoice["party"]:
        return
    if amount * owed < 0:
        if invoice["state"] == "posted" and abs(amount) <= abs(decimal(invoice["amount_to_pay"])):
            rpc.call(f"{_LINE}.write", [number(line["id"])], {"invoice_payment": number(invoice["id"])})
        return
    undone = next((number(each["id"]) for each in rows_in(invoice, "payment_lines") if _amount(each) == -amount), None)
    if undone is None:
        return
    if invoice["state"] == "paid":
        rpc.wizard("account.move.unreconcile_lines", _LINE, [number(each["id"]) for each in rows_in(invoice, "lines_to_pay")])
    rpc.call(f"{_LINE}.write", [undone], {"invoice_payment": None})
    rpc.wizard("account.move.reconcile_lines", _LINE, [undone, number(line["id"])])


def _amount(line: Row) -> Decimal:
    return decimal(line["debit"]) - decimal(line["credit"])


def _reconcile(rpc: TrytonRpc, lines: Iterable[Row]) -> None:
    left = [number(each["id"]) for each in lines if each["reconciliation"] is None]
    if left:
        rpc.wizard("account.move.reconcile_lines", _LINE, left)
