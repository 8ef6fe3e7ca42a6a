"""Activities of customers and of opportunities: calls, meetings, mails and notes, to be done or done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from pydantic import BaseModel, Field

from api.desk import activities
from api.desk.document_trees import Tree, record_tree
from api.http.route_declarations import SALES, SALES_AND_BILLING, Call, Resource
from api.store.sales_records import Activity, ActivityKind, Subject
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


@customer_activities.show("/v1/customers/{customer}/activities", ActivitiesAnswer)
def customer_activity_list(call: Call, customer: str) -> Tree:
    """Show the activities of a customer, in the order in which they were recorded."""
    return _tree(activities.activities_of(call.desk, "customer", customer))


@customer_activities.verb(
    "/v1/customers/{customer}/activities",
    ActivityAnswer,
    roles=SALES_AND_BILLING,
    request=ActivityRequest,
    example=_EXAMPLE,
    location="/v1/customers/{customer}/activities",
)
def add_customer_activity(call: Call, customer: str, body: ActivityRequest) -> Tree:
    """Record an activity of a customer, to be done until a day or done."""
    return _added(call, "customer", customer, body)


@customer_activities.verb(
    "/v1/customers/{customer}/activities/{number}/done",
    ActivityAnswer,
    roles=SALES_AND_BILLING,
    request=ActivityDone,
    example={"on": "2027-01-15"},
)
def finish_customer_activity(call: Call, customer: str, number: str, body: ActivityDone) -> Tree:
    """Mark an activity of a customer as done."""
    return record_tree(activities.finish(call.desk, "customer", customer, number, on=body.on))


@opportunity_activities.show("/v1/opportunities/{opportunity}/activities", ActivitiesAnswer)
def opportunity_activity_list(call: Call, opportunity: str) -> Tree:
    """Show the activities of an opportunity, in the order in which they were recorded."""
    return _tree(activities.activities_of(call.desk, "opportunity", opportunity))


@opportunity_activities.verb(
    "/v1/opportunities/{opportunity}/activities",
    ActivityAnswer,
    roles=SALES,
    request=ActivityRequest,
    example=_EXAMPLE,
    location="/v1/opportunities/{opportunity}/activities",
)
def add_opportunity_activity(call: Call, opportunity: str, body: ActivityRequest) -> Tree:
    """Record an activity of an opportunity, to be done until a day or done."""
    return _added(call, "opportunity", opportunity, body)


@opportunity_activities.verb(
    "/v1/opportunities/{opportunity}/activities/{number}/done",
    ActivityAnswer,
    roles=SALES,
    request=ActivityDone,
    example={"on": "2027-01-15"},
)
def finish_opportunity_activity(call: Call, opportunity: str, number: str, body: ActivityDone) -> Tree:
    """Mark an activity of an opportunity as done."""
    return record_tree(activities.finish(call.desk, "opportunity", opportunity, number, on=body.on))


def _tree(shown: Iterable[Activity]) -> Tree:
    return {"activities": [record_tree(one) for one in shown]}


def _added(call: Call, about: Subject, name: str, body: ActivityRequest) -> Tree:
    days = {"due_on": body.due_on, "done_on": body.done_on}
    return record_tree(activities.add(call.desk, about, name, body.kind, body.text, owner=body.owner, **days))
