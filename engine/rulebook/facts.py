"""The facts that rules may use, as plain values by name, the facts that prices depend on, and the names of conditions in YAML fields."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from engine.documents.party import Customer
from engine.language import Plain
from engine.problems import Kind, Problem, Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import Product
from engine.rulebook.iso_countries import COUNTRIES

BAD_ATTRIBUTE: Final = Kind(
    "bad-attribute",
    "`{text}` is no {type}, which the attribute `{name}` must be",
    "write {type_help}; the type stands in rules/vocabulary.yaml",
)


def customer_facts(customer: Customer, rulebook: Rulebook, on: date) -> dict[str, Plain]:
    """What rules may know of a customer on a day; what is not known of them is left out, so that a rule which needs it says so."""
    facts: dict[str, Plain] = {
        "customer.id": customer.id,
        "customer.country": customer.address.country,
        "customer.kind": customer.kind,
        "customer.language": customer.language,
        "customer.vat-number": vat_number_state(customer, rulebook, on),
        "customer.vat-country": vat_country(customer, rulebook),
        "customer.files-periodic-returns": customer.files_periodic_returns,
        "customer.small-business": customer.small_business,
    }
    if customer.segment is not None:
        facts["customer.segment"] = customer.segment
    facts.update(attribute_facts("customer", customer.attributes, rulebook))
    return facts


def vat_number_state(customer: Customer, rulebook: Rulebook, on: date) -> Literal["valid", "invalid", "unknown", "none"]:
    """What is known of a VAT number on a day. A valid answer serves for the days that vat/ says; an answer without a day always serves."""
    if not customer.vat_number:
        return "none"
    checked = customer.vat_checked_on
    if customer.vat_number_state == "valid" and checked is not None and (on - checked).days > rulebook.vat.vat_answer_days:
        return "unknown"
    return customer.vat_number_state


def vat_country(customer: Customer, rulebook: Rulebook) -> str:
    """The country whose VAT number a customer has, by the letters it begins with (EL is Greece); without any, the customer's own."""
    prefix = (customer.vat_number or "").strip()[:2].upper()
    country = next((country for country, written in rulebook.countries.vat_prefixes.items() if written == prefix), prefix)
    return country if country in COUNTRIES else customer.address.country


def seller_facts(rulebook: Rulebook) -> dict[str, Plain]:
    """What rules may know of us."""
    seller = rulebook.company.seller
    return {"seller.country": seller.country, "seller.oss": seller.oss, "seller.small-business": seller.small_business}


def product_facts(product: Product) -> dict[str, Plain]:
    """What rules may know of a product."""
    return {
        "product.code": product.code,
        "product.family": product.family,
        "product.kind": product.supply_kind,
        "product.vat-class": product.vat_class,
        "product.order-type": product.order_type,
        "product.unit": product.unit,
    }


def line_facts(product: Product, attributes: Mapping[str, str], customer: Customer, rulebook: Rulebook, on: date) -> dict[str, Plain]:
    """What rules may know of a line on a day: the seller, its customer, its product, and the line's own attributes."""
    seller_and_customer = seller_facts(rulebook) | customer_facts(customer, rulebook, on)
    return seller_and_customer | product_facts(product) | attribute_facts("line", attributes, rulebook)


def attribute_facts(prefix: str, attributes: Mapping[str, str], rulebook: Rulebook) -> dict[str, Plain]:
    """Analysts' own attributes (`shops`: `3`) as plain values of their declared types; Refusal with every one that does not fit."""
    facts: dict[str, Plain] = {}
    problems: list[Problem] = []
    for name, text in attributes.items():
        full = f"{prefix}.{name}"
        if full not in rulebook.attributes:
            continue
        try:
            facts[full] = rulebook.vocabulary.value_of(full, text)
        except ValueError:
            kind, form = str(rulebook.vocabulary.entries[full].type), rulebook.vocabulary.form_of(full)
            problems.append(BAD_ATTRIBUTE.at(None, f"/{prefix}/attributes/{name}", text=text[:60], type=kind, name=name, type_help=form))
    if problems:
        raise Refusal(tuple(problems))
    return facts


def availability(product: str) -> str:
    """The name under which the rules answer whether a product may be sold to a customer, where it has a condition."""
    return f"available.{product}"


def applicability(process: str) -> str:
    """The name under which the rules answer whether an item may be billed by a process, where it has a condition."""
    return f"applies.{process}"


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """The names that pricing rules look at, and the days between which nothing but facts changes a price (None: any day may)."""

    names: frozenset[str]
    days: tuple[date, ...] | None
    looks_at_lists: bool
    priced_by_rules: frozenset[str]
    """The products whose price stands in rules."""

    def stretch_of(self, day: date) -> int:
        """Days of one number have one price, all else being equal."""
        return day.toordinal() if self.days is None else bisect_right(self.days, day)


ANYTHING: Final = PriceFacts(frozenset(), None, looks_at_lists=True, priced_by_rules=frozenset())
"""Where no price serves twice."""


def price_facts(rulebook: Rulebook) -> PriceFacts:
    """What all prices of a rulebook can depend on."""
    rules = rulebook.rules.price_dependencies
    if rules is None:
        return ANYTHING
    days: tuple[date, ...] | None = None
    if rules.days is not None:
        changes = rules.days | {day for book in rulebook.price_books for day in (book.from_, book.running_items_from or book.from_)}
        days = tuple(sorted(changes | {day + timedelta(days=1) for day in changes if day < date.max}))
    return PriceFacts(rules.facts, days, rules.looks_at_lists, rules.products)
