"""The channel by which an invoice is sent, as the rule `invoice.channel` decides."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.documents.invoice import Channel
from engine.documents.party import Customer
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import customer_facts, seller_facts

TARGET: Final = "invoice.channel"
_CHANNELS: Final[dict[object, Channel]] = {"peppol": "peppol", "email": "email", "held": "held"}


def channel_for(customer: Customer, rulebook: Rulebook, issued_on: date) -> Channel:
    """peppol, email or held, as the rulebook decides for this customer on this day; by e-mail where it has no such rule."""
    if TARGET not in rulebook.rules.targets:
        return "email"
    facts = customer_facts(customer, rulebook, issued_on) | seller_facts(rulebook)
    facts |= {"invoice.issued-on": issued_on, "invoice.tax-point": issued_on}
    return _CHANNELS[rulebook.rules.ask(TARGET, facts).value]
