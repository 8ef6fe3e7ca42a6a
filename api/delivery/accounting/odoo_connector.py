"""Odoo as an accounting tool: its customers, its invoices, entries and payments, and its sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from api.delivery.accounting.odoo_entries import OdooEntries, entries_between
from api.delivery.accounting.odoo_lane import OdooSteps
from api.delivery.accounting.odoo_moves import FIELDS, MOVE, SETTLED, TYPES, record_of
from api.delivery.accounting.odoo_partners import OdooPartners
from api.delivery.accounting.odoo_payments import LINE, matched_since, payments_of
from api.delivery.accounting.odoo_rpc import OdooRpc, Row, Value, money, number, odoo_rpc, rows_of, text_of
from api.delivery.accounting.odoo_setup import OdooSetup, missing, read_setup
from engine.documents.party import Customer
from engine.money import Currency
from engine.phrases import Phrase
from engine.rulebook.accounting_tools import ToolMapping

_CHUNK: Final = 200


@dataclass
class OdooConnector:
    """One company of a database of Odoo."""

    rpc: OdooRpc
    mapping: ToolMapping
    name: str = "odoo"
    partners: OdooPartners = field(init=False)
    _installation: ReadOnce[OdooSetup] = field(init=False)

    def __post_init__(self) -> None:
        """Knows no partner yet."""
        self.partners = OdooPartners(self.rpc)
        self._installation = ReadOnce(lambda: read_setup(self.rpc, self.mapping))

    @property
    def setup(self) -> OdooSetup:
        """The ids of this installation; read once."""
        return self._installation.value()

    def check(self, until: date) -> Sequence[Phrase]:
        """What is missing there or in the mapping; the days up to which one books are not limited there."""
        return self._installation.missing(missing)

    def customer(self, customer: Customer) -> str:
        """The id of the partner with the customer's number, who is entered where it is unknown."""
        return str(self.partners.partner(customer, self.setup.company))

    def find(self, numbers: Sequence[str]) -> Sequence[Record]:
        """The records of some documents: none, one, or several of each."""
        return [record_of(row, self.setup) for row in self.rows(numbers)]

    def book(self, bookings: Sequence[Booking], may_go_on: Callable[[], bool] = ALWAYS) -> Sequence[BookResult]:
        """Books documents of one month in their order, and ends at the first that fails."""
        return BookingLane(OdooSteps(self, may_go_on), bookings, may_go_on).results()

    def entry(self, entries: Sequence[Entry], may_go_on: Callable[[], bool] = ALWAYS) -> Sequence[EntryResult]:
        """Enters and posts journal entries, each for itself."""
        return OdooEntries(self, entries, may_go_on).results()

    def entries(self, start: date, end: date) -> Sequence[EntryRecord]:
        """All entries of ours of a day to a day that are posted."""
        return entries_between(self.rpc, self.setup, start, end)

    def payments(self, records: Sequence[str]) -> Sequence[ToolPayment]:
        """All payments of some records that were entered there."""
        return payments_of(self.rpc, self.setup, records)

    def changed(self, since: str | None) -> tuple[Sequence[Record], str]:
        """The records that are not paid yet and those that changed since a cursor, and the next cursor."""
        domain: list[Value] = [["state", "!=", "draft"]]
        if since:
            is_open = ["&", ["state", "=", "posted"], ["payment_state", "not in", list(SETTLED)]]
            domain += ["|", "|", *is_open, ["write_date", ">=", since], ["id", "in", matched_since(self.rpc, since)]]
        rows = self._rows(domain)
        return [record_of(row, self.setup) for row in rows], max((text_of(row["write_date"]) for row in rows), default=since or "")

    def records(self, start: date, end: date) -> Sequence[Record]:
        """All records of a day to a day that are booked."""
        within = [["state", "=", "posted"], ["invoice_date", ">=", start], ["invoice_date", "<=", end]]
        return [record_of(row, self.setup) for row in self._rows(within)]

    def sums(self, start: date, end: date) -> Sums:
        """Debit less credit by account from a day to a day. Its grids are not read: Odoo has them as tags of its lines."""
        company = ["company_id", "=", self.setup.company]
        groups = self.rpc.call(
            LINE,
            "formatted_read_group",
            domain=[company, ["parent_state", "=", "posted"], ["date", ">=", start], ["date", "<=", end]],
            groupby=["account_id"],
            aggregates=["balance:sum"],
        )
        euro = Currency.of("EUR")
        amounts = {number(row["account_id"]): money(row["balance:sum"], euro) for row in rows_of(groups) if row.get("account_id")}
        accounts = self.rpc.search("account.account", [["id", "in", sorted(amounts)]], ["code"])
        return Sums(accounts={text_of(row["code"]): amount for row in accounts if (amount := amounts[number(row["id"])])})

    def rows(self, numbers: Sequence[str]) -> list[Row]:
        """The invoices and credit notes of some documents as Odoo has them."""
        chunks = (numbers[at : at + _CHUNK] for at in range(0, len(numbers), _CHUNK))
        return [row for some in chunks for row in self._rows([["ref", "in", list(some)]])]

    def _rows(self, domain: Sequence[Value]) -> list[Row]:
        ours = [["company_id", "=", self.setup.company], ["move_type", "in", list(TYPES)]]
        return self.rpc.search(MOVE, [*ours, *domain], FIELDS)


def odoo_connector(url: str, mapping: ToolMapping) -> OdooConnector:
    """The connector of a setting."""
    return OdooConnector(odoo_rpc(url), mapping)
