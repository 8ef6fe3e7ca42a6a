"""`centwright report …`: one command for each report of the registry, as text, JSON, CSV or XLSX."""

from __future__ import annotations

from typing import Final

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, Group
from api.cli.sheet_output import write_sheet
from api.desk.report_parameters import MOST_ROWS, Parameter, Report, arguments_of, parameters_of
from api.desk.report_registry import REPORTS


@click.group(cls=Group)
def report() -> None:
    """Show one of the reports as text, JSON, CSV or a workbook."""


def _command(name: str, sheet_of: Report) -> click.Command:
    @pass_invocation
    def show(invocation: Invocation, /, csv: str | None, xlsx: str | None, **values: object) -> None:
        by_name = {each.name: values[each.name.replace("-", "_")] for each in parameters_of(sheet_of)}
        desk = invocation.desk
        write_sheet(invocation, sheet_of(desk, **arguments_of(sheet_of, by_name, today=desk.today)), csv, xlsx)

    options = [_option(each) for each in parameters_of(sheet_of)]
    return Command(name, callback=show, params=[*options, *_FILES], help=sheet_of.__doc__)


def _option(of: Parameter) -> click.Option:
    names = [f"--{of.name}", of.name.replace("-", "_")]
    match of.kind:
        case "flag":
            return click.Option(names, is_flag=True, help=of.help)
        case "day":
            return click.Option(names, type=DAY, default=None, help=of.help)
        case "choice":
            return click.Option(names, type=click.Choice(of.choices), default=None, help=of.help)
        case "number":
            return click.Option(names, type=click.IntRange(1, MOST_ROWS), default=int(of.default or 0), show_default=True, help=of.help)
        case "keys" | "text":
            if of.is_needed:
                return click.Option(names, required=True, help=of.help)
            return click.Option(names, default=of.default, show_default=of.default is not None, help=of.help)


_FILES: Final = (
    click.Option(["--csv"], is_flag=False, flag_value="-", default=None, metavar="[FILE]", help="Write CSV, to stdout or FILE."),
    click.Option(["--xlsx"], is_flag=False, flag_value="-", default=None, metavar="[FILE]", help="Write a workbook, to stdout or FILE."),
)
for _name, _report in REPORTS.items():
    report.add_command(_command(_name, _report))
