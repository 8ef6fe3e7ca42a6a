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
from engine.phrases import Language, as_written, phrase, say

_COUNTED: Final = ("new", "changed", "as_before")


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
    invocation.write_how_lists_were_read(result.advice)
    if invocation.as_json:
        invocation.write_json(result.tree())
    else:
        invocation.write(as_text(result, invocation.language))


def as_text(result: ImportResult, language: Language = "en") -> str:
    """The result of an import as text in a language."""
    if not result.kinds:
        return say(phrase("Nothing was imported: the files have no rows."), language)
    rows = [(_kind(KINDS[each.kind], language), _counts((each.fresh, each.changed, each.unchanged), language)) for each in result.kinds]
    last = phrase("Nothing has changed: all of it was imported before.")
    if not result.changes_nothing:
        rows.append((_kind("transactions", language), say(phrase("{count} planned", count=result.transactions), language)))
    width = max(len(kind) for kind, _ in rows) + 2
    lines = [f"{kind:<{width}}{counts}" for kind, counts in rows]
    return "\n".join([*lines, say(last, language)] if result.changes_nothing else lines)


def _kind(name: str, language: Language) -> str:
    return say(as_written(name), language).replace("_", " ")


def _counts(counts: tuple[int, int, int], language: Language) -> str:
    return ", ".join(f"{count} {_kind(label, language)}" for count, label in zip(counts, _COUNTED, strict=True) if count)
