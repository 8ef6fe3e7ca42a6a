"""The facts that rules may use, as plain values by name, the dependencies of prices, and the answers for conditions in YAML fields."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from engine.code_lists.code_list import COUNTRIES
from engine.countries.registry import country_of
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.language import Plain
from engine.money import Quantity
from engine.phrases import Phrase, phrase
from engine.problems import Kind, Problem, Refusal, Span
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import Product

BAD_VAT_NUMBER: Final = Kind("bad-vat-number", "`{word}` is not a valid VAT number of {country}: {what}", "{remedy}")
NO_COUNTRY: Final = Kind(
    "bad-vat-number", "`{word}` is not a VAT number", "write the letters of a country and the number, such as `{example}`"
)
_VAT_NUMBER: Final = re.compile(r"\s*[A-Za-z]{2}(?=.*[0-9])[A-Za-z0-9 .+*/-]{2,20}\s*")
_NONE: Final[Mapping[str, str]] = {}
BAD_ATTRIBUTE: Final = Kind(
    "bad-attribute",
    "`{text}` is no {type}, which the attribute `{name}` must be",
    "write {type_help}; the type stands in rules/vocabulary.yaml",
)


def customer_facts(customer: Customer, rulebook: Rulebook, on: date) -> dict[str, Plain]:
    """The facts of a customer on a day; unknown facts are left out, so that a rule that reads one refuses."""
    facts: dict[str, Plain] = {
        "customer.id": customer.id,
        "customer.country": customer.address.country,
        "customer.kind": customer.kind,
        "customer.language": customer.language,
        "customer.vat-number": vat_number_state(customer, rulebook, on),
        "customer.vat-country": vat_country(customer, rulebook),
        "customer.vat-territory": vat_territory(customer.address.country, customer.address.postcode, rulebook, on),
        "customer.small-business": customer.small_business,
    }
    if (files_returns := _files_returns(customer)) is not None:
        facts["customer.files-periodic-returns"] = files_returns
    if customer.segment is not None:
        facts["customer.segment"] = customer.segment
    facts.update(attribute_facts("customer", customer.attributes, rulebook))
    return facts


def _files_returns(customer: Customer) -> bool | None:
    """Whether a customer files periodic VAT returns. Unstated, it is unknown of a business with a VAT number; nobody else files any."""
    may_file = customer.kind == "business" and customer.vat_number and customer.vat_number_state != "invalid"
    return customer.files_periodic_returns if may_file or customer.files_periodic_returns is not None else False


def vat_number_state(customer: Customer, rulebook: Rulebook, on: date) -> Literal["valid", "invalid", "unknown", "none"]:
    """The state of a VAT number on a day. A valid answer serves for the days that vat/ declares; an answer without a day always serves."""
    if not customer.vat_number:
        return "none"
    checked = customer.vat_checked_on
    if customer.vat_number_state == "valid" and checked is not None and (on - checked).days > rulebook.vat.vat_answer_days:
        return "unknown"
    return customer.vat_number_state


def expired_answer(customer: Customer, rulebook: Rulebook, on: date) -> date | None:
    """The day of a valid answer about a VAT number that no longer serves on a day."""
    has_expired = customer.vat_number_state == "valid" and vat_number_state(customer, rulebook, on) == "unknown"
    return customer.vat_checked_on if has_expired else None


def vat_country(customer: Customer, rulebook: Rulebook) -> str:
    """The country of a customer's VAT number, by its prefix (EL is Greece); without a number the customer's own."""
    country = _country_of_number(customer.vat_number or "", rulebook)
    return country if country in COUNTRIES else customer.address.country


def read_vat_number(number: str, rulebook: Rulebook, where: Span | None, pointer: str | None = None) -> str | Problem:
    """The VAT number of a customer as it is stored, or what is wrong with it, by the letters with which it begins."""
    country = _country_of_number(number, rulebook)
    if country not in COUNTRIES or not _VAT_NUMBER.fullmatch(number):
        return NO_COUNTRY.at(where, pointer, word=number[:40], example=rulebook.company.seller.vat_number)
    result = country_of(country).read_vat_number(number)
    return bad_vat_number(number, country, result, where, pointer) if isinstance(result, Phrase) else result


def bad_vat_number(number: str, country: str, what: str, where: Span | None, pointer: str | None = None) -> Problem:
    """The problem of a VAT number, with the number to write where only the letters before it are wrong."""
    digits = number.strip().upper().removeprefix(country)
    read = country_of(country).read_vat_number(country_of(country).vat_prefix + digits)
    remedy = (
        phrase("copy it again from an official document") if isinstance(read, Phrase) else phrase("write `{corrected}`", corrected=read)
    )
    return BAD_VAT_NUMBER.at(where, pointer, word=number[:40], country=country, what=what, remedy=remedy)


def _country_of_number(number: str, rulebook: Rulebook) -> str:
    prefix = number.strip()[:2].upper()
    return next((country for country, written in rulebook.countries.vat_prefixes.items() if written == prefix), prefix)


def vat_territory(country: str, postcode: str, rulebook: Rulebook, on: date) -> str:
    """The VAT territory of an address on a day: a country, or `third`."""
    entries = rulebook.territories.get(country, ())
    return next((entry.territory for entry in entries if entry.has(postcode, on)), country)


def territory_facts(facts: Mapping[str, Plain], rulebook: Rulebook) -> dict[str, Plain]:
    """The VAT territories of the countries among some facts, whose postal codes are not known."""
    day = facts.get("invoice.tax-point")
    on = day if isinstance(day, date) else rulebook.company.rules_answer_from
    countries = {"customer.vat-territory": facts.get("customer.country"), "supply.vat-territory": facts.get("supply.ship-to")}
    return {name: vat_territory(str(country), "", rulebook, on) for name, country in countries.items() if country is not None}


def seller_facts(rulebook: Rulebook) -> dict[str, Plain]:
    """The facts of the seller."""
    seller = rulebook.company.seller
    return {"seller.country": seller.country, "seller.oss": seller.oss, "seller.small-business": seller.small_business}


def order_facts(rulebook: Rulebook, customer: Customer, order: Order) -> dict[str, Plain]:
    """The facts of an order and its customer, the same for all items and days."""
    facts = {**seller_facts(rulebook), **customer_facts(customer, rulebook, order.signed_on or date.min), "order.type": order.type}
    if order.purchase_order:
        facts["order.purchase-order"] = order.purchase_order
    return facts | attribute_facts("order", order.attributes, rulebook) if order.attributes else facts


def product_facts(product: Product) -> dict[str, Plain]:
    """The facts of a product."""
    return {
        "product.code": product.code,
        "product.family": product.family,
        "product.kind": product.supply_kind,
        "product.vat-class": product.vat_class,
        "product.order-type": product.order_type,
        "product.unit": product.unit,
    }


def line_facts(
    product: Product,
    quantity: Quantity,
    attributes: Mapping[str, str],
    customer: Customer,
    rulebook: Rulebook,
    *,
    on: date,
    order_kind: str,
    signed_on: date | None = None,
    purchase_order: str | None = None,
    of_order: Mapping[str, str] = _NONE,
) -> dict[str, Plain]:
    """The facts of a line that is agreed on a day: seller, customer, product, its order, and the attributes of order and line."""
    facts = seller_facts(rulebook) | customer_facts(customer, rulebook, on) | product_facts(product)
    facts |= {
        "order.type": product.order_type,
        "order.kind": order_kind,
        "order.signed-on": signed_on or on,
        "price.date": signed_on or on,
        "line.quantity": quantity.micros,
    }
    if purchase_order:
        facts["order.purchase-order"] = purchase_order
    if of_order:
        facts |= attribute_facts("order", of_order, rulebook)
    return facts | attribute_facts("line", attributes, rulebook)


def read_attribute(full: str, text: str, rulebook: Rulebook) -> Plain | None:
    """The text of a declared attribute (`customer.shops`) as a plain value of its type; None where it does not fit."""
    try:
        return rulebook.vocabulary.value_of(full, text)
    except (ValueError, KeyError):
        return None


def attribute_facts(prefix: str, attributes: Mapping[str, str], rulebook: Rulebook) -> dict[str, Plain]:
    """The attributes of analysts (`shops`: `3`) as plain values of their declared types; Refusal with every one that does not fit."""
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
    """The name of the answer whether a product may be sold to a customer, where it has a condition."""
    return f"available.{product}"


def applicability(process: str) -> str:
    """The name of the answer whether an item may be billed by a process, where it has a condition."""
    return f"applies.{process}"


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """The names that price rules read, and the days on which a price may change while they stay equal (None: any day)."""

    names: frozenset[str]
    days: tuple[date, ...] | None
    looks_at_lists: bool
    priced_by_rules: frozenset[str]
    """The products that are priced by rules."""

    def stretch_of(self, day: date) -> int:
        """The number of the interval of a day: prices are equal within one, all else being equal."""
        return day.toordinal() if self.days is None else bisect_right(self.days, day)


ANYTHING: Final = PriceFacts(frozenset(), None, looks_at_lists=True, priced_by_rules=frozenset())
"""Unknown dependencies: no price may be cached."""


def joint_facts(some: Sequence[Rulebook]) -> PriceFacts:
    """The dependencies of prices under several rulebooks: the days between which prices stay under each of them."""
    known = [price_facts(rulebook) for rulebook in some]
    days = [each.days for each in known if each.days is not None]
    return PriceFacts(
        names=frozenset(name for each in known for name in each.names),
        days=tuple(sorted({day for of_one in days for day in of_one})) if len(days) == len(known) else None,
        looks_at_lists=any(each.looks_at_lists for each in known),
        priced_by_rules=frozenset(product for each in known for product in each.priced_by_rules),
    )


def price_facts(rulebook: Rulebook) -> PriceFacts:
    """The dependencies of all prices of a rulebook."""
    rules = rulebook.rules.price_dependencies
    if rules is None:
        return ANYTHING
    days: tuple[date, ...] | None = None
    if rules.days is not None:
        changes = rules.days | {day for book in rulebook.price_books for day in (book.from_, book.running_items_from or book.from_)}
        days = tuple(sorted(changes | {day + timedelta(days=1) for day in changes if day < date.max}))
    return PriceFacts(rules.facts, days, rules.looks_at_lists, rules.products)
