"""The auditor's conservation of money: transactions and the lines of invoices, periods served once, instalments as agreed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby, starmap
from operator import itemgetter
from typing import Final, NamedTuple, TypeVar

from sqlalchemy import Column, ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from api.store import tables
from api.store.audit_problems import (
    COLUMN_DIFFERS,
    LINES_DIFFER,
    NOT_AS_AGREED,
    NOT_CREDITED,
    NOT_MARKED,
    NOT_ON_ITS_INVOICE,
    OVERLAP,
    TRANSACTION_DIFFERS,
)
from api.store.audit_usage import audit_usage
from api.store.document_figures import UNREADABLE_DOCUMENT, DocumentFigures, document_figures
from api.store.rebilling_tables import rebilled
from api.store.sql import Reading
from api.store.transaction_rows import COLUMNS, KEY, TABLE, Key, StoredTransaction, hash_of, identity_of_row, serial_of_row, split_hashes
from engine.dates import Period
from engine.documents.totals import multiplying_quantity
from engine.money import Currency, Money, Quantity
from engine.problems import Problem

_ROWS_AT_ONCE: Final = 1_000
_OF_LINES: Final = ("serial", "list_net", "service_from", "service_until", "quantity", "state", "held_because")
"""The columns of an invoiced transaction that its lines tell."""


_Columns = ReadOnlyColumnCollection[str, Column[object]]
"""The columns of transactions, or of a second look at them."""
_Selected = TypeVar("_Selected", bound=tuple[object, ...])


class _Billed(NamedTuple):
    """What the lines of one transaction say on its invoice."""

    net: int
    list_net: int
    served: tuple[date | None, date | None]
    quantity: int | None
    """None where they are the parts of a bundle."""


def audit_lines(connection: Reading, documents: Mapping[str, DocumentFigures], hashes: Mapping[str, str]) -> Iterator[Problem]:
    """The problems of some documents with their transactions: each stands on its invoice as its lines say, and as it was then.

    What an invoice released, to be billed again, does not stand on it any more, and is credited wholly. `hashes` has the stored hashes of
    the transactions by number.
    """
    lines = _billed(documents)
    nets = {key: billed.net for key, billed in lines.items()}
    hash_by_key = {
        (number, identity): digest
        for number, of_document in groupby(lines, itemgetter(0))
        for identity, digest in split_hashes(hashes[number], (identity for _, identity in of_document)).items()
    }
    invoiced = select(*COLUMNS).where(TABLE.c.invoice.in_(documents)).order_by(TABLE.c.invoice)
    for row in starmap(StoredTransaction, connection.execute(invoiced)):
        identity = identity_of_row(row)
        key = number, _ = (row.invoice or "", identity)
        billed = lines.pop(key, None)
        if billed is None:
            yield NOT_ON_ITS_INVOICE.at(None, transaction=identity, number=number)
            continue
        yield from _audit_row(row, identity, billed, documents[number].currency)
        if hashes[number] and hash_by_key.get(key) != hash_of(identity, row):
            yield TRANSACTION_DIFFERS.at(None, transaction=identity, number=number)
    released = _released(connection, documents)
    credited = _credited(connection, {number for number, _ in released})
    for one in sorted(released):
        if one not in lines or nets[one] != credited.get(one, 0):
            yield NOT_CREDITED.at(None, transaction=one[1], number=one[0])
    for number, transaction in lines:
        if (number, transaction) not in released:
            yield NOT_MARKED.at(None, transaction=transaction, number=number)


def _billed(documents: Mapping[str, DocumentFigures]) -> dict[tuple[str, str], _Billed]:
    """What the lines of some invoices say, by number and identity."""
    result: dict[tuple[str, str], _Billed] = {}
    for number, document in documents.items():
        for line in document.lines if document.is_invoice else ():
            key = (number, line.transaction)
            before = result.get(key)
            net, list_net = (before.net, before.list_net) if before else (0, 0)
            served = (line.service_from, line.service_until)
            result[key] = _Billed(net + line.net, list_net + line.list_net, served, line.quantity)
    return result


def _audit_row(row: StoredTransaction, identity: str, billed: _Billed, currency: Currency) -> Iterator[Problem]:
    """The problems of a transaction with its lines."""
    if billed.net != row.net:
        lines_net, net = Money(billed.net, currency), Money(row.net, currency)
        yield LINES_DIFFER.at(None, number=row.invoice, transaction=identity, lines=lines_net, net=net)
    on_line = row.quantity
    if on_line * row.list_net <= 0:
        on_line = multiplying_quantity(Quantity(on_line), Money(row.list_net, currency)).micros
    stored = (row.serial, row.list_net, row.service_from, row.service_until, on_line, row.state, row.held_because)
    quantity = on_line if billed.quantity is None else billed.quantity
    expected = (serial_of_row(row), billed.list_net, *billed.served, quantity, "invoiced", None)
    if stored != expected:
        for column, actual, wanted in zip(_OF_LINES, stored, expected, strict=True):
            if actual != wanted:
                yield COLUMN_DIFFERS.at(None, what=identity, column=column, found=actual, expected=wanted)


def _released(connection: Reading, numbers: Iterable[str]) -> set[tuple[str, str]]:
    """What some invoices released, to be billed again: number and identity."""
    rows = connection.execute(select(rebilled).where(rebilled.c.invoice.in_(numbers)))
    return {(row.invoice, Key(row.item, row.kind, row.serial, row.change).identity) for row in rows}


def _credited(connection: Reading, numbers: Collection[str]) -> dict[tuple[str, str], int]:
    """The nets that credit notes took back of some invoices, by number and identity."""
    nets: dict[tuple[str, str], int] = {}
    issued = tables.issued.c
    for row in connection.execute(select(issued.corrects, issued.document).where(issued.corrects.in_(numbers))) if numbers else ():
        try:
            lines = document_figures(row.document).lines
        except UNREADABLE_DOCUMENT:
            continue  # reported where it stands itself
        for line in lines:
            nets[row.corrects, line.transaction] = nets.get((row.corrects, line.transaction), 0) + line.net
    return nets


def audit_plans(connection: Reading) -> Iterator[Problem]:
    """The problems of transactions: on an invoice that does not exist, a period served twice, instalments other than agreed."""
    issued = tables.issued.c
    query = select(*COLUMNS).outerjoin(tables.issued, issued.number == TABLE.c.invoice)
    for row in starmap(StoredTransaction, connection.execute(query.where(TABLE.c.invoice.is_not(None), issued.number.is_(None)))):
        yield NOT_ON_ITS_INVOICE.at(None, transaction=identity_of_row(row), number=row.invoice)
    yield from _audit_periods(connection)
    yield from _audit_agreed(connection)
    yield from audit_usage(connection)


def _audit_periods(connection: Reading) -> Iterator[Problem]:
    """The database compares each period with the next, in the order of the key, and gives only those that overlap.

    Where the billing of an item changed within a period that was invoiced, the days from then on are taken back, and billed otherwise.
    """
    for earlier in connection.execute(_overlapping(connection)).all():
        row = _period_after(connection, earlier)
        both = Period(max(earlier.service_from, row.service_from), min(earlier.service_until, row.service_until))
        if row.kind == "recurring" and _is_given_back(connection, row.item, both):
            continue
        first, second = (f"{one.item}|{one.kind}|{one.service_from}|{one.change}" for one in (earlier, row))
        yield OVERLAP.at(None, item=row.item, period=str(Period(earlier.service_from, earlier.service_until)), first=first, second=second)


def _overlapping(connection: Reading) -> Select[tuple[object, ...]]:
    """The query of the transactions whose periods end after the next begin: SQLite looks those up, in half the time of a window."""
    columns, since = TABLE.c, TABLE.c.service_from
    if connection.dialect.name == "sqlite":
        later = TABLE.alias("later")
        next_begins = _after(select(later.c.service_from), columns, later.c).scalar_subquery()
        return select(*COLUMNS).where(*_serving(columns), next_begins < columns.service_until).order_by(*KEY)
    following = func.lead(since, type_=since.type).over(
        partition_by=(columns.item, columns.kind), order_by=(columns.serial, columns.change)
    )
    periods = select(*COLUMNS, following.label("next_begins")).where(*_serving(columns)).subquery()
    return select(periods).where(periods.c.next_begins < periods.c.service_until).order_by(*(periods.c[column.name] for column in KEY))


def _period_after(connection: Reading, row: Row[tuple[object, ...]]) -> Row[tuple[object, ...]]:
    """The transaction that serves the period after that of another one."""
    return connection.execute(_after(select(TABLE), row, TABLE.c)).one()


def _after(query: Select[_Selected], one: _Columns | Row[tuple[object, ...]], later: _Columns) -> Select[_Selected]:
    """A query narrowed to the transaction whose period follows that of one."""
    follows = and_(later.serial >= one.serial, or_(later.serial > one.serial, later.change > one.change))
    of_item = (later.item == one.item, later.kind == one.kind)
    return query.where(*of_item, follows, *_serving(later)).order_by(later.serial, later.change).limit(1)


def _serving(columns: _Columns) -> tuple[ColumnElement[bool], ...]:
    """The conditions of the transactions whose periods follow one another."""
    is_periodic = or_(columns.kind == "recurring", and_(columns.kind == "usage", columns.change == ""))
    return (is_periodic, columns.state != "cancelled", columns.service_from.is_not(None))


def _is_given_back(connection: Reading, item: str, period: Period) -> bool:
    """Whether changes of an item take back every day of a period."""
    columns = TABLE.c
    query = select(columns.service_from, columns.service_until).where(columns.item == item, columns.kind == "change")
    query = query.where(columns.quantity < 0, columns.state != "cancelled", columns.service_until > period.start)
    reached = period.start
    for start, until in sorted(map(tuple, connection.execute(query))):
        if start <= reached:
            reached = max(reached, until)
    return reached >= period.until


def _audit_agreed(connection: Reading) -> Iterator[Problem]:
    columns, items, orders = TABLE.c, tables.items.c, tables.orders.c
    is_cancelled = func.max(case((columns.state == "cancelled", 1), else_=0))
    sums = select(columns.item, func.sum(columns.net).label("net"), is_cancelled.label("is_cancelled"))
    of_item = sums.where(columns.kind == "instalment").group_by(columns.item).subquery()
    query = select(items.id, items.details, orders.currency, of_item.c.net).join(of_item, of_item.c.item == items.id)
    query = query.join(tables.orders, orders.id == items.order).where(of_item.c.is_cancelled == 0)
    for row in connection.execute(query.execution_options(yield_per=_ROWS_AT_ONCE)):
        agreed = _agreed_net(row)
        if agreed is not None and int(row.net) != agreed:
            currency = Currency.of(row.currency)
            yield NOT_AS_AGREED.at(None, item=row.id, sum=Money(int(row.net), currency), agreed=Money(agreed, currency))


def _agreed_net(item: Row[str, str, str, int]) -> int | None:
    """The agreed net of an item in minor units; None where nothing was agreed, or it was changed since."""
    details = json.loads(item.details)
    if details["agreed"] is None or details["changes"]:
        return None
    return Money.parse(details["agreed"]["net"], Currency.of(item.currency)).minor
