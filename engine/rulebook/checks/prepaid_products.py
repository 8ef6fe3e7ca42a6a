"""Checks the products that are paid in advance and used up: sold once, for measured products that are taxed alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.documents.order import may_be_measured
from engine.phrases import phrase
from engine.problems import Kind, Problem
from engine.rulebook.catalog import Product
from engine.rulebook.plans import BillingProcess, BillingType
from engine.rulebook.vat import Accounts
from engine.rulebook.yaml_entries import Entry, Gathered

PREPAYS_MEASURED: Final = Kind(
    "prepays-unmeasured", "{product} is paid in advance for `{other}`, which is not measured", "name products with `measured: yes`"
)
PREPAID_TYPE: Final = Kind(
    "prepaid-order-type",
    "{product} is paid in advance and makes {type} orders",
    "write `order-type: subscription`: it stands in the order of what it pays for",
)
PREPAID_PERIODS: Final = Kind(
    "prepaid-periods",
    "{product} is paid in advance, and `{process}` with `{type}` bills it period after period",
    "name a billing process all of whose billing types bill `once: yes`",
)
PREPAID_TAX: Final = Kind(
    "prepaid-tax",
    "{product} has the {what} `{own}` and is paid in advance for {other}, which has `{its}`",
    "VAT is due with the sale: write the same {what} in both, or sell an amount of its own for {other}",
)
PREPAID_ACCOUNTS: Final = Kind(
    "prepaid-accounts",
    "{product} is paid in advance, and there is no account on which that waits until it is used",
    "write the roles `prepaid` and `clearing` in vat/accounts.yaml",
)
ONLY_PREPAID: Final = Kind("only-prepaid", "`prepaid-months` counts only for what is paid in advance", "add `prepays: […]`, or remove it")


def check_prepaid(gathered: Gathered) -> Iterator[Problem]:
    """The mistakes of products that are paid in advance."""
    products = gathered.of("products", Product)
    accounts = gathered.only("accounts", Accounts)
    for code, entry in products.items():
        product = entry.written
        if not product.prepays:
            if "prepaid-months" in entry.node and entry.has("prepays"):
                yield ONLY_PREPAID.at(entry.key("prepaid-months"))
            continue
        if not may_be_measured(product.order_type):
            yield PREPAID_TYPE.at(entry.at("order-type"), product=code, type=product.order_type)
        if accounts is not None and accounts.has("roles") and not accounts.written.has_prepaid:
            yield PREPAID_ACCOUNTS.at(entry.key("prepays"), product=code)
        yield from _billed_once(entry, gathered)
        for at, name in enumerate(product.prepays):
            if name in products:
                yield from _pays_for(entry, at, products[name])


def _billed_once(entry: Entry[Product], gathered: Gathered) -> Iterator[Problem]:
    processes, types = gathered.of("billing-processes", BillingProcess), gathered.of("billing-types", BillingType)
    for at, name in enumerate(entry.written.billing_processes):
        if name not in processes:
            continue
        written = processes[name].written
        for each in dict.fromkeys((written.billing_type, *written.billing_types)):
            if each in types and not types[each].written.once and types[each].has("once"):
                yield PREPAID_PERIODS.at(entry.at("billing-processes", at), product=entry.name, process=name, type=each)


def _pays_for(entry: Entry[Product], at: int, other: Entry[Product]) -> Iterator[Problem]:
    product, served = entry.written, other.written
    where = entry.at("prepays", at)
    if not served.measured:
        if other.has("measured"):
            yield PREPAYS_MEASURED.at(where, product=entry.name, other=other.name)
        return
    for what, own, its in (
        (phrase("VAT class"), product.vat_class, served.vat_class),
        (phrase("kind of supply"), product.supply_kind, served.supply_kind),
    ):
        if own != its:
            yield PREPAID_TAX.at(where, product=entry.name, what=what, own=own, other=other.name, its=its)
