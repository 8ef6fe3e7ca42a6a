"""What is open: the invoices of which something is to be paid on a day, and by customer how old it is."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Annotated

from api.desk.desk import Desk
from api.desk.report_parameters import FIRST_PAGE, Filling, Option, Page, no_row
from api.output.sheets import Cell, Sheet
from api.store import customers, open_rests
from api.store.open_rests import OpenRest
from api.store.sql import Reading
from engine.money import Money

_ITEMS = ("customer", "name", "document", "issued_on", "due_on", "days_late", "gross", "open")
_AGES = ("not_due", "late_to_30", "late_to_60", "late_to_90", "late_over_90")
_AsOf = Annotated[date | None, Option("As it was at the end of this day (default: the business date).", "as-of")]
_Customer = Annotated[str | None, Option("Only this customer.")]


def open_items(
    desk: Desk,
    as_of: _AsOf = None,
    customer: _Customer = None,
    overdue: Annotated[bool, Option("Only what is past its due date.")] = False,
    *,
    page: Page = FIRST_PAGE,
) -> Sheet:
    """Show the invoices of which something is open on a day, by customer. Totals are of all pages; surpluses of payments stand apart."""
    on, filling = as_of or desk.today, Filling[tuple[Cell, ...]](page)
    with desk.store.reading() as connection:
        place = None if page.after is None else open_rests.place_of(connection, page.after)
        if page.after is not None and place is None:
            raise no_row(page.after)
        total = open_rests.total(connection, on, customer=customer, overdue=overdue)
        every = open_rests.rests(connection, on, customer=customer, begin=place, overdue=overdue)
        shown = list(islice(every, page.limit + 1))
        names = customers.names_of(connection, {rest.customer for rest in shown})
        for rest in shown:
            filling.add(rest.number, [_item(rest, names.get(rest.customer, ""), on)])
        left = [] if overdue or page.after is not None else _surpluses(connection, on, customer)
    currency = desk.rulebook.currency
    section = Sheet(name="surpluses", columns=("customer", "payment", "received_on", "unallocated"), rows=tuple(left))
    return Sheet(
        name="open-items",
        columns=_ITEMS,
        rows=tuple(filling.rows),
        totals={"open": Money(total, currency)},
        sections=(section,) if left else (),
        next=filling.next,
    )


def ageing(desk: Desk, as_of: _AsOf = None, customer: _Customer = None, *, page: Page = FIRST_PAGE) -> Sheet:
    """Show what each customer owes on a day by how late it is: not due, 1 to 30 days, to 60, to 90, more. Totals are of all customers."""
    on, currency = as_of or desk.today, desk.rulebook.currency
    filling = Filling[tuple[Cell, ...]](page)
    with desk.store.reading() as connection:
        listed = open_rests.ages(connection, on, customer=customer, after=page.after, limit=page.limit + 1)
        names = customers.names_of(connection, [each.customer for each in listed])
        totals = open_rests.total_ages(connection, on, customer=customer)
    for each in listed:
        amounts = [Money(minor, currency) for minor in (*each.ages, sum(each.ages))]
        if not filling.add(each.customer, [(each.customer, names[each.customer], *amounts)]):
            break
    columns = (*_AGES, "open")
    sums = dict(zip(columns, (Money(minor, currency) for minor in (*totals, sum(totals))), strict=True))
    return Sheet(name="ageing", columns=("customer", "name", *columns), rows=tuple(filling.rows), totals=sums, next=filling.next)


def _item(rest: OpenRest, name: str, on: date) -> tuple[Cell, ...]:
    late = max(0, (on - rest.due_on).days)
    return (rest.customer, name, rest.number, rest.issued_on, rest.due_on, late, rest.gross, rest.rest)


def _surpluses(connection: Reading, on: date, customer: str | None) -> list[tuple[Cell, ...]]:
    every = open_rests.surpluses(connection, on).items()
    return [(owner, *each) for owner, payments in sorted(every) if customer in (None, owner) for each in payments]
