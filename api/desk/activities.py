"""Activities: calls, meetings, mails and notes about customers and opportunities, to be done on a day or done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Final

from api.desk.desk import Desk
from api.desk.erased import named_by, refuse_erased
from api.desk.report_parameters import FIRST_PAGE, Filling, Option, Page
from api.output.sheets import Cell, Sheet
from api.refusals import not_possible, unknown
from api.store import customers, opportunities, sales_records
from api.store.sales_records import Activity, ActivityKind, Subject
from api.store.sql import Writing
from engine.problems import Kind, refuse

NO_TEXT: Final = Kind("no-text", "nothing is written here", "write a text of one character or more")
DONE_LATER: Final = Kind("done-later", "{on} lies after today, {today}", "write the day on which it was done, or when it is due")


def add(
    desk: Desk,
    about: Subject,
    name: str,
    kind: ActivityKind,
    text: str,
    *,
    due_on: date | None = None,
    done_on: date | None = None,
    owner: str | None = None,
) -> Activity:
    """Records an activity: with a due day and none on which it was done, it is still to be done; else it was done, today if not before."""
    if not text.strip():
        raise refuse(NO_TEXT, None, "/text")
    is_done = done_on is not None or due_on is None
    day = _done_on(desk, done_on, "/done_on") if is_done else None
    recorded = Activity(
        number=0,
        kind=kind,
        text=text.strip(),
        owner=owner or None if is_done else owner or desk.author,
        due_on=due_on,
        done_on=day,
        done_by=desk.author if is_done else None,
    )
    with desk.writing() as connection:
        _lock(connection, about, name)
        return sales_records.record_activity(connection, about, name, recorded, desk.signed())


def finish(desk: Desk, about: Subject, name: str, number: str, *, on: date | None = None) -> Activity:
    """Marks an activity as done, today if no day is given."""
    day = _done_on(desk, on, "/on")
    with desk.writing() as connection:
        _lock(connection, about, name)
        activity = next((one for one in sales_records.activities(connection, about, name) if str(one.number) == number), None)
        if activity is None:
            raise unknown("activity", number)
        if activity.done_on is not None:
            raise not_possible("activity", number, "done", "finish", ())
        done = replace(activity, done_on=day, done_by=desk.author)
        sales_records.finish_activity(connection, about, name, done)
    return done


def activities_of(desk: Desk, about: Subject, name: str) -> tuple[Activity, ...]:
    """The activities of a customer or an opportunity, in the order in which they were recorded; refuses an unknown one."""
    with desk.store.reading() as connection:
        subjects = customers.find(connection, [name]) if about == "customer" else opportunities.find(connection, [name])
        if name not in subjects:
            raise unknown(about, name)
        return sales_records.activities(connection, about, name)


def activities(
    desk: Desk,
    *,
    only_open: Annotated[bool, Option("Only what is still to be done.", "open")] = False,
    owner: Annotated[str | None, Option("Only those of this person.")] = None,
    until: Annotated[date | None, Option("Only what is due on this day or earlier.")] = None,
    page: Page = FIRST_PAGE,
) -> Sheet:
    """Show calls, meetings, mails and notes about customers and opportunities, and which are overdue."""
    filling = Filling[tuple[Cell, ...]](page)
    with desk.store.reading() as connection:
        rows = (
            (f"{about}/{name}/{one.number}", ((about, name, *_cells(one, desk.today)),))
            for about, name, one in sales_records.each_activity(connection, open_=only_open)
            if owner in (None, one.owner) and (until is None or (one.due_on is not None and one.due_on <= until))
        )
        filling.add_all(rows)
    columns = ("about", "name", "number", "kind", "text", "owner", "due_on", "done_on", "done_by", "overdue")
    return Sheet(name="activities", columns=columns, rows=tuple(filling.rows), next=filling.next)


def _cells(one: Activity, today: date) -> tuple[Cell, ...]:
    is_overdue = one.done_on is None and one.due_on is not None and one.due_on < today
    return (one.number, one.kind, one.text, one.owner, one.due_on, one.done_on, one.done_by, "yes" if is_overdue else None)


def _done_on(desk: Desk, day: date | None, pointer: str) -> date:
    if day is not None and day > desk.today:
        raise refuse(DONE_LATER, None, pointer, on=day, today=desk.today)
    return day or desk.today


def _lock(connection: Writing, about: Subject, name: str) -> None:
    """Locks what an activity is about; refuses what is unknown, and whose data were erased."""
    if about == "customer":
        if customers.lock(connection, name) is None:
            raise unknown("customer", name)
        refuse_erased(connection, ("customer", name))
        return
    opportunity = opportunities.lock(connection, name)
    if opportunity is None:
        raise unknown("opportunity", name)
    refuse_erased(connection, named_by(opportunity))
