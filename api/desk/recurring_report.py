"""The report of recurring revenue: monthly and annual on any day, and its movements between two days, exact until it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated, Final, Literal

from api.desk.desk import Desk, unplanned
from api.desk.report_parameters import BACKWARDS, LAST_YEAR, TOO_LATE, Option
from api.output.sheets import Cell, Sheet
from api.store import customers, orders, recurring_store
from api.store.orders import PlanState
from api.store.recurring_store import OPENING, RecurringSum
from api.store.sql import Reading, chunks
from api.store.transaction_rows import TransactionFilter
from engine import billing
from engine.documents.recurring_step import MOVEMENTS
from engine.money import Money
from engine.phrases import phrase
from engine.problems import Kind, refuse

RecurringKey = Literal["order-type", "family", "customer", "segment"]
DAY_OR_DAYS: Final = Kind("day-or-days", "--on stands beside --from or --to", "write --on for one day, or --from and --to for what moved")
_NONE: Final = "–"
"""The family of a product that left the rulebook, and the segment of a customer without one."""
_ONE_DAY: Final = timedelta(days=1)


def mrr(
    desk: Desk,
    *,
    on: Annotated[date | None, Option("The day (default: the business date).")] = None,
    since: Annotated[date | None, Option("Show what moved, from this day on.", "from")] = None,
    until: Annotated[date | None, Option("Show what moved, through this day (default: the business date).", "to")] = None,
    by: tuple[RecurringKey, ...] = (),
    customer: Annotated[str | None, Option("Only this customer.")] = None,
) -> Sheet:
    """Show the monthly and annual recurring revenue of a day, or what moved between two days: new, lost, more, less, price.

    Amounts are rounded as sums: those of a line add up, and so do those of the totals.
    """
    desk.check_names(customer=customer)
    if on is not None and (since is not None or until is not None):
        raise refuse(DAY_OR_DAYS, None, "/on")
    last = on or until or desk.today
    moves = since is not None or until is not None
    first = since or last.replace(day=1)
    if max(first, last).year > LAST_YEAR:
        raise refuse(TOO_LATE, year=LAST_YEAR)
    if moves and last < first:
        raise refuse(BACKWARDS, end=last, begin=first)
    sums = recurring_sums(desk, by, first if moves else last + _ONE_DAY, last, customer=customer)
    groups: dict[tuple[str, ...], dict[str, Fraction]] = {}
    for one in sums:
        group = groups.setdefault(_named(desk, by, one.group), {})
        group[one.movement] = group.get(one.movement, Fraction(0)) + one.amount
    columns = _columns(moves=moves)
    figures = {key: _figures(desk, group, moves=moves) for key, group in sorted(groups.items()) if any(group.values())}
    every = {name: sum((group.get(name, Fraction(0)) for group in groups.values()), Fraction(0)) for name in (OPENING, *MOVEMENTS)}
    totals = dict(zip(columns, _figures(desk, every, moves=moves), strict=True))
    rows: tuple[tuple[Cell, ...], ...] = tuple((*key, *amounts) for key, amounts in figures.items()) if by else (tuple(totals.values()),)
    note = phrase("through {day}, from {first}", day=last, first=first) if moves else phrase("on {day}", day=last)
    keys = tuple(key.replace("-", "_") for key in by)
    return Sheet(name="mrr", columns=(*keys, *columns), rows=rows, totals=totals if by else {}, notes=(note,))


def recurring_sums(desk: Desk, by: Sequence[RecurringKey], first: date, last: date, *, customer: str | None = None) -> list[RecurringSum]:
    """The sums of the steps of recurring revenue through a day, those before the first day as opening.

    Stored ones are used where the plan of their order reaches that day with this rulebook; those of other orders are made in memory.
    """
    with desk.store.reading() as connection:
        stale = unplanned(desk, connection, TransactionFilter(customer=customer), last)
        plan = PlanState(last, desk.rulebook.fingerprint) if stale else None
        sums = recurring_store.sums(connection, by, first=first, last=last, customer=customer, plan=plan)
        return [*sums, *_in_memory(desk, connection, stale, by, first, last)]


def _in_memory(
    desk: Desk, connection: Reading, names: Iterable[str], by: Sequence[RecurringKey], first: date, last: date
) -> Iterable[RecurringSum]:
    for batch in chunks(names):
        agreed = orders.find(connection, batch)
        buyers = customers.find(connection, {order.customer for order in agreed.values()})
        for order, item, steps in billing.recurring_steps(agreed.values(), buyers, desk.rulebook, through=last):
            buyer = buyers[order.customer]
            known = {"order-type": order.type, "family": item.product, "customer": buyer.id, "segment": buyer.segment or ""}
            for step in steps:
                yield RecurringSum(tuple(known[name] for name in by), OPENING if step.on < first else step.movement, step.amount)


def _named(desk: Desk, by: Sequence[RecurringKey], group: Sequence[str]) -> tuple[str, ...]:
    """A group with the families of products, and a dash for what is not known."""
    products = desk.rulebook.products
    return tuple(
        (products[part].family if part in products else _NONE) if name == "family" else part or _NONE
        for name, part in zip(by, group, strict=True)
    )


def _columns(*, moves: bool) -> tuple[str, ...]:
    sums = ("opening", "new", "increment", "decrease", "suspended", "reactivated", "price", "lost", "closing", "arr")
    return sums if moves else ("mrr", "arr")


def _figures(desk: Desk, group: dict[str, Fraction], *, moves: bool) -> tuple[Money, ...]:
    """The amounts of a line: each movement is the difference of two rounded sums, so that they add up to the closing amount."""
    so_far = group.get(OPENING, Fraction(0))
    opening = _rounded(desk, so_far)
    amounts, before = [opening], opening
    for name in MOVEMENTS:
        so_far += group.get(name, Fraction(0))
        after = _rounded(desk, so_far)
        amounts.append(after - before)
        before = after
    annual = _rounded(desk, 12 * so_far)
    return (*amounts, before, annual) if moves else (before, annual)


def _rounded(desk: Desk, exact: Fraction) -> Money:
    currency = desk.rulebook.currency
    return Money.rounded(exact.numerator * 10**currency.exponent, exact.denominator, currency)
