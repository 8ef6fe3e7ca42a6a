"""`centwright webhook …`: who is told of what happens: created, listed, tested, rotated, stopped and deleted."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command, Group
from api.cli.sheet_output import write_sheet
from api.delivery.webhook_trial import try_webhook
from api.desk import subscriptions
from api.desk.announcing import EVENTS
from api.desk.subscriptions import webhook_tree
from api.output.sheets import Sheet
from api.store.webhooks import Webhook
from engine.phrases import phrase, say

REFUSED: Final = 5


@click.group(cls=Group)
def webhook() -> None:
    """Create, list, test, rotate, stop and delete webhooks: who is told of what happens."""


@webhook.command("create", cls=Command)
@click.argument("name")
@click.argument("url")
@click.option("--event", "events", multiple=True, required=True, metavar="KIND", help="Such as invoice.issued; several times for several.")
@pass_invocation
def create_webhook(invocation: Invocation, name: str, url: str, events: tuple[str, ...]) -> None:
    """Create a webhook and show the secret that signs what is sent to it: this once."""
    allowed = invocation.settings.is_any_webhook_allowed
    _write(invocation, subscriptions.create(invocation.desk, name, url, events, by=invocation.person, is_any_allowed=allowed))


@webhook.command("list", cls=Command)
@pass_invocation
def list_webhooks(invocation: Invocation) -> None:
    """List webhooks with the events that they want."""
    columns = ("name", "url", "events", "state")
    rows = tuple((one.name, one.url, ", ".join(one.events), one.state) for one in subscriptions.list_all(invocation.desk))
    write_sheet(invocation, Sheet(name="webhooks", columns=columns, rows=rows), None, None)


@webhook.command("events", cls=Command)
@click.pass_obj
def list_events(invocation: Invocation) -> None:
    """List the kinds of events, and when each is announced."""
    rows = tuple((kind, say(about, invocation.language)) for kind, about in EVENTS.items())
    write_sheet(invocation, Sheet(name="events", columns=("event", "announced_when"), rows=rows), None, None)


@webhook.command("test", cls=Command)
@click.argument("name")
@pass_invocation
def send_test(invocation: Invocation, name: str) -> int:
    """Send a test event to a webhook at once, and show what its receiver answers; ends with 5 where it does not take it."""
    trial = try_webhook(invocation.desk, name, is_any_allowed=invocation.settings.is_any_webhook_allowed)
    invocation.write_fields(asdict(trial))
    return 0 if trial.is_delivered else REFUSED


@webhook.command("rotate", cls=Command)
@click.argument("name")
@pass_invocation
def rotate_webhook(invocation: Invocation, name: str) -> None:
    """Give a webhook a new secret, shown this once; for a day the former one signs too."""
    _write(invocation, subscriptions.rotate(invocation.desk, name))


@webhook.command("stop", cls=Command)
@click.argument("name")
@pass_invocation
def stop_webhook(invocation: Invocation, name: str) -> None:
    """Stop a webhook: it is told of nothing new."""
    invocation.write_fields(webhook_tree(subscriptions.set_state(invocation.desk, name, "stopped")))


@webhook.command("start", cls=Command)
@click.argument("name")
@pass_invocation
def start_webhook(invocation: Invocation, name: str) -> None:
    """Start a webhook again that was stopped."""
    invocation.write_fields(webhook_tree(subscriptions.set_state(invocation.desk, name, "active")))


@webhook.command("delete", cls=Command)
@click.argument("name")
@pass_invocation
def delete_webhook(invocation: Invocation, name: str) -> None:
    """Delete a webhook, with what still waits for it."""
    invocation.write_fields(webhook_tree(subscriptions.remove(invocation.desk, name)))


def _write(invocation: Invocation, shown: Webhook) -> None:
    if invocation.as_json:
        invocation.write_json({**webhook_tree(shown), "secret": shown.secret})
        return
    invocation.write(shown.secret)
    line = phrase("this secret signs what is sent to `{name}`; it is not shown again", name=shown.name)
    invocation.write_message(say(line, invocation.language))
