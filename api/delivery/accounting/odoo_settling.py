"""What entries settle in Odoo: their lines are reconciled with those of their invoices, and taken out of them again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Final

from api.delivery.accounting.connector import Entry
from api.delivery.accounting.odoo_moves import MARK, TYPES
from api.delivery.accounting.odoo_rpc import OdooRefusal, OdooRpc, Row, number, text_of
from api.delivery.accounting.odoo_setup import OdooSetup

_LINE: Final = "account.move.line"
_FIELDS: Final = ("name", "account_id", "balance", "amount_residual", "reconciled")


def settle(rpc: OdooRpc, setup: OdooSetup, entry: Entry, move: int) -> None:
    """Reconciles the lines of a posted entry with the invoices that they settle; done again, it changes nothing.

    What Odoo does not take, such as a payment of an invoice that is paid by another, stays a line of the customer.
    """
    documents = sorted({line.document for line in entry.lines if line.document})
    if not documents:
        return
    loose = [["move_id", "=", move], ["name", "in", documents], ["reconciled", "=", False]]
    receivable = ["account_id.account_type", "=", "asset_receivable"]
    for line in rpc.search(_LINE, [*loose, receivable], _FIELDS):
        if line["amount_residual"] != line["balance"]:
            continue  # a part of it is settled
        ours = [["move_id.company_id", "=", setup.company], ["move_id.ref", "=", line["name"]], ["move_id.move_type", "in", list(TYPES)]]
        invoice = rpc.search(_LINE, [*ours, ["parent_state", "=", "posted"], ["display_type", "=", "payment_term"]], _FIELDS)
        with suppress(OdooRefusal):
            _settle(rpc, line, [each for each in invoice if number(each["account_id"]) == number(line["account_id"])])


def _settle(rpc: OdooRpc, line: Row, invoice: Sequence[Row]) -> None:
    owed = sum((_decimal(each["balance"]) for each in invoice), Decimal())
    if owed * _decimal(line["balance"]) < 0:
        open_lines = [number(each["id"]) for each in invoice if not each["reconciled"]]
        if open_lines:
            rpc.call(_LINE, "reconcile", ids=[*open_lines, number(line["id"])])
        return
    payment = _reversed_line(rpc, line)
    if payment is not None:
        rpc.call(_LINE, "remove_move_reconcile", ids=[payment])
        rpc.call(_LINE, "reconcile", ids=[payment, number(line["id"])])


def _reversed_line(rpc: OdooRpc, line: Row) -> int | None:
    """The line of an entry of ours that settled the same invoice with as much, and is taken back now."""
    same = [["name", "=", text_of(line["name"])], ["account_id", "=", number(line["account_id"])], ["id", "<", number(line["id"])]]
    posted = [["parent_state", "=", "posted"], ["move_id.move_type", "=", "entry"], ["move_id.ref", "=like", f"{MARK}%"]]
    balances = {number(each["id"]): _decimal(each["balance"]) for each in rpc.search(_LINE, [*same, *posted], _FIELDS)}
    ids = [name for name, balance in balances.items() if balance == -_decimal(line["balance"])]
    countered = {name for name in ids if _is_countered(rpc, name, list(balances))}
    return max(set(ids) - countered, default=None)


def _is_countered(rpc: OdooRpc, line: int, ours: Sequence[int]) -> bool:
    """Whether a line is settled by another line of an entry of ours already."""
    between = ["|", ["debit_move_id", "=", line], ["credit_move_id", "=", line]]
    rows = rpc.search("account.partial.reconcile", between, ["debit_move_id", "credit_move_id"])
    return any({number(row["debit_move_id"]), number(row["credit_move_id"])} - {line} <= set(ours) for row in rows)


def _decimal(value: object) -> Decimal:
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal()
