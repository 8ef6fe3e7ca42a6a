"""`centwright journal …` and `vat …`: what is not posted yet is posted, and months and VAT returns are closed."""

from __future__ import annotations

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command, Group
from api.desk import closing
from api.desk.closing import Closed
from api.desk.payment_posting import post_missing
from engine.phrases import phrase, say


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
