"""`centwright publish DIR`: checks a rulebook, shows what it changes in euros, and puts it in force."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command
from api.workbench.version_fields import fields_today
from engine.phrases import phrase, say

if TYPE_CHECKING:
    from api.workbench.publishing import Progress, Publication

by_option = click.option("--by", "author", metavar="NAME", default=None, help="Who does it (default: the user of this machine).")
note_option = click.option("--note", default=None, help="Why, as the list of versions shows it.")


@click.command(cls=Command)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--from", "from_", type=DAY, default=None, help="The day from which it is in force (default: the business date).")
@note_option
@by_option
@click.option("--data", type=click.Path(path_type=Path), help="The CSV files of golden orders (default: golden/ or demo/ in the folder).")
@click.option("--all", "shows_all", is_flag=True, help="Write every line of what changes.")
@pass_invocation
def publish(
    invocation: Invocation,
    folder: Path | None,
    from_: date | None,
    note: str | None,
    author: str | None,
    data: Path | None,
    shows_all: bool,
) -> None:
    """Publish the rulebook in FOLDER (default: the one of the settings) as the next version, which all commands then use.

    First check, the scenarios, the golden orders and every live order must hold; what changes in euros is shown. Where company.yaml
    demands a second person, the version is proposed, and `rulebook approve` puts it in force. Running it again publishes nothing twice.
    """
    from api.workbench import publishing
    from api.workbench.comparison_run import golden_files

    invocation.is_batch = True
    invocation.choose_rulebook(None if folder is None else str(folder))
    place = invocation.settings.rulebook
    desk = replace(invocation.desk, author=author or user_name())
    golden = golden_files(data, [place])
    published = publishing.publish(desk, golden=golden, name=str(place), from_=from_, note=note, progress=progress_of(invocation))
    write_publication(invocation, published, shows_all=shows_all)


def user_name() -> str:
    """The user of this machine, who publishes unless another name is given."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "desk"


def progress_of(invocation: Invocation) -> Progress:
    """Shows the progress of comparing and planning on a terminal."""
    texts: dict[str, Callable[[int, int | None], str]] = {
        "compare": lambda done, _: phrase("{items} items compared", items=done),
        "plan": lambda done, of: phrase("{done} of {of} orders planned", done=done, of=of or done),
    }
    return lambda step, done, of: invocation.show_progress(say(texts[step](done, of), invocation.language))


def write_publication(invocation: Invocation, published: Publication, *, shows_all: bool = False) -> None:
    """Writes what a version changes, its state, and what comes next."""
    from engine.comparing.comparison_json import comparison_tree
    from engine.comparing.terminal_text import as_text

    invocation.show_progress("")
    comparison, version, language = published.comparison, published.version, invocation.language
    invocation.write_error_problems(published.advice)
    if invocation.as_json:
        changes = None if comparison is None else comparison_tree(comparison, language)
        more = {"new": published.is_added, "planned": published.planned, "changes": changes}
        invocation.write_json(fields_today(invocation.desk.store, version, invocation.today) | {"fingerprint": version.fingerprint, **more})
        return
    if comparison is not None:
        invocation.write(as_text(comparison, language, whole=shows_all) + "\n")
    author, day = version.steps[-1].author, version.in_force_from or version.wanted_from
    if version.state == "proposed":
        line = phrase(
            "{version} is proposed by {author}, to be in force from {day}: another person approves it with `rulebook approve {version}`",
            version=version.name,
            author=author,
            day=day,
        )
    else:
        line = phrase("{version} is in force from {day}, published by {author}", version=version.name, author=author, day=day)
    invocation.write(say(line, language))
    if published.planned is not None:
        invocation.write(say(phrase("{count} planned transactions changed", count=published.planned), language))
    elif version.state == "published":
        invocation.write(say(phrase("running orders are planned anew by the first run from that day on, or by `order plan`"), language))
