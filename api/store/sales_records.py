"""Evidence of VAT numbers, and activities, in the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Table, delete, func, select

from api.store import sales_tables
from api.store.histories import Change
from api.store.sql import Reading, Writing, chunks

Subject = Literal["customer", "opportunity"]
ActivityKind = Literal["note", "call", "meeting", "mail"]
VatCheckResult = Literal["valid", "invalid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VatCheck:
    """The answer to the question whether a VAT number was valid on a day, and by whom and under which consultation it was asked."""

    vat_number: str
    checked_on: date
    result: VatCheckResult
    consultation: str | None
    checked_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What was done or noted, on which day and by whom."""

    kind: ActivityKind
    text: str
    done_on: date
    done_by: str


def vat_checks(connection: Reading, customer: str) -> tuple[VatCheck, ...]:
    """The evidence of a customer's VAT numbers, in the order in which it was recorded."""
    table = sales_tables.vat_checks
    query = select(*(table.c[name] for name in VatCheck.__dataclass_fields__)).where(table.c.customer == customer)
    return tuple(VatCheck(**row) for row in connection.execute(query.order_by(table.c.sequence)).mappings())


def newest_checks(connection: Reading, customers: Iterable[str]) -> dict[tuple[str, str], VatCheck]:
    """The newest evidence of each VAT number of some customers, by customer and number: of one day, what was recorded last."""
    table = sales_tables.vat_checks
    query = select(table.c.customer, *(table.c[name] for name in VatCheck.__dataclass_fields__))
    query = query.order_by(table.c.customer, table.c.checked_on, table.c.sequence)
    rows = (row for some in chunks(customers) for row in connection.execute(query.where(table.c.customer.in_(some))).mappings())
    return {(row["customer"], row["vat_number"]): VatCheck(**{name: row[name] for name in VatCheck.__dataclass_fields__}) for row in rows}


def record_vat_check(connection: Writing, customer: str, check: VatCheck, made: Change) -> None:
    """Appends evidence to that of a locked customer."""
    table = sales_tables.vat_checks
    key = {"customer": customer}
    connection.execute(table.insert().values(key | asdict(check) | _next(connection, table, key) | _recorded(made)))


def activities(connection: Reading, about: Subject, name: str) -> tuple[Activity, ...]:
    """What was done and noted about a customer or an opportunity, in the order in which it was recorded."""
    table = sales_tables.activities
    query = select(*(table.c[field] for field in Activity.__dataclass_fields__)).where(table.c.about == about, table.c.name == name)
    return tuple(Activity(**row) for row in connection.execute(query.order_by(table.c.sequence)).mappings())


def record_activity(connection: Writing, about: Subject, name: str, activity: Activity, made: Change) -> None:
    """Appends an activity to those of a locked customer or opportunity."""
    table = sales_tables.activities
    key = {"about": about, "name": name}
    connection.execute(table.insert().values(key | asdict(activity) | _next(connection, table, key) | _recorded(made)))


def remove_activities(connection: Writing, about: Subject, name: str) -> None:
    """Deletes what was done and noted about somebody whose data are erased."""
    table = sales_tables.activities
    connection.execute(delete(table).where(table.c.about == about, table.c.name == name))


def _next(connection: Reading, table: Table, key: dict[str, str]) -> dict[str, object]:
    conditions = [table.c[column] == text for column, text in key.items()]
    return {"sequence": (connection.execute(select(func.max(table.c.sequence)).where(*conditions)).scalar() or 0) + 1}


def _recorded(made: Change) -> dict[str, object]:
    return {"recorded_at": made.at, "author": made.author}
