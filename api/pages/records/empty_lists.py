"""What to do where a list has no rows yet, by the address of the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.phrases import Language, Phrase, phrase, say

_EMPTY: Final = phrase("There is nothing here yet.")
_NEXT: Final[Mapping[str, Phrase]] = {
    "/customers": phrase("Add the first one, or bring all from files: `centwright import`."),
    "/contacts": phrase("Add a person of a customer, to whom quotes and invoices are sent."),
    "/opportunities": phrase("Open one as soon as somebody may buy something: the pipeline and the forecast follow."),
    "/quotes": phrase("Make one on the page of an opportunity or a customer; its prices come from the rules."),
    "/orders": phrase("Orders come from accepted quotes; one without a quote is entered here."),
    "/items": phrase("Items come with their orders."),
    "/usage": phrase("Report what a measured item used; the next run bills it."),
    "/transactions": phrase("Activate an order: what it will bill is planned at once."),
    "/runs": phrase("Start one, with a preview first: it issues the invoices of what is due."),
    "/invoices": phrase("A billing run issues them of what is due."),
    "/payments": phrase("Import a file of the bank, or enter a payment by hand."),
    "/reminders": phrase("Preview what is overdue; the reminders of a day are made once."),
    "/mandates": phrase("Mandates come with the customers who pay by direct debit."),
    "/outbox": phrase("What is sent by mail, by Peppol and to the accounting tool stands here, with what came of it."),
    "/keys": phrase("Make one for each program that calls the service."),
    "/webhooks": phrase("Make one for each program that is to be told what happens."),
}


def next_step(path: str, language: Language) -> str:
    """What comes first in a list that is empty, in a sentence or two."""
    hint = _NEXT.get(path)
    return " ".join(say(each, language) for each in (_EMPTY, hint) if each is not None)
