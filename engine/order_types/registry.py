"""The registry of order types, in the order in which the invoices of a customer are numbered."""

from __future__ import annotations

from typing import Final

from engine.documents.order import Order
from engine.order_types.advertising import ADVERTISING
from engine.order_types.definition import plan_by_process
from engine.order_types.investment import INVESTMENT
from engine.order_types.subscription import SUBSCRIPTION

DEFINITIONS: Final = {each.name: each for each in (SUBSCRIPTION, INVESTMENT, ADVERTISING)}
"""What each order type says of itself, by its name."""
COUNTED_IN_MRR: Final = frozenset(each.name for each in DEFINITIONS.values() if each.counts_in_mrr)
"""The types whose running items bring recurring revenue."""
JOINING: Final = tuple(each.name for each in DEFINITIONS.values() if each.joins_running)
"""The types whose items join the customer's running order."""
WITH_SLOTS: Final = tuple(each.name for each in DEFINITIONS.values() if each.check_slots is not None)
"""The types whose products may have a number of slots a month."""
BY_PROCESS: Final = frozenset(each.name for each in DEFINITIONS.values() if each.plan is plan_by_process)
"""The types all of whose items are billed as their billing process says."""


def is_by_process(order: Order) -> bool:
    """Whether each item of an order is planned by itself, as its billing process says."""
    return order.type in BY_PROCESS and not order.has_prepaid
