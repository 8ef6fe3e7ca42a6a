"""`centwright rulebook …`: the versions of the rulebook listed, shown, approved, withdrawn and rolled back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, Group
from api.cli.publish import by_option, note_option, progress_of, user_name, write_publication
from api.cli.sheet_output import write_path, write_sheet
from api.output.files import write_new_folder
from api.output.sheets import Sheet
from api.store import rulebooks
from api.store.rulebooks import StoredVersion
from api.workbench import publishing
from api.workbench.published_versions import version_of
from api.workbench.version_fields import fields_of, fields_today, version_tree

if TYPE_CHECKING:
    from api.desk.desk import Desk


@click.group(cls=Group)
def rulebook() -> None:
    """List the versions of the rulebook, approve or withdraw one, and roll back to one."""


@rulebook.command("list", cls=Command)
@pass_invocation
def list_versions(invocation: Invocation) -> None:
    """List every version: its state, the day from which it is in force, who proposed and who approved it."""
    with invocation.desk.store.reading() as connection:
        versions = rulebooks.find_versions(connection)
        current = rulebooks.version_in_force(connection, invocation.desk.today)
    rows = tuple(tuple(fields_of(one, current, versions).values()) for one in versions)
    columns = tuple(fields_of(versions[0], None)) if versions else ("version",)
    write_sheet(invocation, Sheet(name="rulebook", columns=columns, rows=rows), None, None)


@rulebook.command("show", cls=Command)
@click.argument("version")
@click.option("--to", "folder", type=click.Path(path_type=Path), help="Write its files into this new folder.")
@pass_invocation
def show_version(invocation: Invocation, version: str, folder: Path | None) -> None:
    """Show a VERSION such as v2: its steps, what passed before, and what it changed in euros."""
    with invocation.desk.store.reading() as connection:
        shown = version_of(connection, version)
        tree = version_tree(connection, shown, invocation.desk.today)
        texts = rulebooks.texts_of(connection, shown.fingerprint, shown.texts_hash)
    if folder is not None:
        write_new_folder(folder, {path: text.encode() for path, text in (texts or {}).items()})
        write_path(invocation, folder)
        return
    if invocation.as_json:
        invocation.write_json(tree)
        return
    checks = ", ".join(shown.checks)
    shown_fields = {name: part for name, part in tree.items() if name not in ("steps", "changes")}
    invocation.write_fields(shown_fields | {"checks": checks})
    for step in shown.steps:
        invocation.write("  ".join(str(each) for each in (step.on, step.state, step.author, step.note) if each is not None))


@rulebook.command("approve", cls=Command)
@click.argument("version")
@by_option
@note_option
@pass_invocation
def approve_version(invocation: Invocation, version: str, author: str | None, note: str | None) -> None:
    """Put a proposed VERSION in force; not for who proposed it."""
    desk, chosen = _desk_of(invocation, version, author)
    write_publication(invocation, publishing.approve(desk, chosen, note=note, progress=progress_of(invocation)))


@rulebook.command("withdraw", cls=Command)
@click.argument("version")
@by_option
@note_option
@pass_invocation
def withdraw_version(invocation: Invocation, version: str, author: str | None, note: str | None) -> None:
    """Withdraw a VERSION that is proposed, or whose day has not come."""
    desk, chosen = _desk_of(invocation, version, author)
    withdrawn = publishing.withdraw(desk, chosen, note=note)
    invocation.write_fields(fields_today(desk.store, withdrawn, desk.today))


@rulebook.command("roll-back", cls=Command)
@click.argument("version")
@click.option("--from", "from_", type=DAY, default=None, help="The day from which it is in force again (default: the business date).")
@by_option
@note_option
@pass_invocation
def roll_back(invocation: Invocation, version: str, from_: date | None, author: str | None, note: str | None) -> None:
    """Publish an earlier VERSION again, as a new version; what was issued in between stays."""
    desk, chosen = _desk_of(invocation, version, author)
    progress = progress_of(invocation)
    published = publishing.publish(
        desk, golden=None, name=chosen.name, from_=from_, note=note, rolls_back_to=chosen.number, progress=progress
    )
    write_publication(invocation, published)


def _desk_of(invocation: Invocation, version: str, author: str | None) -> tuple[Desk, StoredVersion]:
    """A desk whose rulebook is a version, in the name of an author, and the version."""
    invocation.choose_rulebook(f"v{version.removeprefix('v')}")
    desk = replace(invocation.desk, author=author or user_name())
    with desk.store.reading() as connection:
        return desk, version_of(connection, version)
