"""The cases of a rulebook: the days for which it answers, constant facts, the catalogue, and what is never negative."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from engine.language.ir.checked_rules import Checked, Decision
from engine.language.ir.checked_tables import Table
from engine.language.ir.in_force import InForce
from engine.language.ir.typed import Aggregate, Fact, Lookup
from engine.language.ir.walker import all_blocks, expressions, walk
from engine.language.proving.classes import Cut
from engine.language.types.value_types import DATE, BoolType, DateType, EnumType, Plain, Type
from engine.money import MICRO

NEVER_NEGATIVE: Final = frozenset({"line.quantity"})
PART_OF_A_WHOLE: Final = frozenset({"line.manual-discount", "quote.discount", "group.rate"})
"""Percentages from 0 to 100."""
OF_BUSINESS: Final = frozenset(
    {"today", "price.date", "item.joined-on", "invoice.issued-on", "invoice.tax-point", "billing-date", "quote.on"}
)
"""Dates on which something is priced, invoiced or requested: they are inside the horizon."""
FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
"""The upper bound of other dates (of a signature, of an attribute)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """The cases over which proofs quantify. Dates of business, and those of validity, are between `first` and `last`."""

    first: date | None = None
    last: date | None = None
    dated: frozenset[str] = frozenset()
    fixed: Mapping[str, Plain] = field(default_factory=dict)
    """The constant facts of this rulebook: the country of the seller."""
    products: tuple[Mapping[str, Plain], ...] = ()
    """The facts of each product, by the names of the vocabulary."""
    known: Mapping[str, Type] = field(default_factory=dict)
    """Every fact that the rules read, with its type."""
    always: frozenset[str] = frozenset()
    """The facts that no question lacks: they are known in every case."""
    lists: frozenset[str] = frozenset()
    """The lists of facts over which rules aggregate."""

    @property
    def catalogue_names(self) -> tuple[str, ...]:
        """The facts of products."""
        return tuple(self.products[0]) if self.products else ()

    def cut(self, name: str, kind: Type) -> Cut:
        """The domain of a fact, before partitioning."""
        if name in self.fixed and isinstance(kind, EnumType | BoolType):
            return Cut(kind, only=(self.fixed[name],))
        if isinstance(kind, DateType):
            first, last = self.days(name)
            return Cut(kind, first.toordinal(), last.toordinal())
        if name in PART_OF_A_WHOLE:
            return Cut(kind, 0, MICRO)
        return Cut(kind, 0) if name in NEVER_NEGATIVE else Cut(kind)

    def days(self, name: str) -> tuple[date, date]:
        """The first and last day of a date fact."""
        if name not in self.dated or self.first is None or self.last is None:
            return FIRST_DAY, LAST_DAY
        return self.first, self.last


def domain_of(
    checked: Checked,
    *,
    fixed: Mapping[str, Plain] | None = None,
    products: tuple[Mapping[str, Plain], ...] = (),
    horizon: tuple[date, date] | None = None,
    always: frozenset[str] = frozenset(),
) -> Domain:
    """The domain of checked rules: their declared horizon, else the given one, else from the first to the last day that they name."""
    dates = list(_dates(checked))
    if checked.horizon is not None:
        horizon = checked.horizon.start, checked.horizon.until
    elif horizon is None:
        named = sorted({day for one in dates for day in (one.start, one.until) if day is not None})
        horizon = (named[0], named[-1]) if named else None
    dated = {*OF_BUSINESS, *(one.by for one in dates if one.by is not None)}
    known: dict[str, Type] = {}
    lists: set[str] = set()
    for part in (inner for block in all_blocks(checked) for whole in expressions(block) for inner in walk(whole)):
        match part:
            case Lookup(dated_by=str() as by):
                dated.add(by)
            case Fact(name=name, type=kind):
                known[name] = kind
            case Aggregate(each=each):
                lists.add(each)
            case _:
                continue
    known.update(dict.fromkeys((one for one in dated if one), DATE))
    first, last = horizon or (None, None)
    return Domain(
        first=first,
        last=last,
        dated=frozenset(dated),
        fixed=fixed or {},
        products=products,
        known=known,
        always=always,
        lists=frozenset(lists),
    )


def _dates(checked: Checked) -> Iterator[InForce]:
    for block in all_blocks(checked):
        yield block.in_force
        if isinstance(block, Table):
            yield from (row.in_force for row in block.rows)
        if isinstance(block, Decision):
            yield from (rule.in_force for rule in block.rules)
