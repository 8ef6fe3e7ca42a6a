"""The pipeline report: opportunities by stage, owner, month, customer, state, reason or order type, plain and weighted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Final, Literal

from api.desk.desk import Desk
from api.desk.report_parameters import FIRST_PAGE, Filling, Option, Page
from api.output.sheets import Cell, Sheet
from api.store import opportunities
from api.store.opportunities import PipelineSum
from api.store.sql import Reading
from engine.money import Currency, Money
from engine.phrases import phrase

PipelineKey = Literal["stage", "owner", "month", "customer", "state", "reason", "order-type"]
_FIELDS: Final = {"customer": "who", "order-type": "order_type"}
"""The field of a sum for a key that is called otherwise: who buys is a customer or a prospect."""


def pipeline(
    desk: Desk,
    *,
    by: tuple[PipelineKey, ...] = ("stage",),
    as_of: Annotated[date | None, Option("The pipeline as it was at the end of a past day.")] = None,
    only_open: Annotated[bool, Option("Leave out what is won, lost or cancelled.", "open")] = False,
    owner: Annotated[str | None, Option("Only those of this person.")] = None,
    page: Page = FIRST_PAGE,
) -> Sheet:
    """Show opportunities with their amounts, plain and weighted by the probability of their stage.

    By order type, an opportunity with amounts of several is counted in each of them.
    """
    filling, names = Filling[tuple[Cell, ...]](page), [_FIELDS.get(key, key) for key in by]
    groups: dict[tuple[str, ...], _Group] = {}
    still_open, left = _Group(), set[str]()
    with desk.store.reading() as connection:
        for one in _sums(connection, names, as_of, owner):
            chance = _probability(one.state, one.stage, desk)
            if one.state == "open":
                still_open.add(one, chance)
                left |= {one.stage} - desk.rulebook.stages.keys()
            if one.state == "open" or not only_open:
                groups.setdefault(tuple(str(getattr(one, name)) for name in names), _Group()).add(one, chance)
    places = {stage: at for at, stage in enumerate((*desk.rulebook.stages, "won", "lost", "cancelled"))}
    keys = sorted(
        groups, key=lambda key: tuple((places.get(part, 99) if name == "stage" else 0, part) for name, part in zip(by, key, strict=True))
    )
    filling.add_all((",".join(key), ((*key, groups[key].count, *groups[key].amounts(desk)),)) for key in keys)
    totals = dict(zip(("plain", "weighted"), still_open.amounts(desk), strict=True))
    notes = (phrase("sums are of open ones"), *_without_stage(left))
    columns = (*(key.replace("-", "_") for key in by), "count", "plain", "weighted")
    return Sheet(name="pipeline", columns=columns, rows=tuple(filling.rows), totals=totals, notes=notes, next=filling.next)


def _sums(connection: Reading, names: Sequence[str], as_of: date | None, owner: str | None) -> Iterable[PipelineSum]:
    if as_of is None:
        return opportunities.sums(connection, names, owner=owner)
    return opportunities.past_sums(connection, names, as_of, owner=owner)


@dataclass(slots=True)
class _Group:
    """Some opportunities: how many, what they come to, and that weighted by probability, exact."""

    count: int = 0
    plain: int = 0
    weighted: Fraction = Fraction(0)

    def add(self, one: PipelineSum, chance: Fraction) -> None:
        """Adds alike opportunities."""
        self.count += one.opportunities
        self.plain += one.amount
        self.weighted += one.amount * chance

    def amounts(self, desk: Desk) -> tuple[Money, Money]:
        """The plain and the weighted amount, rounded once."""
        currency = desk.rulebook.currency
        return Money(self.plain, currency), _rounded(self.weighted, currency)


def expected_sales(desk: Desk, *, until: date, customer: str | None = None) -> Sheet:
    """Open opportunities by the month of their expected close before a day, also an overdue one: count, plain and weighted amount."""
    with desk.store.reading() as connection:
        sums = opportunities.sums_by_stage(connection, until=until, customer=customer)
    currency, stages = desk.rulebook.currency, desk.rulebook.stages
    months: dict[str, tuple[Fraction, Fraction, Fraction]] = {}
    for month, stage, count, amount in sums:
        chance = stages[stage].probability.fraction if stage in stages else Fraction(0)
        counted, plain, weighted = months.get(month, (Fraction(0),) * 3)
        months[month] = (counted + count, plain + amount, weighted + amount * chance)
    columns = ("month", "count", "plain", "weighted")
    rows = tuple(
        (month, int(count), _rounded(plain, currency), _rounded(weighted, currency)) for month, (count, plain, weighted) in months.items()
    )
    totals = {
        name: _rounded(sum((month[at] for month in months.values()), Fraction(0)), currency) for at, name in ((1, "plain"), (2, "weighted"))
    }
    return Sheet(name="pipeline", columns=columns, rows=rows, totals=totals)


def _probability(state: str, stage: str, desk: Desk) -> Fraction:
    """The probability that an opportunity is won: that of its stage while it is open."""
    if state != "open":
        return Fraction(state == "won")
    known = desk.rulebook.stages.get(stage)
    return known.probability.fraction if known else Fraction(0)


def _without_stage(left: Iterable[str]) -> tuple[str, ...]:
    """A note on each stage that left the rulebook: its opportunities have no probability, and weigh 0."""
    return tuple(
        phrase("the stage `{stage}` is not in the rulebook any more: its opportunities weigh 0", stage=stage) for stage in sorted(left)
    )


def _rounded(minor: Fraction, currency: Currency) -> Money:
    return Money.rounded(minor.numerator, minor.denominator, currency)
