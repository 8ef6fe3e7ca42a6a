"""Bookings as they are listed: of each document and other journal entry, how far it is on its way into the accounting tool, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, Field

from api.desk import deliveries
from api.desk.desk import Desk
from api.desk.listing import Cells, Totals, Walked, listing
from api.store import accounting_entries, accounting_records, outbox, walks
from api.store.accounting_entries import ENTRIES, EntryRow
from api.store.accounting_records import ACCOUNTING, BookingRow
from api.store.outbox import MessageRow
from api.store.sql import Reading
from engine.documents.document import Document
from engine.money import Money

WayState = Literal["waiting", "sent", "booked", "refused", "unknown", "lost", "skipped"]


class ListedBooking(BaseModel):
    """A document or another entry, and how far it is; `because` is the cause and the way on."""

    key: str
    booking: str
    """The number of a document, or the kind and source of another entry."""
    state: WayState
    because: str | None
    tool: str | None
    id: str | None
    """Its id in the tool."""
    number: str | None
    """The tool's own number."""
    amount: Money | None
    """The gross of a document, or what an entry debits."""
    attempts: int
    due_at: datetime
    last_answer: str | None


class BookingConditions(Document):
    """What may be asked of bookings."""

    state: WayState | None = None
    channel: Literal["accounting", "accounting-entries"] | None = Field(default=None, description="Documents only, or other entries only.")


@dataclass(frozen=True, slots=True)
class Booking:
    """A message to the accounting tool, and what the tool has."""

    message: MessageRow
    row: BookingRow | EntryRow | None

    @property
    def name(self) -> str:
        """The number of the document, or the name of the entry."""
        return str(self.message["document"]).removeprefix("entries/")

    @property
    def state(self) -> WayState:
        """How far it is. What is held without a row was refused before anything was sent."""
        if self.message["state"] == "skipped":
            return "skipped"
        if self.row is not None and (self.message["state"] != "queued" or self.row.state != "refused"):
            return self.row.state
        return "refused" if self.message["state"] == "held" else "waiting"


def retry_booking(desk: Desk, name: str) -> Booking:
    """Lets a document or an entry be sent again at once; refuses an unknown one, and one that is booked."""
    channel, document = (ENTRIES, f"entries/{name}") if " " in name else (ACCOUNTING, name)
    key = f"{document}|{channel}"
    deliveries.retry_message(desk, key)
    with desk.store.reading() as connection:
        return _bookings(desk, connection, [key])[key]


def booking_cells(desk: Desk, one: Booking) -> Cells:
    """What a list says of a booking."""
    row, message = one.row, one.message
    amount = None if row is None else Money(row.gross if isinstance(row, BookingRow) else row.amount, desk.rulebook.currency)
    because = None if one.state == "waiting" else message["held_because"] or (row and row.because)
    own = (None, None, None) if row is None else (row.tool, row.id, row.number)
    due = message["due_at"].isoformat(timespec="seconds")
    return (message["key"], one.name, one.state, because, *own, amount, message["attempts"], due, message["last_answer"])


def each_booking(desk: Desk, *, state: str | None = None, after: str | None = None) -> Iterator[Booking]:
    """The bookings in the order of their keys, after one of them."""
    start = walks.Start(after=None if after is None else (after,))
    with desk.store.reading() as connection:
        for batch in walks.batches(connection, walks.BOOKINGS, start, {}):
            bookings = _bookings(desk, connection, [key for _, key in batch])
            yield from (one for _, key in batch if state in (None, (one := bookings[key]).state))


def _bookings(_desk: Desk, connection: Reading, keys: Collection[str]) -> Mapping[str, Booking]:
    messages = {row["key"]: row for row in outbox.some(connection, keys)}
    documents = [row["document"] for row in messages.values() if row["channel"] == ACCOUNTING]
    names = [accounting_entries.name_in(row["document"]) for row in messages.values() if row["channel"] == ENTRIES]
    records = accounting_records.newest(connection, documents)
    entries = accounting_entries.newest(connection, names)
    return {
        key: Booking(
            row,
            records.get(row["document"]) if row["channel"] == ACCOUNTING else entries.get(accounting_entries.name_in(row["document"])),
        )
        for key, row in messages.items()
    }


def _fits(one: Booking, conditions: BookingConditions) -> bool:
    return conditions.state in (None, one.state)


def _criteria(_desk: Desk, criteria: Mapping[str, object]) -> Mapping[str, object]:
    """What waits is among the messages that are on their way: only these are looked at."""
    return {**criteria, "on_its_way": True} if criteria.get("state") == "waiting" else criteria


def _totals(desk: Desk, conditions: BookingConditions) -> Totals:
    """How many bookings there are, and what they sum to. Of those that wait, only what was sent before is looked at."""
    if conditions.state not in (None, "waiting"):
        return None, None
    if conditions.state is None:
        with desk.store.reading() as connection:
            amount = accounting_entries.amount_of_newest(connection, conditions.channel)
        return _WALKED.count(desk, conditions), {"amount": Money(amount, desk.rulebook.currency)}
    criteria = _criteria(desk, dict(conditions))
    with desk.store.reading() as connection:
        counted = walks.count(connection, walks.BOOKINGS, {**criteria, "is_known": False})
        batches = walks.batches(connection, walks.BOOKINGS, walks.Start(), {**criteria, "is_known": True})
        known = [one for batch in batches for one in _bookings(desk, connection, [key for _, key in batch]).values()]
    waiting = [row for one in known if one.state == "waiting" and (row := one.row) is not None]
    amount = sum(row.gross if isinstance(row, BookingRow) else row.amount for row in waiting)
    return counted + len(waiting), {"amount": Money(amount, desk.rulebook.currency)}


_WALKED: Final = Walked(walk=walks.BOOKINGS, load=_bookings, cells=booking_cells, fits=_fits, computed=("state",), criteria=_criteria)
BOOKINGS: Final = replace(listing("bookings", ListedBooking, BookingConditions, _WALKED), summed=("amount",), totals=_totals)
