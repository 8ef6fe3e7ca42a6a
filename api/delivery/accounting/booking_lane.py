"""Documents of one month on their way into an accounting tool: searched by our number, made, compared, posted in order, and read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, Protocol

from api.delivery.accounting.connector import Booking, BookingRefused, BookResult, ConnectorFault, Entry, EntryRecord, Record, going_on
from engine.phrases import Phrase, phrase

BILLED: Final = ("posted", "paid")
"""The states of a record that is booked."""


class LaneSteps(Protocol):
    """What a lane needs of a tool. What it raises ends the lane: refused, or to be tried again."""

    tool: str
    """As people write its name."""
    batch: int
    """How many documents are made and posted together."""

    def search(self, bookings: Sequence[Booking]) -> Iterable[Record]:
        """The records of documents, by our number."""

    def difference(self, booking: Booking, record: Record) -> Phrase | None:
        """What of a record is not as its document has it."""

    def delete(self, drafts: Sequence[Record]) -> None:
        """Deletes drafts."""

    def prepare(self, bookings: Sequence[Booking], drafts: Mapping[str, Record]) -> Iterator[tuple[str, Record | BookingRefused]]:
        """The drafts by number, made where there are none, equal to their documents and with their files; or why there is none."""

    def post(self, drafts: Mapping[str, Record]) -> Mapping[str, BookingRefused]:
        """Posts drafts in their order, and says of which why it is refused; one that another has posted meanwhile is fine."""


class BookingLane:
    """Some documents of one month, which are booked in their order; the first that fails stops those after it."""

    def __init__(self, steps: LaneSteps, bookings: Sequence[Booking], may_go_on: Callable[[], bool]) -> None:
        self._steps, self._bookings = steps, bookings
        self._go_on = partial(going_on, may_go_on)
        self._done: dict[str, BookResult] = {}

    def results(self) -> list[BookResult]:
        """What became of each up to the first that failed."""
        try:
            self._book()
        except (BookingRefused, ConnectorFault) as failure:
            first = next((each.number for each in self._bookings if not isinstance(self._done.get(each.number), Record)), None)
            if first is not None:
                self._done.setdefault(first, failure)
        results: list[BookResult] = []
        for booking in self._bookings:
            result = self._done.get(booking.number)
            if result is not None:
                results.append(result)
            if not isinstance(result, Record):
                break
        return results

    def _book(self) -> None:
        there = by_number(self._steps.search(self._bookings))
        for booking in self._bookings:
            self._settle(booking, there.get(booking.number, ()))
        while batch := self._open()[: self._steps.batch]:
            self._book_together(batch, there)

    def _open(self) -> list[Booking]:
        """The documents up to the first that failed which are not done yet."""
        failed = next((at for at, each in enumerate(self._bookings) if isinstance(self._done.get(each.number), Exception)), None)
        return [each for each in self._bookings[:failed] if each.number not in self._done]

    def _book_together(self, batch: Sequence[Booking], there: Mapping[str, Sequence[Record]]) -> None:
        drafts = {each.number: only for each in batch if (only := self._only_draft(there.get(each.number, ()))) is not None}
        ready: dict[str, Record] = {}
        for number, result in self._steps.prepare(batch, drafts):
            if isinstance(result, Record):
                ready[number] = result
            else:
                self._done[number] = result
        numbers = {each.number for each in batch}
        chosen = [each for each in self._open() if each.number in numbers]
        if any(each.number not in ready for each in chosen):
            raise ConnectorFault("an invoice that was created is not there")
        if not chosen:
            return
        self._go_on()
        self._done |= self._steps.post({each.number: ready[each.number] for each in chosen})
        posted = by_number(self._steps.search(chosen))
        for booking in chosen:
            if booking.number not in self._done:
                self._settle(booking, posted.get(booking.number, ()))
        if any(each.number in numbers for each in self._open()):
            raise ConnectorFault("posted without an error, and it is a draft still")

    def _settle(self, booking: Booking, records: Sequence[Record]) -> None:
        """What is posted already is done; what is there twice, or otherwise than its document, is refused."""
        billed = [each for each in records if each.state in BILLED]
        if len(billed) > 1:
            self._done[booking.number] = twice(self._steps.tool, booking.number)
        elif billed:
            self._delete([each for each in records if each.state == "draft"])
            differs = self._steps.difference(booking, billed[0])
            self._done[booking.number] = billed[0] if differs is None else otherwise(self._steps.tool, booking.number, differs)

    def _only_draft(self, records: Sequence[Record]) -> Record | None:
        """The first of the drafts of a document; the others, which an answer that was lost left behind, are deleted."""
        drafts = sorted((each for each in records if each.state == "draft"), key=lambda each: int(each.id))
        self._delete(drafts[1:])
        return drafts[0] if drafts else None

    def _delete(self, drafts: Sequence[Record]) -> None:
        if drafts:
            self._go_on()
            self._steps.delete(drafts)


def by_number(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Records by the number of their document, without those that are cancelled."""
    result: dict[str, list[Record]] = {}
    for record in records:
        if record.state != "cancelled":
            result.setdefault(record.document, []).append(record)
    return result


def twice(tool: str, number: str) -> BookingRefused:
    """The refusal of what a tool has twice."""
    return BookingRefused(phrase("{tool} has {number} twice: cancel one of the two there, then `outbox retry`", tool=tool, number=number))


def otherwise(tool: str, number: str, difference: Phrase) -> BookingRefused:
    """The refusal of what a tool has otherwise than we."""
    return BookingRefused(phrase("{tool} has {number} otherwise: {difference}", tool=tool, number=number, difference=difference))


def made_otherwise(tool: str, number: str, difference: Phrase) -> BookingRefused:
    """The refusal of a draft of which a tool makes something else than the document has."""
    sentence = "{tool} makes {number} otherwise: {difference}; mend its VAT there or the mapping, then `outbox retry`"
    return BookingRefused(phrase(sentence, tool=tool, number=number, difference=difference))


def entry_otherwise(tool: str, entry: Entry, record: EntryRecord) -> BookingRefused:
    """The refusal of a journal entry that a tool has otherwise than we."""
    theirs, ours = f"{record.amount}, {record.posted_on}", f"{entry.amount}, {entry.posted_on}"
    sentence = "{tool} has {number} otherwise: {theirs} in the tool and {ours} here"
    return BookingRefused(phrase(sentence, tool=tool, number=entry.name, theirs=theirs, ours=ours))
