"""What a report of slots adds up: the insertions of one product in one month."""

from __future__ import annotations

from typing import NamedTuple


class InsertionSum(NamedTuple):
    """How many slots of a product are sold in a month, in millionths."""

    product: str
    month: str
    micros: int
