"""Delivery: what waits in the outbox for webhooks is claimed under a lease, sent by several threads, tried again later, or given up."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from api.desk.desk import Desk
from api.output.webhook_sending import SECONDS, Answer, send
from api.store import webhooks
from api.store.webhooks import DueMessage, Webhook

LATER: Final = tuple(timedelta(seconds=each) for each in (5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""How long after each attempt that failed the next one follows; after the last of them, some three days later, the message is dead."""
_AT_ONCE: Final = 32
_LEASE: Final = timedelta(seconds=10 * SECONDS)
_GONE: Final = 410
_MOST_PATIENT: Final = 86_400


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many messages were delivered, will be tried again, and are dead."""

    delivered: int = 0
    later: int = 0
    dead: int = 0

    def __add__(self, other: Delivered) -> Delivered:
        return Delivered(self.delivered + other.delivered, self.later + other.later, self.dead + other.dead)


def deliver_due(
    desk: Desk, *, is_any_allowed: bool, seconds: float = SECONDS, jitter: Callable[[], float] = lambda: random.uniform(0.8, 1.2)
) -> Delivered:
    """Sends everything that is due now; two who do this at once share it. What fails is due again later."""
    total = Delivered()
    with ThreadPoolExecutor(8, "webhooks") as pool:
        while _is_something_due(desk):
            with desk.writing() as connection:
                claimed = webhooks.claim(connection, at=desk.now(), lease=_LEASE, most=_AT_ONCE, installation=desk.installation)
                known = webhooks.find(connection)
            if not claimed:
                break  # others have it
            sending = partial(_sent, desk, known, is_any_allowed, seconds)
            for message, answer in zip(claimed, pool.map(sending, claimed), strict=True):
                total += _recorded(desk, message, answer, jitter())
    return total


def _is_something_due(desk: Desk) -> bool:
    with desk.store.reading() as connection:
        due = webhooks.next_due(connection)
    return due is not None and due <= desk.now()


def _sent(desk: Desk, known: Mapping[str, Webhook], is_any_allowed: bool, seconds: float, message: DueMessage) -> Answer:
    webhook = known.get(message.webhook)
    if webhook is None:
        return Answer(_GONE, "the webhook is gone")
    is_former_valid = webhook.former_secret is not None and webhook.former_until is not None and desk.now() < webhook.former_until
    secrets = [webhook.secret, *([webhook.former_secret] if is_former_valid and webhook.former_secret else [])]
    return send(webhook.url, message.event, message.body.encode(), secrets, is_any_allowed=is_any_allowed, seconds=seconds)


def _recorded(desk: Desk, message: DueMessage, answer: Answer, jitter: float) -> Delivered:
    """Stores what came of an attempt. A receiver that says it is gone is told of nothing any more."""
    with desk.writing() as connection:
        if 200 <= answer.status < 300:
            webhooks.record(connection, message, "delivered", answer.text, desk.now())
            return Delivered(delivered=1)
        if answer.status == _GONE or message.attempts >= len(LATER):
            webhooks.record(connection, message, "dead", answer.text, desk.now())
            if answer.status == _GONE:
                webhooks.change(connection, message.webhook, state="stopped")
            return Delivered(dead=1)
        pause = max(LATER[message.attempts].total_seconds() * jitter, min(answer.retry_after or 0, _MOST_PATIENT))
        webhooks.record(connection, message, "queued", answer.text, desk.now() + timedelta(seconds=pause))
        return Delivered(later=1)
