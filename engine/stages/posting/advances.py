"""Advance invoices in the accounts: what later invoices settle of them, and the transfers that keep them apart from income until then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from engine.documents.invoice import CreditNote, DraftCreditNote, DraftInvoice, Invoice, InvoiceLine, SettledAdvance
from engine.documents.journal import JournalEntry
from engine.money import Money
from engine.rulebook.vat import Accounts
from engine.stages.posting.legs import leg

ADVANCES: Final = "advances"
CLEARING: Final = "clearing"
_Key = tuple[str, str, str | None, str, str, bool]


def open_advances(advances: Iterable[Invoice], notes: Iterable[CreditNote], others: Iterable[Invoice]) -> tuple[SettledAdvance, ...]:
    """What is open of advance invoices, by their numbers, accounts and VAT: less what was credited, and what other invoices settled."""
    sums: dict[_Key, tuple[SettledAdvance, Money]] = {}

    def add(one: SettledAdvance, net: Money) -> None:
        key = (one.number, one.revenue_account, one.vat_code, one.treatment, str(one.rate), one.goods)
        first, before = sums.get(key, (one, Money(0, net.currency)))
        sums[key] = first, before + net

    for invoice in advances:
        for line in invoice.lines if invoice.as_advance else ():
            add(_of_line(invoice.number, line), line.net)
    for note in notes:
        for line in note.lines if note.as_advance else ():
            add(_of_line(note.corrects, line), -line.net)
    for other in others:
        for one in other.settles:
            add(one, -one.net)
    numbers = {invoice.number for invoice in advances}
    return tuple(one.replace(net=net) for one, net in sums.values() if net and one.number in numbers)


def transfer(document: DraftInvoice | DraftCreditNote, accounts: Accounts, *, number: str, on: date) -> JournalEntry | None:
    """The entry that takes an advance to the account on which it waits, or from there when it is settled; None where there is none."""
    clearing, waiting = accounts.role(CLEARING), accounts.role(ADVANCES)
    amount = _transferred(document)
    if not amount or clearing is None or waiting is None:
        return None
    postings = (leg(clearing, amount, debit=True, role=CLEARING), leg(waiting, amount, debit=False, role=ADVANCES))
    return JournalEntry(
        kind="advance",
        currency=document.currency,
        document=number,
        subject=number,
        posted_on=on,
        customer=document.customer.id,
        postings=tuple(sorted(postings, key=lambda each: not each.debit)),
    )


def _transferred(document: DraftInvoice | DraftCreditNote) -> Money:
    """What of a document waits from now on; below zero what waits no more."""
    nothing = Money(0, document.currency)
    if isinstance(document, DraftCreditNote):
        return -document.net if document.as_advance else nothing
    settled = sum((one.net for one in document.settles), nothing)
    return document.net - settled if document.as_advance else -settled


def _of_line(number: str, line: InvoiceLine) -> SettledAdvance:
    return SettledAdvance(
        number=number,
        revenue_account=line.revenue_account,
        vat_code=line.vat_code,
        treatment=line.treatment,
        rate=line.rate,
        goods=line.goods,
        net=line.net,
    )
