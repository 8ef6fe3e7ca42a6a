"""Chooses how the items of an order without a quote are billed: billing process, billing type and payment plan."""

from __future__ import annotations

from datetime import date

from engine.documents.order import AnyItem, Order, has_payment_plan
from engine.documents.party import Customer
from engine.language import Plain
from engine.problems import Problem, Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import attribute_facts, customer_facts, product_facts, seller_facts
from engine.stages.pricing.billing_choice import billing_type_of, gathered, plan_of, process_of, product_of


def agree(order: Order, rulebook: Rulebook, customer: Customer, *, on: date) -> Order:
    """The order with what rules and products choose where nothing was asked; Refusal with every item whose wish is not allowed."""
    problems: list[Problem] = []
    items = []
    for at, item in enumerate(order.items):
        try:
            items.append(_agreed(item, order, rulebook, customer, on))
        except Refusal as refusal:
            problems += gathered(refusal, f"/items/{at}").problems
    if problems:
        raise Refusal(tuple(problems))
    return order.replace(items=tuple(items))


def _agreed(item: AnyItem, order: Order, rulebook: Rulebook, customer: Customer, on: date) -> AnyItem:
    product = product_of(item.product, rulebook)
    facts: dict[str, Plain] = {
        **seller_facts(rulebook),
        **customer_facts(customer, rulebook, on),
        **product_facts(product),
        **attribute_facts("line", item.attributes, rulebook),
        "order.type": order.type,
        "order.kind": "new",
        "order.signed-on": order.signed_on or on,
        "price.date": order.signed_on or on,
        "line.quantity": item.quantity.micros,
    }
    process = process_of(product, item.billing_process, rulebook, facts)
    billing_type = billing_type_of(process, item.billing_type, rulebook)
    facts["item.billing-type"] = billing_type.id
    chosen: dict[str, str | None] = {"billing_process": process.id, "billing_type": billing_type.id}
    if has_payment_plan(item.type):
        chosen["payment_plan"] = plan_of(product, process, item.plan, rulebook, facts)
    return item.replace(**chosen)
