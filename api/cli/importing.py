"""`centwright import DIR`: imports customers, orders, opportunities and quotes from CSV files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.desk.folder_import import ImportResult, import_files
from engine.phrases import phrase, say

_MANY = {
    "customer": "customers",
    "order": "orders",
    "increment": "increments",
    "opportunity": "opportunities",
    "contact": "contacts",
    "quote": "quotes",
    "former invoice": "former_invoices",
}
_WIDEST: Final = max(map(len, _MANY.values()))


@click.command("import", cls=Command)
@click.argument("folder", type=click.Path(path_type=Path))
@pass_invocation
def import_folder(invocation: Invocation, folder: Path) -> None:
    """Import the CSV files in FOLDER: all of them or, where one row has a problem, none. Importing them again changes nothing."""
    invocation.is_batch = True

    def progress(done: int, of: int) -> None:
        invocation.show_progress(say(phrase("{done} of {of} orders", done=done, of=of), invocation.language))

    invocation.show_progress(say(phrase("reading {folder}", folder=folder), invocation.language))
    try:
        result = import_files(invocation.desk, folder, progress)
    finally:
        invocation.show_progress("")
    invocation.write_error_problems(result.advice, {})
    if invocation.as_json:
        invocation.write_json(as_fields(result))
    else:
        invocation.write(as_text(result))


def as_fields(result: ImportResult) -> dict[str, object]:
    """The result of an import, for JSON."""
    kinds = {_MANY[each.kind]: {"new": each.fresh, "changed": each.changed, "unchanged": each.unchanged} for each in result.kinds}
    return {"changes_nothing": result.changes_nothing, **kinds, "transactions": result.transactions}


def as_text(result: ImportResult) -> str:
    """The result of an import as text."""
    lines = []
    for each in result.kinds:
        parts = [
            f"{count} {label}" for count, label in ((each.fresh, "new"), (each.changed, "changed"), (each.unchanged, "as before")) if count
        ]
        lines.append(_row(_MANY[each.kind].replace("_", " "), ", ".join(parts)))
    if result.changes_nothing:
        return "\n".join([*lines, "Nothing has changed: all of it was imported before."])
    return "\n".join([*lines, _row("transactions", f"{result.transactions} planned")])


def _row(kind: str, counts: str) -> str:
    return f"{kind:<{_WIDEST + 2}}{counts}"
