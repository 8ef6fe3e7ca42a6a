"""`centwright outbox …` and `centwright deliver`: what waits to be sent, shown, sent, and sent again."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final, get_args

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command, Group
from api.cli.paging import by_page, page_of
from api.cli.sheet_output import write_sheet
from api.delivery.outbox_worker import check_place, drain
from api.delivery.outcome import Delivered
from api.delivery.senders import senders_of, up_to_date, waiting
from api.desk import deliveries
from api.desk.deliveries import message_tree
from api.desk.outbox_list import COLUMNS, cells_of, each_message
from api.desk.version_in_force import ReadVersions
from api.output.sheets import Sheet
from api.store.outbox import MessageState
from engine.phrases import say

_PAUSE_SECONDS: Final = 1.0
_RENEWED_SECONDS: Final = 60.0
"""How often a worker looks whether another version of the rulebook is in force, or another day has come."""


@click.group(cls=Group)
def outbox() -> None:
    """Show what waits to be sent, and send something again."""


@outbox.command("list", cls=Command)
@click.option("--state", type=click.Choice(get_args(MessageState)), default=None, metavar="STATE", help="Only this state, such as dead.")
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
    """Send a message again at once: one to a webhook, or one that was held, failed or skipped."""
    invocation.write_fields(message_tree(deliveries.retry_message(invocation.desk, message)))


@outbox.command("skip", cls=Command)
@click.argument("message")
@click.option("--because", required=True, help="Why it is not sent.")
@pass_invocation
def skip_message(invocation: Invocation, message: str, because: str) -> None:
    """Never send a message; what waits for it, such as a credit note, goes on."""
    invocation.write_fields(message_tree(deliveries.skip_message(invocation.desk, message, because=because)))


@outbox.command("reject", cls=Command)
@click.argument("message")
@click.option("--because", required=True, help="What came back.")
@pass_invocation
def reject_message(invocation: Invocation, message: str, because: str) -> None:
    """Record that a document which was sent did not arrive or was refused, such as a mail that bounced."""
    invocation.write_fields(message_tree(deliveries.reject_message(invocation.desk, message, because=because)))


@click.command(cls=Command)
@click.option("--once", is_flag=True, help="Send what is due now, and end.")
@click.option("--from-here", is_flag=True, help="This database took the place of the one that sent so far.")
@click.option("--beside", type=int, default=None, hidden=True, help="End with this process.")
@pass_invocation
def deliver(invocation: Invocation, once: bool, from_here: bool, beside: int | None) -> None:
    """Send what waits in the outbox, until it is stopped; several may do so at once."""
    desk, settings = invocation.desk, invocation.settings
    check_place(desk, is_moved=from_here)
    senders, versions, renewed_at = senders_of(desk, settings), ReadVersions(), time.monotonic()
    for note in waiting(desk, settings):
        invocation.write_message(say(note, invocation.language))
    while True:
        done = drain(desk, senders, progress=lambda count: invocation.show_progress(f"{count} sent"))
        if once or any(each.total for each in done.values()):
            invocation.show_progress("")
            _write(invocation, done)
        if once or (beside is not None and os.getppid() != beside):
            return
        time.sleep(_PAUSE_SECONDS)
        if time.monotonic() - renewed_at > _RENEWED_SECONDS:
            renewed_at, current = time.monotonic(), up_to_date(desk, settings, versions)
            if current is not desk:
                desk, senders = current, senders_of(current, settings)


def _write(invocation: Invocation, done: Mapping[str, Delivered]) -> None:
    """What came of all messages, and of those of each channel that had some."""
    channels = {channel.rstrip(":"): asdict(each) for channel, each in done.items() if each.total}
    every = asdict(sum(done.values(), Delivered()))
    if invocation.as_json:
        invocation.write_json(every | {"channels": channels})
        return
    words = {name: ", ".join(f"{count} {state}" for state, count in counts.items() if count) for name, counts in channels.items()}
    invocation.write_fields(every | words)
