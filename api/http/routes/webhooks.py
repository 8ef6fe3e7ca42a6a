"""`/v1/webhooks`: who is told of what happens."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, Field

from api.delivery.webhook_trial import try_webhook
from api.desk import subscriptions
from api.desk.document_trees import Tree
from api.desk.subscriptions import webhook_tree
from api.http.answer_models import answer_of
from api.http.route_declarations import ADMIN, SHOWN_ONCE, Call, Resource
from api.store.webhooks import WebhookState
from engine.documents.document import Document

webhooks: Final = Resource("webhooks", "Who is told of what happens")
_ONE: Final = "/v1/webhooks/{name}"


class WebhookAnswer(BaseModel):
    """A webhook, without its secrets."""

    name: str
    url: str
    events: list[str]
    state: WebhookState
    made_at: datetime
    made_by: str
    former_secret_until: datetime | None


class WebhookRequest(Document):
    """Where somebody wants to be told, and of which kinds of events."""

    name: str = Field(max_length=40)
    url: str = Field(max_length=1000)
    events: tuple[str, ...] = Field(min_length=1, max_length=100)


class WebhookChange(Document):
    """Whether it is told of what happens."""

    state: WebhookState


class WebhooksAnswer(BaseModel):
    """All webhooks, in the order of their names."""

    webhooks: list[WebhookAnswer]


class TrialAnswer(BaseModel):
    """What came of a test: the status (null: there was no answer), the time, and how the content of the answer begins."""

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


_Secret = Annotated[str | None, Field(json_schema_extra={SHOWN_ONCE: True}, description="Null where the request is repeated.")]
CreatedWebhook: Final = answer_of("CreatedWebhook", "A webhook with its secret: this once.", WebhookAnswer, secret=_Secret)
_EXAMPLE: Final = {"name": "web-shop", "url": "https://shop.example/hooks", "events": ["invoice.issued", "quote.accepted"]}


@webhooks.show("/v1/webhooks", WebhooksAnswer, roles=ADMIN)
def list_webhooks(call: Call) -> Tree:
    """List webhooks with the events that they want."""
    return {"webhooks": [webhook_tree(one) for one in subscriptions.list_all(call.desk)]}


@webhooks.show(_ONE, WebhookAnswer, roles=ADMIN)
def get_webhook(call: Call, name: str) -> Tree:
    """Show a webhook."""
    return webhook_tree(subscriptions.show(call.desk, name))


@webhooks.verb("/v1/webhooks", CreatedWebhook, roles=ADMIN, request=WebhookRequest, example=_EXAMPLE, location=_ONE)
def create_webhook(call: Call, body: WebhookRequest) -> Tree:
    """Create a webhook and show the secret that signs what is sent to it: this once."""
    allowed = call.is_any_webhook_allowed
    created = subscriptions.create(call.desk, body.name, body.url, body.events, by=call.person, is_any_allowed=allowed)
    return webhook_tree(created) | {"secret": created.secret}


@webhooks.verb(f"{_ONE}/rotate", CreatedWebhook, roles=ADMIN)
def rotate_webhook(call: Call, name: str) -> Tree:
    """Give a webhook a new secret, shown this once; for a day the former one signs too."""
    rotated = subscriptions.rotate(call.desk, name)
    return webhook_tree(rotated) | {"secret": rotated.secret}


@webhooks.verb(f"{_ONE}/test", TrialAnswer, roles=ADMIN, is_one_transaction=False)
def test_webhook(call: Call, name: str) -> Tree:
    """Send a test event to a webhook at once, also to a stopped one, and show what its receiver answers.

    The event is signed as others are, has the type `webhook.test`, and stands among the deliveries. One that fails is not sent again.
    """
    return asdict(try_webhook(call.desk, name, is_any_allowed=call.is_any_webhook_allowed))


@webhooks.verb(_ONE, WebhookAnswer, roles=ADMIN, request=WebhookChange, example={"state": "stopped"}, method="PATCH")
def change_webhook(call: Call, name: str, body: WebhookChange) -> Tree:
    """Stop a webhook, which then is told of nothing new, or start it again."""
    return webhook_tree(subscriptions.set_state(call.desk, name, body.state))


@webhooks.verb(_ONE, WebhookAnswer, roles=ADMIN, method="DELETE")
def delete_webhook(call: Call, name: str) -> Tree:
    """Delete a webhook, with what still waits for it."""
    return webhook_tree(subscriptions.remove(call.desk, name))
