"""`centwright outbox …` and `centwright deliver`: what waits to be sent, shown, sent, and sent again."""

from __future__ import annotations

import time
from typing import Final

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command, Group
from api.cli.paging import by_page, page_of
from api.cli.sheet_output import write_sheet
from api.desk import subscriptions
from api.desk.delivering import deliver_due
from api.desk.outbox_list import COLUMNS, cells_of, each_message
from api.desk.subscriptions import message_tree
from api.output.sheets import Sheet

_PAUSE_SECONDS: Final = 1.0


@click.group(cls=Group)
def outbox() -> None:
    """Show what waits to be sent, and send something again."""


@outbox.command("list", cls=Command)
@click.option("--state", default=None, help="Only this state, such as dead.")
@click.option("--channel", default=None, help="Only this channel, such as webhook:web-shop.")
@by_page
@pass_invocation
def list_messages(invocation: Invocation, state: str | None, channel: str | None, limit: int, after: str | None) -> None:
    """List messages: of which document or event, by which channel, and what came of each."""
    messages = each_message(invocation.desk, after=after, state=state, channel=channel)
    listed, more = page_of(((one, True) for one in messages), limit, lambda one: str(one["key"]))
    write_sheet(invocation, Sheet(name="outbox", columns=COLUMNS, rows=tuple(map(cells_of, listed)), next=more), None, None)


@outbox.command("retry", cls=Command)
@click.argument("message")
@pass_invocation
def retry_message(invocation: Invocation, message: str) -> None:
    """Send a message to a webhook again at once, also one that was delivered or given up."""
    invocation.write_fields(message_tree(subscriptions.send_again(invocation.desk, message)))


@click.command(cls=Command)
@click.option("--once", is_flag=True, help="Send what is due now, and end.")
@pass_invocation
def deliver(invocation: Invocation, once: bool) -> None:
    """Send what waits in the outbox for webhooks, until it is stopped; several may do so at once."""
    allowed = invocation.settings.is_any_webhook_allowed
    while True:
        done = deliver_due(invocation.desk, is_any_allowed=allowed)
        if once or done.delivered or done.later or done.dead:
            invocation.write_fields({"delivered": done.delivered, "later": done.later, "dead": done.dead})
        if once:
            return
        time.sleep(_PAUSE_SECONDS)
