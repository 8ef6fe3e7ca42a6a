"""Made-up live items in shards: as mixed as in a company of years, and the same in whatever process a shard is read.

Items are drawn from a pool of distinct combinations of product, quantity, first day, billing process with billing type, and segment of
the customer. 5% have a negotiated price of their own, 10% another quantity from a day of their own in the planned year.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from api.rulebook_folder import read_folder
from engine.comparing.live_order_changes import LiveOrders
from engine.documents.order import ItemChange, Order, SubscriptionItem
from engine.documents.party import Address, Customer
from engine.money import Price, Quantity
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook

ROOT: Final = Path(__file__).parents[1]
COMBINATIONS: Final = 120_000
ITEMS_AN_ORDER: Final = 8
CUT_OVER: Final = date(2027, 1, 1)
"""What is billed before it was invoiced by a former system."""
_FIRST: Final = date(2024, 1, 1)
_DAYS: Final = 1096
_TYPES: Final = ("monthly", "monthly", "quarterly", "annual")
_AT_ONCE: Final = 500
_MOST_PIECES: Final = 25


@dataclass(frozen=True, slots=True)
class MadeShard:
    """The orders of some numbers, of so many in all."""

    first: int
    until: int
    orders: int

    def __call__(self) -> Iterator[LiveOrders]:
        rulebook = rulebook_here()
        for at in range(self.first, self.until, _AT_ONCE):
            made = [_order(number, self.orders, rulebook) for number in range(at, min(at + _AT_ONCE, self.until))]
            yield LiveOrders(orders=[order for order, _ in made], customers={buyer.id: buyer for _, buyer in made}, invoiced={})


def shards(items: int, count: int) -> list[MadeShard]:
    """So many items in shards of about equal size, segment after segment as `customers.orders_by_segment` gives those of a database."""
    orders = items // ITEMS_AN_ORDER
    edges = [orders * at // count for at in range(count + 1)]
    return [MadeShard(first, until, orders) for first, until in pairwise(edges)]


def _order(number: int, orders: int, rulebook: Rulebook) -> tuple[Order, Customer]:
    """An order with its customer; both follow from its number among so many."""
    dice = random.Random(number)
    segments = sorted(rulebook.segments)
    segment = number * len(segments) // orders
    address = Address.model_construct(street="Street 1", postcode="1000", town="Town", country=rulebook.company.seller.country)
    name = f"M{number}"
    buyer = Customer.model_construct(id=name, name=name, address=address, segment=segments[segment])
    pool = _pool()[segment]
    items = tuple(_item(f"{name}-{at}", pool[dice.randrange(len(pool))], dice, rulebook) for at in range(ITEMS_AN_ORDER))
    signed_on = min(item.activated_on or CUT_OVER for item in items)
    order = Order.model_construct(
        id=name, currency=rulebook.currency, type="subscription", customer=name, items=items, signed_on=signed_on,
        invoiced_elsewhere_until=CUT_OVER,
    )  # fmt: skip
    return order, buyer


def _item(name: str, like: SubscriptionItem, dice: random.Random, rulebook: Rulebook) -> SubscriptionItem:
    fields: dict[str, object] = {"id": name}
    drawn = dice.random()
    if drawn < 0.05:
        fields["negotiated_price"] = Price(dice.randrange(1_000, 20_000) * 10_000, rulebook.currency)
    elif drawn < 0.15:
        on = CUT_OVER + timedelta(days=dice.randrange(365))
        fields["changes"] = (
            ItemChange.model_construct(id="change-1", on=on, quantity=Quantity.whole(dice.randrange(1, _MOST_PIECES)), known_on=on),
        )
    return like.model_copy(update=fields)


@cache
def rulebook_here() -> Rulebook:
    """The rulebook of this checkout, read once in each process."""
    return read_rulebook(read_folder(ROOT))


@cache
def _pool() -> list[list[SubscriptionItem]]:
    """The distinct combinations, by segment."""
    rulebook = rulebook_here()
    dice = random.Random(7)
    sold = [product for product in rulebook.products.values() if product.order_type == "subscription" and not product.attributes]
    segments = len(rulebook.segments)
    drawn: dict[tuple[object, ...], None] = {}
    while len(drawn) < COMBINATIONS:
        product = dice.choice(sold)
        drawn[
            dice.randrange(segments),
            product.code,
            dice.randrange(1, _MOST_PIECES),
            dice.randrange(_DAYS),
            dice.choice(product.billing_processes),
            dice.choice(_TYPES),
        ] = None
    pool: list[list[SubscriptionItem]] = [[] for _ in range(segments)]
    for segment, code, quantity, day, process, billing_type in drawn:
        product = rulebook.products[code]
        pool[segment].append(
            SubscriptionItem(
                id="like",
                currency=rulebook.currency,
                product=code,
                quantity=Quantity.whole(quantity),
                state="active",
                billing_process=process,
                billing_type=billing_type,
                activated_on=_FIRST + timedelta(days=day),
                supply_kind=product.supply_kind,
                vat_class=product.vat_class,
                revenue_account=product.account,
            )
        )
    return pool
