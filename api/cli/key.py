"""`centwright key …`: the keys of the HTTP service created, listed and revoked."""

from __future__ import annotations

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command, Group
from api.cli.sheet_output import write_sheet
from api.desk import access
from api.desk.access import key_tree
from api.output.sheets import Sheet
from api.store.users import ROLES, Role
from engine.phrases import phrase, say


@click.group(cls=Group)
def key() -> None:
    """Create, list and revoke the keys by which programs use the HTTP service."""


@key.command("create", cls=Command)
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What it may do.")
@click.option(
    "--scope", "scopes", multiple=True, metavar="RESOURCE[:read|:write]", help="Only this resource, such as orders or orders:read."
)
@click.option("--user", default=None, help="The user for whom it acts; histories then name the user.")
@pass_invocation
def create_key(invocation: Invocation, name: str, role: Role, scopes: tuple[str, ...], user: str | None) -> None:
    """Create a key and show it: this once, for only its hash is stored."""
    created, text = access.create_key(invocation.desk, name, role, scopes=scopes, user=user, created_by=invocation.person)
    if invocation.as_json:
        invocation.write_json({**key_tree(created), "key": text})
        return
    invocation.write(text)
    line = phrase("this is the key `{name}`; it is not stored and cannot be shown again", name=created.name)
    invocation.write_message(say(line, invocation.language))


@key.command("list", cls=Command)
@pass_invocation
def list_keys(invocation: Invocation) -> None:
    """List keys with what they may do and when they were used last; the keys themselves are not stored."""
    columns = ("name", "prefix", "role", "scopes", "user", "created_at", "last_used_at", "revoked_at")
    rows = tuple(
        (
            *(one.name, one.prefix, one.role, ", ".join(one.scopes) or None, one.user, f"{one.created_at:%Y-%m-%d %H:%M}"),
            *(None if each is None else f"{each:%Y-%m-%d %H:%M}" for each in (one.last_used_at, one.revoked_at)),
        )
        for one in access.list_keys(invocation.desk)
    )
    write_sheet(invocation, Sheet(name="keys", columns=columns, rows=rows), None, None)


@key.command("revoke", cls=Command)
@click.argument("name")
@pass_invocation
def revoke_key(invocation: Invocation, name: str) -> None:
    """Revoke a key by its NAME or prefix: at once, also for requests that are under way."""
    invocation.write_fields(key_tree(access.revoke_key(invocation.desk, name, by=invocation.person)))
