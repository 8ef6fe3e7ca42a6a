"""Files as an accounting tool: for tools without an interface, a journal in CSV for each document and entry, with its XML and PDF."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from api.delivery.accounting.accounting_folder import AccountingFolder, Filed, Listed
from api.delivery.accounting.connector import (
    ALWAYS,
    Booking,
    BookingRefused,
    BookResult,
    ConnectorFault,
    Entry,
    EntryRecord,
    EntryResult,
    Record,
    Sums,
    ToolPayment,
)
from api.delivery.accounting.journal_files import filed_booking, filed_entry
from engine.documents.party import Customer
from engine.money import Currency, Money
from engine.phrases import Phrase, phrase
from engine.problems import Kind, refuse
from engine.rulebook.accounting_tools import ToolMapping

BAD_FOLDER: Final = Kind(
    "bad-accounting-folder",
    "CENTWRIGHT_ACCOUNTING_URL names no folder: {because}",
    "write files:///srv/accounting, with the whole path of a folder",
)
_MOST: Final = 5
_ENTRY: Final = "entry"


@dataclass
class FilesConnector:
    """A folder into which documents and entries are written. What is paid is never entered there."""

    root: Path
    mapping: ToolMapping
    name: str = "files"
    _folder: AccountingFolder = field(init=False)

    def __post_init__(self) -> None:
        """Has read nothing yet."""
        self._folder = AccountingFolder(self.root)

    def check(self, until: date) -> Sequence[Phrase]:
        """Whether the folder is there, can be written, and has its files as they were written."""
        if not self.root.is_dir():
            return (_missing(self.root),)
        if not os.access(self.root, os.W_OK | os.X_OK):
            return (phrase("the folder {folder} cannot be written: give this user the right to", folder=str(self.root)),)
        changed = [name for _, name in zip(range(_MOST), self._folder.changed(), strict=False)]
        return tuple(phrase("{file} is not as it was written: bring back what the manifest has the hash of", file=name) for name in changed)

    def customer(self, customer: Customer) -> str:
        """Our number: each journal has the customer's name and VAT number."""
        return customer.id

    def find(self, numbers: Sequence[str]) -> Sequence[Record]:
        """The records of some documents."""
        there = self._folder.documents()
        return [_record(there[number]) for number in dict.fromkeys(numbers) if number in there and there[number].kind != _ENTRY]

    def book(self, bookings: Sequence[Booking], may_go_on: Callable[[], bool] = ALWAYS) -> Sequence[BookResult]:
        """Writes documents of one month in their order, and ends at the first that is refused."""
        if not bookings:
            return []
        month, wanted = f"{bookings[0].issued_on:%Y-%m}", list[str]()
        failure: BookingRefused | ConnectorFault | None = None
        results: list[BookResult] = []
        try:
            with self._folder.locked():
                self._folder.complete(month)
                there, unwritten = self._folder.documents(month), dict[str, Filed]()
                for booking in bookings:
                    try:
                        _take(filed_booking(booking, self.mapping), there, unwritten)
                    except BookingRefused as refusal:
                        failure = refusal
                        break
                    wanted.append(booking.number)
                there |= self._add(month, unwritten, may_go_on)
            results += [_record(there[number]) for number in wanted]
        except OSError as fault:
            failure = _fault(self.root, fault)
        except ConnectorFault as fault:
            failure = fault
        return results if failure is None else [*results, failure]

    def entry(self, entries: Sequence[Entry], may_go_on: Callable[[], bool] = ALWAYS) -> Sequence[EntryResult]:
        """Writes journal entries, each for itself."""
        results: dict[str, EntryResult] = {}
        months = sorted({f"{each.posted_on:%Y-%m}" for each in entries})
        for month in months:
            some = [each for each in entries if f"{each.posted_on:%Y-%m}" == month]
            try:
                with self._folder.locked():
                    self._folder.complete(month)
                    results |= self._enter(month, some, may_go_on)
            except OSError as fault:
                results |= {each.name: _fault(self.root, fault) for each in some}
            except ConnectorFault as fault:
                results |= {each.name: fault for each in some}
        return [results[each.name] for each in entries]

    def entries(self, start: date, end: date) -> Sequence[EntryRecord]:
        """All entries of a day to a day."""
        return [_entry_record(each) for each in self._between(start, end) if each.kind == _ENTRY]

    def payments(self, records: Sequence[str]) -> Sequence[ToolPayment]:
        """None: nothing is entered in files."""
        return ()

    def changed(self, since: str | None) -> tuple[Sequence[Record], str]:
        """None: nobody changes them."""
        return (), since or ""

    def records(self, start: date, end: date) -> Sequence[Record]:
        """All documents of a day to a day."""
        return [_record(each) for each in self._between(start, end) if each.kind != _ENTRY]

    def sums(self, start: date, end: date) -> Sums:
        """Debit less credit by account from a day to a day."""
        result: dict[str, Money] = {}
        for row in self._between(start, end):
            currency = Currency.of(row.currency)
            for account, amount in row.sums:
                result[account] = result.get(account, Money(0, currency)) + Money.parse(amount, currency)
        return Sums(accounts={account: amount for account, amount in result.items() if amount})

    def _enter(self, month: str, entries: Sequence[Entry], may_go_on: Callable[[], bool]) -> Mapping[str, EntryResult]:
        results: dict[str, EntryResult] = {}
        there, unwritten = self._folder.documents(month), dict[str, Filed]()
        for entry in entries:
            try:
                _take(filed_entry(entry, self.mapping), there, unwritten)
            except BookingRefused as refusal:
                results[entry.name] = refusal
        there |= self._add(month, unwritten, may_go_on)
        return {each.name: results.get(each.name) or _entry_record(there[each.name]) for each in entries}

    def _add(self, month: str, unwritten: Mapping[str, Filed], may_go_on: Callable[[], bool]) -> dict[str, Listed]:
        if not unwritten:
            return {}
        if not may_go_on():
            raise ConnectorFault("the lease ends")
        return {each.document: each for each in self._folder.add(month, list(unwritten.values()))}

    def _between(self, start: date, end: date) -> Iterator[Listed]:
        return (each for each in self._folder.listed() if each.kind and start <= date.fromisoformat(each.date) <= end)


def files_connector(url: str, mapping: ToolMapping) -> FilesConnector:
    """The folder of a setting: `files:///srv/accounting`."""
    parts = urlsplit(url)
    path = Path(unquote(parts.path))
    if parts.netloc or not path.is_absolute() or parts.query or parts.fragment:
        raise refuse(BAD_FOLDER, because=phrase("it must begin with three slashes"))
    return FilesConnector(path, mapping)


def _missing(root: Path) -> Phrase:
    return phrase("there is no folder {folder}: create it, or mend CENTWRIGHT_ACCOUNTING_URL", folder=str(root))


def _fault(root: Path, fault: OSError) -> BookingRefused | ConnectorFault:
    """A folder that is not there is refused; what a disk cannot do now is tried again later."""
    return ConnectorFault(f"{type(fault).__name__}: {fault.strerror or ''}") if root.is_dir() else BookingRefused(_missing(root))


def _take(filed: Filed, there: Mapping[str, Listed], unwritten: dict[str, Filed]) -> None:
    """Adds what is not there yet to what is new; refuses what was written before with other figures."""
    ours = filed.listed
    known = there.get(ours.document)
    if known is None:
        unwritten[ours.document] = filed
        return
    for name in ("date", "net", "vat", "gross", "accounts"):
        if getattr(ours, name) != getattr(known, name):
            words = {"number": ours.document, "theirs": getattr(known, name), "ours": getattr(ours, name)}
            raise BookingRefused(phrase("{number} was written otherwise: {theirs} there and {ours} here", **words))


def _record(row: Listed) -> Record:
    currency = Currency.of(row.currency)
    net, vat, gross = (Money.parse(amount, currency) for amount in (row.net, row.vat, row.gross))
    return Record(
        id=row.file,
        document=row.document,
        number=None,
        state="posted",
        issued_on=date.fromisoformat(row.date),
        net=net,
        vat=vat,
        gross=gross,
        to_pay=gross,
    )


def _entry_record(row: Listed) -> EntryRecord:
    amount = Money.parse(row.gross, Currency.of(row.currency))
    return EntryRecord(id=row.file, entry=row.document, number=None, posted_on=date.fromisoformat(row.date), amount=amount)
