"""The verbs that change an item: its quantity, its price, its billing, and its product."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from api.desk.verb import Acting, Verb
from api.refusals import Conflict
from engine import billing
from engine.dates import GivenDay
from engine.documents.order import ItemChange, Order
from engine.money import Price, Quantity
from engine.phrases import Phrase, phrase
from engine.problems import Kind, refuse
from engine.stages.ordering import item_lifecycle, product_change
from engine.stages.ordering.billing_change import BillingRequest

ONE_AT_A_TIME: Final = Kind(
    "one-change-at-a-time",
    "the quantity or price of an item and its billing do not change in one step",
    "change the one, then the other: both may count from one day",
)
AS_IT_IS: Final = Kind(
    "as-it-is", "`{item}` has this {what} on {on} already", "nothing needs to be done; for another day or another value, write that"
)
NEGATIVE_PRICE: Final = Kind(
    "negative-price", "a price of {price} would be below 0", "write a price of 0 or more; what is owed back is credited, or a line by hand"
)


class Change(Verb):
    """Changes the quantity or the negotiated price of an item from a day on, or how it is billed: type, process, anchor.

    Another billing counts from the next boundary of the running cycle, or with `at: day` from the day itself.
    """

    verb: Literal["change"] = "change"
    on: GivenDay
    item: str
    quantity: Quantity | None = None
    price: Price | None = None
    billing_type: str | None = Field(default=None, max_length=200)
    billing_process: str | None = Field(default=None, max_length=200)
    anchor_day: int | None = Field(default=None, ge=1, le=31)
    anchor_month: int | None = Field(default=None, ge=1, le=12)
    at: Literal["day", "boundary"] | None = None

    def applied(self, order: Order, acting: Acting) -> Order:
        """The order with the item changed."""
        billed = (self.billing_process, self.billing_type, self.anchor_day, self.anchor_month)
        if any(each is not None for each in (*billed, self.at)):
            if self.quantity is not None or self.price is not None:
                raise refuse(ONE_AT_A_TIME, None, "/price" if self.quantity is None else "/quantity")
            wished = BillingRequest(self.item, *billed, self.at or "boundary")
            customer, rulebook = acting.customer, acting.rulebook
            after = billing.change_billing(order, customer, rulebook, wished, on=self.on, invoiced=acting.invoiced, today=acting.today)
            return self._changed(order, after, phrase("billing"), is_same=after == order)
        if self.price is not None and self.price.micros < 0:
            raise refuse(NEGATIVE_PRICE, None, "/price", price=self.price)
        after = item_lifecycle.change(order, self.on, self.item, quantity=self.quantity, price=self.price, today=acting.today)
        item = next(each for each in order.items if each.id == self.item)
        known = (item.quantity_on(self.on), item.price_on(self.on))
        is_same = known == (self.quantity or known[0], known[1] if self.price is None else self.price)
        what = phrase("price") if self.quantity is None else phrase("quantity")
        return self._changed(order, after, what, is_same=is_same)

    def _changed(self, order: Order, after: Order, what: Phrase, *, is_same: bool) -> Order:
        """The order after the change; refused where all is as it is, unless the same change was recorded before: twice is once."""
        item = next(each for each in order.items if each.id == self.item)
        if is_same and not any(change.on >= self.on and self._says(change) for change in item.changes):
            problem = AS_IT_IS.at(None, f"/{self._first}", item=item.id, what=what, on=self.on)
            raise Conflict((problem,), item.state_on(self.on), item_lifecycle.possible_on(item, self.on))
        return after

    @property
    def _first(self) -> str:
        """The first field that says what changes."""
        names = ("quantity", "price", "billing_process", "billing_type", "anchor_day", "anchor_month", "at")
        return next(name for name in names if getattr(self, name) is not None)

    def _says(self, change: ItemChange) -> bool:
        """Whether a recorded change is of what this one changes."""
        if self.quantity is not None:
            return change.on == self.on and (change.quantity is not None or change.added is not None)
        return change.on == self.on and change.price is not None if self.price is not None else change.billing is not None


class Swap(Verb):
    """Swaps an item for another product on a day: the item ends, and one of the other product begins."""

    verb: Literal["swap"] = "swap"
    on: GivenDay
    item: str
    product: str

    def applied(self, order: Order, acting: Acting) -> Order:
        """The order with the other product."""
        return product_change.swap(order, self.on, self.item, self.product, acting.rulebook, today=acting.today)
