"""One payment that two report: files of the bank, and whoever entered it in the accounting tool before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from api.store import payment_sources
from api.store.payments import StoredPayment
from api.store.sql import Reading
from engine.documents.payment_match import Payment, PaymentMatch

_APART: Final = timedelta(days=7)
"""So far apart are the day at the bank and the day on which somebody entered it, at most."""


def of_tool(connection: Reading, iban: str, days: Sequence[date]) -> list[StoredPayment]:
    """The payments of one of our accounts, near some days, that count and that only the accounting tool has reported."""
    return payment_sources.only_in_tool(connection, iban, min(days) - _APART, max(days) + _APART) if days else []


def is_reported(payment: Payment, matched: PaymentMatch, theirs: list[StoredPayment]) -> bool:
    """Whether a payment of a file was entered in the tool before: the same amount for the same documents, or with the same words.

    What was entered once stands for one payment of a file, and is taken from the list.
    """
    for one in theirs:
        other = one.payment
        is_near = abs(other.entry_date - payment.entry_date) <= _APART
        words = payment.reference or "".join(payment.text.upper().split())
        is_same = words == (other.reference or "".join(other.text.upper().split())) or set(matched.documents) & set(one.documents)
        if other.amount == payment.amount and is_near and is_same:
            theirs.remove(one)
            return True
    return False


def held_as_duplicate(payment: Payment) -> PaymentMatch:
    """A payment that does not count: another source reported it, or it is for another source to report."""
    return PaymentMatch(payment=payment.id, state="held", unallocated=payment.amount, because="possible-duplicate")
