"""The pipeline report: opportunities by stage, owner, month, customer, state or reason, with plain and weighted amounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated, Final, Literal

from api.desk.desk import Desk
from api.desk.report_parameters import Option
from api.output.sheets import Cell, Sheet
from api.store import opportunities
from engine.documents.opportunity import Opportunity
from engine.money import Currency, Money
from engine.phrases import phrase

PipelineKey = Literal["stage", "owner", "month", "customer", "state", "reason"]
QUIET_DAYS: Final = 60
"""After this many days without a change an opportunity needs attention."""


def pipeline(
    desk: Desk,
    *,
    by: tuple[PipelineKey, ...] = ("stage",),
    as_of: Annotated[date | None, Option("The pipeline as it was at the end of a past day.")] = None,
    only_open: Annotated[bool, Option("Leave out what is won, lost or cancelled.", "open")] = False,
) -> Sheet:
    """Show opportunities with their amounts, plain and weighted by the probability of their stage."""
    with desk.store.reading() as connection:
        by_id = opportunities.find(connection) if as_of is None else opportunities.find_as_of(connection, as_of)
    selected = [one for one in by_id.values() if one.state == "open" or not only_open]
    sums: dict[tuple[str, ...], list[Opportunity]] = {}
    for one in selected:
        sums.setdefault(tuple(_key(one, key) for key in by), []).append(one)
    places = {stage: at for at, stage in enumerate((*desk.rulebook.stages, "won", "lost", "cancelled"))}
    keys = sorted(
        sums, key=lambda key: tuple((places.get(part, 99) if name == "stage" else 0, part) for name, part in zip(by, key, strict=True))
    )
    rows = tuple(_row(key, sums[key], desk) for key in keys)
    still_open = [one for one in selected if one.state == "open"]
    totals = {"plain": _plain(still_open, desk), "weighted": _weighted(still_open, desk)}
    notes = (phrase("sums are of open ones"), *_without_stage(still_open, desk))
    return Sheet(name="pipeline", columns=(*by, "count", "plain", "weighted"), rows=rows, totals=totals, notes=notes)


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


def advice(desk: Desk) -> tuple[tuple[str, str], ...]:
    """Opportunities that need attention, each with the first reason: unknown stage, next step overdue, close passed, no recent change."""
    with desk.store.reading() as connection:
        by_id = opportunities.find(connection)
        changed = opportunities.last_change(connection)
    reasons = []
    for name, one in by_id.items():
        if one.state != "open":
            continue
        if one.stage not in desk.rulebook.stages:
            reasons.append((name, phrase("the stage `{stage}` is not in the rulebook any more: move it to another", stage=one.stage)))
        elif one.next_step_on is not None and one.next_step_on < desk.today:
            reasons.append((name, phrase("the next step was due on {day}", day=one.next_step_on)))
        elif one.expected_close < desk.today:
            reasons.append((name, phrase("it was expected to close on {day}", day=one.expected_close)))
        elif changed.get(name, desk.today) < desk.today - timedelta(days=QUIET_DAYS):
            reasons.append((name, phrase("nothing has changed since {day}", day=changed[name])))
    return tuple(reasons)


def probability(one: Opportunity, desk: Desk) -> Fraction:
    """The probability that an opportunity is won: that of its stage while it is open."""
    if one.state != "open":
        return Fraction(one.state == "won")
    stage = desk.rulebook.stages.get(one.stage)
    return stage.probability.fraction if stage else Fraction(0)


def _without_stage(still_open: Iterable[Opportunity], desk: Desk) -> tuple[str, ...]:
    """A note on each stage that left the rulebook: its opportunities have no probability, and weigh 0."""
    left = sorted({one.stage for one in still_open} - desk.rulebook.stages.keys())
    return tuple(phrase("the stage `{stage}` is not in the rulebook any more: its opportunities weigh 0", stage=stage) for stage in left)


def _row(key: tuple[str, ...], group: list[Opportunity], desk: Desk) -> tuple[Cell, ...]:
    return (*key, len(group), _plain(group, desk), _weighted(group, desk))


def _plain(group: Iterable[Opportunity], desk: Desk) -> Money:
    return Money(sum(one.amount.minor for one in group), desk.rulebook.currency)


def _weighted(group: Iterable[Opportunity], desk: Desk) -> Money:
    """The sum of amounts times probabilities, rounded once."""
    exact = sum((one.amount.minor * probability(one, desk) for one in group), Fraction(0))
    return _rounded(exact, desk.rulebook.currency)


def _rounded(minor: Fraction, currency: Currency) -> Money:
    return Money.rounded(minor.numerator, minor.denominator, currency)


def _key(one: Opportunity, name: PipelineKey) -> str:
    match name:
        case "stage":
            return one.stage
        case "owner":
            return one.owner
        case "month":
            return f"{one.expected_close:%Y-%m}"
        case "customer":
            return one.customer or (one.prospect.name if one.prospect else "")
        case "state":
            return one.state
        case "reason":
            return one.reason or ""
