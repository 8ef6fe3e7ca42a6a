"""Journal entries on their way into Tryton: searched by our name, created, posted, read back, and settled with their invoices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from api.delivery.accounting.booking_lane import entry_otherwise, twice
from api.delivery.accounting.connector import BookingRefused, ConnectorFault, Entry, EntryLine, EntryRecord, EntryResult
from api.delivery.accounting.tryton_parties import TrytonParties
from api.delivery.accounting.tryton_periods import period_of
from api.delivery.accounting.tryton_rpc import (
    Row,
    TrytonQuestion,
    TrytonRefusal,
    TrytonRpc,
    Value,
    day,
    decimal,
    number,
    rows_in,
)
from api.delivery.accounting.tryton_settling import settle
from api.delivery.accounting.tryton_setup import TrytonSetup
from engine.documents.party import Customer
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.rulebook.accounting_tools import ToolMapping

MARK: Final = "Centwright "
"""How the description of an entry of ours begins; our name of it follows."""
FIELDS: Final = ("description", "number", "state", "date", "lines.debit")
_BATCH: Final = 40


class Books(Protocol):
    """What entries need of their connector."""

    rpc: TrytonRpc
    mapping: ToolMapping
    parties: TrytonParties

    @property
    def setup(self) -> TrytonSetup:
        """The ids of the installation."""


class TrytonEntries:
    """Some entries, each booked for itself."""

    def __init__(self, books: Books, entries: Sequence[Entry], may_go_on: Callable[[], bool]) -> None:
        self._books, self._client, self._entries, self._may_go_on = books, books.rpc, entries, may_go_on
        self._done: dict[str, EntryResult] = {}

    def results(self) -> list[EntryResult]:
        """What became of each."""
        for at in range(0, len(self._entries), _BATCH):
            batch = self._entries[at : at + _BATCH]
            try:
                self._book(batch)
            except (BookingRefused, ConnectorFault) as failure:
                self._fail(failure)
        return [self._done[each.name] for each in self._entries]

    def _fail(self, failure: BookingRefused | ConnectorFault) -> None:
        for each in self._entries:
            self._done.setdefault(each.name, failure)

    def _open(self, batch: Sequence[Entry]) -> list[Entry]:
        return [each for each in batch if each.name not in self._done]

    def _book(self, batch: Sequence[Entry]) -> None:
        drafts = self._search(self._open(batch))
        missing = [each for each in self._open(batch) if each.name not in drafts]
        if missing:
            self._create(missing)
            drafts |= self._search([each for each in missing if each.name not in self._done])
        self._post({name: move for name, move in drafts.items() if name not in self._done})
        self._search(self._open(batch))
        for each in self._open(batch):
            self._done[each.name] = ConnectorFault("posted without an error, and it is a draft still")
        booked = {str(record.id): each for each in batch if isinstance(record := self._done[each.name], EntryRecord)}
        try:
            settle(self._client, self._books.setup, booked)
        except ConnectorFault as fault:  # the next attempt finds them posted, and settles
            self._done |= dict.fromkeys((each.name for each in booked.values()), fault)
            raise

    def _search(self, entries: Sequence[Entry]) -> dict[str, int]:
        """The drafts of some entries, each once; what is posted is done, unless it is there twice or differs."""
        by_name: dict[str, list[Row]] = {}
        for row in rows_of(self._client, self._books.setup, [["description", "in", [MARK + each.name for each in entries]]]):
            by_name.setdefault(_name_in(row), []).append(row)
        drafts: dict[str, int] = {}
        extra: list[int] = []
        for entry in entries:
            rows = by_name.get(entry.name, [])
            posted = [row for row in rows if row["state"] == "posted"]
            left = sorted(number(row["id"]) for row in rows if row["state"] != "posted")
            if len(posted) > 1:
                self._done[entry.name] = twice("Tryton", entry.name)
            elif posted:
                self._done[entry.name] = self._judged(entry, record_of(posted[0]))
            elif left:
                drafts[entry.name] = left[0]
            extra += left if posted else left[1:]  # what an answer that was lost left behind
        if extra:
            self._go_on()
            self._client.call("account.move.delete", extra)
        return drafts

    def _judged(self, entry: Entry, record: EntryRecord) -> EntryResult:
        is_moved = self._books.mapping.closed_period == "next-open"
        if record.amount == entry.amount and (is_moved or record.posted_on == entry.posted_on):
            return record
        return entry_otherwise("Tryton", entry, record)

    def _create(self, entries: Sequence[Entry]) -> None:
        values: dict[str, Row] = {}
        for entry in entries:
            try:
                values[entry.name] = self._values(entry)
            except BookingRefused as refusal:
                self._done[entry.name] = refusal
        if not values:
            return
        self._go_on()
        try:
            self._client.create("account.move", list(values.values()))
        except TrytonRefusal:
            for name, each in values.items():  # which of them is refused
                self._go_on()
                try:
                    self._client.create("account.move", [each])
                except TrytonRefusal as refusal:
                    self._done[name] = refusal

    def _values(self, entry: Entry) -> Row:
        setup = self._books.setup
        if setup.entries_journal is None:
            code = self._books.mapping.entries_journal or "-"
            raise BookingRefused(phrase("Tryton has no journal with the code {code}: create it, or mend the mapping", code=code))
        on, period = period_of(self._client, setup, entry.posted_on, is_moved=self._books.mapping.closed_period == "next-open")
        rows = [self._line(entry, line) for line in entry.lines]
        return {
            "company": setup.company,
            "journal": setup.entries_journal,
            "period": period,
            "date": on,
            "description": MARK + entry.name,
            "lines": [["create", rows]],
        }

    def _line(self, entry: Entry, line: EntryLine) -> Row:
        setup = self._books.setup
        account = setup.account(line.account)
        row: dict[str, Value] = {
            "account": account,
            "debit": Decimal(str(line.debit)),
            "credit": Decimal(str(line.credit)),
            "description": line.document or entry.text or None,
        }
        if account in setup.with_party:
            row["party"] = self._party(entry, line.customer)
        return row

    def _party(self, entry: Entry, customer: Customer | None) -> int:
        if customer is None:
            raise BookingRefused(phrase("{number} names no customer, and Tryton wants one on its account", number=entry.name))
        return self._books.parties.party(customer)[0]

    def _post(self, drafts: Mapping[str, int]) -> None:
        """Posts all at once, or one by one where that is refused."""
        if not drafts:
            return
        self._go_on()
        try:
            self._client.call("account.move.post", sorted(drafts.values()))
        except (TrytonRefusal, TrytonQuestion):
            for name, move in drafts.items():
                self._go_on()
                try:
                    self._client.call("account.move.post", [move])
                except TrytonRefusal as refusal:
                    self._done[name] = refusal
                except TrytonQuestion as warning:
                    because = phrase("Tryton asks: {question}; answer it there, or accept it in the mapping", question=str(warning))
                    self._done[name] = BookingRefused(because, str(warning))

    def _go_on(self) -> None:
        if not self._may_go_on():
            raise ConnectorFault("the lease ends")


def entries_between(rpc: TrytonRpc, setup: TrytonSetup, start: date, end: date) -> list[EntryRecord]:
    """All entries of ours of a day to a day that are posted."""
    within = [["description", "like", f"{MARK}%"], ["state", "=", "posted"], ["date", ">=", start], ["date", "<=", end]]
    return [record_of(row) for row in rows_of(rpc, setup, within)]


def rows_of(rpc: TrytonRpc, setup: TrytonSetup, domain: Iterable[Value]) -> list[Row]:
    """The entries of a domain."""
    return rpc.search("account.move", [["company", "=", setup.company], *domain], FIELDS)


def record_of(row: Row) -> EntryRecord:
    """An entry as it was read."""
    debits = sum((decimal(line.get("debit")) for line in rows_in(row, "lines")), Decimal())
    return EntryRecord(
        id=str(number(row["id"])),
        entry=_name_in(row),
        number=str(row["number"]) if row.get("number") else None,
        posted_on=day(row.get("date")),
        amount=Money.parse(f"{debits:.2f}", Currency.of("EUR")),
    )


def _name_in(row: Row) -> str:
    return str(row.get("description") or "").removeprefix(MARK)
