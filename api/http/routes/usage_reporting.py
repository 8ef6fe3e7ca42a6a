"""`/v1/usage`: what measured items used, reported and listed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from pydantic import BaseModel, Field

from api.desk import measuring
from api.desk.document_trees import Tree, usage_tree
from api.desk.measuring import ReportRequest
from api.desk.usage_list import USAGE
from api.http.route_declarations import SALES_AND_BILLING, Call, Resource
from engine.dates import GivenDay
from engine.documents.document import Document
from engine.documents.usage_report import GivenReport
from engine.money import Quantity
from engine.phrases import phrase
from engine.problems import Kind, refuse

usage: Final = Resource("usage", "What measured items used")
DAY_OR_PERIOD: Final = Kind(
    "usage-day-or-period", "the report names {what}", "give `on`, or `from` and `to`: a day, or the first and the last day of a period"
)


class UsageAnswer(BaseModel):
    """A usage report as it is stored: `late` where its period had been invoiced when it was entered."""

    id: str
    item: str
    first: date = Field(alias="from")
    to: date
    quantity: str
    corrects: str | None
    recorded_on: date
    late: bool


class UsageRequest(Document):
    """What an item used on a day, or from a first to a last day; below 0 only where it corrects an earlier report."""

    id: str = Field(max_length=100)
    item: str = Field(max_length=200)
    quantity: Quantity
    on: GivenDay | None = None
    first: GivenDay | None = Field(default=None, alias="from")
    to: GivenDay | None = None
    corrects: str | None = Field(default=None, max_length=100)


usage.list_of("/v1/usage", USAGE, "Usage reports")


@usage.show("/v1/usage/{report}", UsageAnswer)
def get_usage(call: Call, report: str) -> Tree:
    """Show a usage report."""
    return usage_tree(measuring.find_report(call.desk, report))


@usage.verb(
    "/v1/usage",
    UsageAnswer,
    roles=SALES_AND_BILLING,
    request=UsageRequest,
    example={"id": "2027-01-meter-7", "item": "Q2027-0001-subscription-1", "on": "2027-01-20", "quantity": "320"},
    location="/v1/usage/{id}",
)
def report_usage(call: Call, body: UsageRequest) -> Tree:
    """Report what an item used: the same report again gives the same answer."""
    first, last = body.on or body.first, body.on or body.to
    if (body.on is not None and (body.first or body.to)) or (first is None) != (last is None):
        raise refuse(DAY_OR_PERIOD, None, "/on", what=phrase("both") if body.on else phrase("half a period"))
    given = GivenReport(
        id=body.id,
        item=body.item,
        start=first or date.min,
        until=(last or date.min) + timedelta(days=1),
        quantity=body.quantity,
        corrects=body.corrects,
    )
    return usage_tree(measuring.report(call.desk, ReportRequest(given=given, has_days=first is not None)).report)
