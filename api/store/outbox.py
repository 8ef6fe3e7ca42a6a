"""The outbox: messages claimed under a lease by state and day, what came of each, and messages sent again, skipped or listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, RowMapping, and_, exists, func, or_, select, update

from api.store import tables
from api.store.sql import ROWS_AT_ONCE, Reading, Writing, chunks, tolerant_insert
from engine.phrases import Phrase

WEBHOOK: Final = "webhook:"
"""How the channel of a message to a webhook begins; its name follows."""
TO_CUSTOMERS: Final = ("peppol", "email", "held")
"""The channels by which documents go to customers."""
_OUTBOX: Final = tables.outbox
_COLUMNS: Final = _OUTBOX.c
MessageRow = RowMapping
"""A row of the outbox."""
MessageState = Literal["held", "queued", "accepted", "delivered", "rejected", "dead", "skipped"]
_UNSENT: Final = ("held", "queued", "dead")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedMessage:
    """A message that is claimed: of which document or event, by which channel, how often it was tried, and until when it is leased."""

    key: str
    document: str
    channel: str
    state: MessageState
    attempts: int
    delivery: int
    reference: str | None
    leased_until: datetime


def claim(
    connection: Writing,
    channel: str,
    *,
    at: datetime,
    lease: timedelta,
    most: int,
    installation: str,
    state: MessageState = "queued",
) -> list[ClaimedMessage]:
    """Leases messages of a channel (`webhook:`: of all webhooks) that are due and of this installation; whoever else asks gets others.

    A credit note waits until its invoice is sent or skipped, by whatever channel.
    """
    columns = [_COLUMNS[name] for name in ClaimedMessage.__dataclass_fields__]
    query = select(*columns).where(*_is_due(channel, state, at, installation)).order_by(_COLUMNS.due_at, _COLUMNS.key).limit(most)
    rows = connection.execute(query.with_for_update(of=_OUTBOX, skip_locked=True)).mappings().all()
    until = at + lease
    if rows:
        connection.execute(update(_OUTBOX).where(_COLUMNS.key.in_([row["key"] for row in rows])).values(leased_until=until))
    return [ClaimedMessage(**{**row, "leased_until": until}) for row in rows]


def is_any_due(connection: Reading, channel: str, state: MessageState, *, at: datetime, installation: str) -> bool:
    """Whether there is a message of a channel to be claimed."""
    query = select(_COLUMNS.key).where(*_is_due(channel, state, at, installation)).limit(1)
    return connection.execute(query).first() is not None


def _is_due(channel: str, state: MessageState, at: datetime, installation: str) -> list[ColumnElement[bool]]:
    is_free = or_(_COLUMNS.leased_until.is_(None), _COLUMNS.leased_until < at)
    conditions = [_is_of(channel), _COLUMNS.state == state, _COLUMNS.due_at <= at, _COLUMNS.installation == installation, is_free]
    return [*conditions, ~_waits()] if channel in TO_CUSTOMERS and state == "queued" else conditions


def _is_of(channel: str) -> ColumnElement[bool]:
    if channel != WEBHOOK:
        return _COLUMNS.channel == channel
    return and_(_COLUMNS.channel >= WEBHOOK, _COLUMNS.channel < f"{WEBHOOK[:-1]};")  # `;` follows `:`: an index finds them


def _waits() -> ColumnElement[bool]:
    """Whether a message is about a credit note whose invoice is not sent yet."""
    note, earlier = tables.issued.alias("note"), _OUTBOX.alias("earlier")
    is_unsent = and_(earlier.c.document == note.c.corrects, earlier.c.channel.in_(TO_CUSTOMERS), earlier.c.state.in_(_UNSENT))
    joined = note.join(earlier, is_unsent)
    return exists(select(1).select_from(joined).where(note.c.number == _COLUMNS.document, note.c.corrects.is_not(None)))


def record(
    connection: Writing,
    message: ClaimedMessage,
    state: MessageState,
    due_at: datetime,
    *,
    answer: str | None,
    held_because: Phrase | None = None,
    reference: str | None = None,
    is_attempt: bool = True,
) -> bool:
    """Records what came of a message that was claimed; False where its lease ended and another has claimed it since."""
    mine = (_COLUMNS.key == message.key, _COLUMNS.state == message.state, _COLUMNS.leased_until == message.leased_until)
    values: dict[str, object] = {
        "state": state,
        "attempts": message.attempts + is_attempt,
        "due_at": due_at,
        "leased_until": None,
        "held_because": held_because,
        "reference": reference or message.reference,
    }
    if answer is not None:
        values["last_answer"] = answer[:500]
    return connection.execute(update(_OUTBOX).where(*mine).values(values)).rowcount == 1


def settle(connection: Writing, key: str, state: MessageState, answer: str | None) -> None:
    """Records a status that came in later."""
    connection.execute(update(_OUTBOX).where(_COLUMNS.key == key).values(state=state, last_answer=answer and answer[:500]))


def queue(connection: Writing, document: str, channel: str, *, at: datetime, installation: str, is_another: bool) -> int:
    """Queues a document by a channel, by which it may have been sent before: a new delivery, or the last one; gives its number."""
    key = f"{document}|{channel}"
    fresh = {"state": "queued", "held_because": None, "installation": installation, "due_at": at, "leased_until": None, "attempts": 0}
    before = locked(connection, key)
    if before is not None:
        delivery = int(before["delivery"]) + is_another
        connection.execute(update(_OUTBOX).where(_COLUMNS.key == key).values(**fresh, delivery=delivery, reference=None))
        return delivery
    row = fresh | {"key": key, "document": document, "channel": channel, "written_at": at, "delivery": 1}
    connection.execute(tolerant_insert(connection, _OUTBOX).values(row).on_conflict_do_nothing())
    return 1


def retry(connection: Writing, key: str, *, at: datetime, installation: str) -> None:
    """Lets a message be tried again at once, from its first attempt on, as the same delivery."""
    fresh = {"state": "queued", "held_because": None, "installation": installation, "due_at": at, "leased_until": None, "attempts": 0}
    connection.execute(update(_OUTBOX).where(_COLUMNS.key == key).values(fresh))


def skip(connection: Writing, key: str, because: str) -> None:
    """Marks a message as one that is not sent."""
    connection.execute(update(_OUTBOX).where(_COLUMNS.key == key).values(state="skipped", held_because=because, leased_until=None))


def locked(connection: Writing, key: str) -> MessageRow | None:
    """A message under a lock, whatever its channel."""
    return connection.execute(select(_OUTBOX).where(_COLUMNS.key == key).with_for_update()).mappings().first()


def message(connection: Reading, key: str) -> MessageRow | None:
    """A message, whatever its channel."""
    return connection.execute(select(_OUTBOX).where(_COLUMNS.key == key)).mappings().first()


def some(connection: Reading, keys: Iterable[str]) -> Iterator[MessageRow]:
    """Messages by key."""
    for part in chunks(keys):
        yield from connection.execute(select(_OUTBOX).where(_COLUMNS.key.in_(part))).mappings()


def of_document(connection: Reading, document: str) -> Sequence[MessageRow]:
    """The messages about a document to its customer, the oldest first."""
    query = select(_OUTBOX).where(_COLUMNS.document == document, _COLUMNS.channel.in_(TO_CUSTOMERS))
    return connection.execute(query.order_by(_COLUMNS.written_at, _COLUMNS.key)).mappings().all()


def count(connection: Reading, channel: str, state: MessageState, *, until: datetime) -> int:
    """How many messages of a channel are in a state and due until a moment; at most 10,000 are counted."""
    query = select(_COLUMNS.key).where(_is_of(channel), _COLUMNS.state == state, _COLUMNS.due_at <= until).limit(10_000)
    return len(connection.execute(query).all())


def states_of(connection: Reading, channel: str) -> dict[str, int]:
    """How many messages of a channel are in each state."""
    query = select(_COLUMNS.state, func.count().label("many")).where(_is_of(channel)).group_by(_COLUMNS.state).order_by(_COLUMNS.state)
    return {row.state: row.many for row in connection.execute(query)}


def each_message(connection: Reading, *, after: str | None = None, run: int | None = None, **equal: str | None) -> Iterator[MessageRow]:
    """The messages of the outbox in the order of their keys, of a state, a channel, a document or a run; some are in memory at once."""
    wanted = _wanted(run, equal)
    query = select(_OUTBOX).where(*wanted).order_by(_COLUMNS.key).limit(ROWS_AT_ONCE)
    while True:
        rows = connection.execute(query if after is None else query.where(_COLUMNS.key > after)).mappings().all()
        yield from rows
        if len(rows) < ROWS_AT_ONCE:
            return
        after = rows[-1]["key"]


def total(connection: Reading, *, run: int | None = None, **equal: str | None) -> int:
    """How many messages there are of a state, a channel, a document or a run."""
    return int(connection.execute(select(func.count()).select_from(_OUTBOX).where(*_wanted(run, equal))).scalar_one())


def counts_by(connection: Reading, name: str, *, run: int | None = None, **equal: str | None) -> dict[str, int]:
    """How many messages there are by state, or by channel, of those with the other conditions."""
    query = select(_COLUMNS[name], func.count()).where(*_wanted(run, equal)).group_by(_COLUMNS[name]).order_by(_COLUMNS[name])
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def _wanted(run: int | None, equal: Mapping[str, str | None]) -> list[ColumnElement[bool]]:
    wanted = [_COLUMNS[name] == value for name, value in equal.items() if value is not None]
    of_run = select(tables.issued.c.number).where(tables.issued.c.run == run)
    return wanted if run is None else [*wanted, _COLUMNS.document.in_(of_run)]
