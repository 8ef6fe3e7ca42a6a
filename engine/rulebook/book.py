"""The rulebook: all texts of analysts, read, cross-checked and fingerprinted; with its caches, and the names that it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Final, Generic, NamedTuple, TypeVar, TypeVarTuple, cast

from engine.documents.order import Order, OrderItem
from engine.documents.party import Customer
from engine.documents.priced_quote import QuotedLine
from engine.language import CheckedRules, Rules, Vocabulary
from engine.money import Currency
from engine.phrases import Phrase, phrase
from engine.problems import Kind, Problem, Refusal, Span
from engine.rulebook.accounting_tools import AccountingTools, ToolMapping
from engine.rulebook.catalog import Family, PriceBook, Product, UnitEntry
from engine.rulebook.company import Company
from engine.rulebook.exchange_rates import ExchangeRates, read_exchange_rates, vat_currency_of
from engine.rulebook.file_kinds import CAN_RETIRE, retired_names
from engine.rulebook.payment_terms import ClosedDays, PaymentTerms
from engine.rulebook.plans import BillingProcess, BillingType, Indexation, PaymentPlan
from engine.rulebook.references import names_given
from engine.rulebook.reminders import ReminderRules
from engine.rulebook.rules_folder import AttributeEntry, Stage
from engine.rulebook.vat import Accounts, CountrySets, MentionEntry, Rates, Territories, TerritoryEntry, VatSettings
from engine.rulebook.vat_codes import VatCode
from engine.rulebook.yaml_entries import Entry, Gathered
from engine.rulebook.yaml_model import Label, Written
from engine.text.yaml_tree import Step

M = TypeVar("M", bound=Written)
Arguments = TypeVarTuple("Arguments")
Answer = TypeVar("Answer")
Key = tuple[object, ...]
"""Everything on which an answer depends."""
NOT_IN_RULEBOOK: Final = Kind(
    "name-not-in-rulebook",
    "the {what} `{name}` is not in the rulebook any more",
    "write it there again under this name; or end what uses it, and order what replaces it",
)
RETIRED: Final = Kind(
    "retired",
    "the {what} `{name}` is retired: running orders keep it, and nothing new is sold with it",
    "choose another; or take it out of `retired` where it is sold again",
)
_FIELDS: Final = {
    "products": "product", "billing-processes": "billing_process",
    "billing-types": "billing_type", "payment-plans": "payment_plan",
}  # fmt: skip
"""The field of a line in which a name of each kind is written."""


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
    vat_codes: Mapping[str, VatCode] = field(default_factory=dict)
    """The VAT codes of vat/codes.yaml by name."""
    vat_currency: Currency | None = None
    """The currency in which the seller declares VAT, where it is not that of prices."""
    exchange_rates: ExchangeRates = field(default_factory=ExchangeRates)
    closed_days: ClosedDays = field(default_factory=ClosedDays)
    reminders: ReminderRules = field(default_factory=ReminderRules)
    """When customers are reminded, and what that costs them; nobody is where it has no procedures."""
    accounting_tools: Mapping[str, ToolMapping] = field(default_factory=dict)
    """What accounting tools call our accounts and VAT, by the name of the tool."""
    stages: Mapping[str, Stage] = field(default_factory=dict)
    """The stages of an open opportunity, in order."""
    reasons: Mapping[str, Label] = field(default_factory=dict)
    """Why an opportunity is lost or cancelled."""
    attributes: Mapping[str, AttributeEntry] = field(default_factory=dict)
    """What analysts added to customers, products and lines, by full name: `customer.shops`."""
    places: Places = field(default_factory=Places)
    """The positions of all entries, for the reasons of amounts."""
    retired: frozenset[tuple[str, str]] = frozenset()
    """Kind and name of each product and plan that running orders keep, and that nothing new is sold with."""
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
        vat_codes=_all(gathered, "vat-codes", VatCode),
        vat_currency=vat_currency_of(gathered),
        exchange_rates=read_exchange_rates(gathered)[0],
        closed_days=closed.written if (closed := gathered.only("closed-days", ClosedDays)) else ClosedDays(),
        reminders=reminding.written if (reminding := gathered.only("reminders", ReminderRules)) else ReminderRules(),
        accounting_tools=tools.written.tools if (tools := gathered.only("accounting-tools", AccountingTools)) else {},
        stages=_all(gathered, "stages", Stage),
        reasons=_all(gathered, "reasons", Label),
        attributes=_all(gathered, "attributes", AttributeEntry),
        checked=checked,
        retired=frozenset((kind, name) for kind in CAN_RETIRE for name in gathered.names(retired_names(kind))),
        places=Places(gathered.entries, gathered.price_rows),
    )


class Cache(Generic[Answer]):
    """Answers by everything on which they depend. A full cache is emptied."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: dict[Key, Answer] = {}

    def get(self, key: Key) -> Answer | None:
        """The stored answer of a key, or None."""
        return self._answers.get(key)

    def store(self, key: Key, answer: Answer) -> Answer:
        """Stores an answer."""
        if len(self._answers) >= self._most:
            self._answers.clear()
        self._answers[key] = answer
        return answer


def cached_in_rulebook(most: int) -> Callable[[Callable[[Rulebook, *Arguments], Answer]], Callable[[Rulebook, *Arguments], Answer]]:
    """Caches a pure function of a rulebook and hashable arguments; each rulebook stores at most so many answers."""

    def decorate(function: Callable[[Rulebook, *Arguments], Answer]) -> Callable[[Rulebook, *Arguments], Answer]:
        @wraps(function)
        def cached(rulebook: Rulebook, *arguments: *Arguments) -> Answer:
            known = rulebook.caches.get(function)
            if known is None:
                known = rulebook.caches[function] = lru_cache(maxsize=most)(lambda *given: function(rulebook, *given))
            return cast("Answer", known(*arguments))

        return cached

    return decorate


class UsedName(NamedTuple):
    """A name that an item uses: of what it is the name, its kind in files, and the name."""

    what: Phrase
    kind: str
    name: str


class MissingName(NamedTuple):
    """A name that the rulebook does not have, and of what it is the name."""

    what: Phrase
    name: str

    def problem(self, pointer: str | None = None) -> Problem:
        """The problem that it is missing."""
        return NOT_IN_RULEBOOK.at(None, pointer, what=self.what, name=self.name)


def missing_of_item(item: OrderItem, rulebook: Rulebook) -> tuple[MissingName, ...]:
    """The names of an item that the rulebook does not have; what is no product needs its account only."""
    if item.one_off is not None and item.one_off.text is not None:
        return tuple(_missing((phrase("account"), item.revenue_account, rulebook.accounts.revenue)))
    names = [_missing_of(rulebook, item.product, process, type_, item.plan, item.revenue_account) for process, type_ in item.billings]
    return names[0] if len(names) == 1 else tuple(dict.fromkeys(name for each in names for name in each))


@cached_in_rulebook(5_000)
def _missing_of(
    rulebook: Rulebook, product: str, process: str | None, billing_type: str | None, plan: str | None, account: str
) -> tuple[MissingName, ...]:
    """The names that the rulebook does not have, of those that many items have in common."""
    return tuple(
        _missing(*_billed_by(product, process, billing_type, plan, rulebook), (phrase("account"), account, rulebook.accounts.revenue))
    )


def missing_of_line(line: QuotedLine, rulebook: Rulebook) -> tuple[MissingName, ...]:
    """The names of a quote's line that the rulebook does not have."""
    return tuple(_missing(*_billed_by(line.request.product, line.billing_process, line.billing_type, line.payment_plan, rulebook)))


def names_of_item(product: str, process: str | None, billing_type: str | None, plan: str | None) -> tuple[UsedName, ...]:
    """The names by which an item is billed."""
    uses = (
        (phrase("product"), "products", product),
        (phrase("billing process"), "billing-processes", process),
        (phrase("billing type"), "billing-types", billing_type),
        (phrase("payment plan"), "payment-plans", plan),
    )
    return tuple(UsedName(what, kind, name) for what, kind, name in uses if name is not None)


def retired_of_item(item: OrderItem, rulebook: Rulebook) -> tuple[UsedName, ...]:
    """The names of an item that are retired: it is billed by them, and nothing new is sold with them."""
    names = (name for process, type_ in item.billings for name in names_of_item(item.product, process, type_, item.plan))
    return _retired(dict.fromkeys(names), rulebook)


def refuse_retired(product: str, process: str | None, billing_type: str | None, plan: str | None, rulebook: Rulebook) -> None:
    """Refusal where a new item would be billed by a retired name, at the pointer of its field."""
    retired = _retired(names_of_item(product, process, billing_type, plan), rulebook)
    if retired:
        raise Refusal(tuple(RETIRED.at(None, f"/{_FIELDS[one.kind]}", what=one.what, name=one.name) for one in retired))


def missing_of_customer(customer: Customer, rulebook: Rulebook) -> MissingName | None:
    """The segment of a customer, if the rulebook does not have it: its prices would be those of nobody."""
    segment = customer.segment
    return MissingName(phrase("segment"), segment) if segment is not None and segment not in rulebook.segments else None


def missing_terms(order: Order, customer: Customer, rulebook: Rulebook) -> MissingName | None:
    """The payment terms of an order, else of its customer, if the rulebook does not have them."""
    terms = order.payment_terms or customer.payment_terms
    return MissingName(phrase("payment term"), terms) if terms is not None and terms not in rulebook.payment_terms else None


def items_without_names(order: Order, customer: Customer, rulebook: Rulebook) -> dict[str, Problem]:
    """The items of a customer's order that cannot be planned, by id, each with its first missing name; all without his segment.

    Items that share a payment plan with one of them wait with it: a fixed amount of a plan is spread over all of its items.
    """
    segment = missing_of_customer(customer, rulebook)
    if segment is not None:
        return {item.id: segment.problem() for item in order.items}
    first = {item.id: names[0].problem() for item in order.items if (names := missing_of_item(item, rulebook))}
    if not first:
        return first
    plans = {item.plan: first[item.id] for item in order.items if item.id in first and item.plan is not None}
    return {item.id: plans[item.plan] for item in order.items if item.plan in plans} | first


def _all(gathered: Gathered, kind: str, model: type[M]) -> dict[str, M]:
    return {name: entry.written for name, entry in gathered.of(kind, model).items()}


def _one(gathered: Gathered, kind: str, model: type[M]) -> M:
    entry = gathered.only(kind, model)
    if entry is None:
        raise LookupError(f"no {kind} was read, and nobody said so")
    return entry.written


def _retired(names: Iterable[UsedName], rulebook: Rulebook) -> tuple[UsedName, ...]:
    return tuple(one for one in names if (one.kind, one.name) in rulebook.retired)


_Use = tuple[Phrase, str | None, Mapping[str, object]]


def _billed_by(product: str, process: str | None, billing_type: str | None, plan: str | None, rulebook: Rulebook) -> tuple[_Use, ...]:
    known: Mapping[str, Mapping[str, object]] = {
        "products": rulebook.products,
        "billing-processes": rulebook.billing_processes,
        "billing-types": rulebook.billing_types,
        "payment-plans": rulebook.payment_plans,
    }
    return tuple((one.what, one.name, known[one.kind]) for one in names_of_item(product, process, billing_type, plan))


def _missing(*uses: _Use) -> Iterator[MissingName]:
    return (MissingName(what, name) for what, name, known in uses if name is not None and name not in known)
