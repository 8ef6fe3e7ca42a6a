"""What a lane of documents does in Tryton: creates and posts them in batches, makes their VAT equal, and answers its questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Final, Protocol

from api.delivery.accounting.booking_lane import BILLED, by_number, made_otherwise
from api.delivery.accounting.connector import Booking, BookingRefused, Record, going_on
from api.delivery.accounting.difference import difference
from api.delivery.accounting.tryton_invoices import mended_taxes, record_of
from api.delivery.accounting.tryton_rpc import Row, TrytonQuestion, TrytonRefusal, TrytonRpc, Value, day
from api.delivery.accounting.tryton_setup import TrytonSetup
from engine.phrases import Phrase, phrase
from engine.rulebook.accounting_tools import ToolMapping

_QUESTIONS: Final = 6
"""How many questions of Tryton are answered before a batch is posted one by one."""


class Books(Protocol):
    """What a lane needs of its connector."""

    rpc: TrytonRpc
    mapping: ToolMapping

    @property
    def setup(self) -> TrytonSetup:
        """The ids of the installation."""

    def rows(self, numbers: Sequence[str]) -> list[Row]:
        """The invoices of some documents."""

    def enter(self, booking: Booking, on: date) -> Row:
        """The values of a new invoice."""

    def attach(self, files: Mapping[str, Booking]) -> None:
        """Gives records the files of their documents."""


class TrytonSteps:
    """The steps of one lane in Tryton."""

    tool: str = "Tryton"
    batch: int = 20

    def __init__(self, books: Books, may_go_on: Callable[[], bool]) -> None:
        self._books, self._client = books, books.rpc
        self._go_on = partial(going_on, may_go_on)
        self._rows: dict[str, Row] = {}

    def search(self, bookings: Sequence[Booking]) -> Iterator[Record]:
        """The records of documents; their rows are remembered."""
        for row in self._books.rows([each.number for each in bookings]):
            record = record_of(row)
            self._rows[record.id] = row
            yield record

    def difference(self, booking: Booking, record: Record) -> Phrase | None:
        """What of a record is not as its document has it; where a closed period moves documents, its date is the one that it got."""
        is_moved = self._books.mapping.closed_period == "next-open" and record.issued_on is not None
        on = record.issued_on if is_moved and record.issued_on is not None else booking.issued_on
        return difference(booking, record, on)

    def delete(self, drafts: Sequence[Record]) -> None:
        """Deletes drafts."""
        self._client.call("account.invoice.delete", [int(each.id) for each in drafts])

    def prepare(self, bookings: Sequence[Booking], drafts: Mapping[str, Record]) -> Iterator[tuple[str, Record | BookingRefused]]:
        """The drafts, made where there are none, with the VAT of their documents and their files; or why there is none."""
        refused = self._create([each for each in bookings if each.number not in drafts])
        yield from refused.items()
        ready = {**drafts, **self._drafts([each for each in bookings if each.number not in {*drafts, *refused}])}
        ready |= self._mended(bookings, ready)
        for booking in bookings:
            draft = ready.get(booking.number)
            differs = None if draft is None else self.difference(booking, draft)
            if differs is not None:
                yield booking.number, made_otherwise(self.tool, booking.number, differs)
                del ready[booking.number]
        files = {ready[each.number].id: each for each in bookings if each.number in ready}
        if files:
            self._books.attach(files)
        yield from ready.items()

    def post(self, drafts: Mapping[str, Record]) -> Mapping[str, BookingRefused]:
        """Posts all together, or one by one where that is refused, up to the first that is refused alone."""
        try:
            self._call_post([int(each.id) for each in drafts.values()])
        except (TrytonRefusal, TrytonQuestion):
            return self._post_singly(drafts)
        return {}

    def _drafts(self, bookings: Sequence[Booking]) -> dict[str, Record]:
        there = by_number(self.search(bookings)) if bookings else {}
        return {number: min(some, key=lambda each: int(each.id)) for number, some in there.items()}

    def _create(self, bookings: Sequence[Booking]) -> dict[str, BookingRefused]:
        """Creates documents, and says which is refused: those after it are not created."""
        values: dict[str, Row] = {}
        refused: dict[str, BookingRefused] = {}
        for booking in bookings:
            try:
                values[booking.number] = self._books.enter(booking, self._day(booking))
            except BookingRefused as refusal:
                refused[booking.number] = refusal
                break
        if values:
            self._go_on()
            try:
                self._client.create("account.invoice", list(values.values()))
            except TrytonRefusal:
                return self._create_singly(values) or refused
        return refused

    def _create_singly(self, values: Mapping[str, Row]) -> dict[str, BookingRefused]:
        for number, each in values.items():
            self._go_on()
            try:
                self._client.create("account.invoice", [each])
            except TrytonRefusal as refusal:
                return {number: refusal}
        return {}

    def _day(self, booking: Booking) -> date:
        """The date under which it is booked: its own, or the first open day where its period is closed and the mapping says so."""
        if self._books.mapping.closed_period == "next-open":
            return _next_open(self._client, self._books.setup.company, booking.issued_on)
        return booking.issued_on

    def _mended(self, bookings: Sequence[Booking], drafts: Mapping[str, Record]) -> dict[str, Record]:
        """The drafts whose VAT was made that of their documents, read again."""
        written: list[Value] = []
        for booking in bookings:
            draft = drafts.get(booking.number)
            if draft is not None and self.difference(booking, draft) is not None:
                mended = mended_taxes(booking, self._rows[draft.id], self._books.setup)
                written += [[int(draft.id)], {"taxes": mended}] if mended else []
        if not written:
            return {}
        self._client.call("account.invoice.write", *written)
        return self._drafts([each for each in bookings if each.number in drafts])

    def _post_singly(self, drafts: Mapping[str, Record]) -> dict[str, BookingRefused]:
        for number, draft in drafts.items():
            self._go_on()
            try:
                self._call_post([int(draft.id)])
            except TrytonRefusal as refusal:
                if "can not call" not in str(refusal):  # else another has posted it: what is read next says so
                    return {number: refusal}
            except TrytonQuestion as warning:
                because = phrase("Tryton asks: {question}; answer it there, or accept it in the mapping", question=str(warning))
                return {number: BookingRefused(because, str(warning))}
        return {}

    def _call_post(self, ids: Sequence[int]) -> None:
        """Posts, and answers the questions that the mapping accepts."""
        for _ in range(_QUESTIONS):
            try:
                self._client.call("account.invoice.post", list(ids))
                return
            except TrytonQuestion as warning:
                if not warning.name.endswith(self._books.mapping.accepted_warnings):
                    raise
                self._client.call("res.user.warning.skip", warning.name, False)
        self._client.call("account.invoice.post", list(ids))


def _next_open(rpc: TrytonRpc, company: int, on: date) -> date:
    """The day itself where its period is open; else the last date that is used in the first open one after it."""
    domain = [["company", "=", company], ["type", "=", "standard"], ["state", "=", "open"], ["end_date", ">=", on]]
    rows = rpc.search("account.period", domain, ["start_date", "end_date"], "start_date")
    start, end = (day(rows[0].get(name)) if rows else None for name in ("start_date", "end_date"))
    if start is None or end is None or start <= on:
        return on
    used = rpc.search(
        "account.invoice",
        [["company", "=", company], ["type", "=", "out"], ["state", "in", [*BILLED]], ["invoice_date", ">=", start],
         ["invoice_date", "<", end + timedelta(days=1)]],
        ["invoice_date"],
    )  # fmt: skip
    return max([start, *(matches for row in used if (matches := day(row.get("invoice_date"))) is not None)])
