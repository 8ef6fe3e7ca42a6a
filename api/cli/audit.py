"""`centwright audit list`: who did what, by key, user or command."""

from __future__ import annotations

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command, Group
from api.cli.paging import by_page, page_of
from api.cli.sheet_output import write_sheet
from api.desk.audit_list import COLUMNS, cells_of, each_entry
from api.output.sheets import Sheet


@click.group(cls=Group)
def audit() -> None:
    """Show who did what."""


@audit.command("list", cls=Command)
@click.option("--resource", default=None, help="Only this resource and what belongs to it, such as orders/S1.")
@click.option("--actor", default=None, help="Only this key, user or person at the command line.")
@by_page
@pass_invocation
def list_entries(invocation: Invocation, resource: str | None, actor: str | None, limit: int, after: str | None) -> None:
    """List what was done, the latest first: when, by whom, what, on which resource, and the names of what was given."""
    entries = each_entry(invocation.desk, after=after, resource=resource, actor=actor)
    listed, more = page_of(((one, True) for one in entries), limit, lambda one: one.id)
    write_sheet(invocation, Sheet(name="audit", columns=COLUMNS, rows=tuple(map(cells_of, listed)), next=more), None, None)
