"""`centwright accounting …`: the accounting tool, what it has of our documents, and what differs between both."""

from __future__ import annotations

from datetime import date
from typing import Final, get_args

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, Group
from api.cli.paging import by_page, page_of
from api.cli.sheet_output import write_sheet
from api.delivery.accounting.connector import Connector
from api.delivery.accounting.connectors import NO_ACCOUNTING_URL, answering, connector_of
from api.delivery.accounting.payments_back import read_payments
from api.delivery.accounting.setup_check import missing_for
from api.delivery.accounting.tool_reconciliation import Reconciliation, reconcile, reconciliation_tree
from api.desk.booking_list import ListedBooking, WayState, booking_cells, each_booking
from api.output.sheets import Sheet
from engine.phrases import phrase, say
from engine.problems import refuse
from engine.rulebook.accounting_tools import ToolMapping

DIFFERENCES: Final = 1
NOTHING_MISSING: Final = phrase("nothing is missing")
NO_DIFFERENCES: Final = phrase("no differences")


@click.group(cls=Group)
def accounting() -> None:
    """Check the accounting tool, and compare what it has booked with what is issued."""


@accounting.command("check", cls=Command)
@click.option("--until", type=DAY, default=None, help="Also for documents up to this day; the default is the business date.")
@pass_invocation
def check_tool(invocation: Invocation, until: date | None) -> int:
    """Show what is missing in the accounting tool or in its mapping before documents can be booked: accounts, VAT, periods, sequences.

    Ends with 1 where anything is.
    """
    connector, mapping = _connector(invocation)
    with answering():
        missing = missing_for(connector, mapping, invocation.desk.rulebook, until or invocation.today)
        sentences = [say(each, invocation.language) for each in missing]
    if invocation.as_json:
        invocation.write_json({"tool": connector.name, "missing": sentences})
    else:
        invocation.write("\n".join(sentences or [say(NOTHING_MISSING, invocation.language)]))
    return DIFFERENCES if sentences else 0


@accounting.command("reconcile", cls=Command)
@click.option("--from", "start", type=DAY, default=None, help="The first day; the default is 1 January of the business date's year.")
@click.option("--to", "end", type=DAY, default=None, help="The last day; the default is the business date.")
@click.option("--csv", metavar="FILE", default=None, help="Write the differences as CSV; - is stdout.")
@click.option("--xlsx", metavar="FILE", default=None, help="Write the differences as a workbook.")
@pass_invocation
def reconcile_tool(invocation: Invocation, start: date | None, end: date | None, csv: str | None, xlsx: str | None) -> int:
    """Compare the documents of a period with what the accounting tool has booked: each document, accounts, and grids of VAT.

    Ends with 1 where anything differs.
    """
    connector, mapping = _connector(invocation)
    today = invocation.today
    with answering():
        result = reconcile(invocation.desk, connector, mapping, start or date(today.year, 1, 1), end or today)
    if csv is None and xlsx is None and invocation.as_json:
        invocation.write_json(reconciliation_tree(result))
    elif csv is None and xlsx is None:
        invocation.write(reconciliation_text(result, connector.name, invocation.language))
    else:
        rows = tuple((each.name, each.what, each.here, each.there) for each in result.differences)
        write_sheet(invocation, Sheet(name="differences", columns=("name", "what", "here", "there"), rows=rows), csv, xlsx)
    return DIFFERENCES if result.differences else 0


@accounting.command("bookings", cls=Command)
@click.option("--state", type=click.Choice(get_args(WayState)), default=None, metavar="STATE", help="Only this state, such as refused.")
@by_page
@pass_invocation
def list_bookings(invocation: Invocation, state: str | None, limit: int, after: str | None) -> None:
    """List documents and other entries with how far they are on their way into the accounting tool, the cause, and the way on."""
    bookings = each_booking(invocation.desk, state=state, after=after)
    listed, more = page_of(((one, True) for one in bookings), limit, lambda one: str(one.message["key"]))
    rows = tuple(booking_cells(invocation.desk, one) for one in listed)
    write_sheet(invocation, Sheet(name="bookings", columns=tuple(ListedBooking.model_fields), rows=rows, next=more), None, None)


@accounting.command("payments", cls=Command)
@pass_invocation
def read_tool_payments(invocation: Invocation) -> None:
    """Read the payments that were entered in the accounting tool, and match them with invoices; each is read once."""
    connector, _ = _connector(invocation)
    with answering():
        names = read_payments(invocation.desk, connector)
    invocation.write_fields({"payments": names})


def reconciliation_text(result: Reconciliation, tool: str, language: str) -> str:
    """A reconciliation as it is shown: both both, and each difference on a line."""
    lines = [f"{'':<12}{'documents':>10}{'net':>14}{'VAT':>13}{'gross':>14}"]
    for name, totals in (("issued", result.here), (tool, result.there)):
        lines.append(f"{name:<12}{totals.documents:>10}{totals.net!s:>14}{totals.vat!s:>13}{totals.gross!s:>14}")
    if any(result.entries):
        here, there = result.entries
        lines.append(say(phrase("other entries: {here} here, {there} there", here=here, there=there), language))
    for each in result.differences:
        words = {"name": each.name, "what": each.what, "here": each.here or "-", "there": each.there or "-"}
        lines.append(say(phrase("{name}: {what}, {here} here, {there} there", **words), language))
    return "\n".join([*lines, *([] if result.differences else [say(NO_DIFFERENCES, language)])])


def _connector(invocation: Invocation) -> tuple[Connector, ToolMapping]:
    url = invocation.settings.text("ACCOUNTING_URL")
    if url is None:
        raise refuse(NO_ACCOUNTING_URL)
    return connector_of(url, invocation.desk.rulebook)
