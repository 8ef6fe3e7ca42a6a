"""The payments of invoices that were entered in Odoo: what their lines are reconciled with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from api.delivery.accounting.connector import ConnectorFault, ToolPayment
from api.delivery.accounting.odoo_moves import MARK, MOVE, TYPES
from api.delivery.accounting.odoo_rpc import OdooRpc, Row, day, money, number, text_of
from api.delivery.accounting.odoo_setup import OdooSetup
from engine.money import Money

LINE: Final = "account.move.line"
MATCH: Final = "account.partial.reconcile"
_MATCHES: Final = ("debit_move_id", "credit_move_id", "debit_amount_currency", "credit_amount_currency", "exchange_move_id")
_LINES: Final = ("move_id", "account_id", "currency_id", "date", "name", "amount_residual_currency")
_CHUNK: Final = 100


def payments_of(rpc: OdooRpc, setup: OdooSetup, records: Sequence[str]) -> list[ToolPayment]:
    """All payments of some invoices, and what was paid beyond by lines that are reconciled with nothing else."""
    result: list[ToolPayment] = []
    for at in range(0, len(records), _CHUNK):
        result += _payments(rpc, setup, [int(each) for each in records[at : at + _CHUNK]])
    return result


def _payments(rpc: OdooRpc, setup: OdooSetup, invoices: Sequence[int]) -> Iterator[ToolPayment]:
    owed = _by_id(rpc, [["move_id", "in", list(invoices)], ["display_type", "=", "payment_term"]])
    matches = _matches(rpc, list(owed))
    others = {other for match in matches for other in _ends(match) if other not in owed}
    lines = _by_id(rpc, [["id", "in", sorted(others)]]) if others else {}
    moves = _payment_moves(rpc, lines, {number(each) for match in matches if (each := match["exchange_move_id"])})
    accounts = _money_accounts(rpc, setup, moves, {number(line["account_id"]) for line in owed.values()})
    paid: dict[tuple[int, int], Money] = {}
    for match in matches:
        debit, credit = _ends(match)
        for end, other, sign in ((debit, credit, 1), (credit, debit, -1)):
            if end in owed and other in lines and number(lines[other]["move_id"]) in moves:
                currency = setup.currency_of(number(owed[end]["currency_id"]))
                amount = money(match["debit_amount_currency" if sign > 0 else "credit_amount_currency"], currency)
                key = other, number(owed[end]["move_id"])
                paid[key] = paid.get(key, Money(0, currency)) + (amount if sign > 0 else -amount)
    for (name, invoice), amount in paid.items():
        yield replace(_payment(f"{name}/{invoice}", invoice, lines[name], amount, accounts), loose_as=str(name))
    for name, invoice in _only_here(rpc, {name for name, _ in paid}, owed).items():
        residual = money(lines[name]["amount_residual_currency"], setup.currency_of(number(lines[name]["currency_id"])))
        if residual:
            yield _payment(str(name), invoice, lines[name], -residual, accounts)


def _payment(name: str, invoice: int, line: Row, amount: Money, accounts: dict[int, str]) -> ToolPayment:
    on = day(line["date"])
    if on is None:
        raise ConnectorFault("a line without a date")
    return ToolPayment(
        id=name,
        record=str(invoice),
        paid_on=on,
        amount=amount,
        text=text_of(line["name"]),
        account=accounts.get(number(line["move_id"])),
    )


def _by_id(rpc: OdooRpc, domain: Sequence[object]) -> dict[int, Row]:
    return {number(row["id"]): row for row in rpc.search(LINE, domain, _LINES)}


def _matches(rpc: OdooRpc, lines: Sequence[int]) -> list[Row]:
    """What some lines are reconciled with."""
    return rpc.search(MATCH, ["|", ["debit_move_id", "in", lines], ["credit_move_id", "in", lines]], _MATCHES) if lines else []


def _ends(match: Row) -> tuple[int, int]:
    return number(match["debit_move_id"]), number(match["credit_move_id"])


def _payment_moves(rpc: OdooRpc, lines: dict[int, Row], exchange: set[int]) -> set[int]:
    """The entries that were made there, and are neither invoices nor differences of exchange."""
    ids = sorted({number(line["move_id"]) for line in lines.values()} - exchange)
    rows = rpc.search(MOVE, [["id", "in", ids]], ["move_type", "ref"]) if ids else []
    return {number(row["id"]) for row in rows if row["move_type"] not in TYPES and not text_of(row["ref"]).startswith(MARK)}


def _money_accounts(rpc: OdooRpc, setup: OdooSetup, moves: set[int], owed: set[int]) -> dict[int, str]:
    """The code of the account of the money by entry."""
    lines = rpc.search(LINE, [["move_id", "in", sorted(moves)]], ["move_id", "account_id"]) if moves else []
    used = {number(line["move_id"]): number(line["account_id"]) for line in reversed(lines) if number(line["account_id"]) not in owed}
    rows = rpc.search("account.account", [["id", "in", sorted(set(used.values()))]], ["code"]) if used else []
    codes = {number(row["id"]): text_of(row["code"]) for row in rows}
    return {move: codes[account] for move, account in used.items() if account in codes}


def _only_here(rpc: OdooRpc, payments: set[int], owed: dict[int, Row]) -> dict[int, int]:
    """The lines of payments that are reconciled with one invoice of these and nothing else, and that invoice."""
    ends: dict[int, set[int | None]] = {}
    for match in _matches(rpc, sorted(payments)):
        for end, other in (_ends(match), _ends(match)[::-1]):
            if end in payments:
                ends.setdefault(end, set()).add(number(owed[other]["move_id"]) if other in owed else None)
    return {name: one for name, others in ends.items() if len(others) == 1 and (one := next(iter(others))) is not None}


def matched_since(rpc: OdooRpc, moment: str) -> list[int]:
    """The entries and invoices of which something was reconciled since a moment: Odoo may not count that as a change of them."""
    ends = sorted({end for match in rpc.search(MATCH, [["write_date", ">=", moment]], _MATCHES) for end in _ends(match)})
    chunks = (ends[at : at + _CHUNK] for at in range(0, len(ends), _CHUNK))
    return sorted({number(line["move_id"]) for some in chunks for line in rpc.search(LINE, [["id", "in", some]], ["move_id"])})
