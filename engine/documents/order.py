"""Orders and their items: what was agreed, and everything that happened to each item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from operator import not_
from typing import Annotated, Final, Literal, NamedTuple, Self, get_args

from pydantic import Field, model_validator

from engine.dates import Day, month_after
from engine.documents.document import Document, OneCurrency
from engine.documents.former_customer import FormerCustomer
from engine.documents.item_billing import Anchor, BillingChange, OneOff
from engine.documents.order_step import OrderEvent, OrderStep
from engine.documents.party import DeliveryAddress
from engine.documents.prepaid import PrepaidLedger, PrepaidTerms
from engine.documents.quote import AgreedDiscount, PricedLine
from engine.documents.usage_report import Commitment, UsageReport
from engine.money import Percent, Price, Quantity

RenewalMode = Literal["automatic", "ends"]
PriceFollows = Literal["catalogue", "frozen", "indexed"]
ItemState = Literal["pending", "active", "suspended", "ended", "cancelled"]
OrderState = ItemState
_IN_ORDER: Final[tuple[OrderState, ...]] = ("active", "suspended", "pending", "ended")


class InvoicedLine(NamedTuple):
    """A transaction of an item that was invoiced: its kind, the first day of its service, and the change that it bills."""

    kind: str
    service_from: Day
    change: str | None = None


class ItemChange(Document):
    """Something that changes an item from a day on: another quantity, price or billing, a suspension, its end."""

    id: str
    on: Day
    quantity: Quantity | None = None
    added: Quantity | None = None
    """How many are added to the quantity, whatever it is then."""
    price: Price | None = None
    suspend: bool = False
    resume: bool = False
    end: bool = False
    put_off: bool = False
    """Whether the end of its day is put off: the item goes on."""
    cancels_from: int | None = None
    """The first insertion that it cancels."""
    billing: BillingChange | None = None
    is_agreed: bool = False
    """Whether it was agreed from the beginning."""
    joined: bool = False
    """Whether the quantity grew because a quote's item merged into this one: that part is priced on the day it joins."""
    source: str | None = None
    known_on: Day | None = None
    """The day on which it was recorded; None: it is not recorded at the desk."""
    invoiced: tuple[InvoicedLine, ...] = ()
    """What of the service until its day or later was invoiced when it was recorded: these lines stay, and later lines correct them."""

    def quantity_after(self, before: Quantity) -> Quantity:
        """The quantity after it."""
        quantity = before if self.quantity is None else self.quantity
        return quantity if self.added is None else Quantity(quantity.micros + self.added.micros)


def first_end(changes: Iterable[ItemChange]) -> date | None:
    """The first day on which changes, in the order of recording, end their item; an end that was put off ends nothing."""
    ends = {change.on: change.end for change in changes if change.end or change.put_off}
    return min((day for day, is_end in ends.items() if is_end), default=None)


class OrderItem(OneCurrency):
    """What the items of every order type have: what, how many, how it is billed, and the life it has had."""

    id: str
    product: str
    quantity: Quantity
    """The quantity at activation; `changes` say what became of it."""
    attributes: dict[str, str] = Field(default_factory=dict)
    state: ItemState = "pending"
    billing_process: str | None = None
    billing_type: str | None = None
    starts_on: Day | None = None
    """The day on which it is wished or planned to begin."""
    activated_on: Day | None = None
    ends_before: Day | None = None
    """The first day that is not served any more: as it was agreed, or that of the change that ends it."""
    supply_kind: str
    vat_class: str
    revenue_account: str
    negotiated_price: Price | None = None
    price_follows: PriceFollows | None = None
    """What the negotiated price follows; None: as its billing process says."""
    price_agreed_on: Day | None = None
    """The day on which the negotiated price was agreed, from which it moves on; None: its first day."""
    term_months: int | None = None
    """The length of the terms that were agreed; None: as its billing process says, or none."""
    notice_months: int | None = None
    """How long before the end of a term notice must be given, as it was agreed."""
    renewal: RenewalMode | None = None
    """Whether a term is followed by another, as it was agreed."""
    manual_discount: Percent | None = None
    """A discount that a person gave on the line, in the quote from which the item came."""
    manual_discount_author: str | None = None
    agreed_discounts: tuple[AgreedDiscount, ...] = ()
    """The discounts by the total of the quote from which the item came."""
    agreed: PricedLine | None = None
    """The price as it was agreed; None for what came from a former system."""
    quoted_on: Day | None = None
    """The day of the quote whose prices it keeps until the process moves the price of a running item; None without a quote."""
    former_customers: tuple[FormerCustomer, ...] = Field(default=(), exclude_if=not_)
    """For whom it was signed, and billed until a day, where its customer has become another one since; in the order of the days."""
    source: str | None = None
    """The quote and line it came from."""
    text: str | None = Field(default=None, max_length=1000, exclude_if=not_)
    """What its quote said of it in free words; its invoice lines say it too."""
    one_off: OneOff | None = None
    prepaid: PrepaidTerms | None = Field(default=None, exclude_if=not_)
    """What usage is taken from what was paid for it, where that is so."""
    changes: tuple[ItemChange, ...] = ()

    @property
    def anchor(self) -> Anchor:
        """From which day of which month it counts its periods."""
        return Anchor()

    @property
    def joined(self) -> date | None:
        """The day it joined a running order; None where it was in its order from the first."""
        return None

    @property
    def plan(self) -> str | None:
        """The payment plan by which it is invoiced; None where it is billed as its billing process says."""
        return None

    @property
    def billed_by(self) -> str | None:
        """By what it is billed, as lists name it in a word."""
        return self.plan or self.billing_type or self.billing_process

    def state_on(self, day: date) -> ItemState:
        """The state on a day, from the item's dates and changes; only a cancelled item is so for ever."""
        if self.state == "cancelled":
            return "cancelled"
        if self.activated_on is None or day < self.activated_on:
            return "pending"
        if self.ends_before is not None and day >= self.ends_before:
            return "ended"
        return "suspended" if self._suspended_on(day) else "active"

    def quantity_on(self, day: date) -> Quantity:
        """How many were agreed by a day."""
        quantity = self.quantity
        for change in self.changes_until(day):
            quantity = change.quantity_after(quantity)
        return quantity

    def price_on(self, day: date) -> Price | None:
        """The negotiated price agreed by a day, or None where the catalogue counts."""
        agreed = [change.price for change in self.changes_until(day) if change.price is not None]
        return agreed[-1] if agreed else self.negotiated_price

    def changes_until(self, day: date) -> tuple[ItemChange, ...]:
        """The changes up to and including a day, in order of their days and, on one day, as they were recorded."""
        return tuple(sorted((change for change in self.changes if change.on <= day), key=lambda change: change.on))

    @property
    def billings(self) -> tuple[tuple[str | None, str | None], ...]:
        """The billing processes and types that it has had, and will have."""
        changed = (change.billing for change in self.changes if change.billing is not None)
        return ((self.billing_process, self.billing_type), *((each.billing_process, each.billing_type) for each in changed))

    def billing_mark(self, day: date) -> ItemChange | None:
        """The last change of its billing by a day; None: it is billed as from the beginning."""
        return next((change for change in reversed(self.changes_until(day)) if change.billing is not None), None)

    def billed_on(self, day: date) -> Self:
        """The item with the billing that it has on a day; what was agreed for another billing is no price of this one."""
        mark = self.billing_mark(day) if self.changes else None
        return self if mark is None or mark.billing is None else self.replace(**mark.billing.model_dump(), agreed=None)

    def with_change(self, on: date, **what: object) -> Self:
        """The item with one more change from a day on; `what` are the fields of the change."""
        made = ItemChange.model_validate({"id": f"change-{len(self.changes) + 1}", "on": on, **what})
        return self.replace(changes=(*self.changes, made))

    def _suspended_on(self, day: date) -> bool:
        return next((change.suspend for change in reversed(self.changes_until(day)) if change.suspend or change.resume), False)


class SubscriptionItem(OrderItem):
    """Something that is served and billed period after period until it ends."""

    type: Literal["subscription"] = "subscription"
    anchor_day: int | None = Field(default=None, ge=1, le=31)
    anchor_month: int | None = Field(default=None, ge=1, le=12)
    joined_on: Day | None = None
    """The day it joined a running subscription; its first period is then priced by the list of that day."""
    replaces: str | None = None
    """The item of the order for which it was swapped."""
    commitment: Commitment | None = Field(default=None, exclude_if=not_)
    """The minimum that was agreed with it, where it is measured."""
    usage: tuple[UsageReport, ...] = Field(default=(), exclude=True)
    """What was reported of the customer's items with this product, this one and others: some products count them together."""
    estimate: Quantity | None = Field(default=None, exclude=True)
    """In a quote, the quantity of a period with which it is calculated, where the product is measured."""

    @property
    def anchor(self) -> Anchor:
        """Its own, else that of its billing process."""
        return Anchor(self.anchor_day, self.anchor_month)

    @property
    def joined(self) -> date | None:
        """The day it joined a running subscription."""
        return self.joined_on


class InvestmentItem(OrderItem):
    """Something that is bought once and invoiced by a payment plan."""

    type: Literal["investment"] = "investment"
    payment_plan: str | None = None
    """None while it is not chosen yet, or where the item is invoiced at once."""

    @property
    def plan(self) -> str | None:
        """Its payment plan, where it has one."""
        return self.payment_plan


class AdvertisingItem(OrderItem):
    """Something that appears once a month, so many months, and is billed for each."""

    type: Literal["advertising"] = "advertising"
    first_month: Day
    insertions: int = Field(ge=1, le=1200)
    cancelled_from: int | None = None
    """The first insertion number that is cancelled."""

    @property
    def last_insertion(self) -> int:
        """The number of the last insertion that is not cancelled."""
        return self.insertions if self.cancelled_from is None else min(self.insertions, self.cancelled_from - 1)

    def state_on(self, day: date) -> ItemState:
        """The state on a day: once it was active it is ended after the month of its last insertion."""
        state = super().state_on(day)
        is_over = state in ("active", "suspended") and day >= month_after(self.first_month.replace(day=1), self.last_insertion)
        return "ended" if is_over else state


AnyItem = SubscriptionItem | InvestmentItem | AdvertisingItem
OrderType = Literal["subscription", "investment", "advertising"]
ORDER_TYPES: Final[tuple[OrderType, ...]] = get_args(OrderType)
"""Every order type, in the order in which invoices of one customer are numbered."""
ITEMS: Final[Mapping[OrderType, type[AnyItem]]] = {each.model_fields["type"].default: each for each in get_args(AnyItem)}
"""The items of each order type."""


def has_payment_plan(order_type: OrderType) -> bool:
    """Whether items of an order type may be invoiced by a payment plan."""
    return "payment_plan" in ITEMS[order_type].model_fields


def may_be_measured(order_type: OrderType) -> bool:
    """Whether items of an order type may be paid by what is used."""
    return "usage" in ITEMS[order_type].model_fields


class Order(OneCurrency):
    """An agreement of one type with one customer; its state follows from its items."""

    id: str
    type: OrderType
    customer: str
    signed_on: Day | None = None
    purchase_order: str | None = None
    payment_terms: str | None = None
    """The payment terms agreed for this order; None: those of the customer, of the billing process, or of the company."""
    buyer_reference: str | None = Field(default=None, exclude_if=not_)
    """The customer's own reference for it (BT-10); None: that of the customer."""
    deliver_to: DeliveryAddress | None = Field(default=None, exclude_if=not_)
    """Where it is delivered; None: to the customer's own address."""
    invoiced_elsewhere_until: Day | None = None
    """What has a billing date before this day was invoiced by a former system: it is never billed, forecast or numbered."""
    items: tuple[Annotated[AnyItem, Field(discriminator="type")], ...] = ()
    events: tuple[OrderEvent, ...] = ()
    history: tuple[OrderStep, ...] = ()
    attributes: dict[str, str] = Field(default_factory=dict)
    """What the rulebook's vocabulary adds to an order, as text by name."""
    source: str | None = None
    prepaid: PrepaidLedger | None = Field(default=None, exclude=True)
    """What became of its prepaid amounts; None: nothing of them is on an invoice."""

    @model_validator(mode="after")
    def _holds_items_of_its_type(self) -> Self:
        if any(item.type != self.type for item in self.items):
            raise ValueError(f"the items of the {self.type} order {self.id} are of another type")
        return self

    @property
    def has_prepaid(self) -> bool:
        """Whether usage is taken from an amount that was paid in advance."""
        return any(item.prepaid is not None for item in self.items)

    @property
    def state(self) -> OrderState:
        """The state that follows from the items: active while one is, pending while none began, else what they ended in."""
        states = {item.state for item in self.items if item.one_off is None} or {item.state for item in self.items}
        return next((state for state in _IN_ORDER if state in states), "cancelled" if states else "pending")

    def with_step(
        self, on: date, what: str, *touched: str, source: str | None = None, author: str | None = None, because: str | None = None,
        **fields: object,
    ) -> Self:  # fmt: skip
        """The order with other values in some fields, and with what happened to which items in its history."""
        step = OrderStep(on=on, what=what, items=touched, source=source, author=author, because=because)
        return self.replace(history=(*self.history, step), **fields)
