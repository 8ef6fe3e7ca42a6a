"""`centwright report …`: to-invoice, forecast, pipeline, held-back, journal and slots, as text, JSON, CSV or XLSX."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, Group
from api.desk import pipeline_report, reports
from api.output.files import write_file
from api.output.sheets import Sheet, as_csv, as_text, as_tree, as_xlsx
from engine.documents.order import ORDER_TYPES

_Function = Callable[..., None]


def _written(command: _Function) -> _Function:
    for option in (
        click.option("--xlsx", is_flag=False, flag_value="-", default=None, metavar="[FILE]", help="Write a workbook, to stdout or FILE."),
        click.option("--csv", is_flag=False, flag_value="-", default=None, metavar="[FILE]", help="Write CSV, to stdout or FILE."),
    ):
        command = option(command)
    return command


def _period(command: _Function) -> _Function:
    for option in (
        click.option("--to", "last", type=DAY, default=None, help="The last day of the report, included."),
        click.option("--from", "begin", type=DAY, default=None, help="The first day of the report."),
    ):
        command = option(command)
    return command


@click.group(cls=Group)
def report() -> None:
    """Items to invoice, forecast, pipeline, held-back, journal, slots."""


@report.command("to-invoice", cls=Command)
@_period
@click.option("--by", default=None, help="Group by some of month,order-type,family,customer.")
@click.option("--type", "order_type", type=click.Choice(ORDER_TYPES), default=None)
@click.option("--customer", default=None, help="Only this customer.")
@_written
@pass_invocation
def to_invoice(
    invocation: Invocation,
    begin: date | None,
    last: date | None,
    by: str | None,
    order_type: str | None,
    customer: str | None,
    csv: str | None,
    xlsx: str | None,
) -> None:
    """Show what is to be invoiced in a period (default: the calendar month of the business date), late and held marked."""
    desk = invocation.desk
    period = reports.span(begin or desk.today.replace(day=1), last, months=1)
    keys = reports.read_keys(by) if by else ()
    answer(invocation, reports.to_invoice(desk, period, by=keys, order_type=order_type, customer=customer), csv, xlsx)


@report.command("forecast", cls=Command)
@_period
@click.option("--by", default="month,order-type", show_default=True, help="Group by some of month,order-type,family,customer.")
@click.option("--customer", default=None, help="Only this customer.")
@_written
@pass_invocation
def forecast(
    invocation: Invocation, begin: date | None, last: date | None, by: str, customer: str | None, csv: str | None, xlsx: str | None
) -> None:
    """Show what was and will be invoiced, for twelve months from the current one unless told otherwise."""
    period = reports.span(begin or invocation.desk.today.replace(day=1), last, months=12)
    answer(invocation, reports.forecast(invocation.desk, reports.read_keys(by), period, customer=customer), csv, xlsx)


@report.command("pipeline", cls=Command)
@click.option("--by", default="stage", show_default=True, help="Group by some of stage,owner,month,customer,state,reason.")
@click.option("--as-of", type=DAY, default=None, help="The pipeline as it was at the end of a past day.")
@click.option("--open", "only_open", is_flag=True, help="Leave out what is won, lost or cancelled.")
@_written
@pass_invocation
def pipeline(invocation: Invocation, by: str, as_of: date | None, only_open: bool, csv: str | None, xlsx: str | None) -> None:
    """Show possible sales, plain and weighted by the probability of their stage."""
    sheet = pipeline_report.pipeline(invocation.desk, by=pipeline_report.read_keys(by), as_of=as_of, closed=not only_open)
    answer(invocation, sheet, csv, xlsx)


@report.command("held-back", cls=Command)
@_written
@pass_invocation
def held_back(invocation: Invocation, csv: str | None, xlsx: str | None) -> None:
    """Say of every item that is not invoiced now which state or rule holds it back."""
    answer(invocation, reports.held_back(invocation.desk), csv, xlsx)


@report.command("journal", cls=Command)
@_period
@_written
@pass_invocation
def journal(invocation: Invocation, begin: date | None, last: date | None, csv: str | None, xlsx: str | None) -> None:
    """Show the postings of a period (default: the calendar month of the business date)."""
    period = reports.span(begin or invocation.desk.today.replace(day=1), last, months=1)
    answer(invocation, reports.journal(invocation.desk, period), csv, xlsx)


@report.command("slots", cls=Command)
@_period
@_written
@pass_invocation
def slots(invocation: Invocation, begin: date | None, last: date | None, csv: str | None, xlsx: str | None) -> None:
    """Show advertising slots sold and free, for twelve months from the current one unless told otherwise."""
    period = reports.span(begin or invocation.desk.today.replace(day=1), last, months=12)
    answer(invocation, reports.slots(invocation.desk, period), csv, xlsx)


def answer(invocation: Invocation, sheet: Sheet, csv: str | None, xlsx: str | None) -> None:
    """Writes a report as it was asked for: a table of text unless JSON, CSV or XLSX is wished."""
    if xlsx is not None and csv is not None:
        raise click.UsageError("write either --csv or --xlsx")
    if xlsx is not None:
        _write(invocation, as_xlsx(sheet), xlsx)
    elif csv is not None:
        _write(invocation, as_csv(sheet).encode(), csv)
    elif invocation.as_json:
        invocation.answer_json(as_tree(sheet))
    else:
        invocation.answer(as_text(sheet))


def answer_place(invocation: Invocation, place: Path) -> None:
    """Says where a file was written."""
    if invocation.as_json:
        invocation.answer_json({"file": str(place)})
    else:
        invocation.answer(str(place))


def _write(invocation: Invocation, content: bytes, place: str) -> None:
    if place == "-":
        if sys.stdout.isatty() and not content[:1].isascii():
            raise click.UsageError("a workbook is not written to a terminal: give a file, or send stdout to one")
        sys.stdout.buffer.write(content)
        return
    write_file(Path(place), content)
    invocation.say(f"written: {place}")
