"""Differences in money between two rulebooks: invoices and their lines, months of the plan, orders, and refusals of only one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from engine.comparing.responsible_rules import Why
from engine.documents.order import ORDER_TYPES
from engine.money import Currency, Money
from engine.problems import Problem

SumName = Literal["net", "vat", "gross"]
_TYPES: Final[dict[str, int]] = {name: at for at, name in enumerate(ORDER_TYPES)}


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
    def is_zero(self) -> bool:
        """Whether all three are 0."""
        return not (self.net or self.vat or self.gross)

    @classmethod
    def zero(cls, currency: Currency) -> Sums:
        """Three amounts of 0."""
        return cls(Money(0, currency), Money(0, currency), Money(0, currency))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """A line with another amount or VAT, or on one side only (None: not there), and the rules responsible; `net` is after − before."""

    item: str
    product: str
    before: Money | None
    after: Money | None
    net: Money
    vat_before: str | None
    """Category and rate, `S 21%`."""
    vat_after: str | None
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceChange:
    """An invoice that differs: customer, type and month, its sums (None: no invoice), after − before, and its changed lines."""

    customer: str
    name: str
    order_type: str
    month: str
    orders: tuple[str, ...]
    before: Sums | None
    after: Sums | None
    change: Sums
    lines: tuple[LineChange, ...]
    otherwise: tuple[tuple[str, str, str], ...] = ()
    """Differences besides the amounts: name of the field, before and after (`due_on`, `channel`)."""

    def amounts(self, name: SumName) -> tuple[Money, Money, Money]:
        """One of the sums before, after, and the difference; 0 where there is no invoice."""
        zero = Sums.zero(self.change.net.currency)
        return getattr(self.before or zero, name), getattr(self.after or zero, name), getattr(self.change, name)

    @property
    def why(self) -> tuple[Why, ...]:
        """The rules responsible for its lines, each once, the largest change first."""
        weight: dict[Why, int] = {}
        for line in self.lines:
            for why in line.why:
                weight[why] = weight.get(why, 0) + abs(line.net.minor)
        return tuple(sorted(weight, key=lambda why: -weight[why]))


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthChange:
    """The planned net of a month and order type, before and after."""

    month: str
    order_type: str
    before: Money
    after: Money

    @property
    def change(self) -> Money:
        """After − before."""
        return self.after - self.before


@dataclass(slots=True, eq=False)
class MonthSums:
    """The planned net of an item, or of some, by month, before and after, in minor units. Like items share it."""

    names: tuple[str, ...]
    nets_before: tuple[int, ...]
    nets_after: tuple[int, ...]
    before: int = field(init=False)
    """The net of all months, before."""
    after: int = field(init=False)
    """The net of all months, after."""
    change: int = field(init=False)
    """After − before."""
    differs: bool = field(init=False)
    """Whether any month has another net."""
    count: int = field(init=False, default=0)
    """For how many items it stands that are not in the sums of all yet. Nothing else of it ever changes."""

    def __post_init__(self) -> None:
        self.before, self.after = sum(self.nets_before), sum(self.nets_after)
        self.change = self.after - self.before
        self.differs = bool(self.change) or (self.nets_before != self.nets_after and self._months_differ())

    @property
    def months(self) -> Iterable[tuple[str, int, int]]:
        """Each month, before and after; a month with several amounts comes several times."""
        return zip(self.names, self.nets_before, self.nets_after, strict=True)

    def _months_differ(self) -> bool:
        """Whether a month has another net where all months together have not."""
        changes: dict[str, int] = {}
        for month, before, after in self.months:
            changes[month] = changes.get(month, 0) + after - before
        return any(changes.values())


def sums_by_month(before: Iterable[tuple[str, int]], after: Iterable[tuple[str, int]]) -> MonthSums:
    """The sums of amounts by month, given with the month of each."""
    sums: dict[str, list[int]] = {}
    for at, amounts in enumerate((before, after)):
        for month, net in amounts:
            sums.setdefault(month, [0, 0])[at] += net
    nets_before, nets_after = (tuple(both[at] for both in sums.values()) for at in (0, 1))
    return MonthSums(tuple(sums), nets_before, nets_before if nets_before == nets_after else nets_after)


def month_changes(sums: Mapping[tuple[str, str], Sequence[int]], currency: Currency) -> tuple[MonthChange, ...]:
    """The months by (month, order type), each with its minor units before and after, in order."""
    return tuple(
        MonthChange(month=month, order_type=order_type, before=Money(before, currency), after=Money(after, currency))
        for (month, order_type), (before, after) in sorted(sums.items(), key=lambda entry: (entry[0][0], _TYPES.get(entry[0][1], 9)))
    )


def _largest_year(months: Sequence[MonthChange], starts: Sequence[str], currency: Currency) -> tuple[str, Money]:
    """Of the twelve months that begin with each of some months, those with the largest change: the first of them, and the change."""
    years = [(start, f"{int(start[:4]) + 1}{start[4:]}") for start in starts]
    sums = [(start, sum(each.change.minor for each in months if start <= each.month < until)) for start, until in years]
    start, change = max(sums, key=lambda one: abs(one[1]))
    return start, Money(change, currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalChange:
    """A refusal of only one of two rulebooks: the customer, the order (None: everything due from the customer), and the problem."""

    customer: str | None
    order: str | None
    problem: Problem
    is_refused_after: bool
    """Whether the later rulebook refuses it; else the earlier one does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicesCompared:
    """All differences between two billings of the same orders; invoices with the largest change first."""

    currency: Currency
    invoice_months: tuple[str, ...]
    """The months whose invoices are compared: the first, and each in which something that begins or ends later changes one."""
    invoices_before: int
    invoices_after: int
    before: Sums
    after: Sums
    changes: tuple[InvoiceChange, ...]
    otherwise: tuple[InvoiceChange, ...]
    """Invoices with the same amounts and other differences."""
    months: tuple[MonthChange, ...]
    refusals: tuple[RefusalChange, ...]

    @property
    def change(self) -> Sums:
        """After − before, of all invoices."""
        return self.after - self.before

    def amounts(self, name: SumName) -> tuple[Money, Money, Money]:
        """One of the sums of all invoices before, after, and the difference."""
        return getattr(self.before, name), getattr(self.after, name), getattr(self.change, name)

    @property
    def changes_vat_alone(self) -> bool:
        """Whether amounts of invoices differ, and no net amount does."""
        return bool(self.changes) and not any(one.change.net for one in self.changes)

    @property
    def month(self) -> str:
        """The first month."""
        return self.invoice_months[0]

    @property
    def planned(self) -> Money:
        """After − before, of the planned net of all months compared."""
        return Money(sum(month.change.minor for month in self.months), self.currency)

    @property
    def year(self) -> Money:
        """After − before, of the planned net of twelve months."""
        return _largest_year(self.months, self.invoice_months, self.currency)[1]

    @property
    def year_from(self) -> str:
        """The first of these twelve months: of those that begin with a month of `invoice_months`, they change most."""
        return _largest_year(self.months, self.invoice_months, self.currency)[0]

    @property
    def changes_money(self) -> bool:
        """Whether any amount differs, or anything is refused on one side only."""
        return bool(self.changes or self.refusals or any(month.change.minor for month in self.months))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """An order with another planned net: its customer, before and after, the months that differ, and the rules responsible."""

    order: str
    order_type: str
    customer: str
    name: str
    before: Money
    after: Money
    why: tuple[Why, ...]
    parts: tuple[MonthSums, ...]
    """Its items by month."""

    @property
    def change(self) -> Money:
        """After − before."""
        return self.after - self.before

    @property
    def months(self) -> tuple[MonthChange, ...]:
        """The months that differ."""
        sums: dict[tuple[str, str], list[int]] = {}
        for month, before, after in (each for part in self.parts for each in part.months):
            both = sums.setdefault((month, self.order_type), [0, 0])
            both[0] += before
            both[1] += after
        return month_changes({key: both for key, both in sums.items() if both[0] != both[1]}, self.before.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersCompared:
    """Live orders that differ, the largest change first; the planned net of all live orders by month; how many were compared."""

    currency: Currency
    orders: int
    items: int
    changes: tuple[OrderChange, ...]
    months: tuple[MonthChange, ...]
    refusals: tuple[RefusalChange, ...]
    year_starts: tuple[str, ...]
    """The current month, and those in which something that differs begins or ends."""
    left_out: int = 0
    """How many orders differ besides those in `changes`."""

    def largest(self, most: int) -> OrdersCompared:
        """The same, with no more than so many of the orders that differ: those that change most."""
        return replace(self, changes=self.changes[:most], left_out=self.left_out + max(0, len(self.changes) - most))

    @property
    def differing(self) -> int:
        """How many orders differ."""
        return len(self.changes) + self.left_out

    @property
    def planned(self) -> Money:
        """After − before, of the planned net over the whole horizon."""
        return Money(sum(month.change.minor for month in self.months), self.currency)

    @property
    def change(self) -> Money:
        """The same."""
        return self.planned

    @property
    def year(self) -> Money:
        """After − before, of the planned net of twelve months."""
        return _largest_year(self.months, self.year_starts, self.currency)[1]

    @property
    def year_from(self) -> str:
        """The first of these twelve months: of those that begin with a month of `year_starts`, they change most."""
        return _largest_year(self.months, self.year_starts, self.currency)[0]

    @property
    def changes_money(self) -> bool:
        """Whether any month of any order differs, or any order is refused on one side only."""
        return bool(self.differing or self.refusals)
