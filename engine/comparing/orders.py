"""Live orders planned under two rulebooks: what each comes to month by month, and what differs."""

from __future__ import annotations

from dataclasses import dataclass

from engine.comparing.changes import MonthChange, RefusalChange
from engine.comparing.responsible import Why
from engine.money import Currency, Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """One order that comes to another amount over the horizon: whose it is, before and after, by month, and the rules responsible."""

    order: str
    order_type: str
    customer: str
    name: str
    before: Money
    after: Money
    months: tuple[MonthChange, ...]
    """Only the months that differ."""
    why: tuple[Why, ...]

    @property
    def change(self) -> Money:
        """How much more it is."""
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersCompared:
    """All live orders that differ, the most money first; the months of all of them; how many were looked at."""

    currency: Currency
    orders: int
    items: int
    changes: tuple[OrderChange, ...]
    months: tuple[MonthChange, ...]
    """Every month of the horizon by order type, of all live orders."""
    refusals: tuple[RefusalChange, ...]
    year_until: str
    """The first month, `2028-01`, that lies behind the year."""

    @property
    def change(self) -> Money:
        """How much more is planned over the whole horizon."""
        return Money(sum(month.change.minor for month in self.months), self.currency)

    @property
    def year(self) -> Money:
        """How much more is planned for the first twelve months."""
        return Money(sum(month.change.minor for month in self.months if month.month < self.year_until), self.currency)

    @property
    def changes_money(self) -> bool:
        """Whether any month of any order differs, or any order is refused on one side only."""
        return bool(self.changes or self.refusals)
