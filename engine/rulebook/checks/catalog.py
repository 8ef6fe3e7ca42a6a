"""Checks products: what they require and exclude, when they are sold, and that an investment has a payment plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from engine.documents.order import ITEMS, InvestmentItem, has_payment_plan
from engine.problems import Kind, Problem
from engine.rulebook.catalog import Product
from engine.rulebook.file_kinds import retired_names
from engine.rulebook.plans import BillingProcess, PaymentPlan
from engine.rulebook.yaml_entries import Entry, Gathered

REQUIRES_CYCLE: Final = Kind(
    "requires-cycle", "products that require one another: {chain}", "remove one of them, or sell them together as a `bundle`"
)
REQUIRED_AND_EXCLUDED: Final = Kind("required-and-excluded", "{product} both requires and excludes `{other}`", "keep one of the two")
BACKWARDS: Final = Kind(
    "days-backwards", "`until` ({until}) lies before `from` ({start})", "correct one of the two; both days are included"
)
NO_PLAN: Final = Kind(
    "no-payment-plan",
    "{product} is an investment and no payment plan applies to it",
    "write `payment-plans: […]` here, `payment-plan: …` in its billing process, or a rule for `item.payment-plan`",
)
UNUSED_PLANS: Final = Kind(
    "unused-payment-plans",
    "{product} makes {type} orders, which have no payment plan",
    "delete the `payment-plans`: they have no effect here",
    "advice",
)
UNUSED_PLAN: Final = Kind(
    "unused-payment-plan",
    "no product allows `{name}`, so nothing can be invoiced by it",
    "add it to the `payment-plans` of a product",
    "advice",
)

Products = Mapping[str, Entry[Product]]
_MOST_SHOWN = 20


def check_products(gathered: Gathered, rules_choose_plan: bool) -> Iterator[Problem]:  # a keyword at its only call
    """Checks the products among themselves and against the plans."""
    products = gathered.of("products", Product)
    yield from _requires_cycles(products)
    for code, entry in products.items():
        product = entry.written
        for at, other in enumerate(product.requires):
            if other in product.excludes:
                yield REQUIRED_AND_EXCLUDED.at(entry.at("requires", at), product=code, other=other)
        if product.from_ and product.until and product.until < product.from_:
            yield BACKWARDS.at(entry.at("until"), until=product.until, start=product.from_)
        if product.payment_plans and not has_payment_plan(product.order_type):
            yield UNUSED_PLANS.at(entry.at("payment-plans"), product=code, type=product.order_type)
    if not rules_choose_plan:
        yield from _without_plan(gathered, products)
        yield from _unused_plans(gathered, products)


def _unused_plans(gathered: Gathered, products: Products) -> Iterator[Problem]:
    """Advice on each payment plan that no product or process names, where every product names those that it allows."""
    billed = [entry.written for entry in products.values() if has_payment_plan(entry.written.order_type)]
    if not billed or not gathered.has_all("products") or not all(product.payment_plans for product in billed):
        return
    processes = gathered.of("billing-processes", BillingProcess).values()
    used: set[str | None] = {name for product in billed for name in product.payment_plans}
    used.update(process.written.payment_plan for process in processes)
    if not used - {None} <= set(gathered.names("payment-plans")):
        return
    used.update(gathered.names(retired_names("payment-plans")))
    for name, entry in gathered.of("payment-plans", PaymentPlan).items():
        if name not in used:
            yield UNUSED_PLAN.at(entry.named_at, name=name)


def _requires_cycles(products: Products) -> Iterator[Problem]:
    for chain in cycles({code: entry.written.requires for code, entry in products.items()}):
        entry = products[chain[0]]
        at = entry.written.requires.index(chain[1] if len(chain) > 1 else chain[0])
        shown = [*chain, chain[0]] if len(chain) <= _MOST_SHOWN else [*chain[:_MOST_SHOWN], "…", chain[0]]
        yield REQUIRES_CYCLE.at(entry.at("requires", at), chain=" → ".join(shown))


def cycles(following: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """The cycles of a graph of names that its names in their order lead to; each name is followed once."""
    done: set[str] = set()
    for name in following:
        way: dict[str, Iterator[str]] = {}
        step: str | None = name
        while step is not None or way:
            if step in way:
                yield list(way)[list(way).index(step) :]
                break
            if step is not None and step not in done and step in following:
                way[step] = iter(following[step])
            if not way:
                break
            last = next(reversed(way))
            step = next(way[last], None)
            if step is None:
                done.add(last)
                del way[last]
        done.update(way)


def _without_plan(gathered: Gathered, products: Products) -> Iterator[Problem]:
    processes = gathered.of("billing-processes", BillingProcess)
    for code, entry in products.items():
        product = entry.written
        if (
            ITEMS[product.order_type] is not InvestmentItem
            or product.payment_plans
            or not entry.has("payment-plans", "billing-processes", "order-type")
        ):
            continue
        used = [processes[name] for name in product.billing_processes if name in processes]
        if used and all(process.written.payment_plan is None and process.has("payment-plan") for process in used):
            yield NO_PLAN.at(entry.named_at, product=code)
