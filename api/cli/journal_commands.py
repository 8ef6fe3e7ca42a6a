"""`centwright journal …` and `vat …`: what is not posted yet is posted, and months and VAT returns are closed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command, Group
from api.cli.sheet_output import write_sheet
from api.desk import closing
from api.desk.closing import Closed
from api.desk.month_pack import equality_sheet, month_pack
from api.desk.payment_posting import post_missing
from api.output.files import make_folder, write_file
from engine.phrases import phrase, say

UNEQUAL: Final = 1
"""The exit code where two figures that must be equal are not."""


@click.group(cls=Group)
def journal() -> None:
    """Post what is not posted yet, and close months. `report journal` shows the journal."""


@journal.command("post", cls=Command)
@pass_invocation
def post(invocation: Invocation) -> None:
    """Post payments of which something is not posted: those that came before vat/accounts.yaml had their accounts."""
    count = post_missing(invocation.desk)
    if invocation.as_json:
        invocation.write_json({"entries": count})
    else:
        invocation.write(say(phrase("{count} entries posted", count=count), invocation.language))


@journal.command("close", cls=Command)
@click.argument("month")
@pass_invocation
def close(invocation: Invocation, month: str) -> None:
    """Close a MONTH such as 2027-01: what is entered later with a day in it gets the first open day, and says so."""
    _write(invocation, closing.close_month(invocation.desk, month))


@journal.command("pack", cls=Command)
@click.option("--month", required=True, metavar="MONTH", help="A month that is over, such as 2027-01.")
@click.option("--out", "folder", type=click.Path(path_type=Path), required=True, metavar="DIR", help="The folder of its files.")
@pass_invocation
def pack(invocation: Invocation, month: str, folder: Path) -> int:
    """Write all that the books of a month rest on into a folder, with hashes, and check what must be equal.

    Journal, trial balance, documents, payments, open items, VAT, deferrals and more, as CSV; made again they are the same bytes. Ends
    with 1 where two figures that must be equal are not.
    """
    made = month_pack(invocation.desk, month)
    make_folder(folder)
    for name, content in made.files.items():
        write_file(folder / name, content)
    write_sheet(invocation, equality_sheet(made.equalities), None, None)
    if not made.is_closed:
        line = phrase("{month} is not closed: what closing posts is not in it, and it may still change", month=made.month)
        invocation.write_message(say(line, invocation.language))
    invocation.write_message(say(phrase("{count} files in {folder}", count=len(made.files), folder=folder), invocation.language))
    return UNEQUAL if made.differing else 0


@click.group(cls=Group)
def vat() -> None:
    """Close the periods of VAT returns. `report vat` shows what they declare."""


@vat.command("close", cls=Command)
@click.argument("period")
@pass_invocation
def close_vat(invocation: Invocation, period: str) -> None:
    """Close a PERIOD such as 2027-01 or 2027-Q1 whose return was handed in: what comes later is declared in the first open one."""
    _write(invocation, closing.close_vat(invocation.desk, period))


def _write(invocation: Invocation, closed: Closed) -> None:
    if invocation.as_json:
        invocation.write_json(
            {"period": closed.period, "from": str(closed.days.start), "to": str(closed.days.last), "entries": closed.entries}
        )
        return
    text = (
        phrase("{period} was closed before", period=closed.period)
        if closed.was_closed
        else phrase("{period} is closed", period=closed.period)
    )
    invocation.write(say(text, invocation.language))
    if closed.entries:
        invocation.write(say(phrase("{count} entries posted", count=closed.entries), invocation.language))
