"""The report of recurring revenue: monthly and annual on any day, and its movements between two days, exact until it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated, Final, Literal

from api.desk.desk import Desk, unplanned
from api.desk.report_parameters import (
    BACKWARDS,
    CUSTOMERS_AT_ONCE,
    FIRST_PAGE,
    LAST_YEAR,
    TOO_LATE,
    Filling,
    Option,
    Page,
    check_reach,
    no_row,
)
from api.output.sheets import Cell, Sheet
from api.store import customers, orders, recurring_store
from api.store.recurring_store import OPENING, RecurringSum
from api.store.sql import Reading, chunks
from api.store.transaction_rows import PlanState, TransactionFilter
from engine import billing
from engine.documents.recurring_step import MOVEMENTS
from engine.money import Money
from engine.phrases import phrase
from engine.problems import Kind, refuse

RecurringKey = Literal["order-type", "family", "customer", "segment"]
DAY_OR_DAYS: Final = Kind("day-or-days", "`on` stands beside `from` or `to`", "write `on` for one day, or `from` and `to` for what moved")
AFTER_TODAY: Final = Kind(
    "begins-after-today", "the report begins on {begin}, and without `to` it ends on the business date, {today}", "write `to` too"
)
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
    page: Page = FIRST_PAGE,
) -> Sheet:
    """Show the monthly and annual recurring revenue of a day, or what moved between two days: new, lost, more, less, price.

    Amounts are rounded as sums: those of a line add up, and so do those of the totals. Grouped by customer, among others, rows come
    customer by customer.
    """
    desk.check_names(customer=customer)
    if on is not None and (since is not None or until is not None):
        raise refuse(DAY_OR_DAYS, None, "/on")
    last = on or until or desk.today
    moves = since is not None or until is not None
    first = since or last.replace(day=1)
    if max(first, last).year > LAST_YEAR:
        raise refuse(TOO_LATE, None, "/on" if not moves else "/from" if first.year > LAST_YEAR else "/to", year=LAST_YEAR)
    check_reach(last, desk.today, "/to" if moves else "/on")
    if moves and until is None and last < first:
        raise refuse(AFTER_TODAY, None, "/to", begin=first, today=last)
    if moves and last < first:
        raise refuse(BACKWARDS, None, "/to", end=last, begin=first)
    within = (first if moves else last + _ONE_DAY, last)
    columns, filling = _columns(moves=moves), Filling[tuple[Cell, ...]](page)
    with desk.store.reading() as connection:
        every = _grouped(desk, (), _sums(desk, connection, (), *within, None if customer is None else (customer,))).get((), {})
        totals = dict(zip(columns, _figures(desk, every, moves=moves), strict=True))
        if not by:
            filling.add("", [tuple(totals.values())])
        elif "customer" in by and customer is None:
            _fill_by_customer(desk, connection, by, within, filling, moves=moves)
        else:
            sums = _sums(desk, connection, by, *within, None if customer is None else (customer,))
            filling.add_all((",".join(map(str, row[: len(by)])), [row]) for row in _rows(desk, by, sums, moves=moves))
    note = phrase("through {day}, from {first}", day=last, first=first) if moves else phrase("on {day}", day=last)
    keys = tuple(key.replace("-", "_") for key in by)
    rows = tuple(filling.rows)
    return Sheet(name="mrr", columns=(*keys, *columns), rows=rows, totals=totals if by else {}, notes=(note,), next=filling.next)


def _fill_by_customer(
    desk: Desk,
    connection: Reading,
    by: Sequence[RecurringKey],
    within: tuple[date, date],
    filling: Filling[tuple[Cell, ...]],
    *,
    moves: bool,
) -> None:
    """Fills a page with the rows of one customer after another."""
    place, _ = filling.page.place
    if place is not None and place not in customers.find(connection, [place]):
        raise no_row(filling.page.after)
    at = by.index("customer")
    for names in customers.with_orders(connection, CUSTOMERS_AT_ONCE, after=place, from_=filling.page.from_):
        of_customer: dict[Cell, list[tuple[Cell, ...]]] = {name: [] for name in names}
        for row in _rows(desk, by, _sums(desk, connection, by, *within, names), moves=moves):
            of_customer[row[at]].append(row)
        if not all(filling.add(str(name), rows) for name, rows in of_customer.items()):
            return


def _rows(desk: Desk, by: Sequence[RecurringKey], sums: Iterable[RecurringSum], *, moves: bool) -> list[tuple[Cell, ...]]:
    """A row for each group in which something moved, in order."""
    groups = _grouped(desk, by, sums)
    return [(*key, *_figures(desk, group, moves=moves)) for key, group in sorted(groups.items()) if any(group.values())]


def _grouped(desk: Desk, by: Sequence[RecurringKey], sums: Iterable[RecurringSum]) -> dict[tuple[str, ...], dict[str, Fraction]]:
    """The sums by movement of each group."""
    groups: dict[tuple[str, ...], dict[str, Fraction]] = {}
    for one in sums:
        group = groups.setdefault(_named(desk, by, one.group), {})
        group[one.movement] = group.get(one.movement, Fraction(0)) + one.amount
    return groups


def recurring_sums(desk: Desk, by: Sequence[RecurringKey], first: date, last: date) -> list[RecurringSum]:
    """The sums of the steps of recurring revenue through a day, those before the first day as opening.

    Stored ones are used where the plan of their order reaches that day with this rulebook; those of other orders are made in memory.
    """
    with desk.store.reading() as connection:
        return _sums(desk, connection, by, first, last)


def _sums(
    desk: Desk, connection: Reading, by: Sequence[RecurringKey], first: date, last: date, of: tuple[str, ...] | None = None
) -> list[RecurringSum]:
    stale = unplanned(desk, connection, TransactionFilter(customers=of), last)
    plan = PlanState(last, desk.rulebook.fingerprint, desk.today) if stale else None
    sums = recurring_store.sums(connection, by, first=first, last=last, customers=of, plan=plan)
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
    sums = ("opening", "new", "increment", "decrease", "suspended", "reactivated", "price", "lost", "closing", "arr", "net_new")
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
    return (*amounts, before, annual, before - opening) if moves else (before, annual)


def _rounded(desk: Desk, exact: Fraction) -> Money:
    currency = desk.rulebook.currency
    return Money.rounded(exact.numerator * 10**currency.exponent, exact.denominator, currency)
