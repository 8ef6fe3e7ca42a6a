"""Events: what the desk announces to webhooks, in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.desk.desk import Desk
from api.store import webhooks
from api.store.sql import Reading, Writing
from engine.phrases import Phrase, phrase

EVENTS: Final[Mapping[str, Phrase]] = {
    "customer.created": phrase("A customer was created."),
    "customer.changed": phrase("A customer was changed."),
    "customer.held": phrase("A customer was put on hold."),
    "customer.released": phrase("A customer was released."),
    "opportunity.won": phrase("An opportunity was won."),
    "opportunity.lost": phrase("An opportunity was lost."),
    "quote.approved": phrase("A quote was approved."),
    "quote.sent": phrase("A quote was sent."),
    "quote.agreed": phrase("A customer agreed to a quote on its link, and somebody must finish the acceptance."),
    "quote.accepted": phrase("A quote was accepted."),
    "quote.refused": phrase("A quote was refused."),
    "order.entered": phrase("An order was entered."),
    "order.activated": phrase("Items of an order were activated."),
    "order.suspended": phrase("Items of an order were suspended."),
    "order.resumed": phrase("Items of an order were resumed."),
    "order.ended": phrase("Items of an order were ended."),
    "order.changed": phrase("An order was changed in another way."),
    "run.issued": phrase("A billing run issued all that was due."),
    "invoice.issued": phrase("An invoice was issued."),
    "credit-note.issued": phrase("A credit note was issued."),
    "payment.received": phrase("A payment was received."),
    "invoice.paid": phrase("A payment, a credit note or a write-off left nothing of an invoice to be paid."),
    "rulebook.published": phrase("A version of the rulebook was published."),
}
"""Every kind of event, and when it is announced."""
_OF_VERBS: Final[Mapping[str | None, str]] = {
    "activate": "order.activated",
    "suspend": "order.suspended",
    "resume": "order.resumed",
    "end": "order.ended",
}


def announce(desk: Desk, connection: Writing, kind: str, resource: str, **data: str | None) -> None:
    """Announces an event to the webhooks that want it; writes nothing where none does."""
    assert kind in EVENTS, kind
    names = webhooks.subscribers_of(connection, kind)
    if names:
        webhooks.announce(connection, kind, resource, data, names, at=desk.now(), installation=desk.installation)


def is_wanted(connection: Reading, kind: str) -> bool:
    """Whether any webhook wants a kind of event: for those that cost something to find out."""
    return bool(webhooks.subscribers_of(connection, kind))


def event_of_verb(verb: str | None) -> str:
    """The event of a verb of orders."""
    return _OF_VERBS.get(verb, "order.changed")
