"""Checks that nothing that is sold leads to a retired plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.language import CheckedRules
from engine.problems import Kind, Problem
from engine.rulebook.catalog import Product
from engine.rulebook.company import Company
from engine.rulebook.file_kinds import retired_names
from engine.rulebook.plans import BillingProcess
from engine.rulebook.yaml_entries import Entry, Gathered, M
from engine.rulebook.yaml_model import Written

RETIRED_OFFERED: Final = Kind(
    "retired-offered",
    "`{name}` is sold, and `{retired}` in its `{key}` is retired",
    "remove `{retired}` here, or move `{name}` below `retired:` too",
)
RETIRED_PART: Final = Kind(
    "retired-offered",
    "the bundle `{name}` is sold without end, and `{retired}` in it is retired",
    "give this bundle its last day, `until D`, and write another version without `{retired}`; or move `{name}` below `retired:` too",
)
_LISTS: Final = ("billing-processes", "billing-types", "payment-plans")
"""The keys with several names."""
RETIRED_TERMS: Final = Kind(
    "retired-terms", "new orders would take the payment terms `{terms}`, which are retired", "write payment terms that are agreed anew"
)


def check_retired(gathered: Gathered, rules: CheckedRules) -> Iterator[Problem]:
    """A problem for each part of a bundle, plan, billing type, process or payment term that is retired and that something sold names."""
    for code, product in _sold(gathered, "products", gathered.of("products", Product)):
        yield from _leading(gathered, code, product, "billing-processes", "billing-processes", product.written.billing_processes)
        yield from _leading(gathered, code, product, "payment-plans", "payment-plans", product.written.payment_plans)
        yield from _parts(gathered, code, product.written, rules)
    for name, process in _sold(gathered, "billing-processes", gathered.of("billing-processes", BillingProcess)):
        written = process.written
        yield from _leading(gathered, name, process, "billing-types", "billing-type", (written.billing_type,))
        yield from _leading(gathered, name, process, "billing-types", "billing-types", written.billing_types)
        if written.payment_plan is not None:
            yield from _leading(gathered, name, process, "payment-plans", "payment-plan", (written.payment_plan,))
        if written.payment_terms is not None:
            yield from _leading(gathered, name, process, "payment-terms", "payment-terms", (written.payment_terms,))
    company = gathered.only("company", Company)
    if company is not None and company.written.payment_terms in gathered.named.get(retired_names("payment-terms"), {}):
        yield RETIRED_TERMS.at(company.at("payment-terms"), terms=company.written.payment_terms)


def _parts(gathered: Gathered, code: str, product: Product, rules: CheckedRules) -> Iterator[Problem]:
    """A problem for each retired product in a bundle whose sale has no last day."""
    retired = gathered.named.get(retired_names("products"), {})
    for part, where, until in rules.bundled(code):
        if part in retired and until is None and product.until is None:
            yield RETIRED_PART.at(where, name=code, retired=part)


def _sold(gathered: Gathered, kind: str, entries: Mapping[str, Entry[M]]) -> Iterator[tuple[str, Entry[M]]]:
    retired = gathered.named.get(retired_names(kind), {})
    return ((name, entry) for name, entry in entries.items() if name not in retired)


def _leading(gathered: Gathered, name: str, entry: Entry[Written], kind: str, key: str, used: tuple[str, ...]) -> Iterator[Problem]:
    retired = gathered.named.get(retired_names(kind), {})
    for at, each in enumerate(used):
        if each in retired:
            where = entry.at(key, at) if key in _LISTS else entry.at(key)
            yield RETIRED_OFFERED.at(where, name=name, retired=each, key=key)
