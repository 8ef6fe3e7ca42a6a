"""What payments are announced by: money that came in, and invoices of which nothing is left to be paid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from api.desk.announcing import announce, is_wanted
from api.desk.desk import Desk
from api.store import payments, settlements
from api.store.payments import StoredPayment
from api.store.sql import Writing
from engine.documents.payment_match import Allocation
from engine.documents.totals import sum_by


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


def announce_paid(desk: Desk, connection: Writing, allocations: Sequence[Allocation]) -> None:
    """Announces each invoice of which these new allocations, which are stored already, left nothing to be paid."""
    kind = "invoice.paid"
    if not allocations or not is_wanted(connection, kind):
        return
    added = sum_by((part.document, part.amount) for part in allocations)
    now = settlements.of_documents(connection, added)
    paid = [number for number in added if number in now and now[number].rest.minor <= 0 < (now[number].rest + added[number]).minor]
    customers = payments.customers_of(connection, paid)
    for number in paid:
        announce(desk, connection, kind, f"invoices/{number}", customer=customers[number])
