"""What differs between two rulebooks in money: invoices and their lines, months of the plan, orders, and what one of them refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from engine.comparing.responsible_rules import Why
from engine.money import Currency, Money
from engine.problems import Problem


@dataclass(frozen=True, slots=True)
class Sums:
    """Net, VAT and gross of a document, or the difference of two."""

    net: Money
    vat: Money
    gross: Money

    def __sub__(self, other: Sums) -> Sums:
        return Sums(self.net - other.net, self.vat - other.vat, self.gross - other.gross)

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.net + other.net, self.vat + other.vat, self.gross + other.gross)

    @property
    def is_nothing(self) -> bool:
        """Whether all three are 0."""
        return not (self.net or self.vat or self.gross)

    @classmethod
    def none(cls, currency: Currency) -> Sums:
        """Nothing of a currency."""
        return cls(Money(0, currency), Money(0, currency), Money(0, currency))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """One line that comes to another amount, to another VAT, or stands on one side only; with the rules responsible."""

    item: str
    product: str
    before: Money | None
    after: Money | None
    vat_before: str | None
    """Category and rate, `S 21%`."""
    vat_after: str | None
    why: tuple[Why, ...]

    @property
    def net(self) -> Money:
        """How much more it is."""
        before, after = self.before, self.after
        if before is not None and after is not None:
            return after - before
        return after if after is not None else -before if before is not None else _nowhere()


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceChange:
    """One invoice that comes to another amount: whose, of which type and month, before and after (None: there is none), and its lines."""

    customer: str
    name: str
    order_type: str
    month: str
    orders: tuple[str, ...]
    before: Sums | None
    after: Sums | None
    lines: tuple[LineChange, ...]
    otherwise: tuple[tuple[str, str, str], ...] = ()
    """What differs besides the amounts: its name, before and after (`due_on`, `channel`)."""

    @property
    def change(self) -> Sums:
        """How much more it is."""
        if self.before is not None and self.after is not None:
            return self.after - self.before
        if self.after is not None:
            return self.after
        return Sums.none(self.before.net.currency) - self.before if self.before is not None else _nowhere()

    @property
    def why(self) -> tuple[Why, ...]:
        """The rules responsible for its lines, each once, those of the most money first."""
        weight: dict[Why, int] = {}
        for line in self.lines:
            for why in line.why:
                weight[why] = weight.get(why, 0) + abs(line.net.minor)
        return tuple(sorted(weight, key=lambda why: -weight[why]))


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthChange:
    """What is planned for a month and order type, before and after."""

    month: str
    order_type: str
    before: Money
    after: Money

    @property
    def change(self) -> Money:
        """How much more it is."""
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalChange:
    """Something that only one of two rulebooks refuses: whose, which order (None: all that is due from him), and why."""

    customer: str | None
    order: str | None
    problem: Problem
    is_refused_after: bool
    """Whether it is refused now and was not before; else the other way round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicesCompared:
    """All that differs between two billings of the same orders; the invoices of the most money first."""

    currency: Currency
    month: str
    invoices_before: int
    invoices_after: int
    before: Sums
    after: Sums
    changes: tuple[InvoiceChange, ...]
    otherwise: tuple[InvoiceChange, ...]
    """Invoices whose amounts stay, and something else does not."""
    months: tuple[MonthChange, ...]
    refusals: tuple[RefusalChange, ...]

    @property
    def change(self) -> Sums:
        """How much more all invoices come to."""
        return self.after - self.before

    @property
    def changes_vat_alone(self) -> bool:
        """Whether invoices come to other amounts, and none of them to another before VAT."""
        return bool(self.changes) and not any(one.change.net for one in self.changes)

    @property
    def year(self) -> Money:
        """How much more is planned for all the months that were looked at."""
        return Money(sum(month.change.minor for month in self.months), self.currency)

    @property
    def changes_money(self) -> bool:
        """Whether any amount differs, or anything is refused on one side only."""
        return bool(self.changes or self.refusals or any(month.change.minor for month in self.months))


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


def _nowhere() -> NoReturn:
    raise ValueError("it stands on neither side")
