"""The facts that rules may use: customers, the seller and products as plain values by the names of the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

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
        "customer.vat-number": customer.vat_number_on(on, serves_days=rulebook.vat.vat_answer_days),
        "customer.vat-country": vat_country(customer, rulebook),
        "customer.files-periodic-returns": customer.files_periodic_returns,
        "customer.small-business": customer.small_business,
    }
    if customer.segment is not None:
        facts["customer.segment"] = customer.segment
    facts.update(attribute_facts("customer", customer.attributes, rulebook))
    return facts


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
