"""The list of usage reports: its columns, and what may be asked of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from pydantic import BaseModel, Field

from api.desk.desk import Desk
from api.desk.listing import Cells, Walked, listing
from api.store import usage_reports, walks
from api.store.sql import Reading
from api.store.usage_reports import ListedReport
from engine.dates import Day
from engine.documents.document import Document


class ListedUsage(BaseModel):
    """A usage report in a list."""

    id: str
    item: str
    order: str
    customer: str
    product: str
    first_day: date
    last_day: date
    quantity: str
    corrects: str | None
    recorded_on: date
    author: str
    late: bool


class UsageConditions(Document):
    """What may be asked of usage reports; the days are those on which something was used first."""

    item: str | None = Field(default=None, max_length=200)
    corrects: str | None = Field(default=None, max_length=100)
    customer: str | None = Field(default=None, max_length=200)
    product: str | None = Field(default=None, max_length=60)
    used_from: Day | None = None
    used_to: Day | None = None


def usage_cells(_desk: Desk, one: ListedReport) -> Cells:
    """What a list says of a report."""
    report = one.report
    days = (report.start, report.period.last)
    about = (report.quantity, report.corrects, report.recorded_on, report.author, report.late)
    return (report.id, report.item, one.order, one.customer, one.product, *days, *about)


def _load(_desk: Desk, connection: Reading, ids: Collection[str]) -> Mapping[str, ListedReport]:
    return usage_reports.listed(connection, ids)


def _fits(one: ListedReport, conditions: UsageConditions) -> bool:
    return conditions.customer in (None, one.customer) and conditions.product in (None, one.product)


USAGE: Final = listing(
    "usage",
    ListedUsage,
    UsageConditions,
    Walked(walk=walks.USAGE, load=_load, cells=usage_cells, fits=_fits, computed=("customer", "product")),
)
