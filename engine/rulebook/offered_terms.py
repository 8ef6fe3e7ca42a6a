"""Payment terms that may be agreed anew, and those that orders keep though they are retired."""

from __future__ import annotations

from engine.documents.order import Order, OrderItem
from engine.documents.party import Customer
from engine.phrases import phrase
from engine.problems import refuse
from engine.rulebook.book import RETIRED, Rulebook, UsedName
from engine.rulebook.payment_terms import named_terms

_KIND = "payment-terms"


def refuse_terms(name: str, rulebook: Rulebook, pointer: str) -> None:
    """Refusal of payment terms that plans/ does not declare, or that are retired."""
    retired = (_KIND, name) in rulebook.retired
    offered = {each: terms for each, terms in rulebook.payment_terms.items() if (_KIND, each) not in rulebook.retired}
    if retired:
        raise refuse(RETIRED, None, pointer, what=phrase("payment term"), name=name)
    named_terms(name, offered, pointer)


def retired_terms(item: OrderItem, order: Order, customer: Customer, rulebook: Rulebook) -> tuple[UsedName, ...]:
    """The payment terms of an item, if they are retired: those of its order, else of its customer, else of its billing process."""
    process = rulebook.billing_processes.get(item.billing_process or "")
    name = order.payment_terms or customer.payment_terms or (process.payment_terms if process else None)
    return (UsedName(phrase("payment term"), _KIND, name),) if name is not None and (_KIND, name) in rulebook.retired else ()
