"""Whether a customer is reached by Peppol: by its address there, and by what became of the last document that was sent to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from api.store import delivery_log
from api.store.sql import Reading
from engine.documents.party import Customer
from engine.writing.e_invoices.addresses import peppol_address

ReachedState = Literal["reached", "not-reached", "not-tried", "no-address"]


@dataclass(frozen=True, slots=True)
class Reachability:
    """The address of a customer in Peppol, and whether the last document that was sent to it arrived there, with the day."""

    address: str | None
    state: ReachedState
    on: date | None = None


def reachability(connection: Reading, customer: Customer) -> Reachability:
    """What is known of a customer in Peppol."""
    identifier = peppol_address(customer)
    if identifier is None:
        return Reachability(None, "no-address")
    address = f"{identifier.scheme}:{identifier.number}"
    last = delivery_log.last_to(connection, "peppol", address)
    if last is None:
        return Reachability(address, "not-tried")
    return Reachability(address, "reached" if last["event"] in ("accepted", "delivered") else "not-reached", last["logged_at"].date())
