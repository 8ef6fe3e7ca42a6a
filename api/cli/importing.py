"""`centwright import DIR`: imports customers, orders, opportunities and quotes from CSV files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.desk.folder_import import import_contents, try_contents
from api.desk.import_result import KINDS, ImportResult
from api.importing.import_folder import read_folder_of_files
from engine.phrases import phrase, say

_WIDEST: Final = max(map(len, KINDS.values()))


@click.command("import", cls=Command)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--dry-run", "is_trial", is_flag=True, help="Only show what would be imported.")
@pass_invocation
def import_folder(invocation: Invocation, folder: Path, *, is_trial: bool) -> None:
    """Import the CSV files in FOLDER: all of them or, where one row has a problem, none. Importing them again changes nothing."""
    invocation.is_batch = True

    def progress(done: int, of: int) -> None:
        invocation.show_progress(say(phrase("{done} of {of} orders", done=done, of=of), invocation.language))

    invocation.show_progress(say(phrase("reading {folder}", folder=folder), invocation.language))
    try:
        result = (try_contents if is_trial else import_contents)(invocation.desk, read_folder_of_files(folder), progress)
    finally:
        invocation.show_progress("")
    invocation.write_error_problems(result.advice, {})
    if invocation.as_json:
        invocation.write_json(result.tree())
    else:
        invocation.write(as_text(result))


def as_text(result: ImportResult) -> str:
    """The result of an import as text."""
    lines = []
    for each in result.kinds:
        parts = [
            f"{count} {label}" for count, label in ((each.fresh, "new"), (each.changed, "changed"), (each.unchanged, "as before")) if count
        ]
        lines.append(_row(KINDS[each.kind].replace("_", " "), ", ".join(parts)))
    if not result.kinds:
        return "Nothing was imported: the files have no rows."
    if result.changes_nothing:
        return "\n".join([*lines, "Nothing has changed: all of it was imported before."])
    return "\n".join([*lines, _row("transactions", f"{result.transactions} planned")])


def _row(kind: str, counts: str) -> str:
    return f"{kind:<{_WIDEST + 2}}{counts}"
