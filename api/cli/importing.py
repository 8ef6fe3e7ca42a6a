"""`centwright import DIR`: customers, orders and opportunities taken over from CSV files."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.desk.folder_import import TakenOver, take_over

_MANY = {
    "customer": "customers",
    "order": "orders",
    "increment": "increments",
    "opportunity": "opportunities",
    "quote": "quotes",
}


@click.command("import", cls=Command)
@click.argument("folder", type=click.Path(path_type=Path))
@pass_invocation
def import_folder(invocation: Invocation, folder: Path) -> None:
    """Take over the CSV files in FOLDER: all of them or, where one row has a problem, nothing. The same twice changes nothing."""
    taken = take_over(invocation.desk, folder)
    invocation.tell(taken.advice, {})
    if invocation.as_json:
        invocation.answer_json(as_fields(taken))
    else:
        invocation.answer(as_text(taken))


def as_fields(taken: TakenOver) -> dict[str, object]:
    """What an import did, for JSON."""
    kinds = {_MANY[each.kind]: {"new": each.fresh, "changed": each.changed, "unchanged": each.unchanged} for each in taken.kinds}
    return {"changes_nothing": taken.changes_nothing, **kinds, "transactions": taken.transactions}


def as_text(taken: TakenOver) -> str:
    """What an import did, in a few lines."""
    lines = []
    for each in taken.kinds:
        parts = [
            f"{count} {word}" for count, word in ((each.fresh, "new"), (each.changed, "changed"), (each.unchanged, "as before")) if count
        ]
        lines.append(f"{_MANY[each.kind]:<14}{', '.join(parts)}")
    if taken.changes_nothing:
        return "\n".join([*lines, "Nothing has changed: all of it was taken over before."])
    return "\n".join([*lines, f"transactions  {taken.transactions} planned"])
