"""An item whose billing changes and is invoiced day by day in memory, as the desk does it with a store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from engine import billing
from engine.documents.order import OrderItem
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import figures_of
from engine.rulebook.terms import Terms
from engine.stages.ordering.billing_change import Wanted, change_billing
from engine.stages.scheduling.billing_cycles import transactions_of_cycles
from tests.item_life import FAR, Life
from tests.scheduled import Listed, item, order

TYPES: dict[str, dict[str, Any]] = {"1": {"every": 1}, "3": {"every": 3}, "12": {"every": 12}, "2w": {"every": 2, "unit": "week"}}


@dataclass
class BilledLife(Life):
    """One item whose billing changes; its processes are terms by name."""

    processes: dict[str, dict[str, Any]] | None = None

    def terms_for(self, one: OrderItem) -> Terms:
        """The terms of an item."""
        own = {**(self.processes or {})[one.billing_process or ""], **TYPES[one.billing_type or ""]}
        if own.get("unit") == "week" and own["align_to"] == "anchor":
            own["align_to"] = "activation"
        return Terms.model_validate({**own, "anchor_day": one.anchor.day, "anchor_month": one.anchor.month})

    def plan(self, through: date = FAR) -> dict[str, Transaction]:
        """The planned transactions by identity; a planned and an invoiced one have the same amount."""
        (one,) = self.order.items
        made = list(transactions_of_cycles(self.order, one, self.terms_for, self.prices, through=through))
        planned = {each.identity: each for each in made}
        assert len(planned) == len(made), "every line has a name of its own"
        for name, each in self.invoiced.items():
            again = planned.get(name)
            if again is not None:
                assert (again.portion.net, again.service_period) == (each.portion.net, each.service_period), name
        return planned

    def bill_otherwise(self, on: date, begins: Any, process: str, type_: str, anchor_day: int | None) -> None:
        """Records a change of the billing."""
        before = self.order
        (one,) = before.items
        wanted = Wanted(one.billed_on(on).replace(billing_process=process, billing_type=type_), anchor_day, None)
        figures = [figures_of(each) for each in self.invoiced.values()]
        after = change_billing(before, on, wanted, begins, self.terms_for, invoiced=figures, today=on)
        again = change_billing(after, on, wanted, begins, self.terms_for, invoiced=figures, today=on)
        assert again == after, "twice the same is no change"
        self.order = billing.record(before, after, figures, today=on)


def life(processes: dict[str, dict[str, Any]], type_: str, anchor_day: int, **fields: Any) -> BilledLife:
    """An item from 1 January 2027 at 31.00 for each period."""
    one = item(billing_process=min(processes), billing_type=type_, anchor_day=anchor_day, **fields)
    return BilledLife(order(one), Terms(), Listed({date(2000, 1, 1): "31.00"}), processes=processes)
