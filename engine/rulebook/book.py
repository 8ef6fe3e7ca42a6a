"""The rulebook: all texts of analysts, read, cross-checked and fingerprinted; an immutable value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.language import CheckedRules, Rules, Vocabulary
from engine.money import Currency
from engine.rulebook.attributes import AttributeEntry
from engine.rulebook.catalog import Family, PriceBook, Product, UnitEntry
from engine.rulebook.company import Company
from engine.rulebook.locations import Places
from engine.rulebook.plans import BillingProcess, BillingType, Indexation, PaymentPlan, PaymentTerms
from engine.rulebook.sales_stages import Stage
from engine.rulebook.vat import Accounts, CountrySets, MentionEntry, Rates, VatSettings
from engine.rulebook.yaml_model import Label


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rulebook:
    """All entries by name. The fingerprint is the hash of its checked, normalised form: layout and comments do not change it.

    Two rulebooks are the same where their fingerprints are; as a key of caches a rulebook is itself.
    """

    company: Company
    currency: Currency
    products: Mapping[str, Product]
    families: Mapping[str, Family]
    segments: Mapping[str, Label]
    units: Mapping[str, UnitEntry]
    price_books: tuple[PriceBook, ...]
    billing_types: Mapping[str, BillingType]
    billing_processes: Mapping[str, BillingProcess]
    payment_plans: Mapping[str, PaymentPlan]
    payment_events: frozenset[str]
    payment_terms: Mapping[str, PaymentTerms]
    indices: Mapping[str, Indexation]
    rates: Rates
    countries: CountrySets
    mentions: Mapping[str, MentionEntry]
    vat: VatSettings
    accounts: Accounts
    checked: CheckedRules
    """The checked rules, for the tools of analysts."""
    rules: Rules
    fingerprint: str
    stages: Mapping[str, Stage] = field(default_factory=dict)
    """The stages of an open opportunity, in order."""
    reasons: Mapping[str, Label] = field(default_factory=dict)
    """Why an opportunity is lost or cancelled."""
    roles: Mapping[str, Label] = field(default_factory=dict)
    attributes: Mapping[str, AttributeEntry] = field(default_factory=dict)
    """What analysts added to customers, products and lines, by full name: `customer.shops`."""
    places: Places = field(default_factory=Places)
    """The positions of all entries, for the reasons of amounts."""
    caches: dict[object, Callable[..., object]] = field(default_factory=dict, init=False)
    """The cached functions of this rulebook: see `cached_in_rulebook`."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The names that rules may use, and their possible values."""
        return self.checked.vocabulary
