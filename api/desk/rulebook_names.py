"""The names of the rulebook and the words of its vocabulary as people call them, by the field that holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Final

from engine.code_lists.code_list import COUNTRIES
from engine.documents.amount_phrases import PER
from engine.language import known_names
from engine.phrases import Language, Phrase, as_written, phrase, say
from engine.rulebook.book import Rulebook, cached_in_rulebook
from engine.rulebook.yaml_model import Label
from engine.stages.pricing.price_versions import new_version
from engine.writing.locale_format import country_text, unit_price_text

Names = Mapping[str, str]
"""What people call each."""


@cached_in_rulebook(300)
def names_in(rulebook: Rulebook, field: str, language: Language) -> Names | None:
    """The names that the field of a name may hold, also retired ones; None where it holds no names of the rulebook."""
    listed = _NAMES.get(field)
    return None if listed is None else listed(rulebook, language)


def offered_in(rulebook: Rulebook, field: str, language: Language) -> Names | None:
    """The same without what is retired."""
    names, kind = names_in(rulebook, field, language), _CAN_RETIRE.get(field, "")
    return None if names is None else {name: label for name, label in names.items() if (kind, name) not in rulebook.retired}


@cached_in_rulebook(20)
def priced_products(rulebook: Rulebook, on: date, language: Language) -> Names:
    """The products that are sold on a day, each with its price and its unit where a price book has them."""
    sold = offered_in(rulebook, "product", language) or {}
    priced = {code: _priced(rulebook, code, on, language) for code in sold}
    return {code: f"{name} · {priced[code]}" if priced[code] else name for code, name in sold.items()}


def _priced(rulebook: Rulebook, code: str, on: date, language: Language) -> str:
    product, version = rulebook.products[code], new_version(rulebook, code, None, on)
    unit = rulebook.units[product.unit].one.in_(language) if product.unit in rulebook.units else product.unit
    if version is None:
        return unit
    price = f"{unit_price_text(version.list_price, language)} {rulebook.currency.code}"
    return f"{price} {say(PER[product.price_per], language)} / {unit}"


def _labels(labels_of: Callable[[Rulebook], Mapping[str, Label]], rulebook: Rulebook, language: Language) -> Names:
    return {name: label.in_(language) for name, label in labels_of(rulebook).items()}


def _payment_terms(rulebook: Rulebook, language: Language) -> Names:
    return {name: each.label.in_(language) for name, each in rulebook.payment_terms.items()}


def _words_of(fact: str, rulebook: Rulebook, language: Language) -> Names:
    """The words that a fact of the vocabulary may be."""
    values: Sequence[str] = next((known.values for known in known_names(rulebook.vocabulary) if known.name == fact), ())
    return {value: say(_WORDS.get(value) or as_written(value), language) for value in values}


def _countries(rulebook: Rulebook, language: Language) -> Names:
    """The countries by their name, that of the seller first."""
    own = rulebook.company.seller.country
    named = ((code, country_text(code, language)) for code in COUNTRIES)
    return dict(sorted(named, key=lambda each: (each[0] != own, each[1])))


def _languages(rulebook: Rulebook, language: Language) -> Names:
    """The languages in which the company writes to customers."""
    return {code: say(_LANGUAGES.get(code) or as_written(code), language) for code in rulebook.company.languages}


def _events(rulebook: Rulebook, _language: Language) -> Names:
    return {event: event for event in sorted(rulebook.payment_events)}


_WORDS: Final[Mapping[str, Phrase]] = {
    "service": phrase("service"),
    "electronic-service": phrase("electronic service"),
    "local-service": phrase("service where it is used"),
    "immovable-work": phrase("work on a building"),
    "standard": phrase("standard rate"),
    "intermediate": phrase("intermediate rate"),
    "reduced": phrase("reduced rate"),
    "zero": phrase("zero rate"),
    "exempt": phrase("exempt from VAT"),
}
"""Words of the vocabulary that say little by themselves."""
_LANGUAGES: Final[Mapping[str, Phrase]] = {"en": phrase("English"), "fr": phrase("French"), "nl": phrase("Dutch"), "de": phrase("German")}
_NAMES: Final[Mapping[str, Callable[[Rulebook, Language], Names]]] = {
    "product": partial(_labels, lambda rulebook: {code: each.name for code, each in rulebook.products.items()}),
    "family": partial(_labels, lambda rulebook: {name: each.label for name, each in rulebook.families.items()}),
    "segment": partial(_labels, lambda rulebook: rulebook.segments),
    "stage": partial(_labels, lambda rulebook: {name: each.label for name, each in rulebook.stages.items()}),
    "reason": partial(_labels, lambda rulebook: rulebook.reasons),
    "billing_type": partial(_labels, lambda rulebook: {name: each.label for name, each in rulebook.billing_types.items()}),
    "billing_process": partial(_labels, lambda rulebook: {name: each.label for name, each in rulebook.billing_processes.items()}),
    "payment_plan": partial(_labels, lambda rulebook: {name: each.label for name, each in rulebook.payment_plans.items()}),
    "payment_terms": _payment_terms,
    "terms": _payment_terms,
    "account": partial(_labels, lambda rulebook: {name: each.label for name, each in rulebook.accounts.revenue.items()}),
    "unit": partial(_labels, lambda rulebook: {name: each.one for name, each in rulebook.units.items()}),
    "event": _events,
    "kind": partial(_words_of, "customer.kind"),
    "vat_class": partial(_words_of, "supply.vat-class"),
    "supply_kind": partial(_words_of, "supply.kind"),
    "country": _countries,
    "language": _languages,
}
"""Fields that hold names of the rulebook, or words of its vocabulary."""
_CAN_RETIRE: Final[Mapping[str, str]] = {
    "product": "products",
    "billing_type": "billing-types",
    "billing_process": "billing-processes",
    "payment_plan": "payment-plans",
    "payment_terms": "payment-terms",
    "terms": "payment-terms",
}
"""The kind of the names of a field that may be retired."""
