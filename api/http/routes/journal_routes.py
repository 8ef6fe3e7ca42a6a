"""`/v1/journal` and `/v1/vat`: what is not posted yet is posted, and months and VAT returns are closed."""

from __future__ import annotations

from datetime import date
from typing import Final

from pydantic import BaseModel, Field

from api.desk import closing
from api.desk.closing import Closed
from api.desk.document_trees import Tree
from api.desk.month_pack import month_pack, zipped
from api.desk.payment_posting import post_missing
from api.http.route_declarations import FINANCE, Call, Download, Resource
from engine.documents.document import Document

journal: Final = Resource("journal", "The journal, its months, and the periods of VAT returns")


class PeriodRequest(Document):
    """A month such as `2027-01`; of a VAT return also a quarter such as `2027-Q1`."""

    period: str = Field(max_length=20)


class ClosedAnswer(BaseModel):
    """A period that is closed, its days, whether it was so before, and how many entries of deferred income that posted."""

    period: str
    first: date
    last: date
    was_closed: bool
    entries: int


class PostedAnswer(BaseModel):
    """How many entries were posted."""

    entries: int


@journal.verb("/v1/journal/post", PostedAnswer, roles=FINANCE)
def post_payments(call: Call) -> Tree:
    """Post payments of which something is not posted: those that came before vat/accounts.yaml had their accounts."""
    return {"entries": post_missing(call.desk)}


@journal.verb("/v1/journal/close", ClosedAnswer, roles=FINANCE, request=PeriodRequest, example={"period": "2026-12"})
def close_month(call: Call, body: PeriodRequest) -> Tree:
    """Close a month of the journal: what is entered later with a day in it gets the first open day, and says so."""
    return _tree(closing.close_month(call.desk, body.period))


@journal.verb("/v1/vat/close", ClosedAnswer, roles=FINANCE, request=PeriodRequest, example={"period": "2026-12"})
def close_vat(call: Call, body: PeriodRequest) -> Tree:
    """Close the period of a VAT return that was handed in: what comes later is declared in the first open one."""
    return _tree(closing.close_vat(call.desk, body.period))


@journal.file("/v1/journal/packs/{month}.zip", "application/octet-stream", roles=FINANCE)
def get_pack(call: Call, month: str) -> Download:
    """Get all that the books of a month rest on as CSV in a ZIP file, with hashes, and what must be equal (`equalities.csv`)."""
    return Download(zipped(month_pack(call.desk, month)), "application/octet-stream", f"{month}.zip")


def _tree(closed: Closed) -> Tree:
    return {
        "period": closed.period,
        "first": str(closed.days.start),
        "last": str(closed.days.last),
        "was_closed": closed.was_closed,
        "entries": closed.entries,
    }
