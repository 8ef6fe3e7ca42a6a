"""Chooses how a line is billed: the requested billing process, billing type and payment plan, or those of a rule or the product."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from engine.documents.order import AnyItem, Order, SubscriptionItem, has_payment_plan
from engine.documents.party import Customer
from engine.language import Plain
from engine.money import Quantity
from engine.phrases import phrase
from engine.problems import Kind, Problem, Refusal, refuse
from engine.rulebook.book import Rulebook, refuse_retired
from engine.rulebook.catalog import Product, unknown_product
from engine.rulebook.facts import applicability, availability, line_facts, product_facts
from engine.rulebook.plans import BillingProcess, BillingType
from engine.rulebook.terms import agreed_terms, processes_with

UNKNOWN_PROCESS: Final = Kind("unknown-process", "there is no billing process `{name}`", "write one of: {possible}")
PROCESS_NOT_ALLOWED: Final = Kind(
    "process-not-allowed", "`{product}` may not be billed by `{name}`", "write one of its billing processes: {possible}"
)
PROCESS_DOES_NOT_APPLY: Final = Kind(
    "process-does-not-apply",
    "the condition of the billing process `{name}` does not hold for `{product}` here",
    "choose another billing process, or change its `applies-when` in plans/",
)
NOT_AVAILABLE: Final = Kind(
    "not-available", "`{product}` is not sold to this customer", "choose another product, or change its `available-when` in catalog/"
)
UNKNOWN_BILLING_TYPE: Final = Kind("unknown-billing-type", "there is no billing type `{name}`", "write one of: {possible}")
TYPE_NOT_ALLOWED: Final = Kind(
    "billing-type-not-allowed", "the billing process `{process}` does not allow the billing type `{name}`", "{remedy}"
)
UNKNOWN_PLAN: Final = Kind("unknown-plan", "there is no payment plan `{name}`", "write one of: {possible}")
NO_INSTALMENTS: Final = Kind(
    "no-instalments", "`{product}` is not paid in instalments", "leave the payment plan out: orders of its type have none"
)
NOT_MEASURABLE: Final = Kind(
    "not-measurable",
    "`{product}` is paid by what is used, which `{process}` with the billing type `{name}` cannot bill",
    "choose a billing process in arrears and a billing type that recurs",
)
NO_TERM: Final = Kind(
    "commitment-without-term",
    "the minimum of `{product}` is one of a term, and its billing process `{process}` has no terms",
    "agree the minimum per `period`, or write `renewal` with `term-months` in the billing process",
)
TERM_OF_ONCE: Final = Kind("term-of-once", "`{product}` is paid once: it has no term", "leave the term out")
FIXED_TERM: Final = Kind(
    "fixed-term", "what is billed by `{process}` ends with its term of {months} months", "leave the term out, or choose another process"
)
TERM_OF_ITEM: Final = Kind(
    "term-of-item", "the line adds to `{item}`, which has its own term", "leave the term out; `item contract` agrees another for the item"
)
PLAN_NOT_ALLOWED: Final = Kind("plan-not-allowed", "`{product}` may not be paid by `{name}`", "write one of its payment plans: {possible}")


def product_of(code: str, rulebook: Rulebook) -> Product:
    """The product of a code; Refusal where there is none."""
    product = rulebook.products.get(code)
    if product is None:
        raise Refusal((unknown_product(code, rulebook.products, "/product"),))
    return product


def check_available(product: Product, rulebook: Rulebook, facts: Mapping[str, Plain]) -> None:
    """Refusal if the product's condition `available-when` does not hold for the customer."""
    if not _holds(availability(product.code), rulebook, facts):
        raise refuse(NOT_AVAILABLE, None, "/product", product=product.code)


def process_of(product: Product, requested: str | None, rulebook: Rulebook, facts: Mapping[str, Plain]) -> BillingProcess:
    """The billing process of a line: the requested one, else the one a rule chooses, else the product's first that applies."""
    all_facts, target = {**facts, **product_facts(product)}, "item.billing-process"
    name, where = requested, "/billing_process"
    if name is None and target in rulebook.rules.targets:
        name = str(rulebook.rules.ask(target, all_facts).value)
    if name is None:
        name = next(
            (each for each in product.billing_processes if _holds(applicability(each), rulebook, all_facts)), product.billing_processes[0]
        )
    if name not in rulebook.billing_processes:
        raise refuse(UNKNOWN_PROCESS, None, where, name=name[:60], possible=", ".join(rulebook.billing_processes))
    if requested is not None and name not in product.billing_processes:
        raise refuse(PROCESS_NOT_ALLOWED, None, where, product=product.code, name=name, possible=", ".join(product.billing_processes))
    if not _holds(applicability(name), rulebook, all_facts):
        raise refuse(PROCESS_DOES_NOT_APPLY, None, where, product=product.code, name=name)
    return rulebook.billing_processes[name]


def _holds(condition: str, rulebook: Rulebook, facts: Mapping[str, Plain]) -> bool:
    """Whether a condition of a YAML field holds; a missing condition holds."""
    return condition not in rulebook.rules.targets or bool(rulebook.rules.ask(condition, facts).value)


def billing_type_of(process: BillingProcess, requested: str | None, product: Product, rulebook: Rulebook) -> BillingType:
    """The requested billing type, else that of the process; Refusal if the process does not allow it, with those that do."""
    name, where = requested or process.billing_type, "/billing_type"
    if name not in rulebook.billing_types:
        raise refuse(UNKNOWN_BILLING_TYPE, None, where, name=name[:60], possible=", ".join(rulebook.billing_types))
    allowed = dict.fromkeys((process.billing_type, *process.billing_types))
    if process.billing_types and name not in allowed:
        remedy, others = phrase("write one of: {possible}", possible=", ".join(allowed)), processes_with(name, product, rulebook)
        if others:
            remedy = phrase("{remedy}; or choose the billing process {others}, which allows it", remedy=remedy, others=others)
        raise refuse(TYPE_NOT_ALLOWED, None, where, process=process.id, name=name, remedy=remedy)
    return rulebook.billing_types[name]


def plan_of(product: Product, process: BillingProcess, requested: str | None, rulebook: Rulebook, facts: Mapping[str, Plain]) -> str | None:
    """The name of a line's payment plan: the requested one, else a rule's, else that of its process or product; None without one."""
    name, target, where = requested, "item.payment-plan", "/payment_plan"
    if not has_payment_plan(product.order_type):
        if requested is not None:
            raise refuse(NO_INSTALMENTS, None, where, product=product.code)
        return None
    if name is None and product.payment_plans and target in rulebook.rules.targets:
        name = str(rulebook.rules.ask(target, {**facts, **product_facts(product)}).value)
    own = product.payment_plans
    name = name or (process.payment_plan if not own or process.payment_plan in own else own[0])
    if name is not None and name not in rulebook.payment_plans:
        raise refuse(UNKNOWN_PLAN, None, where, name=name[:60], possible=", ".join(rulebook.payment_plans))
    if requested is not None and product.payment_plans and requested not in product.payment_plans:
        raise refuse(PLAN_NOT_ALLOWED, None, where, product=product.code, name=requested, possible=", ".join(product.payment_plans))
    return name


def agree(order: Order, rulebook: Rulebook, customer: Customer, *, on: date, kind: str = "new") -> Order:
    """The order with the billing of each item as requested, else as rules and products choose; Refusal with all that is not allowed.

    `kind` is `new`, or `increment` where its items are to join a running order.
    """
    problems: list[Problem] = []
    items = []
    for at, item in enumerate(order.items):
        try:
            items.append(agree_item(item, order, rulebook, customer, on=on, kind=kind))
        except Refusal as refusal:
            problems += refusal.below(f"/items/{at}").problems
    if problems:
        raise Refusal(tuple(problems))
    return order.replace(items=tuple(items))


def agree_item(
    item: AnyItem, order: Order, rulebook: Rulebook, customer: Customer, *, on: date, kind: str, is_offered: bool = False
) -> AnyItem:
    """One item of an order with its billing chosen; Refusal if it cannot be billed so, is retired, or (offered) is not sold to him."""
    product = product_of(item.product, rulebook)
    estimate = item.estimate if isinstance(item, SubscriptionItem) else None
    facts = line_facts(
        product, estimate or item.quantity, item.attributes, customer, rulebook,
        on=on, order_kind=kind, signed_on=order.signed_on, purchase_order=order.purchase_order, of_order=order.attributes,
    )  # fmt: skip
    if is_offered:
        check_available(product, rulebook, facts)
    process = process_of(product, item.billing_process, rulebook, facts)
    billing_type = billing_type_of(process, item.billing_type, product, rulebook)
    facts["item.billing-type"] = billing_type.id
    chosen: dict[str, object] = {"billing_process": process.id, "billing_type": billing_type.id, **agreed_terms(process)}
    if has_payment_plan(item.type):
        chosen["payment_plan"] = plan_of(product, process, item.plan, rulebook, facts)
    if product.measured:
        _refuse_unmeasurable(item, process, billing_type)
        chosen["quantity"] = Quantity(0)
    if product.prepays:
        chosen["prepaid"] = product.prepaid
    agreed = item.replace(**chosen)
    if not _runs_elsewhere(item, order):
        refuse_retired(agreed.product, agreed.billing_process, agreed.billing_type, agreed.plan, rulebook)
    return agreed


def with_term(item: AnyItem, months: int | None, rulebook: Rulebook) -> AnyItem:
    """An item with its billing chosen, and a term of its own; Refusal if it has none, or ends with the term of its process."""
    if months is None:
        return item
    process, billing_type = rulebook.billing_processes[item.billing_process or ""], rulebook.billing_types[item.billing_type or ""]
    if billing_type.once or not isinstance(item, SubscriptionItem):
        raise refuse(TERM_OF_ONCE, None, "/term_months", product=item.product)
    if process.renewal is not None and process.renewal.mode == "ends":
        raise refuse(FIXED_TERM, None, "/term_months", process=process.id, months=process.renewal.term_months or "-")
    if item.commitment is not None and item.commitment.per == "term":
        raise refuse(FIXED_TERM, None, "/term_months", process=process.id, months=process.renewal.term_months if process.renewal else "-")
    return item.replace(**agreed_terms(process, months))


def refuse_term(months: int | None, item: str) -> None:
    """Refusal if a line that adds to a running item asks for a term of its own."""
    if months is not None:
        raise refuse(TERM_OF_ITEM, None, "/term_months", item=item)


def _refuse_unmeasurable(item: AnyItem, process: BillingProcess, billing_type: BillingType) -> None:
    """Refusal if what is measured is to be paid once or in advance, or its minimum is one of a term that the process does not name."""
    if billing_type.once or process.timing != "arrears":
        raise refuse(NOT_MEASURABLE, None, "/billing_type", product=item.product, name=billing_type.id, process=process.id)
    commitment = item.commitment if isinstance(item, SubscriptionItem) else None
    if commitment is not None and commitment.per == "term" and (process.renewal is None or process.renewal.term_months is None):
        raise refuse(NO_TERM, None, "/commitment/per", product=item.product, process=process.id)


def _runs_elsewhere(item: AnyItem, order: Order) -> bool:
    """Whether an item was running in a former system before the cut-over, and is taken over as it is."""
    since, cut_over = item.starts_on or order.signed_on, order.invoiced_elsewhere_until
    return since is not None and cut_over is not None and since < cut_over
