"""catalog/: products, families, segments and price books."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.dates import Day
from engine.documents.order import OrderType
from engine.documents.quote import PricePer
from engine.language.written import Expression
from engine.money import Factor, Price
from engine.rulebook.written import Code, Label, Name, Whole, Written, YesNo

SupplyKind = Literal["service", "electronic-service", "local-service", "goods", "immovable-work"]
VatClass = Literal["standard", "intermediate", "reduced", "zero", "exempt"]


class Attribute(Written):
    """Something a product demands of its order line: a type and what it means."""

    type: Literal["text", "number", "yes-no", "date"]
    label: Label
    required: YesNo = True


class Product(Written):
    """One thing that is sold: its names, family, unit, how it may be billed, how it is taxed and booked."""

    code: Code
    name: Label
    family: Name
    order_type: OrderType
    unit: Name
    supply_kind: SupplyKind
    vat_class: VatClass
    account: Name
    """A name of accounts.yaml (revenue)."""
    price_per: PricePer = "month"
    billing_processes: tuple[Name, ...] = Field(min_length=1)
    """Allowed billing processes; the first is the default unless a rule chooses."""
    payment_plans: tuple[Name, ...] = ()
    requires: tuple[Code, ...] = ()
    excludes: tuple[Code, ...] = ()
    slots_a_month: Whole | None = Field(default=None, ge=0)
    from_: Day | None = None
    until: Day | None = None
    available_when: Expression | None = None
    """For whom it may be quoted and ordered: a condition such as `customer.kind is business`; absent: for everybody."""
    attributes: dict[Name, Attribute] = Field(default_factory=dict)


class Products(Written):
    """A file of products."""

    kind: Literal["products"]
    products: tuple[Product, ...]


class Family(Written):
    """A family of products, as reports group them."""

    label: Label


class Families(Written):
    """The families of products."""

    kind: Literal["families"]
    families: dict[Name, Family]


class Segments(Written):
    """The segments of customers."""

    kind: Literal["segments"]
    segments: dict[Name, Label]


class Units(Written):
    """The units in which products are counted, with their UN/ECE Recommendation 20 code for e-invoices."""

    kind: Literal["units"]
    units: dict[Name, UnitEntry]


class UnitEntry(Written):
    """One unit: its code in e-invoices and its words, one and many."""

    code: str = Field(pattern="^[A-Z0-9]{2,3}$")
    one: Label
    many: Label


class IndexStep(Written):
    """What a derived price book does to the prices of the book it is based on."""

    factor: Factor
    supply_kinds: tuple[SupplyKind, ...] | None = None
    vat_classes: tuple[VatClass, ...] | None = None
    families: tuple[Name, ...] | None = None
    products: tuple[Code, ...] | None = None


class PriceBook(Written):
    """A list of prices from a day on: written here or in a CSV, or derived from another book by factors that multiply before any rounding.

    `from` counts for new items, `running-items-from` (default: the same day) for running ones.
    """

    kind: Literal["price-book"]
    id: str = Field(pattern="^[A-Za-z0-9][A-Za-z0-9-]*$")
    label: Label
    from_: Day
    running_items_from: Day | None = None
    segments: tuple[Name, ...] | None = None
    """Only for these segments; None for all."""
    based_on: str | None = None
    index: tuple[IndexStep, ...] = ()
    prices: dict[Code, Price] = Field(default_factory=dict)
    """Prices by product; in a derived book they replace the derived price."""
    prices_file: str | None = None
    because: str | None = None


Units.model_rebuild()
