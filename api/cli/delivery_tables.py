"""What became of the mails and e-invoices about a document, as it is shown: each message, and all that happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from api.cli.invocation import Invocation
from api.cli.sheet_output import write_sheet
from api.output.sheets import Cell, Sheet


def write_deliveries(invocation: Invocation, tree: Mapping[str, object]) -> None:
    """Writes the deliveries of a document."""
    if invocation.as_json:
        invocation.write_json(dict(tree))
        return
    messages, history = (cast("list[Mapping[str, Cell]]", tree[name]) for name in ("messages", "history"))
    for message in messages:
        state = message["held_because"] or message["last_answer"] or ""
        invocation.write(f"{message['channel']}: {message['state']} {state}".rstrip())
    columns = ("at", "channel", "delivery", "event", "recipient", "note", "by")
    rows = tuple(tuple(entry[name] for name in columns) for entry in history)
    write_sheet(invocation, Sheet(name="deliveries", columns=columns, rows=rows), None, None)
