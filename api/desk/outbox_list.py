"""The outbox as it is listed: what was announced to whom, by which channel, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from pydantic import BaseModel, Field

from api.desk.billing_lists import LARGEST_RUN
from api.desk.desk import Desk
from api.desk.listing import Listing, Row, Totals
from api.output.sheets import Cell
from api.store import outbox
from api.store.outbox import MessageRow, MessageState
from api.store.walks import Start
from engine.documents.document import Document


class OutboxRow(BaseModel):
    """A message: of which document or event, by which channel, its state, and what the receiver answered last."""

    key: str
    document: str
    channel: str
    state: MessageState
    written_at: datetime
    due_at: datetime
    attempts: int
    last_answer: str | None
    held_because: str | None
    delivery: int
    reference: str | None


class OutboxConditions(Document):
    """What may be asked of messages."""

    state: MessageState | None = None
    channel: str | None = Field(default=None, max_length=100)
    document: str | None = Field(default=None, max_length=200)
    run: int | None = Field(default=None, ge=1, le=LARGEST_RUN)


COLUMNS: Final = tuple(OutboxRow.model_fields)


def each_message(
    desk: Desk,
    *,
    after: str | None = None,
    state: str | None = None,
    channel: str | None = None,
    document: str | None = None,
    run: int | None = None,
) -> Iterator[MessageRow]:
    """The messages in the order of their keys, after one of them; some are in memory at once."""
    with desk.store.reading() as connection:
        yield from outbox.each_message(connection, after=after, run=run, state=state, channel=channel, document=document)


def cells_of(row: MessageRow) -> tuple[Cell, ...]:
    """What a list says of a message."""
    return tuple(part.isoformat(timespec="seconds") if isinstance(part := row[name], datetime) else part for name in COLUMNS)


def _rows(desk: Desk, conditions: OutboxConditions, start: Start) -> Iterator[Row]:
    after = str(start.after[0]) if start.after else None
    return (((row["key"],), cells_of(row)) for row in each_message(desk, after=after, **dict(conditions)))


def _totals(desk: Desk, conditions: OutboxConditions) -> Totals:
    with desk.store.reading() as connection:
        return outbox.total(connection, **dict(conditions)), None


def _counts_by(desk: Desk, conditions: OutboxConditions, names: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    with desk.store.reading() as connection:
        return {name: outbox.counts_by(connection, name, **{**dict(conditions), name: None}) for name in names}


OUTBOX: Final = Listing(
    name="outbox",
    facets=("state", "channel"),
    counts_by=_counts_by,
    row=OutboxRow,
    conditions=OutboxConditions,
    key="key",
    is_one_way=True,
    rows=_rows,
    totals=_totals,
)
