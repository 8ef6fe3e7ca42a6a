"""`centwright user …`: the people who work with the program listed, added and changed."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.list_writer import write_list
from api.cli.options import Command, Group
from api.desk import company_sign_on, signing_in, staff
from api.desk.report_parameters import MOST_ROWS
from api.desk.sales_lists import USERS
from api.store.users import ROLES, Role, User, UserState


class _Users(Group):
    """Its command `add` is `create` too."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, or of its other name."""
        return super().get_command(ctx, "add" if cmd_name == "create" else cmd_name)


@click.group(cls=_Users)
def user() -> None:
    """List, add, change and unbind the people who work with the program."""


@user.command("list", cls=Command)
@pass_invocation
def list_users(invocation: Invocation) -> None:
    """List users with their roles and states."""
    write_list(invocation, USERS, {}, MOST_ROWS, None)


@user.command("add", cls=Command)
@click.argument("name")
@click.option("--full-name", required=True, help="First and last name.")
@click.option("--email", required=True, help="One address.")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the person may do.")
@click.option("--approves", multiple=True, metavar="ROLE", help="A role of rules/vocabulary.yaml in which the person approves quotes.")
@pass_invocation
def add_user(invocation: Invocation, name: str, full_name: str, email: str, role: Role, approves: tuple[str, ...]) -> None:
    """Add a user."""
    _show(invocation, staff.add(invocation.desk, User(name=name, full_name=full_name, email=email, role=role, approves=approves)))


@user.command("password", cls=Command)
@click.argument("name")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the password from the standard input, in place of asking for it twice.")
@pass_invocation
def set_password(invocation: Invocation, name: str, from_stdin: bool) -> None:
    """Set the password with which a user signs in on the pages; sessions that last end."""
    typed = sys.stdin.readline() if from_stdin else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    ended = signing_in.set_password(invocation.desk, name, typed.rstrip("\r\n"))
    invocation.write_fields({"user": name, "sessions_ended": ended})


@user.command("unbind", cls=Command)
@click.argument("name")
@pass_invocation
def unbind_user(invocation: Invocation, name: str) -> None:
    """Unbind the account of the company from a user, whose sessions end; the next one with the name of the user is bound."""
    _show(invocation, company_sign_on.unbind(invocation.desk, name))


@user.command("change", cls=Command)
@click.argument("name")
@click.option("--full-name", default=None, help="First and last name.")
@click.option("--email", default=None, help="One address.")
@click.option("--role", type=click.Choice(ROLES), default=None, help="What the person may do.")
@click.option("--state", type=click.Choice(("active", "disabled")), default=None, help="Whether the person may work with it.")
@click.option("--approves", multiple=True, metavar="ROLE", help="In which roles the person approves quotes; an empty one: in none.")
@pass_invocation
def change_user(
    invocation: Invocation,
    name: str,
    full_name: str | None,
    email: str | None,
    role: Role | None,
    state: UserState | None,
    approves: tuple[str, ...],
) -> None:
    """Change what is given of a user; the name stays, for histories refer to it."""
    if not any((full_name, email, role, state, approves)):
        raise click.UsageError("say what changes")
    roles = [each for each in approves if each] if approves else None
    changed = staff.change(invocation.desk, name, full_name=full_name, email=email, role=role, state=state, approves=roles)
    _show(invocation, changed)


def _show(invocation: Invocation, user: User) -> None:
    invocation.write_fields({**asdict(user), "approves": ", ".join(user.approves)})
