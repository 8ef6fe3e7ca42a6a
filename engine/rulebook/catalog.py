"""catalog/: products, families, segments and price books."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from pydantic import Field

from engine.dates import Day
from engine.documents.order import OrderType
from engine.documents.prepaid import PrepaidTerms
from engine.documents.quote import PricePer
from engine.locales import is_singular
from engine.money import Factor, Quantity
from engine.phrases import Language, phrase
from engine.problems import Kind, Problem
from engine.rulebook.yaml_model import Code, Label, ListPrice, Name, Number, Whole, Written, YesNo
from engine.text.nearest import suggestion
from engine.text.yaml_fields import Expression

SupplyKind = Literal["service", "electronic-service", "local-service", "goods", "immovable-work"]
VatClass = Literal["standard", "intermediate", "reduced", "zero", "exempt"]


UNKNOWN_PRODUCT: Final = Kind("unknown-product", "there is no product `{product}`", "{remedy}")
_MOST_SUGGESTIONS: Final = 10
"""Looking for similar codes in a long catalogue takes time: for so many mistakes of one request."""


def unknown_product(code: str, products: Iterable[str], pointer: str, *, before: int = 0) -> Problem:
    """The problem of a code that no product has, with the code that was probably meant; `before` are the earlier problems of a request."""
    is_early = before < _MOST_SUGGESTIONS
    remedy = suggestion(code[:60], products) if is_early else phrase("write the code of a product of catalog/")
    return UNKNOWN_PRODUCT.at(None, pointer, product=code[:60], remedy=remedy)


class Attribute(Written):
    """Something a product demands of its order line: a type and what it means."""

    type: Literal["text", "number", "yes-no", "date"]
    """What may be written: any text, a decimal number, `yes` or `no`, or a day."""
    label: Label
    """How people call it."""
    required: YesNo = True
    """Whether an order line must have it."""


class Product(Written):
    """One thing that is sold: its names, family, unit, how it may be billed, how it is taxed and booked."""

    code: Code
    """The code by which price books, orders and rules call it: `DESK-10`; once sold, it never changes."""
    name: Label
    """What stands on quotes and invoices."""
    family: Name
    """A family of families.yaml, as reports and rules group products."""
    order_type: OrderType
    """What kind of order it makes: a running subscription, an investment on a payment plan, or advertising."""
    unit: Name
    """A unit of units.yaml in which it is counted."""
    supply_kind: SupplyKind
    """What it is for VAT: this decides where it is taxed."""
    vat_class: VatClass
    """Which rate of vat/rates.yaml applies where it is taxed at home."""
    account: Name
    """A name of accounts.yaml (revenue)."""
    price_per: PricePer = "month"
    """For how long the list price pays; `once` for what is bought."""
    billing_processes: tuple[Name, ...] = Field(min_length=1)
    """Allowed billing processes; the first is the default unless a rule chooses."""
    payment_plans: tuple[Name, ...] = ()
    """Payment plans that may be agreed for it; the first is the default, unless the billing process names another of them."""
    requires: tuple[Code, ...] = ()
    """Products that the customer must have or order too."""
    excludes: tuple[Code, ...] = ()
    """Products that the customer may not have beside it."""
    slots_a_month: Whole | None = Field(default=None, ge=0)
    """How many can be sold in one month, of advertising."""
    measured: YesNo = False
    """Whether it is paid by what is used: the quantity of a period is the sum of its usage reports, invoiced in arrears."""
    included: Number | None = None
    """Of what is measured, how many units of each period cost nothing; they are taken off before tiers."""
    counted_over: Literal["item", "customer"] = "item"
    """Whether tiers and `included` count for each item, or over all items of the customer with this product."""
    prepays: tuple[Code, ...] = ()
    """The measured products whose usage is taken from what is paid for it, until that is used up."""
    prepaid_months: Whole | None = Field(default=None, ge=1, le=120)
    """For how many months from its first day usage is taken from it; absent: until the item ends."""
    from_: Day | None = None
    """The first day on which it may be sold."""
    until: Day | None = None
    """The last day on which it may be sold."""
    available_when: Expression | None = None
    """For whom it may be quoted and ordered: a condition such as `customer.kind is business`; absent: for everybody."""
    attributes: dict[Name, Attribute] = Field(default_factory=dict)
    """What else an order line must say of it."""

    @property
    def priced_per(self) -> PricePer:
        """For how long its price pays; that of what is measured pays for one unit of a billing period, whatever its length."""
        return "period" if self.measured else self.price_per

    @property
    def prepaid(self) -> PrepaidTerms | None:
        """What is agreed with its items, where usage is taken from what is paid for it."""
        return PrepaidTerms(products=self.prepays, months=self.prepaid_months) if self.prepays else None

    @property
    def free_micros(self) -> int | None:
        """How much of a measured quantity costs nothing, in millionths; None where the product is not measured."""
        return None if not self.measured else self.included.micros if self.included else 0


class Products(Written):
    """A file of products."""

    kind: Literal["products"]
    products: tuple[Product, ...]
    """The products, in the order in which lists show them."""
    retired: tuple[Product, ...] = ()
    """Products that running orders keep, with their last meaning: still priced and billed, and not sold any more."""


class Family(Written):
    """A family of products, as reports group them."""

    label: Label
    """How people call it."""


class Families(Written):
    """The families of products."""

    kind: Literal["families"]
    families: dict[Name, Family]
    """The families by name."""


class Segments(Written):
    """The segments of customers."""

    kind: Literal["segments"]
    segments: dict[Name, Label]
    """The segments by name, as customers and rules name them."""


class Units(Written):
    """The units in which products are counted, with their UN/ECE Recommendation 20 code for e-invoices."""

    kind: Literal["units"]
    units: dict[Name, UnitEntry]
    """The units by name, as products name them."""


class UnitEntry(Written):
    """One unit: its code in e-invoices and its words, one and many."""

    code: str = Field(pattern="^[A-Z0-9]{2,3}$")
    """Its code in UN/ECE Recommendation 20: `C62` one, `H87` piece, `HUR` hour, `DAY` day."""
    one: Label
    """The word for one of them."""
    many: Label
    """The word for several."""

    def word(self, quantity: Quantity, language: Language) -> str:
        """The word after a quantity, singular or plural as the language has it."""
        return (self.one if is_singular(quantity, language) else self.many).in_(language)


class IndexStep(Written):
    """What a derived price book does to the prices of the book it is based on."""

    factor: Factor
    """What the price is multiplied by, before any rounding: `1.03` is three percent more."""
    supply_kinds: tuple[SupplyKind, ...] | None = None
    """Only for products of these kinds."""
    vat_classes: tuple[VatClass, ...] | None = None
    """Only for products of these VAT classes."""
    families: tuple[Name, ...] | None = None
    """Only for products of these families."""
    products: tuple[Code, ...] | None = None
    """Only for these products."""


class PriceBook(Written):
    """A list of prices from a day on: written here or in a CSV, or derived from another book by factors that multiply before any rounding.

    `from` counts for new items, `running-items-from` (default: the same day) for running ones.
    """

    kind: Literal["price-book"]
    id: str = Field(pattern="^[A-Za-z0-9][A-Za-z0-9-]*$")
    """Its name, as other books and explanations call it."""
    label: Label
    """How people call it."""
    from_: Day
    """The first day on which new items have these prices."""
    running_items_from: Day | None = None
    """The first day on which running items have them; absent: the same day."""
    segments: tuple[Name, ...] | None = None
    """Only for these segments; None for all."""
    based_on: str | None = None
    """The book whose prices this one begins with."""
    index: tuple[IndexStep, ...] = ()
    """What the prices of that book are multiplied by; the first step that fits a product counts."""
    prices: dict[Code, ListPrice] = Field(default_factory=dict)
    """Prices by product; in a derived book they replace the derived price."""
    prices_file: str | None = None
    """A CSV beside this file with the columns `product` and `price`."""
    because: str | None = None
    """Why these prices, as explanations quote it."""

    def serves(self, segment: str | None) -> bool:
        """Whether the prices are for customers of a segment (None: without one)."""
        return self.segments is None or segment in self.segments


Units.model_rebuild()
