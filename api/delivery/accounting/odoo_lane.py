"""Documents of one month on their way into Odoo, one by one: searched by our number, created, compared, posted, and read back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Protocol

from api.delivery.accounting.connector import Booking, BookingRefused, BookResult, ConnectorFault, Record, attempt, going_on
from api.delivery.accounting.odoo_moves import FIELDS, MOVE, difference_of, record_of, values_of
from api.delivery.accounting.odoo_partners import OdooPartners
from api.delivery.accounting.odoo_rpc import OdooRefusal, OdooRpc, Row, number
from api.delivery.accounting.odoo_setup import Locks, OdooSetup, read_locks
from engine.phrases import phrase
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


class OdooLane:
    """Some documents of one month, which are booked in their order."""

    def __init__(self, books: Books, bookings: Sequence[Booking], may_go_on: Callable[[], bool]) -> None:
        self._books, self._rpc, self._bookings = books, books.rpc, bookings
        self._go_on = partial(going_on, may_go_on)

    def results(self) -> list[BookResult]:
        """What became of each up to the first that failed."""
        there = attempt(self._search)
        if isinstance(there, BookingRefused | ConnectorFault):
            return [there] if self._bookings else []
        rows, locks = there
        results: list[BookResult] = []
        for booking in self._bookings:
            result = attempt(partial(self._book, booking, rows.get(booking.number, []), locks))
            results.append(result)
            if not isinstance(result, Record):
                break
        return results

    def _search(self) -> tuple[dict[str, list[Row]], Locks]:
        """What is there of each document, and which days are locked."""
        rows: dict[str, list[Row]] = {}
        for row in self._books.rows([each.number for each in self._bookings]):
            rows.setdefault(str(row["ref"]), []).append(row)
        return rows, read_locks(self._rpc, self._books.setup)

    def _book(self, booking: Booking, rows: Sequence[Row], locks: Locks) -> Record:
        """Books a document of which this is there already."""
        posted = [row for row in rows if row["state"] == "posted"]
        drafts = sorted((row for row in rows if row["state"] == "draft"), key=lambda row: number(row["id"]))
        if len(posted) > 1:
            raise BookingRefused(phrase("Odoo has {number} twice: cancel one of the two there, then `outbox retry`", number=booking.number))
        self._delete(drafts if posted else drafts[1:])  # what an answer that was lost left behind
        if posted:
            return self._judged(booking, posted[0])
        on = self._date(booking, locks)
        draft = self._draft(booking, drafts[0] if drafts else None, on)
        self._attach(booking, draft)
        self._post(draft)
        return self._judged(booking, self._read(draft))

    def _judged(self, booking: Booking, row: Row) -> Record:
        if row["state"] != "posted":
            raise ConnectorFault("posted without an error, and it is a draft still")
        differs = difference_of(booking, row, self._books.setup)
        if differs is not None:
            raise BookingRefused(phrase("Odoo has {number} otherwise: {difference}", number=booking.number, difference=differs))
        return record_of(row, self._books.setup)

    def _date(self, booking: Booking, locks: Locks) -> date:
        """The day on which it is booked: its own, or the first open one where its own is locked and the mapping says so."""
        if locks.sales is None or booking.issued_on > locks.sales:
            return booking.issued_on
        if self._books.mapping.closed_period == "next-open":
            return locks.sales + timedelta(days=1)
        raise BookingRefused(
            phrase("Odoo is locked up to {day}: unlock it or map `closed-period: next-open`, then `outbox retry`", day=str(locks.sales))
        )

    def _draft(self, booking: Booking, row: Row | None, on: date) -> int:
        """The id of a draft with our totals: the one that is there, unless it differs, or a new one."""
        setup = self._books.setup
        if row is not None and difference_of(booking, {**row, "date": str(booking.issued_on)}, setup) is not None:
            self._delete([row])  # of another mapping, or somebody changed it
            row = None
        if row is None:
            row = self._read(self._create(booking, on))
            differs = difference_of(booking, {**row, "date": str(booking.issued_on)}, setup)
            if differs is not None:
                because = phrase(
                    "Odoo makes {number} otherwise: {difference}; mend its VAT there or the mapping, then `outbox retry`",
                    number=booking.number,
                    difference=differs,
                )
                raise BookingRefused(because)
        draft = number(row["id"])
        if row["date"] != str(on):
            self._go_on()
            self._rpc.call(MOVE, "write", ids=[draft], vals={"date": on})
        return draft

    def _create(self, booking: Booking, on: date) -> int:
        setup = self._books.setup
        account, values = setup.account(booking.customers_account), values_of(booking, setup, on)
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

    def _delete(self, drafts: Sequence[Row]) -> None:
        if drafts:
            self._go_on()
            self._rpc.call(MOVE, "unlink", ids=[number(row["id"]) for row in drafts])

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

    def _post(self, move: int) -> None:
        """Posts a draft; one that another has posted meanwhile is fine."""
        self._go_on()
        try:
            self._rpc.call(MOVE, "action_post", ids=[move])
        except OdooRefusal:
            if self._read(move)["state"] != "posted":
                raise
