"""The slot report: how many advertising slots of a product are sold and free in each month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from engine.documents.document import Document
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Quantity
from engine.rulebook.catalog import Product
from engine.stages.reporting.forecast import months


class SlotRow(Document):
    """One product in one month: slots there are (None: no limit), sold, and free."""

    month: str
    product: str
    slots: int | None
    sold: Quantity
    free: Quantity | None


def slots(transactions: Iterable[TransactionFigures], products: Mapping[str, Product], *, start: date, until: date) -> tuple[SlotRow, ...]:
    """The slots by product and month of [start, until); every insertion counts unless it is cancelled."""
    span = months(start, until)
    sold: dict[tuple[str, str], int] = {(code, month): 0 for code in products for month in span}
    for one in transactions:
        if one.kind == "insertion" and one.state != "cancelled" and one.amount.service_from is not None:
            key = (one.product, f"{one.amount.service_from:%Y-%m}")
            if key[1] in span:
                sold[key] = sold.get(key, 0) + one.amount.quantity
    return tuple(_row(products[code], month, micros) for (code, month), micros in sorted(sold.items()))


def _row(product: Product, month: str, micros: int) -> SlotRow:
    limit = product.slots_a_month
    free = None if limit is None else Quantity(Quantity.whole(limit).micros - micros)
    return SlotRow(month=month, product=product.code, slots=limit, sold=Quantity(micros), free=free)
