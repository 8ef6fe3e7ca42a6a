"""`centwright forecast …`: snapshots of the forecast stored and listed; `centwright report forecast` shows that of now."""

from __future__ import annotations

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command, Group
from api.cli.sheet_output import write_sheet
from api.desk import reconciling
from api.output.sheets import Sheet
from engine.documents.forecast_snapshot import Snapshot


@click.group(cls=Group)
def forecast() -> None:
    """Store the forecast of now, to compare it later with `centwright report reconciliation`."""


@forecast.command("store", cls=Command)
@click.argument("name")
@pass_invocation
def store_forecast(invocation: Invocation, name: str) -> None:
    """Store the forecast of now as a snapshot under a NAME, such as 2027-01."""
    write_sheet(invocation, _sheet((reconciling.store_snapshot(invocation.desk, name),)), None, None)


@forecast.command("list", cls=Command)
@pass_invocation
def list_forecasts(invocation: Invocation) -> None:
    """List the snapshots, the oldest first."""
    write_sheet(invocation, _sheet(reconciling.snapshots(invocation.desk)), None, None)


def _sheet(snapshots: tuple[Snapshot, ...]) -> Sheet:
    columns = ("name", "stored_on", "author", "planned_through", "transactions", "net", "rulebook")
    rows = tuple(
        (one.name, one.stored_on, one.author, one.planned_through, one.transactions, one.net, one.rulebook[:12]) for one in snapshots
    )
    return Sheet(name="snapshots", columns=columns, rows=rows)
