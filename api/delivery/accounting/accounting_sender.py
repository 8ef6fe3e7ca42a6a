"""Sends invoices and credit notes to the accounting tool: those of each month in their order, each booked once, and what came of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from api.delivery.accounting.bookings import booking_of, hash_of
from api.delivery.accounting.connector import Booking, BookingRefused, BookResult, Connector, ConnectorFault, Record
from api.delivery.outcome import Job, Outcome, OutcomeState
from api.delivery.sent_documents import SentDocument, documents_of
from api.desk.desk import Desk
from api.desk.explaining import rulebook_by_fingerprint
from api.desk.renditions import pdfs_of
from api.store import accounting_records, issued_documents
from api.store.accounting_records import ACCOUNTING, BookingRow, BookingState
from api.store.outbox import ClaimedMessage, MessageState
from engine.problems import Refusal

WORKING_SECONDS: Final = 240.0
"""How long after a claim something may still be created or posted: well within the lease."""
_BEHIND: Final = timedelta(seconds=1)
BEHIND: Final = "waits for an earlier document of its month"
Files = Callable[[Sequence[SentDocument]], Mapping[str, tuple[tuple[str, bytes], ...]]]
"""The files of some documents by number."""


@dataclass
class AccountingSender:
    """Sends by one connector."""

    desk: Desk
    connector: Connector
    files: Files
    channel: str = ACCOUNTING
    states: tuple[MessageState, ...] = ("queued",)
    most: int = 40
    is_logged: bool = True
    statuses: Mapping[str, OutcomeState] = field(default_factory=dict, init=False)
    _until: float = field(default=0.0, init=False)

    def opened(self) -> AbstractContextManager[None]:
        """It needs nothing."""
        return nullcontext()

    def may_go_on(self) -> bool:
        """Whether the lease of what was claimed last still lasts for another request."""
        return time.monotonic() < self._until

    def jobs(self, messages: Sequence[ClaimedMessage]) -> Iterator[tuple[ClaimedMessage, Job]]:
        """The first job of a month books all its documents; each gives what became of its own."""
        self._until = time.monotonic() + WORKING_SECONDS
        documents = documents_of(self.desk, messages)
        lanes: dict[tuple[int, int], list[SentDocument]] = {}
        for message in messages:
            sent = documents[message.document]
            lanes.setdefault((sent.document.issued_on.year, sent.document.issued_on.month), []).append(sent)
        booked = {month: Once(partial(self._book, sorted(lane, key=_order))) for month, lane in lanes.items()}
        for message in messages:
            on = documents[message.document].document.issued_on
            yield message, partial(self._outcome, message.document, booked[on.year, on.month])

    def _outcome(self, document: str, booked: Once) -> Outcome:
        return booked.get().get(document) or Outcome(state="queued", answer=BEHIND, is_attempt=False, check_after=_BEHIND)

    def _book(self, lane: Sequence[SentDocument]) -> dict[str, Outcome]:
        """Books documents of one month up to the first that fails; what came of each is stored and given."""
        files = self.files(lane)
        bookings: dict[str, Booking] = {}
        failure: BookingRefused | None = None
        for sent in lane:
            try:
                bookings[sent.document.number] = self._booking(sent, files.get(sent.document.number, ()))
            except BookingRefused as refused:
                failure = refused
                break
        results = dict(zip(bookings, self.connector.book(list(bookings.values()), self.may_go_on), strict=False))
        if failure is not None and all(isinstance(results.get(number), Record) for number in bookings):
            results[lane[len(bookings)].document.number] = failure
        self._store(bookings, results)
        return {number: _outcome_of(result) for number, result in results.items()}

    def _booking(self, sent: SentDocument, files: tuple[tuple[str, bytes], ...]) -> Booking:
        with self.desk.store.reading() as connection:
            rulebook, _ = rulebook_by_fingerprint(self.desk, connection, sent.document.rulebook)
            entry = issued_documents.entry_of(connection, sent.document.number)
        return booking_of(sent.document, sent.customer, rulebook, files, entry)

    def _store(self, bookings: Mapping[str, Booking], results: Mapping[str, BookResult]) -> None:
        rows = [self._row(bookings[number], result) for number, result in results.items() if number in bookings]
        if rows:
            with self.desk.writing() as connection:
                accounting_records.store(connection, rows)

    def _row(self, booking: Booking, result: BookResult) -> BookingRow:
        record = result if isinstance(result, Record) else None
        return BookingRow(
            document=booking.number,
            tool=self.connector.name,
            state=_state_of(result),
            id=None if record is None else record.id,
            number=None if record is None else record.number,
            net=booking.sign * booking.net.minor,
            vat=booking.sign * booking.total_vat.minor,
            gross=booking.sign * booking.gross.minor,
            hash=hash_of(booking),
            because=result.because if isinstance(result, BookingRefused) else None,
            changed_at=self.desk.now(),
        )


class Once:
    """Does something once, whoever asks first, and gives all the same answer."""

    def __init__(self, work: Callable[[], dict[str, Outcome]]) -> None:
        self._work, self._lock = work, threading.Lock()
        self._answer: dict[str, Outcome] | None = None

    def get(self) -> dict[str, Outcome]:
        """The answer."""
        with self._lock:
            if self._answer is None:
                self._answer = self._work()
            return self._answer


def files_of(desk: Desk, folder: Path) -> Files:
    """The PDF and the XML of documents; without a PDF where none can be printed now."""

    def give(documents: Sequence[SentDocument]) -> Mapping[str, tuple[tuple[str, bytes], ...]]:
        pdfs = pdfs_of(desk, [each.document for each in documents], folder)
        result = {}
        for sent in documents:
            number, pdf = sent.document.number, pdfs.get(sent.document.number)
            of_pdf = () if pdf is None or isinstance(pdf, Refusal) else ((f"{number}.pdf", pdf),)
            result[number] = (*of_pdf, (f"{number}.xml", sent.xml))
        return result

    return give


def _order(sent: SentDocument) -> tuple[date, str]:
    return sent.document.issued_on, sent.document.number


def _state_of(result: BookResult) -> BookingState:
    match result:
        case Record():
            return "booked"
        case BookingRefused():
            return "refused"
        case ConnectorFault():
            return "unknown"


def _outcome_of(result: BookResult) -> Outcome:
    match result:
        case Record():
            return Outcome(state="delivered", reference=result.id, answer=f"booked as {result.number or result.id}")
        case BookingRefused():
            return Outcome(state="held", because=result.because, answer=str(result) or None)
        case ConnectorFault():
            return Outcome(state="queued", answer=str(result), retry_after=result.retry_after)
