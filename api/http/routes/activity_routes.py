"""Activities of customers and of opportunities: calls, meetings, mails and notes, to be done or done."""

from __future__ import annotations

from datetime import date
from typing import Final

from pydantic import BaseModel, Field

from api.desk import activities
from api.desk.document_trees import Tree, record_tree
from api.http.route_declarations import SALES, SALES_AND_BILLING, Call, Resource, Roles
from api.store.sales_records import ActivityKind, Subject
from engine.dates import GivenDay
from engine.documents.document import Document

customer_activities: Final = Resource("customers", "Activities of customers")
opportunity_activities: Final = Resource("opportunities", "Activities of opportunities")


class ActivityAnswer(BaseModel):
    """What is to be done, was done or noted, when and by whom; without `done_on` it is still to be done."""

    number: int
    kind: ActivityKind
    text: str
    owner: str | None
    due_on: date | None
    done_on: date | None
    done_by: str | None


class ActivitiesAnswer(BaseModel):
    """Activities in the order in which they were recorded."""

    activities: list[ActivityAnswer]


class ActivityRequest(Document):
    """What is to be done until a day, by whom, or was done on a day; without days it was done today."""

    kind: ActivityKind
    text: str = Field(max_length=5000)
    due_on: GivenDay | None = None
    done_on: GivenDay | None = None
    owner: str | None = Field(default=None, max_length=200)


class ActivityDone(Document):
    """On which day it was done: today, where nothing is stated."""

    on: GivenDay | None = None


_EXAMPLE: Final = {"kind": "call", "text": "Ask which shops begin first", "due_on": "2027-02-03"}


def _declare(of: Resource, about: Subject, whose: str, roles: Roles) -> None:
    """The routes of the activities of one subject; a name in their paths is the subject's."""
    path = f"/v1/{of.name}/{{{about}}}/activities"

    def shown(call: Call, **names: str) -> Tree:
        return {"activities": [record_tree(one) for one in activities.activities_of(call.desk, about, names[about])]}

    def added(call: Call, body: ActivityRequest, **names: str) -> Tree:
        days = {"due_on": body.due_on, "done_on": body.done_on}
        return record_tree(activities.add(call.desk, about, names[about], body.kind, body.text, owner=body.owner, **days))

    def finished(call: Call, number: str, body: ActivityDone, **names: str) -> Tree:
        return record_tree(activities.finish(call.desk, about, names[about], number, on=body.on))

    for function, name, text in (
        (shown, f"{about}_activity_list", f"Show the activities of {whose}, in the order in which they were recorded."),
        (added, f"add_{about}_activity", f"Record an activity of {whose}, to be done until a day or done."),
        (finished, f"finish_{about}_activity", f"Mark an activity of {whose} as done."),
    ):
        function.__name__, function.__doc__ = name, text
    of.show(path, ActivitiesAnswer)(shown)
    of.verb(path, ActivityAnswer, roles=roles, request=ActivityRequest, example=_EXAMPLE, location=path)(added)
    of.verb(f"{path}/{{number}}/done", ActivityAnswer, roles=roles, request=ActivityDone, example={"on": "2027-01-15"})(finished)


_declare(customer_activities, "customer", "a customer", SALES_AND_BILLING)
_declare(opportunity_activities, "opportunity", "an opportunity", SALES)
