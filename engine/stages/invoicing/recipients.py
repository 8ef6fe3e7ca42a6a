"""Who receives an invoice by e-mail: the customer, its contacts of a role, or both, as the rules say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from engine.documents.contact import Contact, Recipient
from engine.documents.party import Customer
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import customer_facts, seller_facts

RECIPIENTS_RULE: Final = "invoice.recipients"
ROLE_RULE: Final = "invoice.contact-role"


def recipients_of(customer: Customer, contacts: Iterable[Contact], rulebook: Rulebook, on: date) -> tuple[Recipient, ...]:
    """The recipients in a fixed order, each address once; the customer where the rulebook has no such rule. Some may have no address."""
    targets = rulebook.rules.targets
    facts = customer_facts(customer, rulebook, on) | seller_facts(rulebook) | {"invoice.issued-on": on}
    chosen = rulebook.rules.ask(RECIPIENTS_RULE, facts).value if RECIPIENTS_RULE in targets else "customer"
    role = rulebook.rules.ask(ROLE_RULE, facts).value if ROLE_RULE in targets and chosen != "customer" else None
    result = [Recipient(customer.name, customer.email)] if chosen in ("customer", "both") else []
    if chosen in ("contacts", "both"):
        result += [Recipient(contact.name, contact.email) for contact in contacts if contact.role == role]
    return tuple({recipient.email or recipient.name: recipient for recipient in result}.values())
