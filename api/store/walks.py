"""Walks over long tables: their rows in one order, from any place on, some at a time, as far as they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import BigInteger, Column, ColumnElement, Table, Text, case, cast, func, literal, literal_column, not_, select, tuple_

from api.store import accounting_entries, people_tables, settlements, states_of_quotes, tables
from api.store.payment_tables import payments
from api.store.reminder_tables import charges, reminders
from api.store.reminders import OPEN_CHARGE
from api.store.sales_tables import quote_replies
from api.store.sql import ROWS_AT_ONCE, Day, Reading
from api.store.usage_tables import usage_reports

_Part = ColumnElement[str] | ColumnElement[int] | ColumnElement[date]
_FIRST: Final[ColumnElement[str]] = literal_column(f"'{date.min.isoformat()}'")
"""Where a day is missing; written into the query, not bound to it, as the index of signed orders has it."""
Place = tuple[str | int, ...]
"""Where a row stands in the order of a walk: what it is ordered by, and its key; fit for JSON."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where and how to begin: by which column (the key where none is named), backwards or not, and after which place."""

    order_by: str | None = None
    is_descending: bool = False
    after: Place | None = None
    wanted: int = ROWS_AT_ONCE
    """How many rows are wanted, so that no more are read at first: twice as many each time, since some may not be listed."""
    most: int | None = None
    """So many rows are looked at, about: a page ends there where conditions leave few of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A table whose rows are listed: its key, the columns that may order them, and the conditions that may be asked."""

    table: Table
    key: ColumnElement[str]
    ordered_by: Mapping[str, Column[str] | Column[int] | Column[date]]
    equal: Mapping[str, Column[str]] = field(default_factory=dict)
    """Columns whose value may be asked for."""
    since: Mapping[str, Column[date]] = field(default_factory=dict)
    """Columns of which a first day may be asked for."""
    until: Mapping[str, Column[date]] = field(default_factory=dict)
    """Columns of which a last day may be asked for, which is included."""
    chosen: Mapping[str, Mapping[object, ColumnElement[bool]]] = field(default_factory=dict)
    """What holds of rows for which a value is asked that no column has."""
    derived: Mapping[str, Callable[..., ColumnElement[bool]]] = field(default_factory=dict)
    """Conditions that columns of other rows tell: what holds for a value."""
    of_merged: bool = False
    """Whether its rows stay under the id of a customer that was merged into another, and are listed with the other."""
    only: ColumnElement[bool] | None = None
    """What holds of every row that is listed."""
    summed: Mapping[str, ColumnElement[int]] = field(default_factory=dict)
    """Amounts in minor units whose sums may be asked for."""


class Total(NamedTuple):
    """How many rows there are, and the sum of each amount."""

    rows: int
    sums: Mapping[str, int]


_customers, _orders, _issued = tables.customers.c, tables.orders.c, tables.issued.c
_opportunities, _quotes, _usage = tables.opportunities.c, tables.quotes.c, usage_reports.c
_contacts, _mandates = people_tables.contacts.c, people_tables.mandates.c
CUSTOMERS: Final = Walk(
    table=tables.customers,
    key=_customers.id,
    ordered_by={"name": _customers.name, "country": _customers.country},
    equal={name: _customers[name] for name in ("country", "segment", "kind", "language", "state")},
    only=_customers.state != "merged",
)
"""Without those that were merged into others: their ids lead to these."""
OPPORTUNITIES: Final = Walk(
    table=tables.opportunities,
    key=_opportunities.id,
    ordered_by={"amount": _opportunities.amount, "expected_close": _opportunities.expected_close, "owner": _opportunities.owner},
    equal={name: _opportunities[name] for name in ("customer", "stage", "state", "owner", "source")},
    since={"close_from": _opportunities.expected_close},
    until={"close_to": _opportunities.expected_close, "next_step_to": _opportunities.next_step_on},
    summed={"amount": _opportunities.amount},
)
ORDERS: Final = Walk(
    table=tables.orders,
    key=_orders.id,
    ordered_by={"customer": _orders.customer, "signed_on": _orders.signed_on},
    equal={"customer": _orders.customer, "type": _orders.type},
    since={"signed_from": _orders.signed_on},
    until={"signed_to": _orders.signed_on},
)
QUOTES: Final = Walk(
    table=tables.quotes,
    key=_quotes.number,
    ordered_by={"customer": _quotes.customer},
    equal={"customer": _quotes.customer},
    derived={"state": states_of_quotes.has_state, "opportunity": states_of_quotes.is_for},
    of_merged=True,
    only=_quotes.version == 1,
)
"""By number: each quote has a first version."""


def _versioned(number: Column[str], version: Column[int]) -> ColumnElement[str]:
    """A number with a version in five digits: `Q2027-0001:00002`."""
    digits = cast(version, Text)
    return number + ":" + func.substr("00000", 1, 5 - func.length(digits)) + digits


QUOTE_VERSIONS: Final = Walk(
    table=tables.quotes,
    key=_versioned(_quotes.number, _quotes.version),
    ordered_by={"customer": _quotes.customer},
    equal={"customer": _quotes.customer, "opportunity": _quotes.opportunity},
    derived={"state": states_of_quotes.version_has_state},
)
"""By number and version: `Q2027-0001:00002`."""
REPLIES: Final = Walk(
    table=quote_replies,
    key=_versioned(quote_replies.c.number, quote_replies.c.version),
    ordered_by={},
    equal={"reply": quote_replies.c.reply},
    until={"stored_to": quote_replies.c.stored_until},
    only=quote_replies.c.erased_on.is_(None),
)
"""By number and version; without those of which nothing personal is left."""
CONTACTS: Final = Walk(
    table=people_tables.contacts,
    key=_contacts.id,
    ordered_by={"name": _contacts.name, "stored_until": _contacts.stored_until},
    equal={"customer": _contacts.customer, "opportunity": _contacts.opportunity},
    until={"stored_to": _contacts.stored_until},
)
MANDATES: Final = Walk(
    table=people_tables.mandates,
    key=_mandates.reference,
    ordered_by={"customer": _mandates.customer, "signed_on": _mandates.signed_on},
    equal={"customer": _mandates.customer, "state": _mandates.state},
)
ITEM_ORDERS: Final = Walk(table=tables.orders, key=_orders.id, ordered_by={}, equal={"customer": _orders.customer, "type": _orders.type})
ISSUED: Final = Walk(
    table=tables.issued,
    key=_issued.number,
    ordered_by={"customer": _issued.customer, "issued_on": _issued.issued_on, "net": _issued.net, "gross": _issued.gross},
    of_merged=True,
    equal={
        "customer": _issued.customer,
        "order_type": _issued.order_type,
        "kind": _issued.kind,
        "corrects": _issued.corrects,
        "run": _issued.run,
    },
    chosen={"paid": settlements.IN_STATE, "overdue": {True: settlements.UNPAID}, "unpaid": {True: settlements.UNPAID}},
    since={"issued_from": _issued.issued_on},
    until={"issued_to": _issued.issued_on, "due_to": _issued.due_on},
    summed={
        **{name: case((_issued.kind == "invoice", _issued[name]), else_=-_issued[name]) for name in ("net", "vat", "gross")},
        "rest": case((_issued.kind == "invoice", settlements.rest_of_invoice()), else_=0),
    },
)
PAYMENTS: Final = Walk(
    table=payments,
    key=payments.c.id,
    ordered_by={},
    equal={"state": payments.c.state},
    since={"entered_from": payments.c.entry_date},
    until={"entered_to": payments.c.entry_date},
    summed={"amount": payments.c.amount, "unallocated": payments.c.unallocated},
)

BOOKINGS: Final = Walk(
    table=tables.outbox,
    key=tables.outbox.c.key,
    ordered_by={},
    equal={"channel": tables.outbox.c.channel},
    chosen={
        "on_its_way": {True: tables.outbox.c.state.in_(("queued", "dead"))},
        "is_known": {True: accounting_entries.IS_KNOWN, False: not_(accounting_entries.IS_KNOWN)},
    },
    only=tables.outbox.c.channel.in_(("accounting", "accounting-entries")),
)
"""The messages to the accounting tool."""
REMINDERS: Final = Walk(
    table=reminders,
    key=reminders.c.id,
    ordered_by={"customer": reminders.c.customer},
    of_merged=True,
    equal={"customer": reminders.c.customer},
    since={"reminded_from": reminders.c.reminded_on},
    until={"reminded_to": reminders.c.reminded_on},
)
CHARGES: Final = Walk(
    table=charges,
    key=charges.c.number,
    ordered_by={},
    equal={name: charges.c[name] for name in ("document", "reminder", "kind")},
    chosen={"open": {True: OPEN_CHARGE, False: ~OPEN_CHARGE}},
    since={"charged_from": charges.c.charged_on},
    until={"charged_to": charges.c.charged_on},
)
"""Fees and interest; a document's are found by its number."""
USAGE: Final = Walk(
    table=usage_reports,
    key=_usage.id,
    ordered_by={"item": _usage.item, "from": _usage.used_from, "recorded_on": _usage.recorded_on},
    equal={"item": _usage.item, "corrects": _usage.corrects},
    since={"used_from": _usage.used_from},
    until={"used_to": _usage.used_from},
)


def batches(connection: Reading, walk: Walk, start: Start, criteria: Mapping[str, object]) -> Iterator[Sequence[tuple[Place, str]]]:
    """Places and keys of the rows for which all criteria hold, some at a time; what is None is not asked."""
    by = [] if start.order_by is None else [_sortable(walk.ordered_by[start.order_by])]
    parts: list[_Part] = [*by, walk.key]
    query = select(*parts).where(*conditions(walk, criteria))
    query = query.order_by(*(part.desc() if start.is_descending else part for part in parts))
    after, some = start.after, min(start.wanted, ROWS_AT_ONCE)
    while True:
        beyond = query.limit(some)
        if after is not None:
            ours, theirs = tuple_(*parts), tuple_(*(_bound(each, part) for each, part in zip(after, parts, strict=True)))
            beyond = beyond.where(ours < theirs if start.is_descending else ours > theirs)
        places = [tuple(each.isoformat() if isinstance(each, date) else each for each in row) for row in connection.execute(beyond)]
        yield [(place, place[-1]) for place in places]
        if len(places) < some:
            return
        after, some = places[-1], min(2 * some, ROWS_AT_ONCE)


def count(connection: Reading, walk: Walk, criteria: Mapping[str, object]) -> int:
    """How many rows there are for which all criteria hold."""
    return connection.execute(select(func.count()).select_from(walk.table).where(*conditions(walk, criteria))).scalar_one()


def totals(connection: Reading, walk: Walk, criteria: Mapping[str, object]) -> dict[str, Total]:
    """How many rows there are for which all criteria hold, and their sums, by currency."""
    currency = walk.table.c.currency
    sums = (func.coalesce(func.sum(each), 0).label(name) for name, each in walk.summed.items())
    query = select(currency, func.count().label("rows"), *sums).select_from(walk.table)
    rows = connection.execute(query.where(*conditions(walk, criteria)).group_by(currency)).mappings()
    return {row["currency"]: Total(row["rows"], {name: int(row[name]) for name in walk.summed}) for row in rows}


def counts_by(connection: Reading, walk: Walk, criteria: Mapping[str, object], names: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many rows there are for each value of some conditions, each by the other criteria: those not asked for by one reading of them."""
    result: dict[str, dict[str, int]] = {name: {} for name in names}
    free = [name for name in names if criteria.get(name) is None]
    for together in ([free] if free else []) + [[name] for name in names if name not in free]:
        grouped, chosen = ([name for name in together if name in some] for some in (walk.equal, walk.chosen))
        values = [(name, value) for name in chosen for value in walk.chosen[name] if isinstance(value, str)]
        sums = [func.sum(case((walk.chosen[name][value], 1), else_=0)) for name, value in values]
        columns = [walk.equal[name] for name in grouped]
        query = select(*columns, func.count(), *sums).select_from(walk.table)
        query = query.where(*conditions(walk, {**criteria, **dict.fromkeys(together)})).group_by(*columns)
        for row in connection.execute(query):
            many = int(row[len(columns)])
            counted = [(name, value, many) for name, value in zip(grouped, row, strict=False)]
            counted += [(*each, int(sum_ or 0)) for each, sum_ in zip(values, row[len(columns) + 1 :], strict=True)]
            for name, value, count_ in counted:
                if value is not None:
                    result[name][str(value)] = result[name].get(str(value), 0) + count_
    return {name: dict(sorted(counts.items())) if name in walk.equal else counts for name, counts in result.items()}


def has(connection: Reading, walk: Walk, key: str) -> bool:
    """Whether a row has a key."""
    return connection.execute(select(literal(1)).select_from(walk.table).where(walk.key == key).limit(1)).first() is not None


def _sortable(column: Column[str] | Column[int] | Column[date]) -> _Part:
    """A column as it is ordered by: what is missing comes first. One that always has a value is taken as it is, so that an index serves."""
    if not column.nullable:
        return column
    if isinstance(column.type, Day):
        return func.coalesce(column, _FIRST, type_=column.type)
    return func.coalesce(cast(column, Text), "")


def _bound(value: str | int, part: _Part) -> ColumnElement[object]:
    """A value of a place, compared with what the rows are ordered by."""
    if isinstance(part.type, Day) and isinstance(value, str):
        return literal(date.fromisoformat(value) if value else date.min, part.type)
    return literal(value, BigInteger()) if isinstance(value, int) else literal(value)


def conditions(walk: Walk, criteria: Mapping[str, object]) -> list[ColumnElement[bool]]:
    """What must hold of the rows of a walk by some criteria; what is None is not asked."""
    given = {name: value for name, value in criteria.items() if value is not None}
    equal = [_equals(name, column, given[name], walk) for name, column in walk.equal.items() if name in given]
    since = [column >= given[name] for name, column in walk.since.items() if name in given]
    chosen = [each[value] for name, each in walk.chosen.items() if (value := given.get(name)) in each]
    always = [] if walk.only is None else [walk.only]
    derived = [each(given[name]) for name, each in walk.derived.items() if name in given]
    return [*always, *equal, *chosen, *derived, *since, *(column <= given[name] for name, column in walk.until.items() if name in given)]


def _equals(name: str, column: Column[str], value: object, walk: Walk) -> ColumnElement[bool]:
    """Whether a column has a value; of a customer, perhaps also what stayed under the ids of those that were merged into it."""
    if name != "customer" or not walk.of_merged:
        return column == value
    return column.in_(select(_customers.id).where((_customers.id == value) | (_customers.merged_into == value)))
