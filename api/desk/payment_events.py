"""What payments are announced by: money that came in, and invoices of which nothing is left to be paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from api.desk.announcing import announce, is_wanted
from api.desk.desk import Desk
from api.store import payments, settlements
from api.store.payments import StoredPayment
from api.store.sql import Writing
from engine.documents.invoice import CreditNote
from engine.documents.payment_match import Allocation
from engine.documents.totals import sum_by
from engine.money import Money

ClosedBy = Literal["payment", "credit-note", "write-off"]
"""What left nothing of an invoice to be paid."""


def announce_received(desk: Desk, connection: Writing, received: Iterable[StoredPayment]) -> None:
    """Announces new payments; not what left our account, nor what may be one that another source reported."""
    kind = "payment.received"
    if not is_wanted(connection, kind):
        return
    for stored in received:
        amount = stored.payment.amount
        if amount.minor <= 0 or stored.because == "possible-duplicate":
            continue
        words = {"amount": str(amount), "currency": amount.currency.code, "entry_date": str(stored.payment.entry_date)}
        announce(desk, connection, kind, f"payments/{stored.payment.id}", state=stored.state, **words)


def announce_paid(desk: Desk, connection: Writing, allocations: Sequence[Allocation], by: ClosedBy = "payment") -> None:
    """Announces each invoice of which these new allocations, which are stored already, left nothing to be paid."""
    if allocations:
        _announce_closed(desk, connection, sum_by((part.document, part.amount) for part in allocations), by)


def announce_credited(desk: Desk, connection: Writing, note: CreditNote) -> None:
    """Announces the invoice of which a new credit note, which is stored already, left nothing to be paid."""
    _announce_closed(desk, connection, {note.corrects: note.gross}, "credit-note")


def _announce_closed(desk: Desk, connection: Writing, added: Mapping[str, Money], by: ClosedBy) -> None:
    kind = "invoice.paid"
    if not is_wanted(connection, kind):
        return
    now = settlements.of_documents(connection, added)
    paid = [number for number in added if number in now and now[number].rest.minor <= 0 < (now[number].rest + added[number]).minor]
    customers = payments.customers_of(connection, paid)
    for number in paid:
        announce(desk, connection, kind, f"invoices/{number}", customer=customers[number], by=by)
