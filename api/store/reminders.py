"""Reminders in the store: letters, the levels that claims reached, charges, and documents of which nobody is reminded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, and_, exists, func, select

from api.store import delivery_tables, tables
from api.store.payment_tables import payment_allocations
from api.store.payments import Recorded, customers_of
from api.store.reminder_tables import charge_cancellations, charges, reminder_holds, reminder_levels, reminders
from api.store.sql import Reading, Writing, canonical_json, chunks
from engine.documents.charge import Charge
from engine.documents.overdue import ReminderHold, SentReminder
from engine.money import Currency, Money

DOCUMENTS: Final = "reminders/"
"""How messages call reminders; the id follows."""
_R, _L, _C, _X, _H = reminders.c, reminder_levels.c, charges.c, charge_cancellations.c, reminder_holds.c
_OUTBOX, _LOG = tables.outbox.c, delivery_tables.delivery_log.c

_SETTLED: Final = (
    select(func.coalesce(func.sum(payment_allocations.c.amount), 0))
    .where(payment_allocations.c.document == _C.number)
    .correlate(charges)
    .scalar_subquery()
)
OPEN_CHARGE: Final = and_(~exists(select(_X.charge).where(_X.charge == _C.number)), _C.amount > _SETTLED)
"""Of a charge something is to be paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReminder:
    """A reminder as it was made: to whom, of which level, and its figures and texts in JSON."""

    id: str
    customer: str
    reminded_on: date
    procedure: str
    level: int
    channel: str
    language: str
    pay_until: date
    open: Money
    """What was open of its documents."""
    costs: Money
    """Fees and interest that it asked."""
    rulebook: str
    document: str
    recorded_at: datetime
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedLevel:
    """A claim that reached a level by a reminder."""

    document: str
    due_on: date
    level: int
    interest: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The reminders that a claim had, and the interest that they asked."""

    sent: tuple[SentReminder, ...]
    interest: int


def append(
    connection: Writing,
    one: StoredReminder,
    levels: Sequence[ReachedLevel],
    made: Sequence[Charge],
) -> None:
    """Stores a reminder. A level that a claim reached before is refused by the database."""
    row = {name: getattr(one, name) for name in StoredReminder.__dataclass_fields__}
    row |= {"currency": one.open.currency.code, "open": one.open.minor, "costs": one.costs.minor}
    connection.execute(reminders.insert().values(**row))
    rows = [
        {"document": x.document, "due_on": x.due_on, "level": x.level, "reminder": one.id, "interest": x.interest.minor} for x in levels
    ]
    connection.execute(reminder_levels.insert(), rows)
    if made:
        connection.execute(charges.insert(), [_charge_row(each) for each in made])


def find(connection: Reading, ids: Iterable[str]) -> dict[str, StoredReminder]:
    """Reminders by id."""
    queries = (select(reminders).where(_R.id.in_(some)) for some in chunks(ids))
    return {row["id"]: _reminder(row) for query in queries for row in connection.execute(query).mappings()}


def histories(connection: Reading, documents: Iterable[str], zone: tzinfo) -> dict[tuple[str, date], History]:
    """By document and due date, the reminders that a claim had; a mail was sent on the day in a time zone on which all of it arrived."""
    result: dict[tuple[str, date], History] = {}
    delivered = and_(_LOG.document == DOCUMENTS + _R.id, _LOG.event == "delivered")
    sent_at = select(func.min(_LOG.logged_at)).where(delivered).correlate(reminders).scalar_subquery()
    is_sent = and_(_OUTBOX.document == DOCUMENTS + _R.id, _OUTBOX.channel == "email")
    columns = (_L.document, _L.due_on, _L.level, _L.interest, _R.id, _R.reminded_on, _R.channel, _OUTBOX.state, sent_at.label("sent_at"))
    query = select(*columns).join(reminders, _R.id == _L.reminder).outerjoin(tables.outbox, is_sent).order_by(_L.level)
    for some in chunks(documents):
        for row in connection.execute(query.where(_L.document.in_(some))):
            sent_on = row.reminded_on
            if row.channel == "email":
                is_there = row.state == "delivered" and row.sent_at is not None
                sent_on = max(row.reminded_on, row.sent_at.astimezone(zone).date()) if is_there else None
            one = SentReminder(reminder=row.id, level=row.level, on=row.reminded_on, channel=row.channel, sent_on=sent_on)
            before = result.get((row.document, row.due_on), History(sent=(), interest=0))
            result[row.document, row.due_on] = History(sent=(*before.sent, one), interest=before.interest + row.interest)
    return result


def charges_of(connection: Reading, **named: str) -> list[tuple[Charge, Money]]:
    """The charges with a number, of a reminder or of a document (of all, where none is named), each with what is open of it."""
    return list(_charges(connection, [_C[name] == value for name, value in named.items()]))


def some_charges(connection: Reading, numbers: Iterable[str]) -> dict[str, tuple[Charge, Money]]:
    """Charges by number, each with what is open of it."""
    return {one.number: (one, rest) for some in chunks(numbers) for one, rest in _charges(connection, [_C.number.in_(some)])}


def charges_beside(connection: Reading, documents: Iterable[str]) -> list[tuple[Charge, Money]]:
    """The charges beside some documents, each with what is open of it."""
    return [each for some in chunks(documents) for each in _charges(connection, [_C.document.in_(some)])]


def cancel(connection: Writing, charge: str, because: str, recorded: Recorded) -> None:
    """Stores that a charge is not owed any more."""
    values = {"charge": charge, "cancelled_on": recorded.on, "because": because}
    connection.execute(charge_cancellations.insert().values(**values, recorded_at=recorded.at, author=recorded.author))


def holds(connection: Reading, documents: Iterable[str]) -> dict[str, ReminderHold]:
    """Why nobody is reminded of some documents; those that were released are left out."""
    result: dict[str, ReminderHold] = {}
    for some in chunks(documents):
        for row in connection.execute(select(reminder_holds).where(_H.document.in_(some)).order_by(_H.sequence)):
            result.pop(row.document, None)
            if row.kind != "released":
                result[row.document] = ReminderHold(kind=row.kind, on=row.held_on, until=row.until, because=row.because)
    return result


def append_hold(connection: Writing, document: str, kind: str, until: date | None, because: str, recorded: Recorded) -> None:
    """Stores that a document is disputed or promised to be paid, or that neither holds any more."""
    last = connection.execute(select(func.coalesce(func.max(_H.sequence), 0)).where(_H.document == document)).scalar_one()
    values = {"document": document, "sequence": last + 1, "kind": kind, "held_on": recorded.on, "until": until, "because": because}
    connection.execute(reminder_holds.insert().values(**values, recorded_at=recorded.at, author=recorded.author))


def _charges(connection: Reading, conditions: Sequence[ColumnElement[bool]]) -> Iterator[tuple[Charge, Money]]:
    query = select(charges, _X.cancelled_on, _X.because, _SETTLED.label("settled")).outerjoin(charge_cancellations, _X.charge == _C.number)
    rows = connection.execute(query.where(*conditions).order_by(_C.number)).mappings().all()
    owners = customers_of(connection, {row["document"] for row in rows})
    for row in rows:
        yield _charge(row, owners), _open(row)


def _charge_row(charge: Charge) -> dict[str, object]:
    names = ("number", "reminder", "document", "kind", "charged_on", "due_on")
    row: dict[str, object] = {name: getattr(charge, name) for name in names}
    return row | {"currency": charge.amount.currency.code, "amount": charge.amount.minor}


def _open(row: RowMapping) -> Money:
    rest = 0 if row["cancelled_on"] is not None else row["amount"] - int(row["settled"])
    return Money(rest, Currency.of(row["currency"]))


def _charge(row: RowMapping, owners: Mapping[str, str]) -> Charge:
    names = ("number", "reminder", "document", "kind", "charged_on", "due_on", "cancelled_on")
    amount = Money(row["amount"], Currency.of(row["currency"]))
    fields = {name: row[name] for name in names}
    return Charge(**fields, customer=owners[row["document"]], amount=amount, because=row["because"] or "")


def _reminder(row: RowMapping) -> StoredReminder:
    currency = Currency.of(row["currency"])
    fields = {name: row[name] for name in StoredReminder.__dataclass_fields__}
    return StoredReminder(**fields | {"open": Money(row["open"], currency), "costs": Money(row["costs"], currency)})


def document_json(tree: Mapping[str, object]) -> str:
    """A reminder's figures and texts as they are stored."""
    return canonical_json(dict(tree))
