"""Builds a rulebook from files that were read without a problem."""

from __future__ import annotations

from typing import TypeVar

from engine.language import CheckedRules, Rules
from engine.rulebook.attributes import AttributeEntry
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import Family, PriceBook, Product, UnitEntry
from engine.rulebook.company import Company
from engine.rulebook.locations import places_of
from engine.rulebook.plans import BillingProcess, BillingType, Indexation, PaymentPlan, PaymentTerms
from engine.rulebook.references import names_given
from engine.rulebook.sales_stages import Stage
from engine.rulebook.vat import Accounts, CountrySets, MentionEntry, Rates, VatSettings
from engine.rulebook.yaml_entries import Gathered
from engine.rulebook.yaml_model import Label, Written

M = TypeVar("M", bound=Written)


def assemble(gathered: Gathered, checked: CheckedRules, rules: Rules, fingerprint: str) -> Rulebook:
    """The rulebook of files without problems."""
    return Rulebook(
        company=_one(gathered, "company", Company),
        currency=gathered.currency,
        products=_all(gathered, "products", Product),
        families=_all(gathered, "families", Family),
        segments=_all(gathered, "segments", Label),
        units=_all(gathered, "units", UnitEntry),
        price_books=tuple(sorted(_all(gathered, "price-books", PriceBook).values(), key=lambda book: (book.from_, book.id))),
        billing_types=_all(gathered, "billing-types", BillingType),
        billing_processes=_all(gathered, "billing-processes", BillingProcess),
        payment_plans=_all(gathered, "payment-plans", PaymentPlan),
        payment_events=frozenset(names_given(gathered, "events")),
        payment_terms=_all(gathered, "payment-terms", PaymentTerms),
        indices=_all(gathered, "indices", Indexation),
        rates=_one(gathered, "vat-rates", Rates),
        countries=_one(gathered, "countries", CountrySets),
        mentions=_all(gathered, "mentions", MentionEntry),
        vat=_one(gathered, "vat", VatSettings),
        accounts=_one(gathered, "accounts", Accounts),
        rules=rules,
        fingerprint=fingerprint,
        stages=_all(gathered, "stages", Stage),
        reasons=_all(gathered, "reasons", Label),
        roles=_all(gathered, "roles", Label),
        attributes=_all(gathered, "attributes", AttributeEntry),
        checked=checked,
        places=places_of(gathered),
    )


def _all(gathered: Gathered, kind: str, model: type[M]) -> dict[str, M]:
    return {name: entry.written for name, entry in gathered.of(kind, model).items()}


def _one(gathered: Gathered, kind: str, model: type[M]) -> M:
    entry = gathered.only(kind, model)
    if entry is None:
        raise LookupError(f"no {kind} was read, and nobody said so")
    return entry.written
