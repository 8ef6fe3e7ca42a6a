"""When an invoice is due in Tryton: on one day by the mapped terms, or in parts by terms of its own, made where they are not there yet."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from api.delivery.accounting.connector import Booking
from api.delivery.accounting.tryton_rpc import Row, TrytonRpc, Value, number
from api.delivery.accounting.tryton_setup import TrytonSetup

_MODEL = "account.invoice.payment_term"


def terms_of(rpc: TrytonRpc, setup: TrytonSetup, booking: Booking) -> Mapping[str, Value]:
    """The fields of an invoice by which it is due: its terms, and the day from which they count."""
    if len(booking.dues) == 1:
        return {"payment_term": setup.term, "payment_term_date": booking.dues[0][0]}
    start = booking.issued_on
    currency = booking.gross.currency
    parts = [f"{amount} after {(day - start).days}" for day, amount in booking.dues]
    name = f"{currency.code} {', '.join(parts)} days"
    rows = rpc.search(_MODEL, [["name", "=", name]], ["name"])
    if rows:
        return {"payment_term": number(rows[0]["id"]), "payment_term_date": start}
    last = len(booking.dues)
    lines = [
        _line(setup, at, (day - start).days, str(amount), booking, is_last=at == last) for at, (day, amount) in enumerate(booking.dues, 1)
    ]
    return {"payment_term": rpc.create(_MODEL, [{"name": name, "lines": [["create", lines]]}])[0], "payment_term_date": start}


def _line(setup: TrytonSetup, at: int, days: int, amount: str, booking: Booking, *, is_last: bool) -> Row:
    row: dict[str, Value] = {"sequence": at, "relativedeltas": [["create", [{"days": days}]]]}
    if is_last:
        return {**row, "type": "remainder"}
    return {**row, "type": "fixed", "amount": Decimal(amount), "currency": setup.currency(booking.gross.currency.code)}
