"""The commands for activities that customers and opportunities have alike: listed, recorded and done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, fields
from datetime import date
from typing import get_args

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command
from api.cli.sheet_output import write_sheet
from api.desk import activities
from api.desk.document_trees import record_tree
from api.output.sheets import Sheet
from api.store.sales_records import Activity, ActivityKind, Subject


def activity_commands(group: click.Group, about: Subject) -> None:
    """Adds the commands to those of customers or of opportunities."""

    @group.command("activities", cls=Command, help=f"List the activities of {_A[about]}; `report activities` has those of all.")
    @click.argument("name")
    @pass_invocation
    def list_activities(invocation: Invocation, name: str) -> None:
        write_activities(invocation, activities.activities_of(invocation.desk, about, name))

    @group.command("add-activity", cls=Command, help=f"Record an activity of {_A[about]}: to be done with --due, else done.")
    @click.argument("name")
    @click.argument("text")
    @click.option("--kind", type=click.Choice(get_args(ActivityKind)), required=True)
    @click.option("--due", "due_on", type=DAY, default=None, help="The day until which it is to be done.")
    @click.option("--on", "done_on", type=DAY, default=None, help="The day on which it was done (default without --due: today).")
    @click.option("--owner", default=None, help="Who is to do it (default: you).")
    @pass_invocation
    def add_activity(
        invocation: Invocation, name: str, text: str, kind: ActivityKind, due_on: date | None, done_on: date | None, owner: str | None
    ) -> None:
        added = activities.add(invocation.desk, about, name, kind, text, due_on=due_on, done_on=done_on, owner=owner)
        invocation.write_fields(record_tree(added))

    @group.command("finish-activity", cls=Command, help=f"Mark an activity of {_A[about]} as done.")
    @click.argument("name")
    @click.argument("number")
    @click.option("--on", "day", type=DAY, default=None, help="The day on which it was done (default: today).")
    @pass_invocation
    def finish_activity(invocation: Invocation, name: str, number: str, day: date | None) -> None:
        invocation.write_fields(record_tree(activities.finish(invocation.desk, about, name, number, on=day)))


def write_activities(invocation: Invocation, shown: Iterable[Activity]) -> None:
    """Writes activities as a table."""
    columns = tuple(each.name for each in fields(Activity))
    write_sheet(invocation, Sheet(name="activities", columns=columns, rows=tuple(astuple(one) for one in shown)), None, None)


_A: dict[Subject, str] = {"customer": "a customer", "opportunity": "an opportunity"}
