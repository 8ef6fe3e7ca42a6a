"""Sends journal entries that are not of documents to the accounting tool, each once, and stores what came of it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from api.delivery.accounting.accounting_sender import WORKING_SECONDS, Once
from api.delivery.accounting.connector import BookingRefused, Connector, ConnectorFault, Entry, EntryRecord, EntryResult
from api.delivery.accounting.entry_bookings import entries_of, hash_of
from api.delivery.outcome import Job, Outcome, OutcomeState
from api.desk.desk import Desk
from api.store import accounting_entries, journal_entries, ledger
from api.store.accounting_entries import ENTRIES, EntryRow, name_in
from api.store.accounting_records import BookingState
from api.store.outbox import ClaimedMessage, MessageState
from engine.documents.journal import JournalEntry
from engine.phrases import phrase

ENTERED_THERE: Final = phrase("the payment was entered in the accounting tool: it has it by itself")
_GONE: Final = Outcome(state="held", because=phrase("the journal has no such entry"))


@dataclass
class EntrySender:
    """Sends by one connector."""

    desk: Desk
    connector: Connector
    channel: str = ENTRIES
    states: tuple[MessageState, ...] = ("queued",)
    most: int = 100
    is_logged: bool = False
    statuses: Mapping[str, OutcomeState] = field(default_factory=dict, init=False)
    _until: float = field(default=0.0, init=False)

    def opened(self) -> AbstractContextManager[None]:
        """It needs nothing."""
        return nullcontext()

    def may_go_on(self) -> bool:
        """Whether the lease of what was claimed last still lasts for another request."""
        return time.monotonic() < self._until

    def jobs(self, messages: Sequence[ClaimedMessage]) -> Iterator[tuple[ClaimedMessage, Job]]:
        """The first job enters all entries that were claimed together; each gives what became of its own."""
        self._until = time.monotonic() + WORKING_SECONDS
        entered = Once(partial(self._enter, messages))
        for message in messages:
            yield message, partial(_outcome, message.document, entered)

    def _enter(self, messages: Sequence[ClaimedMessage]) -> dict[str, Outcome]:
        """Enters some entries; what came of each is stored and given by its document in the outbox."""
        names = {message.document: name_in(message.document) for message in messages}
        with self.desk.store.reading() as connection:
            stored = ledger.find(connection, names.values())
            entries = entries_of(connection, list(stored.values()))
        ours = [entry for entry in entries.values() if entry is not None]
        results = dict(zip((each.name for each in ours), self.connector.entry(ours, self.may_go_on), strict=True))
        self._store(stored.values(), entries, results)
        given = {name: journal_entries.name_of(entry) for name, entry in stored.items()}
        there = Outcome(state="delivered", answer=str(ENTERED_THERE))
        return {
            document: there if entries[given[name]] is None else _outcome_of(results[given[name]])
            for document, name in names.items()
            if name in given
        }

    def _store(self, stored: Iterable[JournalEntry], entries: Mapping[str, Entry | None], results: Mapping[str, EntryResult]) -> None:
        rows = [self._row(each, entries[journal_entries.name_of(each)], results) for each in stored]
        if rows:
            with self.desk.writing() as connection:
                accounting_entries.store(connection, rows)

    def _row(self, stored: JournalEntry, entry: Entry | None, results: Mapping[str, EntryResult]) -> EntryRow:
        result = None if entry is None else results[entry.name]
        record = result if isinstance(result, EntryRecord) else None
        return EntryRow(
            kind=stored.kind,
            source=stored.document,
            tool=self.connector.name,
            state="booked" if result is None else _state_of(result),
            id=None if record is None else record.id,
            number=None if record is None else record.number,
            amount=0 if entry is None else entry.amount.minor,
            hash="" if entry is None else hash_of(entry),
            because=ENTERED_THERE if entry is None else result.because if isinstance(result, BookingRefused) else None,
            changed_at=self.desk.now(),
        )


def _outcome(document: str, entered: Once) -> Outcome:
    return entered.get().get(document) or _GONE


def _state_of(result: EntryResult) -> BookingState:
    match result:
        case EntryRecord():
            return "booked"
        case BookingRefused():
            return "refused"
        case ConnectorFault():
            return "unknown"


def _outcome_of(result: EntryResult) -> Outcome:
    match result:
        case EntryRecord():
            return Outcome(state="delivered", reference=result.id, answer=f"booked as {result.number or result.id}")
        case BookingRefused():
            return Outcome(state="held", because=result.because, answer=str(result) or None)
        case ConnectorFault():
            return Outcome(state="queued", answer=str(result), retry_after=result.retry_after)
