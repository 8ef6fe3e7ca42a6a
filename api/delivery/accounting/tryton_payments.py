"""The payments of invoices that were entered in Tryton, by the ids of their lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from api.delivery.accounting.connector import ToolPayment
from api.delivery.accounting.tryton_entries import MARK
from api.delivery.accounting.tryton_rpc import Row, TrytonRpc, day, decimal, number, row_in, rows_in
from api.delivery.accounting.tryton_setup import TrytonSetup
from engine.money import Currency, Money

_LINE: Final = ("id", "date", "debit", "credit", "description", "move.id", "move.description", "move.journal.type", "party.id")
_FIELDS: Final = [f"{way}.{name}" for way in ("payment_lines", "reconciliation_lines") for name in _LINE]
_OF_INVOICES: Final = ("revenue", "expense")
"""The types of journals of invoices: a credit note that settles an invoice is no payment."""
_CHUNK: Final = 100


def payments_of(rpc: TrytonRpc, setup: TrytonSetup, records: Sequence[str]) -> list[ToolPayment]:
    """All payments of some invoices: their lines, and what was paid beyond them by the same entries."""
    result: dict[str, ToolPayment] = {}
    for at in range(0, len(records), _CHUNK):
        rows = rpc.call("account.invoice.read", [int(each) for each in records[at : at + _CHUNK]], [*_FIELDS, "account"])
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                result |= {each.id: each for each in _payments(rpc, row)}
    return list(result.values())


def _payments(rpc: TrytonRpc, invoice: Row) -> Iterator[ToolPayment]:
    record = str(number(invoice["id"]))
    lines = {number(line["id"]): line for way in ("payment_lines", "reconciliation_lines") for line in rows_in(invoice, way)}
    paid = {name: line for name, line in lines.items() if _is_payment(row_in(line, "move"))}
    moves = sorted({number(row_in(line, "move").get("id")) for line in paid.values()})
    if not moves:
        return
    every = rpc.search(
        "account.move.line", [["move", "in", moves]], [*_LINE, "move", "account", "account.code", "invoice_payment", "reconciliation"]
    )
    money = {number(line["move"]): str(row_in(line, "account").get("code")) for line in every if line["account"] != invoice["account"]}
    for line in every:
        is_paid = number(line["id"]) in paid
        is_beyond = line["account"] == invoice["account"] and line["reconciliation"] is None and line.get("invoice_payment") is None
        if is_paid or is_beyond:
            yield _payment(record, line, money.get(number(line["move"])))


def _is_payment(move: Row) -> bool:
    """Whether an entry was made there, and not of an invoice."""
    is_ours = str(move.get("description") or "").startswith(MARK)
    return not is_ours and row_in(move, "journal").get("type") not in _OF_INVOICES


def _payment(record: str, line: Row, account: str | None) -> ToolPayment:
    amount = decimal(line.get("credit")) - decimal(line.get("debit"))
    on = day(line.get("date"))
    assert on is not None, "each line of an entry has its date"
    return ToolPayment(
        id=str(number(line["id"])),
        record=record,
        paid_on=on,
        amount=Money.parse(f"{amount:.2f}", Currency.of("EUR")),
        text=str(line.get("description") or ""),
        account=account,
    )
