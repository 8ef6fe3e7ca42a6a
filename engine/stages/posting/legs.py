"""Legs of journal entries: an amount on the debit or the credit of an account."""

from __future__ import annotations

from datetime import date

from engine.documents.journal import Posting
from engine.money import Money
from engine.rulebook.vat import Account


def leg(
    account: Account, amount: Money, *, debit: bool, due_on: date | None = None, suffix: str = "",
    vat_code: str | None = None, base: Money | None = None, role: str | None = None, customer: str | None = None,
    document: str | None = None,
) -> Posting:  # fmt: skip
    """One posting; a negative amount is posted on the other side."""
    nothing = Money(0, amount.currency)
    on_debit = debit == (amount.minor >= 0)
    size = amount if amount.minor >= 0 else -amount
    return Posting(
        account=account.number,
        name=account.label.in_("en") + suffix,
        debit=size if on_debit else nothing,
        credit=nothing if on_debit else size,
        due_on=due_on,
        vat_code=vat_code,
        base=base,
        role=role,
        customer=customer,
        document=document,
    )
