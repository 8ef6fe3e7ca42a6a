"""Webhooks at the desk: who wants to be told of which events; created, listed, rotated, stopped and deleted."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from api.desk.announcing import EVENTS
from api.desk.desk import Desk
from api.output.webhook_sending import Forbidden, new_secret_bytes, vetted
from api.refusals import Conflict, unknown
from api.store import webhooks
from api.store.webhooks import Webhook, WebhookState
from engine.problems import Kind, refuse
from engine.text.nearest import suggestion

WRONG_NAME: Final = Kind("wrong-webhook-name", "`{text}` is no name of a webhook", "write small letters, digits and . _ - (at most 40)")
WEBHOOK_EXISTS: Final = Kind("webhook-exists", "there is a webhook `{name}` already", "choose another name, or delete that one first")
WRONG_URL: Final = Kind(
    "wrong-webhook-url",
    "nothing is sent to `{url}`: {because}",
    "write an https address of the internet; CENTWRIGHT_WEBHOOKS=any allows those of your own network and http",
)
UNKNOWN_EVENT: Final = Kind("unknown-event-kind", "there is no event `{text}`", "{remedy}")
NO_EVENTS: Final = Kind("no-event-kinds", "the webhook wants no event", "name one kind of event or more")
TOO_MANY_WEBHOOKS: Final = Kind("too-many-webhooks", "there are {most} webhooks already", "delete one that nobody needs")
MOST: Final = 100
FORMER_FOR: Final = timedelta(hours=24)
"""How long what is sent is also signed with the secret that was replaced."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


def create(desk: Desk, name: str, url: str, events: Iterable[str], *, by: str, is_any_allowed: bool) -> Webhook:
    """Stores a webhook with a new secret, which is shown this once."""
    if not _NAME.fullmatch(name):
        raise refuse(WRONG_NAME, None, "/name", text=name[:60])
    _check_url(url, is_any_allowed=is_any_allowed)
    wanted = tuple(dict.fromkeys(events))
    _check_events(wanted)
    webhook = Webhook(name=name, url=url, events=wanted, secret=_new_secret(), made_at=desk.now(), made_by=by)
    with desk.writing() as connection:
        existing = webhooks.find(connection)
        if name in existing:
            raise Conflict((WEBHOOK_EXISTS.at(None, "/name", name=name),), existing[name].state, ("rotate", "delete"))
        if len(existing) >= MOST:
            raise Conflict((TOO_MANY_WEBHOOKS.at(None, most=MOST),), "full", ("delete",))
        webhooks.append(connection, webhook)
    return webhook


def list_all(desk: Desk) -> tuple[Webhook, ...]:
    """All webhooks, in the order of their names."""
    with desk.store.reading() as connection:
        return tuple(webhooks.find(connection).values())


def show(desk: Desk, name: str) -> Webhook:
    """One webhook; refuses an unknown one."""
    with desk.store.reading() as connection:
        known = webhooks.find(connection, name)
    if name not in known:
        raise unknown("webhook", name)
    return known[name]


def rotate(desk: Desk, name: str) -> Webhook:
    """Gives a webhook a new secret, shown this once; for a day everything is signed with the former one too."""
    with desk.writing() as connection:
        before = webhooks.find(connection, name).get(name)
        if before is None:
            raise unknown("webhook", name)
        after = replace(before, secret=_new_secret(), former_secret=before.secret, former_until=desk.now() + FORMER_FOR)
        fields = {field: getattr(after, field) for field in ("secret", "former_secret", "former_until")}
        webhooks.change(connection, name, **fields)
    return after


def set_state(desk: Desk, name: str, state: WebhookState) -> Webhook:
    """Stops a webhook, which then is told of nothing new, or starts it again."""
    with desk.writing() as connection:
        if not webhooks.change(connection, name, state=state):
            raise unknown("webhook", name)
    return show(desk, name)


def remove(desk: Desk, name: str) -> Webhook:
    """Deletes a webhook, with what still waits for it."""
    with desk.writing() as connection:
        before = webhooks.find(connection, name).get(name)
        if before is None:
            raise unknown("webhook", name)
        webhooks.remove(connection, name)
    return before


def webhook_tree(webhook: Webhook) -> dict[str, object]:
    """A webhook as JSON has it, without its secrets."""
    return {
        "name": webhook.name,
        "url": webhook.url,
        "events": list(webhook.events),
        "state": webhook.state,
        "made_at": webhook.made_at.isoformat(),
        "made_by": webhook.made_by,
        "former_secret_until": webhook.former_until.isoformat() if webhook.former_until else None,
    }


def _check_url(url: str, *, is_any_allowed: bool) -> None:
    try:
        vetted(url, is_any_allowed=is_any_allowed)
    except Forbidden as refusal:
        raise refuse(WRONG_URL, None, "/url", url=url[:200], because=refusal.because) from None


def _check_events(wanted: tuple[str, ...]) -> None:
    if not wanted:
        raise refuse(NO_EVENTS, None, "/events")
    for at, kind in enumerate(wanted):
        if kind not in EVENTS:
            raise refuse(UNKNOWN_EVENT, None, f"/events/{at}", text=kind[:60], remedy=suggestion(kind, EVENTS))


def _new_secret() -> str:
    return new_secret_bytes(secrets.token_bytes(32))
