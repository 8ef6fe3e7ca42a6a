"""A trial of one webhook: an event of its own, signed and sent at once as others are, with what the receiver answered."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from api.delivery.outbox_worker import LEASE, check_place
from api.delivery.outcome import printable
from api.delivery.webhook_sender import GONE, signing_secrets
from api.desk import subscriptions
from api.desk.desk import Desk
from api.output.webhook_sending import SECONDS, send
from api.store import outbox, webhooks
from api.store.outbox import WEBHOOK, ClaimedMessage, MessageState
from engine.phrases import phrase

TRIAL_EVENT: Final = "webhook.test"
"""The kind of the event; nobody subscribes to it."""
_NOT_AGAIN: Final = phrase("a test that failed is not sent again by itself")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTrial:
    """What came of a trial: the status (None: there was no answer), the time, and how the content of the answer begins."""

    webhook: str
    is_delivered: bool
    status: int | None
    milliseconds: int
    answer: str
    content_start: str
    sent: str
    """The body that was sent."""
    outbox_message: str
    """The key of its message in the outbox."""


def try_webhook(desk: Desk, name: str, *, is_any_allowed: bool, seconds: float = SECONDS) -> WebhookTrial:
    """Sends an event to a webhook, also to a stopped one, and waits for the answer; it is a message of the outbox like others.

    One that fails is not sent again, unless somebody retries it. A receiver that answers 410 is stopped, as by any event.
    """
    check_place(desk)
    webhook, resource, until = subscriptions.show(desk, name), f"webhooks/{name}", desk.now() + LEASE
    with desk.writing() as connection:
        event = webhooks.announce(
            connection, TRIAL_EVENT, resource, {}, [name], at=desk.now(), installation=desk.installation, leased_until=until
        )
        body = webhooks.bodies_of(connection, [event])[event]
    started = time.monotonic()
    secrets = signing_secrets(webhook, desk.now())
    answer = send(webhook.url, event, body.encode(), secrets, is_any_allowed=is_any_allowed, seconds=seconds)
    milliseconds, is_delivered = round((time.monotonic() - started) * 1000), 200 <= answer.status < 300
    message = ClaimedMessage(
        key=f"{event}|{WEBHOOK}{name}",
        document=event,
        channel=f"{WEBHOOK}{name}",
        state="queued",
        attempts=0,
        delivery=1,
        reference=None,
        leased_until=until,
    )
    state: MessageState = "delivered" if is_delivered else "skipped"
    because = None if is_delivered else _NOT_AGAIN
    with desk.store.writing() as connection:
        outbox.record(connection, message, state, desk.now(), answer=printable(answer.text), held_because=because)
        if answer.status == GONE:
            webhooks.change(connection, name, state="stopped")
    return WebhookTrial(
        webhook=name,
        is_delivered=is_delivered,
        status=answer.status or None,
        milliseconds=milliseconds,
        answer=printable(answer.text),
        content_start=printable(answer.content.decode("utf-8", "replace")),
        sent=body,
        outbox_message=message.key,
    )
