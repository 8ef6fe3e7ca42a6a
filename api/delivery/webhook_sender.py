"""Sends events to webhooks, signed with their secrets. A receiver that answers 410 is told of nothing any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from api.delivery.outcome import Job, Outcome, OutcomeState, printable
from api.desk.desk import Desk
from api.output.webhook_sending import SECONDS, send
from api.store import webhooks
from api.store.outbox import WEBHOOK, ClaimedMessage, MessageState
from api.store.webhooks import Webhook

GONE: Final = 410
"""Who answers it is told of nothing any more."""


@dataclass
class WebhookSender:
    """Sends to webhooks; to those of one's own network only where that is allowed."""

    desk: Desk
    is_any_allowed: bool
    seconds: float = SECONDS
    channel: str = WEBHOOK
    states: tuple[MessageState, ...] = ("queued",)
    most: int = 32
    is_logged: bool = False
    statuses: Mapping[str, OutcomeState] = field(default_factory=dict, init=False)

    def opened(self) -> AbstractContextManager[None]:
        """It needs nothing."""
        return nullcontext()

    def jobs(self, messages: Sequence[ClaimedMessage]) -> Iterator[tuple[ClaimedMessage, Job]]:
        """One request for each message."""
        with self.desk.store.reading() as connection:
            known, bodies = webhooks.find(connection), webhooks.bodies_of(connection, (each.document for each in messages))
        for message in messages:
            webhook = known.get(message.channel.removeprefix(WEBHOOK))
            yield message, partial(self._send, webhook, message.document, bodies[message.document].encode())

    def _send(self, webhook: Webhook | None, event: str, body: bytes) -> Outcome:
        if webhook is None:
            return Outcome(state="dead", answer="the webhook is gone")
        secrets = signing_secrets(webhook, self.desk.now())
        answer = send(webhook.url, event, body, secrets, is_any_allowed=self.is_any_allowed, seconds=self.seconds)
        if 200 <= answer.status < 300:
            return Outcome(state="delivered", answer=printable(answer.text))
        if answer.status == GONE:
            with self.desk.writing() as connection:
                webhooks.change(connection, webhook.name, state="stopped")
            return Outcome(state="dead", answer=printable(answer.text))
        return Outcome(state="queued", answer=printable(answer.text), retry_after=answer.retry_after)


def signing_secrets(webhook: Webhook, at: datetime) -> list[str]:
    """The secrets that sign at a moment: the present one, and the former one until its day is over."""
    is_former_valid = webhook.former_until is not None and at < webhook.former_until
    return [webhook.secret, *([webhook.former_secret] if is_former_valid and webhook.former_secret else [])]
