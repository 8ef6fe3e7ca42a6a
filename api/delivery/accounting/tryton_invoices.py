"""Invoices of Tryton: their values as they are created, their totals made equal to ours, and their records as they are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from api.delivery.accounting.connector import Booking, ConnectorFault, Record, RecordState
from api.delivery.accounting.tryton_rpc import Row, Value, day, decimal, number, row_in, rows_in
from api.delivery.accounting.tryton_setup import TrytonSetup
from engine.money import Currency, Money

FIELDS: Final = (
    "reference", "number", "state", "invoice_date", "untaxed_amount", "tax_amount", "total_amount", "amount_to_pay", "currency.code",
    "party.code", "taxes.tax", "taxes.amount", "taxes.base",
)  # fmt: skip
BILLED: Final = ("posted", "paid")
"""The states of what is booked."""
_STATES: Final[Mapping[str, RecordState]] = {
    "draft": "draft", "validated": "draft", "posted": "posted", "paid": "paid", "cancelled": "cancelled",
}  # fmt: skip


def values_of(booking: Booking, setup: TrytonSetup, party: tuple[int, int], lines: Mapping[int, int], terms: Row, on: date) -> Row:
    """The values of a new invoice, of a party with its address; a credit note has its amounts below zero.

    `lines` are the ids of the lines of the credited invoice, by their numbers; `on` is the date under which it is booked.
    """
    currency = setup.currency(booking.net.currency.code)
    rows = []
    for at, line in enumerate(booking.lines, start=1):
        row: dict[str, Value] = {
            "type": "line",
            "sequence": at,
            "quantity": booking.sign,
            "unit_price": Decimal(str(line.net)),
            "account": setup.account(line.account),
            "description": line.text,
            "currency": currency,
            "company": setup.company,
            "taxes": [["add", [setup.tax(line.tax)]]],
        }
        if line.corrects_line is not None and line.corrects_line in lines:
            row["origin"] = f"account.invoice.line,{lines[line.corrects_line]}"
        rows.append(row)
    moved = "" if on == booking.issued_on else f", {booking.issued_on}"
    return {
        "type": "out",
        "reference": booking.number,
        "description": f"{booking.communication or booking.corrects or ''}{moved}".strip(", "),
        "party": party[0],
        "invoice_address": party[1],
        "company": setup.company,
        "currency": currency,
        "account": setup.account(booking.customers_account),
        "journal": setup.journal,
        **terms,
        "invoice_date": on,
        "lines": [["create", rows]],
    }


def record_of(row: Row) -> Record:
    """An invoice as it was read."""
    code, state, reference = row_in(row, "currency").get("code"), row.get("state"), row.get("reference")
    if not isinstance(code, str) or state not in _STATES:
        raise ConnectorFault("an answer that is no invoice")
    currency = Currency.of(code)
    return Record(
        id=str(number(row["id"])),
        document=reference if isinstance(reference, str) else "",
        number=str(row["number"]) if row.get("number") else None,
        state=_STATES[str(state)],
        issued_on=day(row.get("invoice_date")),
        net=money(row.get("untaxed_amount"), currency),
        vat=money(row.get("tax_amount"), currency),
        gross=money(row.get("total_amount"), currency),
        to_pay=money(row.get("amount_to_pay"), currency),
    )


def money(value: Value, currency: Currency) -> Money:
    """An amount in minor units; a part of one is a fault of the tool."""
    amount = decimal(value)
    try:
        return Money.parse(f"{amount:f}", currency)
    except ValueError:
        raise ConnectorFault(f"an amount of {amount} {currency}") from None


def mended_taxes(booking: Booking, row: Row, setup: TrytonSetup) -> list[Value]:
    """What to write so that the VAT by rate is that of the document: Tryton rounds lines of opposite signs, and goods, apart."""
    by_rate: dict[Fraction, list[tuple[int, Decimal, Decimal]]] = {}
    for tax in rows_in(row, "taxes"):
        rate = setup.rates.get(number(tax.get("tax")), Fraction(-1))
        by_rate.setdefault(rate, []).append((number(tax["id"]), decimal(tax.get("base")), decimal(tax.get("amount"))))
    written: list[Value] = []
    for percent, vat in booking.vat.items():
        rows = by_rate.get(percent.fraction)
        if not rows:
            continue  # what is missing shows in the totals
        wanted = Decimal(str(vat)) * booking.sign
        off = wanted - sum((amount for _, _, amount in rows), Decimal())
        if off:
            name, _, amount = max(rows, key=lambda each: abs(each[1]))
            written.append(["write", [name], {"amount": amount + off}])
    return written
