"""What a billing run would do, counted before it is previewed: the lines that are due, for how much, and those that are held back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from api.desk.desk import Desk
from api.desk.due_drafts import Selection, drafts_of
from api.desk.reports import net_of, open_sums
from api.store.transaction_rows import OPEN, TransactionFilter
from engine.money import Money

_ALL_DRAFTED: Final = 500
"""Where so few lines are due they are drafted, so that it is known what a run would hold back now."""
_HELD: Final = 2
"""The column of what is held among those of a forecast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutlook:
    """What is due in a selection."""

    lines: int
    net: Money
    held: int
    """How many of the lines would be held back, or, where many are due, were by the last run."""


def outlook(desk: Desk, selection: Selection) -> RunOutlook:
    """What a run of a selection would invoice; refuses unknown customers and an unknown order.

    Where many lines are due, those are counted whose billing date has come, as the sums of orders tell at once.
    """
    desk.check_names(customer=selection.customer, customers=selection.customers or (), order=selection.order)
    through = selection.due_through
    every = TransactionFilter(states=OPEN, billed_until=through + timedelta(days=1))
    is_small = sum(one.transactions for one in open_sums(desk, every, (), through)) <= _ALL_DRAFTED
    criteria = selection.of_customers()
    counted = criteria if is_small else replace(criteria, invoiceable_through=None, billed_until=every.billed_until)
    sums = open_sums(desk, counted, (), through)
    held = sum(one.transactions for one in sums if one.column == _HELD)
    if is_small:
        drafted = drafts_of(desk, selection, desk.today, tracing=False, validating=False)
        held = sum(len(each.held) for each in drafted)
    return RunOutlook(lines=sum(one.transactions for one in sums), net=net_of(sums, desk), held=held)
