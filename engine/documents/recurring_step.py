"""A step by which the monthly recurring revenue of an item moves on a day."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final, Literal, NamedTuple, get_args

Movement = Literal["new", "increment", "decrease", "suspended", "reactivated", "price", "lost"]
MOVEMENTS: Final[tuple[Movement, ...]] = get_args(Movement)
"""Every movement, in the order of reports."""


class RecurringStep(NamedTuple):
    """What changes on a day, why, and by how much of a month: exact, unrounded, in units of the currency."""

    on: date
    movement: Movement
    amount: Fraction
