"""An item that is changed and invoiced day by day in memory, as the desk does it with a store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine import billing
from engine.documents.order import Order, OrderItem
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import figures_of
from engine.money import Quantity
from engine.rulebook.terms import Terms
from engine.stages.ordering import item_lifecycle
from engine.stages.scheduling.item_schedule import PriceList, schedule
from tests.scheduled import Listed, item, order

FAR = date(2032, 1, 1)
Step = Callable[["Life"], None]


@dataclass
class Life:
    """One item of an order, its terms and prices, and what was invoiced so far."""

    order: Order
    terms: Terms
    prices: PriceList
    invoiced: dict[str, Transaction] = field(default_factory=dict)

    def plan(self, through: date = FAR) -> dict[str, Transaction]:
        """The planned transactions by identity; a planned and an invoiced one have the same amount."""
        planned = {
            one.identity: one
            for each in self.order.items
            for one in schedule(self.order, each, self.terms, self.prices, through=through).transactions
        }
        for name, one in self.invoiced.items():
            again = planned.get(name)
            if again is not None:
                assert (again.portion.net, again.service_period) == (one.portion.net, one.service_period), name
        return planned

    def run(self, through: date, most: int | None = None) -> None:
        """Invoices what is due through a day, or the first so many."""
        due = [one for name, one in self.plan(through).items() if name not in self.invoiced and one.is_due(through)]
        self.invoiced |= {one.identity: one for one in due[:most]}

    def record(self, verb: str, on: date, today: date | None = None, **fields: Any) -> None:
        """Records a step: `change` with a quantity or price, `suspend`, `resume` or `end`."""
        before, day = self.order, today or on
        (one,) = before.items
        if verb == "change":
            after = item_lifecycle.change(before, on, one.id, **fields, today=day)
        else:
            after = getattr(item_lifecycle, verb)(before, on, [one.id], today=day)
        self.order = billing.record(before, after, map(figures_of, self.invoiced.values()), today=day)

    def settled(self) -> dict[str, Transaction]:
        """Everything that is invoiced in the end; what was invoiced is planned again as it is."""
        planned = self.plan()
        assert self.invoiced.keys() <= planned.keys()
        return self.invoiced | planned

    def total(self) -> int:
        """The sum of everything that is invoiced in the end, in minor units."""
        return sum(one.portion.net.minor for one in self.settled().values())

    def nets(self) -> list[str]:
        """The nets of everything that is invoiced in the end, by billing date."""
        ordered = sorted(self.settled().values(), key=lambda one: (one.billing_date or FAR, one.service_period, one.identity))
        return [str(one.portion.net) for one in ordered]


def life(prices: PriceList | None = None, *, of: OrderItem | None = None, since: date | None = None, **terms: Any) -> Life:
    """A monthly item from 1 January 2027 at 31.00, unless said otherwise."""
    own = Terms.model_validate({"align_to": "calendar", **terms})
    one = of or item()
    return Life(order(one, invoiced_elsewhere_until=since), own, prices or Listed({date(2000, 1, 1): "31.00"}))


def units(number: int) -> Quantity:
    """So many."""
    return Quantity.whole(number)
