"""Evidence of VAT numbers, and activities, in the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import Table, delete, func, select, update

from api.store import sales_tables
from api.store.histories import Change
from api.store.sql import ROWS_AT_ONCE, Reading, Writing, chunks
from engine.phrases import Sentence

Subject = Literal["customer", "opportunity"]
ActivityKind = Literal["note", "call", "meeting", "mail"]
VatCheckResult = Literal["valid", "invalid"]
VatAnswer = Literal["valid", "invalid", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VatCheck:
    """The answer to the question whether a VAT number was valid on a day, and by whom and under which consultation it was asked."""

    vat_number: str
    checked_on: date
    result: VatAnswer
    consultation: str | None
    checked_by: str
    source: str | None = None
    """The register that answered; None: somebody recorded it by hand."""
    requester: str | None = None
    """The VAT number for which the register was asked."""
    name: str | None = None
    address: str | None = None
    """Whose number it is, as the register has it."""
    because: Sentence | None = None
    """Why there is no answer."""
    recorded_at: datetime | None = None
    """The moment of the answer; set where it is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What is to be done about a customer or an opportunity, or was done or noted, by whom, and when; numbered among its own."""

    number: int
    kind: ActivityKind
    text: str
    owner: str | None
    """Who is to do it."""
    due_on: date | None
    done_on: date | None
    """None: it is still to be done."""
    done_by: str | None


_ACTIVITY: Final = tuple(
    sales_tables.activities.c.sequence.label("number") if name == "number" else sales_tables.activities.c[name]
    for name in Activity.__dataclass_fields__
)


def vat_checks(connection: Reading, customer: str) -> tuple[VatCheck, ...]:
    """The evidence of a customer's VAT numbers, in the order in which it was recorded, and questions that had no answer."""
    table = sales_tables.vat_checks
    query = select(*(table.c[name] for name in VatCheck.__dataclass_fields__)).where(table.c.customer == customer)
    return tuple(VatCheck(**row) for row in connection.execute(query.order_by(table.c.sequence)).mappings())


def newest_checks(connection: Reading, customers: Iterable[str]) -> dict[tuple[str, str], VatCheck]:
    """The newest evidence of each VAT number of some customers, by customer and number: of one day, what was recorded last."""
    table = sales_tables.vat_checks
    query = select(table.c.customer, *(table.c[name] for name in VatCheck.__dataclass_fields__)).where(table.c.result != "unknown")
    query = query.order_by(table.c.customer, table.c.checked_on, table.c.sequence)
    rows = (row for some in chunks(customers) for row in connection.execute(query.where(table.c.customer.in_(some))).mappings())
    return {(row["customer"], row["vat_number"]): VatCheck(**{name: row[name] for name in VatCheck.__dataclass_fields__}) for row in rows}


def record_vat_check(connection: Writing, customer: str, check: VatCheck, made: Change) -> None:
    """Appends evidence to that of a locked customer."""
    table = sales_tables.vat_checks
    key = {"customer": customer}
    given = {name: part for name in VatCheck.__dataclass_fields__ if (part := getattr(check, name)) is not None}
    connection.execute(table.insert().values(key | _next(connection, table, key) | _recorded(made) | given))


def activities(connection: Reading, about: Subject, name: str) -> tuple[Activity, ...]:
    """What is to be done, was done and noted about a customer or an opportunity, in the order in which it was recorded."""
    table = sales_tables.activities
    query = select(*_ACTIVITY).where(table.c.about == about, table.c.name == name).order_by(table.c.sequence)
    return tuple(Activity(**row) for row in connection.execute(query).mappings())


def each_activity(connection: Reading, *, open_: bool) -> Iterator[tuple[Subject, str, Activity]]:
    """All activities, or the open ones, with what they are about, by it and their number."""
    table = sales_tables.activities.c
    query = select(table.about, table.name, *_ACTIVITY).order_by(table.about, table.name, table.sequence)
    if open_:
        query = query.where(table.done_on.is_(None))
    for row in connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE)).mappings():
        yield row["about"], row["name"], Activity(**{name: row[name] for name in Activity.__dataclass_fields__})


def open_activities(connection: Reading, about: Subject, names: Iterable[str]) -> dict[str, list[Activity]]:
    """What is still to be done about some customers or opportunities."""
    table, by_name = sales_tables.activities.c, dict[str, list[Activity]]()
    query = select(table.name, *_ACTIVITY).where(table.about == about, table.done_on.is_(None)).order_by(table.name, table.sequence)
    for some in chunks(names):
        for row in connection.execute(query.where(table.name.in_(some))).mappings():
            by_name.setdefault(row["name"], []).append(Activity(**{name: row[name] for name in Activity.__dataclass_fields__}))
    return by_name


def record_activity(connection: Writing, about: Subject, name: str, activity: Activity, made: Change) -> Activity:
    """Appends an activity to those of a locked customer or opportunity, with the next number."""
    table, key = sales_tables.activities, {"about": about, "name": name}
    sequence = _next(connection, table, key)["sequence"]
    fields = {name: part for name, part in asdict(activity).items() if name != "number"} | {"sequence": sequence}
    connection.execute(table.insert().values(key | fields | _recorded(made)))
    return replace(activity, number=sequence)


def finish_activity(connection: Writing, about: Subject, name: str, activity: Activity) -> None:
    """Stores on which day and by whom an activity was done."""
    table = sales_tables.activities
    query = update(table).where(table.c.about == about, table.c.name == name, table.c.sequence == activity.number)
    connection.execute(query.values(done_on=activity.done_on, done_by=activity.done_by))


def remove_activities(connection: Writing, about: Subject, name: str) -> None:
    """Deletes what was done and noted about somebody whose data are erased."""
    table = sales_tables.activities
    connection.execute(delete(table).where(table.c.about == about, table.c.name == name))


def _next(connection: Reading, table: Table, key: dict[str, str]) -> dict[str, int]:
    conditions = [table.c[column] == text for column, text in key.items()]
    return {"sequence": (connection.execute(select(func.max(table.c.sequence)).where(*conditions)).scalar() or 0) + 1}


def _recorded(made: Change) -> dict[str, object]:
    return {"recorded_at": made.at, "author": made.author}
