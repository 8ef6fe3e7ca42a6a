"""`/v1/webhooks` and `/v1/outbox`: who is told of what happens, and what waits to be sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, Field

from api.desk import deliveries, subscriptions
from api.desk.deliveries import message_tree
from api.desk.document_trees import Tree
from api.desk.outbox_list import OUTBOX, OutboxRow
from api.desk.subscriptions import webhook_tree
from api.http.answer_models import answer_of
from api.http.route_declarations import ADMIN, FINANCE, SHOWN_ONCE, Call, Resource
from api.store.webhooks import WebhookState
from engine.documents.document import Document

webhooks: Final = Resource("webhooks", "Who is told of what happens")
outbox: Final = Resource("outbox", "What waits to be sent")
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


class MessageAnswer(OutboxRow):
    """A message of the outbox."""


class MessageDecision(Document):
    """Why a message is not sent, or was rejected."""

    because: str = Field(min_length=1, max_length=500)


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


@webhooks.verb(_ONE, WebhookAnswer, roles=ADMIN, request=WebhookChange, example={"state": "stopped"}, method="PATCH")
def change_webhook(call: Call, name: str, body: WebhookChange) -> Tree:
    """Stop a webhook, which then is told of nothing new, or start it again."""
    return webhook_tree(subscriptions.set_state(call.desk, name, body.state))


@webhooks.verb(_ONE, WebhookAnswer, roles=ADMIN, method="DELETE")
def delete_webhook(call: Call, name: str) -> Tree:
    """Delete a webhook, with what still waits for it."""
    return webhook_tree(subscriptions.remove(call.desk, name))


outbox.list_of("/v1/outbox", OUTBOX, "What was announced to whom, and what came of it", roles=FINANCE)


@outbox.show("/v1/outbox/{message}", MessageAnswer, roles=FINANCE)
def get_message(call: Call, message: str) -> Tree:
    """Show a message of the outbox."""
    return message_tree(deliveries.find_message(call.desk, message))


@outbox.verb("/v1/outbox/{message}/retry", MessageAnswer, roles=FINANCE)
def retry_message(call: Call, message: str) -> Tree:
    """Send a message again at once: one to a webhook, or one that was held, failed or skipped."""
    return message_tree(deliveries.retry_message(call.desk, message))


@outbox.verb("/v1/outbox/{message}/skip", MessageAnswer, roles=FINANCE, request=MessageDecision, example={"because": "handed over"})
def skip_message(call: Call, message: str, body: MessageDecision) -> Tree:
    """Never send a message; what waits for it, such as a credit note, goes on."""
    return message_tree(deliveries.skip_message(call.desk, message, because=body.because))


@outbox.verb("/v1/outbox/{message}/reject", MessageAnswer, roles=FINANCE, request=MessageDecision, example={"because": "mailbox full"})
def reject_message(call: Call, message: str, body: MessageDecision) -> Tree:
    """Record that a document which was sent did not arrive or was refused, such as a mail that bounced."""
    return message_tree(deliveries.reject_message(call.desk, message, because=body.because))
