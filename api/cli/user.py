"""`centwright user …`: the people who work with the program listed, added and changed."""

from __future__ import annotations

from dataclasses import asdict

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command, Group
from api.cli.sheet_output import write_sheet
from api.desk import staff
from api.output.sheets import Sheet
from api.store import users
from api.store.users import ROLES, Role, User, UserState


@click.group(cls=Group)
def user() -> None:
    """List, add and change the people who work with the program."""


@user.command("list", cls=Command)
@pass_invocation
def list_users(invocation: Invocation) -> None:
    """List users with their roles and states."""
    with invocation.desk.store.reading() as connection:
        by_name = users.find(connection)
    columns = ("name", "full_name", "email", "role", "state")
    rows = tuple(tuple(getattr(one, column) for column in columns) for one in by_name.values())
    write_sheet(invocation, Sheet(name="users", columns=columns, rows=rows), None, None)


@user.command("add", cls=Command)
@click.argument("name")
@click.option("--full-name", required=True, help="First and last name.")
@click.option("--email", required=True, help="One address.")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the person may do.")
@pass_invocation
def add_user(invocation: Invocation, name: str, full_name: str, email: str, role: Role) -> None:
    """Add a user."""
    invocation.write_fields(asdict(staff.add(invocation.desk, User(name=name, full_name=full_name, email=email, role=role))))


@user.command("change", cls=Command)
@click.argument("name")
@click.option("--full-name", default=None, help="First and last name.")
@click.option("--email", default=None, help="One address.")
@click.option("--role", type=click.Choice(ROLES), default=None, help="What the person may do.")
@click.option("--state", type=click.Choice(("active", "disabled")), default=None, help="Whether the person may work with it.")
@pass_invocation
def change_user(
    invocation: Invocation, name: str, full_name: str | None, email: str | None, role: Role | None, state: UserState | None
) -> None:
    """Change what is given of a user; the name stays, for histories refer to it."""
    if not any((full_name, email, role, state)):
        raise click.UsageError("say what changes")
    invocation.write_fields(asdict(staff.change(invocation.desk, name, full_name=full_name, email=email, role=role, state=state)))
