"""The journal of a document or an entry as a CSV file, in the accounts of the tool."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from api.delivery.accounting.accounting_folder import Filed, Listed
from api.delivery.accounting.connector import Booking, BookingRefused, Entry, EntryLine
from api.output.sheets import Cell, Sheet, as_csv
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.rulebook.accounting_tools import ToolMapping

COLUMNS: Final = (
    "journal", "document", "kind", "date", "account", "debit", "credit", "currency", "vat_code", "base", "due_on", "settles",
    "customer", "name", "vat_number", "text",
)  # fmt: skip


def filed_booking(booking: Booking, mapping: ToolMapping) -> Filed:
    """An invoice or credit note with its files; refuses one with an account that is not mapped."""
    kind = "credit-note" if booking.is_credit else "invoice"
    text = booking.corrects or booking.communication or ""
    rows = tuple(_rows(mapping.journal, booking.number, kind, booking.issued_on, booking.postings, text, mapping))
    net, vat, gross = (amount if booking.sign > 0 else -amount for amount in (booking.net, booking.total_vat, booking.gross))
    listed = Listed(
        file="",
        sha256="",
        bytes="",
        document=booking.number,
        kind=kind,
        date=str(booking.issued_on),
        net=str(net),
        vat=str(vat),
        gross=str(gross),
        currency=gross.currency.code,
        customer=booking.customer.id,
        accounts=_sums(booking.postings, mapping, gross.currency),
    )
    return Filed(listed=listed, journal=_csv(booking.number, rows), beside=booking.files)


def filed_entry(entry: Entry, mapping: ToolMapping) -> Filed:
    """A journal entry; refuses one with an account that is not mapped."""
    journal = mapping.entries_journal or mapping.journal
    rows = tuple(_rows(journal, entry.name, "entry", entry.posted_on, entry.lines, entry.text, mapping))
    customers = {line.customer.id for line in entry.lines if line.customer}
    listed = Listed(
        file="",
        sha256="",
        bytes="",
        document=entry.name,
        kind="entry",
        date=str(entry.posted_on),
        gross=str(entry.amount),
        currency=entry.amount.currency.code,
        customer=customers.pop() if len(customers) == 1 else "",
        accounts=_sums(entry.lines, mapping, entry.amount.currency),
    )
    return Filed(listed=listed, journal=_csv(entry.name, rows))


def _rows(
    journal: str, name: str, kind: str, on: date, lines: Sequence[EntryLine], text: str, mapping: ToolMapping
) -> Iterator[tuple[Cell, ...]]:
    for line in lines:
        buyer = line.customer
        who = (None, None, None) if buyer is None else (buyer.id, buyer.name, buyer.vat_number)
        yield (
            journal, name, kind, on, _account(line, mapping), line.debit, line.credit, line.debit.currency.code, line.vat_code, line.base,
            line.due_on, line.document, *who, text,
        )  # fmt: skip


def _account(line: EntryLine, mapping: ToolMapping) -> str:
    account = mapping.accounts.get(line.account)
    if account is None:
        raise BookingRefused(phrase("the mapping of the files in vat/accounting-tools.yaml has no account for {name}", name=line.account))
    return account


def _sums(lines: Sequence[EntryLine], mapping: ToolMapping, currency: Currency) -> str:
    sums: dict[str, Money] = {}
    for line in lines:
        account = _account(line, mapping)
        sums[account] = sums.get(account, Money(0, currency)) + line.debit - line.credit
    return " ".join(f"{account}={amount}" for account, amount in sorted(sums.items()) if amount)


def _csv(name: str, rows: tuple[tuple[Cell, ...], ...]) -> bytes:
    return as_csv(Sheet(name=name, columns=COLUMNS, rows=rows)).encode()
