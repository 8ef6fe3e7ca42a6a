"""What a field may hold, for who fills it in: names of the rulebook in force, and customers and their documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from api.desk.desk import Desk
from api.desk.reconciling import snapshots
from api.store import searches
from engine.code_lists.code_list import COUNTRIES
from engine.language import known_names
from engine.phrases import Language, Phrase, as_written, phrase, say
from engine.rulebook.book import Rulebook
from engine.rulebook.yaml_model import Label
from engine.writing.locale_format import country_text

Choices = tuple[tuple[str, str], ...]
"""Each as it is written into the field, and as people call it."""
MOST: Final = 20
"""So many are offered at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What is offered for a field."""

    choices: Choices
    is_closed: bool = False
    """Whether it may hold nothing else."""
    has_more: bool = False
    """Whether more choices are found by what is typed."""


def offered(desk: Desk, name: str, language: Language) -> Offered | None:
    """What is offered for the field of a name before anything is typed; None where anything may be written."""
    if name in SOUGHT:
        return Offered(choices=(), has_more=True)
    listed = _listed(desk, name, language)
    if listed is None:
        return None
    has_more = len(listed) > MOST
    return Offered(choices=listed[:MOST], is_closed=name not in _OPEN and not has_more, has_more=has_more)


def fitting(desk: Desk, name: str, language: Language, words: str) -> Choices:
    """The first choices for a field that begin with some words, or have them in their label."""
    if name in SOUGHT:
        with desk.store.reading() as connection:
            return searches.named(connection, SOUGHT[name], words, MOST)
    sought = words.casefold()
    listed = _listed(desk, name, language) or ()
    return tuple((code, label) for code, label in listed if code.casefold().startswith(sought) or sought in label.casefold())[:MOST]


def _listed(desk: Desk, name: str, language: Language) -> Choices | None:
    """The choices for a field of few values, all of them; None where it has none."""
    if name == "snapshot":
        return tuple((each.name, each.name) for each in reversed(snapshots(desk)))
    listed = _OF_RULEBOOK.get(name)
    return None if listed is None else listed(desk.rulebook, language)


def _labels(kind: str, labels_of: Callable[[Rulebook], Mapping[str, Label]], rulebook: Rulebook, language: Language) -> Choices:
    """The names of one kind that are not retired, with their labels."""
    return tuple((name, label.in_(language)) for name, label in labels_of(rulebook).items() if (kind, name) not in rulebook.retired)


def _payment_terms(rulebook: Rulebook, language: Language) -> Choices:
    return _labels("payment-terms", lambda written: {name: each.label for name, each in written.payment_terms.items()}, rulebook, language)


def _words_of(fact: str, rulebook: Rulebook, language: Language) -> Choices:
    """The words that a fact of the vocabulary may be."""
    values: Sequence[str] = next((known.values for known in known_names(rulebook.vocabulary) if known.name == fact), ())
    return tuple((value, say(_WORDS.get(value) or as_written(value), language)) for value in values)


def _countries(rulebook: Rulebook, language: Language) -> Choices:
    """The countries by their name, that of the seller first."""
    own = rulebook.company.seller.country
    named = ((code, country_text(code, language)) for code in COUNTRIES)
    return tuple(sorted(named, key=lambda each: (each[0] != own, each[1])))


def _languages(rulebook: Rulebook, language: Language) -> Choices:
    """The languages in which the company writes to customers."""
    return tuple((code, say(_LANGUAGES.get(code) or as_written(code), language)) for code in rulebook.company.languages)


def _events(rulebook: Rulebook, _language: Language) -> Choices:
    return tuple((event, event) for event in sorted(rulebook.payment_events))


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
SOUGHT: Final[Mapping[str, searches.Kind]] = {
    "customer": "customer",
    "into": "customer",
    "opportunity": "opportunity",
    "quote": "quote",
    "order": "order",
    "invoice": "invoice",
    "document": "invoice",
    "customers": "customer",
    "documents": "invoice",
}
"""Fields that name what the store has, which is found by what is typed."""
_OF_RULEBOOK: Final[Mapping[str, Callable[[Rulebook, Language], Choices]]] = {
    "product": partial(_labels, "products", lambda rulebook: {code: each.name for code, each in rulebook.products.items()}),
    "segment": partial(_labels, "segments", lambda rulebook: rulebook.segments),
    "stage": partial(_labels, "stages", lambda rulebook: {name: each.label for name, each in rulebook.stages.items()}),
    "reason": partial(_labels, "reasons", lambda rulebook: rulebook.reasons),
    "billing_type": partial(_labels, "billing-types", lambda rulebook: {name: each.label for name, each in rulebook.billing_types.items()}),
    "billing_process": partial(
        _labels, "billing-processes", lambda rulebook: {name: each.label for name, each in rulebook.billing_processes.items()}
    ),
    "payment_plan": partial(_labels, "payment-plans", lambda rulebook: {name: each.label for name, each in rulebook.payment_plans.items()}),
    "payment_terms": _payment_terms,
    "terms": _payment_terms,
    "account": partial(_labels, "accounts", lambda rulebook: {name: each.label for name, each in rulebook.accounts.revenue.items()}),
    "unit": partial(_labels, "units", lambda rulebook: {name: each.one for name, each in rulebook.units.items()}),
    "event": _events,
    "kind": partial(_words_of, "customer.kind"),
    "vat_class": partial(_words_of, "supply.vat-class"),
    "supply_kind": partial(_words_of, "supply.kind"),
    "country": _countries,
    "language": _languages,
}
"""Fields that hold names of the rulebook, or words of its vocabulary."""
_OPEN: Final = ("product", "country", "language", "snapshot")
"""Fields that may hold what is not offered, such as another language of a customer."""
