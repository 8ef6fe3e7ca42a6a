"""The description of an order type's CSV file: its name and its columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that only the file of one order type has: how its text is read, and what it fills."""

    name: str
    reads: Literal["text", "whole", "day", "last-day", "billing-type", "payment-plan"]
    """Any text, a whole number, a day, the last day that is served, or a name of plans/."""
    fills: str | None = None
    """The field of the item."""
    expects: str | None = None
    """The event of the order that is expected on this day."""
    required: bool = False
    least: int = 1
    most: int = 1
    """The smallest and the largest whole number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFile:
    """A file with the orders of one type, one row per item. Columns such as product, quantity and customer are the same in all."""

    name: str
    begins: str
    """The column of the first day."""
    begins_with_month: bool = False
    """Whether that is the first of a month, written as `2027-01`."""
    begins_with_signature: bool = False
    """Whether that is the day of the signature, of which an order has one."""
    begin_fills: tuple[str, ...] = ("starts_on",)
    """The fields of the item that it fills."""
    columns: tuple[Column, ...] = ()

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that the file must have."""
        return ("customer", self.begins, "product", "quantity", *(column.name for column in self.columns if column.required))

    @property
    def optional(self) -> tuple[str, ...]:
        """The columns that it may have."""
        own = (column.name for column in self.columns if not column.required)
        return (*own, "order", "purchase_order", "billing_process")
