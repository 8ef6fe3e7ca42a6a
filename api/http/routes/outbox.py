"""`/v1/outbox`: what was announced or sent to whom, what waits, and what is done where it fails."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from api.desk import deliveries
from api.desk.deliveries import message_tree
from api.desk.document_trees import Tree
from api.desk.outbox_list import OUTBOX, OutboxRow
from api.http.route_declarations import FINANCE, Call, Resource
from engine.documents.document import Document

outbox: Final = Resource("outbox", "What waits to be sent")


class MessageAnswer(OutboxRow):
    """A message of the outbox."""


class MessageDecision(Document):
    """Why a message is not sent, or was rejected."""

    because: str = Field(min_length=1, max_length=500)


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
