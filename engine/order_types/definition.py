"""The definition of an order type: its items, CSV file, planning, and which revenue it counts in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from engine.documents.order import Order, OrderItem, OrderType
from engine.documents.priced_quote import QuotedLine
from engine.documents.transaction import Transaction
from engine.order_types.csv_file import CsvFile
from engine.order_types.plan_items import Planning, plan_by_process
from engine.phrases import Phrase
from engine.rulebook.book import Rulebook

Item = TypeVar("Item", bound=OrderItem)
Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition(Generic[Item]):
    """One order type. What has a default here is said only by a type for which it is otherwise."""

    name: OrderType
    item: type[Item]
    label: Phrase
    """The word for an order of this type, as comparisons call it; documents take theirs from templates/words.yaml."""
    file: CsvFile
    """The CSV file from which its orders are imported."""
    plan: Callable[[Planning, Sequence[Item]], Iterable[Transaction]] = plan_by_process
    """The transactions of an order's items."""
    item_fields: Callable[[QuotedLine, date], Fields] = lambda _line, _accepted_on: {}
    """What only its items have, of the item that an accepted quote line becomes."""
    line_fields: Callable[[Item], Fields] = lambda _item: {}
    """What only its quote lines ask, of the line that would ask for an item again."""
    waits_for_activation: Callable[[Item, Rulebook], bool] = lambda _item, _rulebook: False
    """Whether an imported item is not active from its day, because its activation will be reported."""
    check_slots: Callable[[Iterable[Order], Order, Rulebook], None] | None = None
    """Refuses an order for which no slot is free beside the other orders of the type; None where its products have no slots."""
    counts_in_mrr: bool = False
    """Whether its running items bring recurring revenue."""
    joins_running: bool = False
    """Whether its items join the customer's running order of the type, as the increment rules say."""

    def planned(self, planning: Planning) -> tuple[Transaction, ...]:
        """Every transaction of an order of this type."""
        return tuple(self.plan(planning, [item for item in planning.order.items if isinstance(item, self.item)]))

    def asks_again(self, item: OrderItem) -> Fields:
        """What a quote line asks beside product, quantity and billing process, to get an item again."""
        return self.line_fields(item) if isinstance(item, self.item) else {}

    def waits(self, item: OrderItem, rulebook: Rulebook) -> bool:
        """Whether an imported item waits until its activation is reported."""
        return isinstance(item, self.item) and self.waits_for_activation(item, rulebook)
