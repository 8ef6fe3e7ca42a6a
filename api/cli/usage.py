"""`centwright usage …`: what measured items used, reported one by one or from a file, and listed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, Group, parsed, typed
from api.cli.paging import by_page, page_of
from api.cli.sheet_output import write_sheet
from api.desk import measuring
from api.desk.document_trees import usage_tree
from api.desk.measuring import ReportRequest
from api.output.sheets import Sheet
from api.store.usage_reports import UsageFilter
from engine.documents.usage_report import GivenReport
from engine.money import Quantity


@click.group(cls=Group)
def usage() -> None:
    """Report what measured items used, and list the reports."""


@usage.command("report", cls=Command)
@click.argument("item")
@click.option("--id", "name", required=True, help="The id of the report: the same report again changes nothing.")
@click.option("--quantity", required=True, help="How much was used; below 0 only with --corrects.")
@click.option("--on", type=DAY, default=None, help="The day on which it was used.")
@click.option("--from", "start", type=DAY, default=None, help="The first day of the period in which it was used.")
@click.option("--to", "last", type=DAY, default=None, help="The last day of that period.")
@click.option("--corrects", default=None, help="The earlier report to which the quantity is added; below 0 it is subtracted.")
@pass_invocation
def report_usage(
    invocation: Invocation,
    item: str,
    name: str,
    quantity: str,
    on: date | None,
    start: date | None,
    last: date | None,
    corrects: str | None,
) -> None:
    """Report what an ITEM used on a day or in a period. What comes after its invoice is billed with the current period."""
    has_days = on is not None or (start is not None and last is not None)
    if (on is not None) + (start is not None or last is not None) > 1 or (start is None) != (last is None):
        raise click.UsageError("give --on, or --from and --to: a day, or the first and the last day of a period")
    if not has_days and corrects is None:
        raise click.UsageError("give --on, or --from and --to: when it was used")
    first, final = on or start or date.min, on or last or date.min
    number = parsed("--quantity", quantity, typed(Quantity.parse))
    given = GivenReport(id=name, item=item, start=first, until=final + timedelta(days=1), quantity=number, corrects=corrects)
    reported = measuring.report(invocation.desk, ReportRequest(given=given, has_days=has_days))
    invocation.write_fields(usage_tree(reported.report))


@usage.command("import", cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@pass_invocation
def import_usage(invocation: Invocation, file: Path) -> None:
    """Import the reports of a CSV FILE with the columns id, item, quantity, and on or from and to: all or none."""
    invocation.is_batch = True
    reported = measuring.import_file(invocation.desk, file)
    known = sum(one.is_known for one in reported)
    late = sum(one.report.late for one in reported if not one.is_known)
    invocation.write_fields({"new": len(reported) - known, "as_before": known, "late": late})


@usage.command("list", cls=Command)
@click.option("--item", default=None, help="Only this item.")
@click.option("--order", default=None, help="Only this order.")
@click.option("--customer", default=None, help="Only this customer.")
@click.option("--product", default=None, help="Only this product.")
@click.option("--from", "start", type=DAY, default=None, help="Only what was used on this day or later.")
@click.option("--to", "last", type=DAY, default=None, help="Only what was used on this day or earlier.")
@click.option("--csv", metavar="FILE", default=None, help="Write CSV; - is stdout.")
@click.option("--xlsx", metavar="FILE", default=None, help="Write a workbook.")
@by_page
@pass_invocation
def list_usage(
    invocation: Invocation,
    item: str | None,
    order: str | None,
    customer: str | None,
    product: str | None,
    start: date | None,
    last: date | None,
    csv: str | None,
    xlsx: str | None,
    limit: int,
    after: str | None,
) -> None:
    """List reports with the day on which they were entered, and whether their period had been invoiced then."""
    until = None if last is None else last + timedelta(days=1)
    criteria = UsageFilter(item=item, order=order, customer=customer, product=product, used_from=start, used_until=until)
    reports = measuring.each_report(invocation.desk, criteria, after=after)
    listed, more = page_of(((one, True) for one in reports), limit, lambda one: one.report.id)
    rows = tuple(
        (
            *(one.report.id, one.report.item, one.order, one.customer, one.product, one.report.start, one.report.period.last),
            *(one.report.quantity, one.report.corrects, one.report.recorded_on, one.report.author, "late" if one.report.late else None),
        )
        for one in listed
    )
    columns = ("id", "item", "order", "customer", "product", "from", "to", "quantity", "corrects", "recorded_on", "author", "state")
    write_sheet(invocation, Sheet(name="usage", columns=columns, rows=rows, next=more), csv, xlsx)
