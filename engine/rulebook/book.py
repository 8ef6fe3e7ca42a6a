"""The rulebook: all texts of analysts, read, cross-checked and fingerprinted; an immutable value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from engine.language import CheckedRules, Rules, Vocabulary
from engine.money import Currency
from engine.problems import Span
from engine.rulebook.catalog import Family, PriceBook, Product, UnitEntry
from engine.rulebook.company import Company
from engine.rulebook.exchange_rates import ExchangeRates, read_exchange_rates, vat_currency_of
from engine.rulebook.plans import BillingProcess, BillingType, Indexation, PaymentPlan, PaymentTerms
from engine.rulebook.references import names_given
from engine.rulebook.rules_folder import AttributeEntry, Stage
from engine.rulebook.vat import Accounts, CountrySets, MentionEntry, Rates, Territories, TerritoryEntry, VatSettings
from engine.rulebook.yaml_entries import Entry, Gathered
from engine.rulebook.yaml_model import Label, Written
from engine.text.yaml_tree import Step

M = TypeVar("M", bound=Written)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The positions of all entries by kind and name, and of their content. A rulebook that was not read from texts has none."""

    entries: Mapping[str, Mapping[str, Entry[Written]]] = field(default_factory=dict)
    rows: Mapping[tuple[str, str], Span] = field(default_factory=dict)
    """The rows of CSV files by price book and product."""

    def of(self, kind: str, name: str, *steps: Step) -> str | None:
        """File and line of an entry, or of the content at a path in it; those of the entry where the path leads nowhere."""
        entry = self.entries.get(kind, {}).get(name)
        return None if entry is None else (entry.at(*steps) if steps else entry.named_at).place

    def price(self, book: str, product: str) -> str | None:
        """File and line of a product's price in a price book: in the book, or in the CSV that it names."""
        row = self.rows.get((book, product))
        return self.of("price-books", book, "prices", product) if row is None else row.place


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
    territories: Mapping[str, tuple[TerritoryEntry, ...]] = field(default_factory=dict)
    """By country the territories whose VAT is not that of the country; of an address the first that fits counts."""
    vat_currency: Currency | None = None
    """The currency in which the seller declares VAT, where it is not that of prices."""
    exchange_rates: ExchangeRates = field(default_factory=ExchangeRates)
    stages: Mapping[str, Stage] = field(default_factory=dict)
    """The stages of an open opportunity, in order."""
    reasons: Mapping[str, Label] = field(default_factory=dict)
    """Why an opportunity is lost or cancelled."""
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
        territories=entry.written.by_country() if (entry := gathered.only("vat-territories", Territories)) else {},
        vat_currency=vat_currency_of(gathered),
        exchange_rates=read_exchange_rates(gathered)[0],
        stages=_all(gathered, "stages", Stage),
        reasons=_all(gathered, "reasons", Label),
        attributes=_all(gathered, "attributes", AttributeEntry),
        checked=checked,
        places=Places(gathered.entries, gathered.price_rows),
    )


def _all(gathered: Gathered, kind: str, model: type[M]) -> dict[str, M]:
    return {name: entry.written for name, entry in gathered.of(kind, model).items()}


def _one(gathered: Gathered, kind: str, model: type[M]) -> M:
    entry = gathered.only(kind, model)
    if entry is None:
        raise LookupError(f"no {kind} was read, and nobody said so")
    return entry.written
