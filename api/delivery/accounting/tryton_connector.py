"""Tryton as an accounting tool: its customers, its invoices and their payments, and its sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from api.delivery.accounting.booking_lane import BookingLane
from api.delivery.accounting.connector import (
    ALWAYS,
    Booking,
    BookResult,
    Entry,
    EntryRecord,
    EntryResult,
    ReadOnce,
    Record,
    Sums,
    ToolPayment,
)
from api.delivery.accounting.tryton_entries import TrytonEntries, entries_between
from api.delivery.accounting.tryton_invoices import BILLED, FIELDS, record_of, values_of
from api.delivery.accounting.tryton_lane import TrytonSteps
from api.delivery.accounting.tryton_parties import TrytonParties
from api.delivery.accounting.tryton_payments import payments_of
from api.delivery.accounting.tryton_rpc import Row, TrytonRpc, Value, decimal, number
from api.delivery.accounting.tryton_setup import TrytonSetup, missing, read_setup
from api.delivery.accounting.tryton_terms import terms_of
from engine.documents.party import Customer
from engine.money import Currency, Money
from engine.phrases import Phrase
from engine.rulebook.accounting_tools import ToolMapping

_CHUNK: Final = 200


@dataclass
class TrytonConnector:
    """One database of Tryton."""

    rpc: TrytonRpc
    mapping: ToolMapping
    name: str = "tryton"
    _installation: ReadOnce[TrytonSetup] = field(init=False)
    parties: TrytonParties = field(init=False)

    def __post_init__(self) -> None:
        """Knows no party yet."""
        self.parties = TrytonParties(self.rpc)
        self._installation = ReadOnce(lambda: read_setup(self.rpc, self.mapping))

    @property
    def setup(self) -> TrytonSetup:
        """The ids of this installation; read once."""
        return self._installation.value()

    def check(self, until: date) -> Sequence[Phrase]:
        """What is missing there or in the mapping, for documents up to a day."""
        return self._installation.missing(lambda setup: missing(self.rpc, setup, until))

    def customer(self, customer: Customer) -> str:
        """The id of the party with the customer's number, who is entered where it is unknown."""
        return str(self.parties.party(customer)[0])

    def find(self, numbers: Sequence[str]) -> Sequence[Record]:
        """The records of some documents: none, one, or several of each."""
        return [record_of(row) for row in self.rows(numbers)]

    def book(self, bookings: Sequence[Booking], may_go_on: Callable[[], bool] = ALWAYS) -> Sequence[BookResult]:
        """Books documents of one month in their order, and ends at the first that fails."""
        return BookingLane(TrytonSteps(self, may_go_on), bookings, may_go_on).results()

    def entry(self, entries: Sequence[Entry], may_go_on: Callable[[], bool] = ALWAYS) -> Sequence[EntryResult]:
        """Enters and posts journal entries, each for itself."""
        return TrytonEntries(self, entries, may_go_on).results()

    def entries(self, start: date, end: date) -> Sequence[EntryRecord]:
        """All entries of ours of a day to a day that are posted."""
        return entries_between(self.rpc, self.setup, start, end)

    def payments(self, records: Sequence[str]) -> Sequence[ToolPayment]:
        """All payments of some records."""
        return payments_of(self.rpc, self.setup, records)

    def changed(self, since: str | None) -> tuple[Sequence[Record], str]:
        """The records that are not paid yet and those that changed since a cursor, and the next cursor."""
        of_state: list[Value] = [["state", "in", ["posted"]]]
        domain: list[Value] = ["OR", of_state, [["write_date", ">=", _moment(since)]]] if since else [["state", "!=", "draft"]]
        rows = self.rpc.search("account.invoice", [self._ours(), domain], [*FIELDS, "write_date"])
        return [record_of(row) for row in rows], max((str(row["write_date"]) for row in rows if row.get("write_date")), default=since or "")

    def records(self, start: date, end: date) -> Sequence[Record]:
        """All records of a day to a day that are booked."""
        within = [["state", "in", [*BILLED]], ["invoice_date", ">=", start], ["invoice_date", "<=", end]]
        return [record_of(row) for row in self._rows(within)]

    def sums(self, start: date, end: date) -> Sums:
        """Debit less credit by account from a day to a day, and the grids of the periods in which these lie."""
        company, euro = self.setup.company, Currency.of("EUR")
        within: dict[str, Value] = {"from_date": start, "to_date": end, "posted": True}
        accounts = self.rpc.call(
            "account.account.search_read",
            [["company", "=", company], ["type", "!=", None]],
            0,
            None,
            None,
            ["code", "balance"],
            context=within,
        )
        between = [["company", "=", company], ["start_date", "<=", end], ["end_date", ">=", start]]
        periods = [number(row["id"]) for row in self.rpc.search("account.period", between, ["name"])]
        codes = self.rpc.call(
            "account.tax.code.search_read", [["company", "=", company]], 0, None, None, ["code", "amount"], context={"periods": periods}
        )
        return Sums(accounts=_sums(accounts, "balance", euro), grids=_sums(codes, "amount", euro))

    def _rows(self, domain: Sequence[Value]) -> list[Row]:
        return self.rpc.search("account.invoice", [self._ours(), *domain], FIELDS)

    def _ours(self) -> Value:
        return [["company", "=", self.setup.company], ["type", "=", "out"]]

    def enter(self, booking: Booking, on: date) -> Row:
        """The values of a new invoice, whose party is entered where it is unknown."""
        lines: dict[int, int] = {}
        if booking.corrects is not None:
            domain = [["invoice.reference", "=", booking.corrects], ["invoice.type", "=", "out"], ["invoice.state", "in", [*BILLED]]]
            for row in self.rpc.search("account.invoice.line", domain, ["sequence"]):
                lines[number(row["sequence"])] = number(row["id"])
        terms = terms_of(self.rpc, self.setup, booking)
        return values_of(booking, self.setup, self.parties.party(booking.customer), lines, terms, on)

    def attach(self, files: Mapping[str, Booking]) -> None:
        """Gives records their files, each once by its name."""
        resources = [f"account.invoice,{record}" for record in files]
        rows = self.rpc.search("ir.attachment", [["resource", "in", resources]], ["name", "resource"])
        there = {(row["resource"], row["name"]) for row in rows}
        missing_files = [
            {"name": name, "type": "data", "data": content, "resource": resource}
            for resource, booking in zip(resources, files.values(), strict=True)
            for name, content in booking.files
            if (resource, name) not in there
        ]
        if missing_files:
            self.rpc.create("ir.attachment", missing_files)

    def rows(self, numbers: Sequence[str]) -> list[Row]:
        """The invoices of some documents as Tryton has them."""
        chunks = (numbers[at : at + _CHUNK] for at in range(0, len(numbers), _CHUNK))
        return [row for some in chunks for row in self._rows([["reference", "in", list(some)]])]


def _moment(text: str) -> Value:
    """A moment as Tryton writes it."""
    digits = [int(part) for part in "".join(sign if sign.isdigit() else " " for sign in text).split()]
    names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return {"__class__": "datetime", **dict(zip(names, [*digits, 0, 0, 0, 0, 0, 0, 0], strict=False))}


def _sums(rows: Value, name: str, currency: Currency) -> dict[str, Money]:
    """The amounts by code that are not zero."""
    result: dict[str, Money] = {}
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and row.get("code"):
            amount = Money.parse(f"{decimal(row.get(name)):.2f}", currency)
            if amount:
                result[str(row["code"])] = result.get(str(row["code"]), Money(0, currency)) + amount
    return result
