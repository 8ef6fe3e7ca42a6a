"""A small rulebook for the tests of the stages: four products, two price books, and rules that a test writes as plain functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from engine.documents.order import ITEMS, ORDER_TYPES, AnyItem, Order
from engine.documents.party import Address, Customer
from engine.language import Answer, BundleAnswer, Facts, Offer, PriceAnswer, Stacking, Vocabulary, check
from engine.money import Currency, Price, Quantity
from engine.phrases import LANGUAGES
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import IndexStep, PriceBook, Product
from engine.rulebook.company import Company, Numbering, SellerEntry
from engine.rulebook.plans import BillingProcess, BillingType, InstalmentEntry, PaymentPlan, Renewal
from engine.rulebook.vat import Account, Accounts, CountrySets, MentionEntry, Rates, VatSettings
from engine.rulebook.yaml_model import Label

EUR = Currency.of("EUR")
Given = object | Callable[[Facts], object]


def euro(text: str) -> Price:
    """A price in euro."""
    return Price.parse(text, EUR)


@dataclass(frozen=True)
class PlainRules:
    """Rules as a test writes them: an answer, or a function of the facts, per name."""

    answers: Mapping[str, Given] = field(default_factory=dict)
    prices: Mapping[str, PriceAnswer | Callable[[Facts], PriceAnswer | None]] = field(default_factory=dict)
    discounts: tuple[Offer, ...] | Callable[[Facts], tuple[Offer, ...]] = ()
    stack: Stacking | None = None
    bundles: Mapping[str, BundleAnswer] = field(default_factory=dict)
    grouping: tuple[str, ...] = ("customer",)

    @property
    def targets(self) -> frozenset[str]:
        return frozenset(self.answers)

    def ask(self, name: str, facts: Facts, *, tracing: bool = False) -> Answer:
        given = self.answers[name]
        result = given(facts) if callable(given) else given
        return Answer(result)  # type: ignore[arg-type]  # a test gives plain values

    def looks_at(self, name: str) -> tuple[str, ...] | None:
        return None

    @property
    def price_dependencies(self) -> None:
        return None

    @property
    def discount_count(self) -> int:
        return 1 if callable(self.discounts) else len(self.discounts)

    def price(self, product: str, facts: Facts, *, tracing: bool = False) -> PriceAnswer | None:
        given = self.prices.get(product)
        return given(facts) if callable(given) else given

    def offers(self, facts: Facts, *, tracing: bool = False) -> tuple[Offer, ...]:
        return self.discounts(facts) if callable(self.discounts) else self.discounts

    def stacking(self, facts: Facts) -> Stacking | None:
        return self.stack

    def bundle(self, product: str, facts: Facts, *, tracing: bool = False) -> BundleAnswer | None:
        return self.bundles.get(product)


def label(text: str) -> Label:
    """One text in three languages."""
    return Label(fr=text, nl=text, en=text)


def product(code: str, **own: object) -> Product:
    """A subscription by the month unless said otherwise."""
    fields: dict[str, object] = {
        "code": code,
        "name": label(code),
        "family": "software",
        "order_type": "subscription",
        "unit": "shop",
        "supply_kind": "service",
        "vat_class": "standard",
        "account": "sales",
        "billing_processes": ("subscription",),
    }
    return Product.model_validate(fields | own)


def process(name: str, **own: object) -> BillingProcess:
    """A monthly process in advance unless said otherwise."""
    fields: dict[str, object] = {"id": name, "label": label(name), "billing_type": "monthly", "timing": "advance", "align_to": "anchor"}
    return BillingProcess.model_validate(fields | own)


def billing_types() -> dict[str, BillingType]:
    """Monthly, quarterly, annual at 0.9, every four weeks, and once."""
    result = [
        BillingType(id="monthly", label=label("monthly"), every=1, unit="month"),
        BillingType(id="quarterly", label=label("quarterly"), every=3, unit="month"),
        BillingType(id="annual", label=label("annual"), every=1, unit="year", factor=Fraction(9, 10)),
        BillingType(id="every-4-weeks", label=label("every 4 weeks"), every=4, unit="week"),
        BillingType(id="flat-rate", label=label("flat rate"), once=True),
    ]
    return {each.id: each for each in result}


PRODUCTS = (
    product("DESK"),
    product("EDI"),
    product("TILL", order_type="investment", supply_kind="goods", price_per="once", billing_processes=("investment",)),
    product(
        "GUIDE", order_type="investment", supply_kind="goods", vat_class="reduced", price_per="once", billing_processes=("investment",)
    ),
    product("BANNER", order_type="advertising", billing_processes=("advertising",), slots_a_month=3),
)
BOOKS = (
    PriceBook(
        kind="price-book",
        id="first",
        label=label("first"),
        from_=date(2026, 1, 1),
        prices={
            code: euro(price)
            for code, price in (("DESK", "89.00"), ("EDI", "35.00"), ("TILL", "1390.00"), ("GUIDE", "24.53"), ("BANNER", "450.00"))
        },
    ),
    PriceBook(
        kind="price-book",
        id="second",
        label=label("second"),
        from_=date(2027, 1, 1),
        based_on="first",
        index=(IndexStep(factor=Fraction(1029, 1000), supply_kinds=("service",)),),
    ),
)


def rulebook(rules: PlainRules | None = None, **own: object) -> Rulebook:
    """The small rulebook, with a test's own rules, books or products."""
    processes = (
        process("subscription", renewal=Renewal(mode="automatic", term_months=12)),
        process("calendar", align_to="calendar"),
        process("investment", billing_type="flat-rate", price_date="signature", price_change="never"),
        process("advertising", price_date="insertion-month", align_to="calendar"),
    )
    plan = PaymentPlan(
        id="thirds",
        label=label("30-30-40"),
        instalments=(
            InstalmentEntry(share="30%", event="order.signed"),
            InstalmentEntry(share="30%", event="order.signed", after="1 months"),
            InstalmentEntry(share="rest", event="order.signed", after="2 months", supplied=True),
        ),
    )
    account = Account(number="700000", label=label("sales"))
    whole = Rulebook(
        company=_company(),
        currency=EUR,
        products={each.code: each for each in PRODUCTS},
        families={},
        segments={"single": label("single"), "chain": label("chain")},
        units={},
        price_books=BOOKS,
        billing_types=billing_types(),
        billing_processes={each.id: each for each in processes},
        payment_plans={plan.id: plan},
        payment_events=frozenset({"order.signed"}),
        payment_terms={},
        indices={},
        rates=Rates(kind="vat-rates", rates={}),
        countries=CountrySets(kind="countries", sets={}),
        mentions={"reverse-charge": MentionEntry(text=label("Reverse charge"), basis="art. 196")},
        vat=VatSettings(kind="vat", vat_answer_days=400),
        accounts=Accounts(kind="accounts", customers=account, revenue={"sales": account}, vat_due=account),
        checked=check({}, Vocabulary.built_in(EUR, {}, order_types=ORDER_TYPES, languages=LANGUAGES)),
        rules=rules or PlainRules(),
        fingerprint="small",
    )
    return replace(whole, **own)  # type: ignore[arg-type]  # a test replaces fields by name


def customer(**own: object) -> Customer:
    """A business in Namur of the segment `single` unless said otherwise."""
    address = Address(street="Rue Haute 1", postcode="5000", town="Namur", country="BE")
    fields: dict[str, object] = {"id": "K1", "name": "Optique", "address": address, "segment": "single", "vat_number": "BE0999910048"}
    return Customer.model_validate(fields | own)


def item(code: str, name: str = "A-1", **own: object) -> AnyItem:
    """One of a product, waiting; advertising appears once, in January."""
    result = next(each for each in PRODUCTS if each.code == code)
    fields: dict[str, object] = {
        "id": name,
        "currency": EUR,
        "product": code,
        "quantity": Quantity.whole(1),
        "billing_process": result.billing_processes[0],
        "supply_kind": result.supply_kind,
        "vat_class": result.vat_class,
        "revenue_account": "sales",
    }
    appears = {"first_month": date(2027, 1, 1), "insertions": 1} if result.order_type == "advertising" else {}
    return ITEMS[result.order_type].model_validate(fields | appears | own)


def order(*items: AnyItem, **own: object) -> Order:
    """An order of the type of its items, without any of the type of a subscription."""
    of = items[0].type if items else "subscription"
    return Order.model_validate({"id": "A", "currency": EUR, "type": of, "customer": "K1", "items": items} | own)


def _company() -> Company:
    seller = SellerEntry(
        name="Atelier",
        street="Rue 1",
        postcode="4000",
        town="Liège",
        country="BE",
        vat_number="BE0202239951",
        enterprise_number="0202239951",
        register_entry="RPM Liège",
        iban="BE71096123456769",
        email="billing@atelier.example",
        phone="+32 4 000 00 00",
    )
    return Company(
        kind="company",
        seller=seller,
        currency="EUR",
        numbering=Numbering(invoice="{year}-{number:05}", credit_note="C{year}-{number:05}"),
        payment_terms="30-days",
    )
