"""Checks the products that are paid by what is used: billed in arrears, period after period, at a price of one unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.documents.order import may_be_measured
from engine.problems import Kind, Problem
from engine.rulebook.catalog import Product
from engine.rulebook.plans import BillingProcess, BillingType
from engine.rulebook.yaml_entries import Entry, Gathered

MEASURED_TYPE: Final = Kind(
    "measured-order-type",
    "{product} is measured and makes {type} orders",
    "write `order-type: subscription`: what is used is billed period after period",
)
MEASURED_IN_ADVANCE: Final = Kind(
    "measured-in-advance",
    "{product} is measured, and `{process}` bills in advance, when nobody knows what will be used",
    "name a billing process with `timing: arrears`",
)
MEASURED_ONCE: Final = Kind(
    "measured-once",
    "{product} is measured, and `{process}` with `{type}` bills once",
    "name a billing process whose billing types have `every` and `unit`",
)
MEASURED_PRICE: Final = Kind(
    "measured-price-per",
    "{product} is measured: its price is for one {unit}, however long that takes, not for a {per}",
    "remove `price-per`, or write `price-per: period`",
)
NOT_MEASURED: Final = Kind(
    "only-measured", "`{key}` counts only for what is measured, and {product} is not", "add `measured: yes`, or remove `{key}`"
)
INCLUDED: Final = Kind("included-negative", "{included} units cannot be included", "write a quantity of 0 or more")
UNEQUAL_PERIODS: Final = Kind(
    "unequal-periods",
    "{product} counts the items of a customer together, and those billed by `{process}` may have other periods",
    "name a billing process with `align-to: calendar` and one billing type in `billing-types`, the same for all",
)


def check_measured(gathered: Gathered) -> Iterator[Problem]:
    """The mistakes of products that are measured, or that only say how."""
    processes, types = gathered.of("billing-processes", BillingProcess), gathered.of("billing-types", BillingType)
    for code, entry in gathered.of("products", Product).items():
        product = entry.written
        if not product.measured:
            for key in ("included", "counted-over") if entry.has("measured") else ():
                if key in entry.node:
                    yield NOT_MEASURED.at(entry.key(key), key=key, product=code)
            continue
        yield from _product(entry)
        for at, name in enumerate(product.billing_processes):
            if name in processes:
                yield from _process(entry, at, processes[name], types)
        if product.counted_over == "customer":
            yield from _equal_periods(entry, processes)


def _product(entry: Entry[Product]) -> Iterator[Problem]:
    product = entry.written
    if not may_be_measured(product.order_type):
        yield MEASURED_TYPE.at(entry.at("order-type"), product=entry.name, type=product.order_type)
    if "price-per" in entry.node and product.price_per != "period" and entry.has("price-per"):
        yield MEASURED_PRICE.at(entry.at("price-per"), product=entry.name, unit=product.unit, per=product.price_per)
    if product.included is not None and product.included.micros < 0:
        yield INCLUDED.at(entry.at("included"), included=product.included)


def _process(entry: Entry[Product], at: int, process: Entry[BillingProcess], types: Mapping[str, Entry[BillingType]]) -> Iterator[Problem]:
    where, written = entry.at("billing-processes", at), process.written
    if written.timing == "advance" and process.has("timing"):
        yield MEASURED_IN_ADVANCE.at(where, product=entry.name, process=process.name)
    for name in dict.fromkeys((written.billing_type, *written.billing_types)):
        if name in types and types[name].written.once:
            yield MEASURED_ONCE.at(where, product=entry.name, process=process.name, type=name)


def _equal_periods(entry: Entry[Product], processes: Mapping[str, Entry[BillingProcess]]) -> Iterator[Problem]:
    """A problem for each billing process with which two items of a customer could have different periods."""
    first: str | None = None
    for at, name in enumerate(entry.written.billing_processes):
        if name not in processes:
            continue
        process = processes[name].written
        first = first or process.billing_type
        is_fixed = set(process.billing_types) == {process.billing_type} and process.billing_type == first
        if process.align_to != "calendar" or not is_fixed:
            yield UNEQUAL_PERIODS.at(entry.at("billing-processes", at), product=entry.name, process=name)
