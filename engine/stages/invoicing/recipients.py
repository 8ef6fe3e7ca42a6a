"""Who receives an invoice or a quote by e-mail: the customer, its contacts of a role, or both, as the rules say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, Literal

from engine.documents.contact import Contact, Recipient
from engine.documents.party import Customer
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import customer_facts, seller_facts

Question = Literal["invoice", "quote"]
"""Whose rules are asked: those of invoices and credit notes, or of quotes and order confirmations."""
_DAYS: Final[Mapping[Question, str]] = {"invoice": "invoice.issued-on", "quote": "quote.on"}


def recipients_of(
    customer: Customer, contacts: Iterable[Contact], rulebook: Rulebook, on: date, of: Question = "invoice"
) -> tuple[Recipient, ...]:
    """The recipients in a fixed order, each address once; the customer where the rulebook has no such rule. Some may have no address."""
    targets = rulebook.rules.targets
    recipients, contact_role = f"{of}.recipients", f"{of}.contact-role"
    facts = customer_facts(customer, rulebook, on) | seller_facts(rulebook) | {_DAYS[of]: on}
    chosen = rulebook.rules.ask(recipients, facts).value if recipients in targets else "customer"
    role = rulebook.rules.ask(contact_role, facts).value if contact_role in targets and chosen != "customer" else None
    result = [Recipient(customer.name, customer.email)] if chosen in ("customer", "both") else []
    if chosen in ("contacts", "both"):
        result += [Recipient(contact.name, contact.email) for contact in contacts if contact.role == role]
    return tuple({recipient.email or recipient.name: recipient for recipient in result}.values())
