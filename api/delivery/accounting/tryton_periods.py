"""The periods of Tryton: that of a day, and where it is closed the first day that is open."""

from __future__ import annotations

from datetime import date

from api.delivery.accounting.connector import BookingRefused
from api.delivery.accounting.tryton_refusals import refusal_of
from api.delivery.accounting.tryton_rpc import TrytonRpc, day, number
from api.delivery.accounting.tryton_setup import TrytonSetup


def period_of(rpc: TrytonRpc, setup: TrytonSetup, on: date, *, is_moved: bool) -> tuple[date, int]:
    """The day and the period in which an entry is posted; refuses a closed period, unless what is late is moved to the first open day."""
    domain = [["company", "=", setup.company], ["type", "=", "standard"], ["end_date", ">=", on]]
    for row in rpc.search("account.period", domain, ["start_date", "state"], "start_date"):
        start = day(row.get("start_date"))
        if start is None or (start > on and not is_moved):
            break
        if row["state"] == "open":
            return max(on, start), number(row["id"])
        if not is_moved:
            raise BookingRefused(refusal_of("reopen the period"))
    raise BookingRefused(refusal_of("create a period"))
