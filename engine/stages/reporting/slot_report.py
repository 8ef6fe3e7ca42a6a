"""The slot report: how many advertising slots of a product are sold and free in each month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from engine.documents.document import Document
from engine.documents.insertion_sum import InsertionSum
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Quantity
from engine.rulebook.catalog import Product
from engine.stages.reporting.forecast import months

SLOT_STATES: Final = ("planned", "held", "invoiced", "elsewhere")
"""The states of insertions that take slots."""


class SlotRow(Document):
    """One product in one month: slots there are (None: no limit), sold, and free."""

    month: str
    product: str
    slots: int | None
    sold: Quantity
    free: Quantity | None


def insertions_of(transactions: Iterable[TransactionFigures]) -> list[InsertionSum]:
    """The slots that each insertion takes in the month of its service, unless it is cancelled."""
    return [
        InsertionSum(one.product, f"{one.amount.service_from:%Y-%m}", one.amount.quantity)
        for one in transactions
        if one.kind == "insertion" and one.state in SLOT_STATES and one.amount.service_from is not None
    ]


def slots(insertions: Iterable[InsertionSum], products: Mapping[str, Product], *, start: date, until: date) -> tuple[SlotRow, ...]:
    """The slots by product and month of [start, until); those of products that left the rulebook are not shown."""
    sold: dict[tuple[str, str], int] = {(code, month): 0 for code in products for month in months(start, until)}
    for one in insertions:
        if (one.product, one.month) in sold:
            sold[one.product, one.month] += one.micros
    return tuple(_row(products[code], month, micros) for (code, month), micros in sorted(sold.items()))


def _row(product: Product, month: str, micros: int) -> SlotRow:
    limit = product.slots_a_month
    free = None if limit is None else Quantity(Quantity.whole(limit).micros - micros)
    return SlotRow(month=month, product=product.code, slots=limit, sold=Quantity(micros), free=free)
