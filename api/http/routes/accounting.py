"""`/v1/accounting`: what the accounting tool lacks, what it has booked, what waits, and what was paid there."""

from __future__ import annotations

from datetime import date
from typing import Final

from pydantic import BaseModel

from api.delivery.accounting.connector import Connector
from api.delivery.accounting.connectors import NO_ACCOUNTING_URL, answering, connector_of
from api.delivery.accounting.difference import What
from api.delivery.accounting.payments_back import read_payments
from api.delivery.accounting.setup_check import missing_for
from api.delivery.accounting.tool_reconciliation import reconcile, reconciliation_tree
from api.desk.booking_list import BOOKINGS, ListedBooking, booking_cells, retry_booking
from api.desk.document_trees import Tree
from api.http.route_declarations import ACCOUNTING, Call, Resource
from api.output.sheets import plain
from engine.dates import Day
from engine.documents.document import Document
from engine.phrases import say
from engine.problems import refuse
from engine.rulebook.accounting_tools import ToolMapping

accounting: Final = Resource("accounting", "The accounting tool, and what it has of documents and entries")


class UntilQuery(Document):
    """For documents up to a day; by default today."""

    until: Day | None = None


class DaysQuery(Document):
    """From a day to a day; by default from 1 January to today."""

    start: Day | None = None
    end: Day | None = None


class MissingAnswer(BaseModel):
    """The tool, and what is missing there or in its mapping; nothing where all can be booked."""

    tool: str
    missing: list[str]


class TotalsAnswer(BaseModel):
    """The documents of one side, and their totals."""

    documents: int
    net: str
    vat: str
    gross: str


class DifferenceAnswer(BaseModel):
    """Something that is not the same on both sides."""

    name: str
    what: What
    here: str
    there: str


class EntriesAnswer(BaseModel):
    """How many journal entries besides those of documents each side has."""

    here: int
    there: int


class ReconciliationAnswer(BaseModel):
    """Both books of some days, and every difference between them."""

    here: TotalsAnswer
    there: TotalsAnswer
    entries: EntriesAnswer
    differences: list[DifferenceAnswer]


class ReadPaymentsAnswer(BaseModel):
    """The payments that are new."""

    payments: list[str]


class BookingAnswer(ListedBooking):
    """A document or another entry, and how far it is."""


accounting.list_of("/v1/accounting/bookings", BOOKINGS, "What the accounting tool has of documents and entries", roles=ACCOUNTING)


@accounting.verb("/v1/accounting/bookings/{booking}/retry", BookingAnswer, roles=ACCOUNTING)
def retry_one_booking(call: Call, booking: str) -> Tree:
    """Send a document or another entry to the accounting tool again at once, such as one that it refused."""
    cells = booking_cells(call.desk, retry_booking(call.desk, booking))
    return {name: plain(cell, call.language) for name, cell in zip(ListedBooking.model_fields, cells, strict=True)}


@accounting.show("/v1/accounting/check", MissingAnswer, roles=ACCOUNTING, query=UntilQuery)
def check_accounting(call: Call, query: UntilQuery) -> Tree:
    """Show what is missing in the accounting tool or in its mapping before documents can be booked."""
    connector, mapping = _connector(call)
    with answering():
        missing = missing_for(connector, mapping, call.desk.rulebook, query.until or call.desk.today)
        return {"tool": connector.name, "missing": [say(each, call.language) for each in missing]}


@accounting.show("/v1/accounting/reconciliation", ReconciliationAnswer, roles=ACCOUNTING, query=DaysQuery)
def reconcile_accounting(call: Call, query: DaysQuery) -> Tree:
    """Compare the documents, entries, accounts and VAT grids of some days with what the accounting tool has."""
    connector, mapping = _connector(call)
    today = call.desk.today
    with answering():
        return reconciliation_tree(reconcile(call.desk, connector, mapping, query.start or date(today.year, 1, 1), query.end or today))


@accounting.verb("/v1/accounting/payments", ReadPaymentsAnswer, roles=ACCOUNTING, is_one_transaction=False)
def read_accounting_payments(call: Call) -> Tree:
    """Read the payments that were entered in the accounting tool, and match them; each is read once."""
    connector, _ = _connector(call)
    with answering():
        return {"payments": read_payments(call.desk, connector)}


def _connector(call: Call) -> tuple[Connector, ToolMapping]:
    if call.accounting_url is None:
        raise refuse(NO_ACCOUNTING_URL)
    return connector_of(call.accounting_url, call.desk.rulebook)
