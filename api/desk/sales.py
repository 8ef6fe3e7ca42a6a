"""Opportunities at the desk: opened, changed, moved from stage to stage, won, lost with a reason, reopened; every change is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.desk.desk import Desk
from api.refusals import not_possible, unknown
from api.store import customers, opportunities
from engine.documents.opportunity import Opportunity, OpportunityState
from engine.problems import Kind, refuse
from engine.text.nearest import suggestion

UNKNOWN_STAGE = Kind("unknown-stage", "there is no stage `{name}`", "{remedy}")
UNKNOWN_REASON = Kind("unknown-reason", "there is no reason `{name}`", "{remedy}")
TWICE = Kind("opportunity-twice", "there is an opportunity `{name}` already", "give it another id")
VERBS: Final[Mapping[OpportunityState, tuple[str, ...]]] = {
    "open": ("change", "stage", "win", "lose", "cancel"),
    "won": ("reopen",),
    "lost": ("reopen",),
    "cancelled": ("reopen",),
}


def find_opportunity(desk: Desk, name: str) -> Opportunity:
    """One opportunity as it is now; refuses an unknown one."""
    with desk.store.reading() as connection:
        found = opportunities.find(connection, [name])
    if name not in found:
        raise unknown("opportunity", name)
    return found[name]


def open_opportunity(desk: Desk, given: Opportunity) -> Opportunity:
    """A new opportunity, of a known customer or a prospect, in a declared stage."""
    _check_stage(desk, given.stage)
    with desk.writing() as connection:
        if given.customer is not None and given.customer not in customers.find(connection, [given.customer]):
            raise unknown("customer", given.customer)
        if given.id in opportunities.find(connection, [given.id]):
            raise refuse(TWICE, name=given.id)
        opportunities.append(connection, [given], on=desk.today, at=desk.now(), author=desk.author)
    return given


def change(desk: Desk, name: str, changes: Mapping[str, object]) -> Opportunity:
    """Some fields of an open opportunity, such as amount, expected close or next step."""
    return _after(desk, name, "change", changes)


def move(desk: Desk, name: str, stage: str) -> Opportunity:
    """An open opportunity moves to a declared stage."""
    _check_stage(desk, stage)
    return _after(desk, name, "stage", {"stage": stage})


def win(desk: Desk, name: str) -> Opportunity:
    """An open opportunity is won."""
    return _after(desk, name, "win", {"state": "won", "stage": "won"})


def lose(desk: Desk, name: str, reason: str, *, verb: str = "lose") -> Opportunity:
    """An open opportunity is lost (or cancelled), for a reason of the list."""
    if reason not in desk.rulebook.reasons:
        raise refuse(UNKNOWN_REASON, name=reason, remedy=suggestion(reason, desk.rulebook.reasons))
    state = "lost" if verb == "lose" else "cancelled"
    return _after(desk, name, verb, {"state": state, "stage": state, "reason": reason})


def reopen(desk: Desk, name: str, stage: str) -> Opportunity:
    """A closed opportunity is open again, in a declared stage; that it was closed is kept in its history."""
    _check_stage(desk, stage)
    return _after(desk, name, "reopen", {"state": "open", "stage": stage, "reason": None})


def _after(desk: Desk, name: str, verb: str, changes: Mapping[str, object]) -> Opportunity:
    before = find_opportunity(desk, name)
    if verb not in VERBS[before.state]:
        raise not_possible("opportunity", name, before.state, verb, VERBS[before.state])
    known = {field: getattr(before, field) for field in Opportunity.model_fields}
    after = Opportunity.model_validate({**known, **changes})
    with desk.writing() as connection:
        opportunities.replace(connection, after, on=desk.today, at=desk.now(), author=desk.author)
    return after


def _check_stage(desk: Desk, stage: str) -> None:
    if stage not in desk.rulebook.stages:
        raise refuse(UNKNOWN_STAGE, name=stage, remedy=suggestion(stage, desk.rulebook.stages))
