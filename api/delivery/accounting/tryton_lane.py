"""Documents of one month on their way into Tryton: searched by our number, created, made equal, posted in batches, and read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, Protocol

from api.delivery.accounting.connector import Booking, BookingRefused, BookResult, ConnectorFault, Record
from api.delivery.accounting.difference import difference
from api.delivery.accounting.tryton_invoices import BILLED, mended_taxes, record_of
from api.delivery.accounting.tryton_refusals import refusal_of
from api.delivery.accounting.tryton_rpc import NotAllowed, Row, TrytonQuestion, TrytonRefusal, TrytonRpc, Value, day
from api.delivery.accounting.tryton_setup import REFUSED_USER, TrytonSetup
from engine.phrases import phrase
from engine.rulebook.accounting_tools import ToolMapping

BATCH: Final = 20
"""How many documents are posted by one request."""
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


class TrytonLane:
    """Some documents of one month, which are booked in their order."""

    def __init__(self, connector: Books, bookings: Sequence[Booking], may_go_on: Callable[[], bool]) -> None:
        self._connector, self._client, self._bookings = connector, connector.rpc, bookings
        self._days: dict[str, date] = {each.number: each.issued_on for each in bookings}
        self._may_go_on = may_go_on
        self._done: dict[str, BookResult] = {}
        self._rows: dict[str, Row] = {}

    def results(self) -> list[BookResult]:
        """What became of each up to the first that failed."""
        try:
            self._book()
        except NotAllowed:
            self._fail(BookingRefused(REFUSED_USER))
        except (BookingRefused, ConnectorFault) as failure:
            self._fail(failure)
        except TrytonRefusal as refusal:
            self._fail(BookingRefused(refusal_of(str(refusal)), str(refusal)))
        results: list[BookResult] = []
        for booking in self._bookings:
            result = self._done.get(booking.number)
            if result is not None:
                results.append(result)
            if not isinstance(result, Record):
                break
        return results

    def _fail(self, failure: BookingRefused | ConnectorFault) -> None:
        first = next((each.number for each in self._bookings if not isinstance(self._done.get(each.number), Record)), None)
        if first is not None:
            self._done.setdefault(first, failure)

    def _open(self) -> list[Booking]:
        """The documents up to the first that is refused which are not done yet."""
        failed = next((at for at, each in enumerate(self._bookings) if isinstance(self._done.get(each.number), Exception)), None)
        return [each for each in self._bookings[:failed] if each.number not in self._done]

    def _book(self) -> None:
        matches = self._search(self._bookings)
        for booking in self._bookings:
            records = matches.get(booking.number, [])
            if len([each for each in records if each.state in BILLED]) > 1:
                because = phrase("Tryton has {number} twice: cancel one of the two there, then `outbox retry`", number=booking.number)
                self._done[booking.number] = BookingRefused(because)
        self._settle(matches)
        self._create([each for each in self._open() if not self._drafts(matches, each)])
        drafts = self._prepared()
        while batch := self._open()[:BATCH]:
            self._post(batch, drafts)

    def _search(self, bookings: Iterable[Booking]) -> dict[str, list[Record]]:
        matches: dict[str, list[Record]] = {}
        for row in self._connector.rows([each.number for each in bookings]):
            record = record_of(row)
            if record.state != "cancelled":
                matches.setdefault(record.document, []).append(record)
                self._rows[record.id] = row
        return matches

    def _settle(self, matches: Mapping[str, Sequence[Record]]) -> None:
        """What is posted already is done; what differs from its document is refused."""
        for booking in self._bookings:
            billed = [each for each in matches.get(booking.number, ()) if each.state in BILLED]
            if len(billed) != 1 or booking.number in self._done:
                continue
            extra = [int(each.id) for each in matches[booking.number] if each.state == "draft"]
            if extra:
                self._client.call("account.invoice.delete", extra)
            self._done[booking.number] = self._judged(booking, billed[0])

    def _judged(self, booking: Booking, record: Record) -> BookResult:
        differs = difference(booking, record, self._date(booking, record))
        if differs is None:
            return record
        return BookingRefused(phrase("Tryton has {number} otherwise: {difference}", number=booking.number, difference=differs))

    def _drafts(self, matches: Mapping[str, Sequence[Record]], booking: Booking) -> bool:
        return any(each.state == "draft" for each in matches.get(booking.number, ()))

    def _only_draft(self, records: Sequence[Record]) -> Record:
        """The first of the drafts of a document; the others, which an answer that was lost left behind, are deleted."""
        drafts = sorted((each for each in records if each.state == "draft"), key=lambda each: int(each.id))
        if len(drafts) > 1:
            self._client.call("account.invoice.delete", [int(each.id) for each in drafts[1:]])
        return drafts[0]

    def _create(self, bookings: Sequence[Booking]) -> None:
        values: list[Row] = []
        for booking in bookings:
            try:
                values.append(self._connector.enter(booking, self._day(booking)))
            except BookingRefused as refusal:
                self._done[booking.number] = refusal
                break
        if not values:
            return
        self._go_on()
        try:
            self._client.create("account.invoice", values)
        except TrytonRefusal:
            for booking, each in zip(bookings, values, strict=False):  # which of them is refused
                try:
                    self._client.create("account.invoice", [each])
                except TrytonRefusal as refusal:
                    self._done[booking.number] = BookingRefused(refusal_of(str(refusal)), str(refusal))
                    return

    def _day(self, booking: Booking) -> date:
        """The date under which it is booked: its own, or the first open day where its period is closed and the mapping says so."""
        if self._connector.mapping.closed_period == "next-open":
            self._days[booking.number] = _next_open(self._client, self._connector.setup.company, booking.issued_on)
        return self._days[booking.number]

    def _prepared(self) -> dict[str, Record]:
        """The drafts by number, their VAT made equal to the documents' and with their files; what still differs is refused."""
        drafts = {name: self._only_draft(records) for name, records in self._search(self._open()).items()}
        written: list[Value] = []
        for booking in self._open():
            draft = drafts.get(booking.number)
            if draft is not None and difference(booking, draft, self._date(booking, draft)) is not None:
                mended = mended_taxes(booking, self._rows[draft.id], self._connector.setup)
                written += [[int(draft.id)], {"taxes": mended}] if mended else []
        if written:
            self._client.call("account.invoice.write", *written)
            drafts |= {name: self._only_draft(records) for name, records in self._search(self._open()).items()}
        for booking in self._open():
            draft = drafts.get(booking.number)
            differs = None if draft is None else difference(booking, draft, self._date(booking, draft))
            if differs is not None:
                because = phrase("Tryton makes {number} otherwise: {difference}", number=booking.number, difference=differs)
                self._done[booking.number] = BookingRefused(because)
        files = {drafts[each.number].id: each for each in self._open() if each.number in drafts}
        if files:
            self._connector.attach(files)
        return drafts

    def _date(self, booking: Booking, record: Record) -> date:
        """The date that a record must have: where a closed period moves documents, the one that it got."""
        is_moved = self._connector.mapping.closed_period == "next-open" and record.issued_on is not None
        return record.issued_on if is_moved and record.issued_on is not None else booking.issued_on

    def _post(self, bookings: Sequence[Booking], drafts: Mapping[str, Record]) -> None:
        """Posts a batch, or one by one where it is refused; and reads what came of it."""
        if any(each.number not in drafts for each in bookings):
            raise ConnectorFault("an invoice that was created is not there")
        ids = [int(drafts[each.number].id) for each in bookings]
        self._go_on()
        try:
            self._call_post(ids, _QUESTIONS)
        except (TrytonRefusal, TrytonQuestion):
            self._post_singly(bookings, drafts)
        matches = self._search(bookings)
        self._settle(matches)
        for booking in bookings:
            if booking.number not in self._done and booking in self._open():
                raise ConnectorFault("posted without an error, and it is a draft still")

    def _post_singly(self, bookings: Sequence[Booking], drafts: Mapping[str, Record]) -> None:
        for booking in bookings:
            self._go_on()
            try:
                self._call_post([int(drafts[booking.number].id)], _QUESTIONS)
            except TrytonRefusal as refusal:
                if "can not call" in str(refusal):
                    continue  # another has posted it: what is read next says so
                self._done[booking.number] = BookingRefused(refusal_of(str(refusal)), str(refusal))
                return
            except TrytonQuestion as warning:
                because = phrase("Tryton asks: {question}; answer it there, or accept it in the mapping", question=str(warning))
                self._done[booking.number] = BookingRefused(because, str(warning))
                return

    def _call_post(self, ids: Sequence[int], questions: int) -> None:
        """Posts, and answers the questions that the mapping accepts."""
        for _ in range(questions):
            try:
                self._client.call("account.invoice.post", list(ids))
                return
            except TrytonQuestion as warning:
                if not warning.name.endswith(self._connector.mapping.accepted_warnings):
                    raise
                self._client.call("res.user.warning.skip", warning.name, False)
        self._client.call("account.invoice.post", list(ids))

    def _go_on(self) -> None:
        if not self._may_go_on():
            raise ConnectorFault("the lease ends")


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
