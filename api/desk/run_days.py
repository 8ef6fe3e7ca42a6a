"""The days of a billing run: which are refused, and what is due next of a selection of which nothing is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.report_parameters import check_reach
from api.refusals import Conflict
from api.store import transactions
from engine.money import Money
from engine.problems import Kind, Problem

ISSUED_LATER: Final = Kind(
    "issued-later",
    "the issue date {on} lies after today, {today}: no invoice of an earlier date could follow in its series",
    "issue with the date of today; `centwright run preview` shows what a later day would give",
)
DUE_LATER: Final = Kind(
    "due-later",
    "{through} lies after today, {today}: what is due until then is not due yet",
    "write a day until today, or invoice it ahead of time (`ahead`; `--ahead` at the command line)",
)
NOTHING_DUE: Final = Kind(
    "nothing-due",
    "nothing of this selection is due through {through}",
    "next {net} {currency} are due, from {on} on: begin the run then, or ahead of time (`ahead`)",
)
NOTHING_PLANNED: Final = Kind(
    "nothing-planned",
    "nothing of this selection is due through {through}, and nothing later",
    "activate an order, or choose a wider selection",
)


def next_due(desk: Desk, selection: Selection) -> tuple[date, Money] | None:
    """The day after that of a selection on which something of it is due, and for how much; None where nothing is planned."""
    later = replace(selection.of_customers(), invoiceable_through=None)
    with desk.store.reading() as connection:
        following = transactions.next_due(connection, later, after=selection.due_through)
    return None if following is None else (following[0], Money(following[1], desk.rulebook.currency))


def nothing_due(desk: Desk, selection: Selection) -> Problem:
    """That nothing of a selection is due, and what of it is due next."""
    following = next_due(desk, selection)
    if following is None:
        return NOTHING_PLANNED.at(None, "/due_through", through=selection.due_through)
    on, net = following
    words = {"net": net, "currency": net.currency.code, "on": on}
    return NOTHING_DUE.at(None, "/due_through", through=selection.due_through, **words)


def check_days(desk: Desk, through: date, on: date, *, ahead: bool) -> None:
    """Refuses an issue date after the business date, and what is due after it unless it is invoiced ahead."""
    if on > desk.today:
        raise Conflict((ISSUED_LATER.at(None, "/issued_on", on=on, today=desk.today),), "not due", ("preview",))
    if through > desk.today and not ahead:
        raise Conflict((DUE_LATER.at(None, "/due_through", through=through, today=desk.today),), "not due", ("preview", "ahead"))
    check_reach(through, desk.today, "/due_through")
