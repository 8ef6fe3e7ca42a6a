"""What opportunities need: a step that is overdue or missing, a close that has passed, a stage in which they are stale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Annotated, Final

from api.desk.desk import Desk
from api.desk.report_parameters import FIRST_PAGE, Filling, Option, Page
from api.output.sheets import Cell, Sheet
from api.store import opportunities, sales_records
from api.store.sales_records import Activity
from api.store.sql import Reading
from engine.documents.opportunity import Opportunity
from engine.phrases import Phrase, phrase

_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of an open opportunity beside itself."""

    in_stage_since: date
    to_do: tuple[Activity, ...]


def advice(desk: Desk, listed: Iterable[Opportunity]) -> dict[str, tuple[Phrase, ...]]:
    """What each of some opportunities needs, the most urgent first; those that need nothing are absent."""
    still_open = {one.id: one for one in listed if one.state == "open"}
    with desk.store.reading() as connection:
        known = _known(desk, connection, still_open)
    reasons = {name: tuple(_reasons(desk, one, known[name])) for name, one in still_open.items()}
    return {name: of_one for name, of_one in reasons.items() if of_one}


def advice_report(
    desk: Desk, *, owner: Annotated[str | None, Option("Only the opportunities of this person.")] = None, page: Page = FIRST_PAGE
) -> Sheet:
    """Show what open opportunities need: a step that is overdue or missing, a close that has passed, a stage in which they are stale."""
    filling = Filling[tuple[Cell, ...]](page)
    with desk.store.reading() as connection:
        rest = opportunities.each(connection, from_=page.place[0], only_open=True)
        wanted = (one for one in rest if owner in (None, one.owner))
        filling.add_all(_groups(desk, wanted))
    columns = ("opportunity", "owner", "stage", "amount", "expected_close", "advice")
    return Sheet(name="advice", columns=columns, rows=tuple(filling.rows), next=filling.next)


def _groups(desk: Desk, wanted: Iterator[Opportunity]) -> Iterator[tuple[str, list[tuple[Cell, ...]]]]:
    """The rows of each opportunity, worked out some opportunities at a time."""
    while some := tuple(islice(wanted, _AT_ONCE)):
        needs = advice(desk, some)
        for one in some:
            yield one.id, [(one.id, one.owner, one.stage, one.amount, one.expected_close, because) for because in needs.get(one.id, ())]


def _known(desk: Desk, connection: Reading, names: Iterable[str]) -> dict[str, _Known]:
    names = tuple(names)
    since = opportunities.in_stage_since(connection, names)
    to_do = sales_records.open_activities(connection, "opportunity", names)
    return {name: _Known(in_stage_since=since.get(name, desk.today), to_do=tuple(to_do.get(name, ()))) for name in names}


def _reasons(desk: Desk, one: Opportunity, known: _Known) -> Iterator[Phrase]:
    stage, today = desk.rulebook.stages.get(one.stage), desk.today
    if stage is None:
        yield phrase("the stage `{stage}` is not in the rulebook any more: move it to another", stage=one.stage)
    if one.next_step_on is not None and one.next_step_on < today:
        yield phrase("the next step was due on {day}", day=one.next_step_on)
    for activity in known.to_do:
        if activity.due_on is not None and activity.due_on < today:
            yield phrase("activity {number}, `{text}`, was due on {day}", number=activity.number, text=activity.text, day=activity.due_on)
    if one.expected_close < today:
        yield phrase("it was expected to close on {day}", day=one.expected_close)
    days = (today - known.in_stage_since).days
    if stage is not None and stage.stale_after is not None and days > stage.stale_after:
        yield phrase("it has been in its stage for {days} days, of {most} at most", days=days, most=stage.stale_after)
    if one.next_step is None and one.next_step_on is None and not known.to_do:
        yield phrase("no next step is set")
