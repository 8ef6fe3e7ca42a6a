"""What a lane of documents does in Odoo: created, compared and posted one by one, since a call is whole or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Protocol

from api.delivery.accounting.booking_lane import made_otherwise
from api.delivery.accounting.connector import Booking, BookingRefused, ConnectorFault, Record, attempt, going_on
from api.delivery.accounting.odoo_moves import FIELDS, MOVE, difference_of, record_of, values_of
from api.delivery.accounting.odoo_partners import OdooPartners
from api.delivery.accounting.odoo_rpc import OdooRefusal, OdooRpc, Row, number
from api.delivery.accounting.odoo_setup import Locks, OdooSetup, read_locks
from engine.phrases import Phrase, phrase
from engine.rulebook.accounting_tools import ToolMapping


class Books(Protocol):
    """What a lane needs of its connector."""

    rpc: OdooRpc
    mapping: ToolMapping
    partners: OdooPartners

    @property
    def setup(self) -> OdooSetup:
        """The ids of the installation."""

    def rows(self, numbers: Sequence[str]) -> list[Row]:
        """The invoices and credit notes of some documents."""


class OdooSteps:
    """The steps of one lane in Odoo."""

    tool: str = "Odoo"
    batch: int = 1

    def __init__(self, books: Books, may_go_on: Callable[[], bool]) -> None:
        self._books, self._rpc = books, books.rpc
        self._go_on = partial(going_on, may_go_on)
        self._rows: dict[str, Row] = {}
        self._locks: Locks | None = None

    def search(self, bookings: Sequence[Booking]) -> Iterator[Record]:
        """The records of documents; their rows are remembered."""
        for row in self._books.rows([each.number for each in bookings]):
            yield self._record(row)

    def difference(self, booking: Booking, record: Record) -> Phrase | None:
        """What of a record is not as its document has it."""
        return difference_of(booking, self._rows[record.id], self._books.setup)

    def delete(self, drafts: Sequence[Record]) -> None:
        """Deletes drafts."""
        self._rpc.call(MOVE, "unlink", ids=[int(each.id) for each in drafts])

    def prepare(self, bookings: Sequence[Booking], drafts: Mapping[str, Record]) -> Iterator[tuple[str, Record | BookingRefused]]:
        """The drafts, made where there are none or others, with their day and their files; or why there is none."""
        for booking in bookings:
            result = attempt(partial(self._prepared, booking, drafts.get(booking.number)))
            if isinstance(result, ConnectorFault):
                raise result
            yield booking.number, result

    def post(self, drafts: Mapping[str, Record]) -> Mapping[str, BookingRefused]:
        """Posts drafts one by one, up to the first that is refused; one that another has posted meanwhile is fine."""
        for name, draft in drafts.items():
            try:
                self._rpc.call(MOVE, "action_post", ids=[int(draft.id)])
            except OdooRefusal as refusal:
                if self._read(int(draft.id))["state"] != "posted":
                    return {name: refusal}
        return {}

    def _record(self, row: Row) -> Record:
        record = record_of(row, self._books.setup)
        self._rows[record.id] = row
        return record

    def _prepared(self, booking: Booking, draft: Record | None) -> Record:
        on = self._date(booking)
        row = self._draft(booking, draft)
        move = number(row["id"])
        if row["date"] != str(on):
            self._go_on()
            self._rpc.call(MOVE, "write", ids=[move], vals={"date": on})
        self._attach(booking, move)
        return self._record(row)

    def _date(self, booking: Booking) -> date:
        """The day on which it is booked: its own, or the first open one where its own is locked and the mapping says so."""
        if self._locks is None:
            self._locks = read_locks(self._rpc, self._books.setup)
        locked = self._locks.sales
        if locked is None or booking.issued_on > locked:
            return booking.issued_on
        if self._books.mapping.closed_period == "next-open":
            return locked + timedelta(days=1)
        raise BookingRefused(
            phrase("Odoo is locked up to {day}: unlock it or map `closed-period: next-open`, then `outbox retry`", day=str(locked))
        )

    def _draft(self, booking: Booking, draft: Record | None) -> Row:
        """A draft with our totals: the one that is there, unless it differs, or a new one."""
        if draft is not None:
            row = self._rows[draft.id]
            if self._differs(booking, row) is None:
                return row
            self._go_on()
            self.delete([draft])  # of another mapping, or somebody changed it
        row = self._read(self._create(booking))
        differs = self._differs(booking, row)
        if differs is not None:
            raise made_otherwise(self.tool, booking.number, differs)
        return row

    def _differs(self, booking: Booking, row: Row) -> Phrase | None:
        """What of a draft is not as its document has it, apart from its day."""
        return difference_of(booking, {**row, "date": str(booking.issued_on)}, self._books.setup)

    def _create(self, booking: Booking) -> int:
        setup = self._books.setup
        account, values = setup.account(booking.customers_account), values_of(booking, setup, self._date(booking))
        self._go_on()
        partner = self._books.partners.partner(booking.customer, setup.company, account)
        origin = self._origin(booking)
        corrected = {} if origin is None else {"reversed_entry_id": origin}
        (draft,) = self._rpc.create(MOVE, [{**values, "partner_id": partner, **corrected}])
        return draft

    def _origin(self, booking: Booking) -> int | None:
        """The invoice that a credit note corrects, where it is there once."""
        if booking.corrects is None:
            return None
        rows = self._books.rows([booking.corrects])
        invoices = [number(row["id"]) for row in rows if row["state"] == "posted" and row["move_type"] == "out_invoice"]
        return invoices[0] if len(invoices) == 1 else None

    def _read(self, move: int) -> Row:
        rows = self._rpc.search(MOVE, [["id", "=", move]], FIELDS)
        if not rows:
            raise ConnectorFault("an invoice that was created is not there")
        return rows[0]

    def _attach(self, booking: Booking, move: int) -> None:
        """Gives an invoice its files, each once by its name."""
        domain = [["res_model", "=", MOVE], ["res_id", "=", move]]
        there = {row["name"] for row in self._rpc.search("ir.attachment", domain, ["name"])}
        values: list[Row] = [
            {"name": name, "res_model": MOVE, "res_id": move, "datas": content} for name, content in booking.files if name not in there
        ]
        if values:
            self._go_on()
            self._rpc.create("ir.attachment", values)
