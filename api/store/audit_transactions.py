"""The auditor's conservation of money: transactions and the lines of invoices, periods served once, instalments as agreed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from sqlalchemy import Row, and_, case, func, or_, select

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
from api.store.transaction_rows import KEY, TABLE, Key, amount_of_row, hash_of, serial_of, split_hashes
from engine.dates import Period
from engine.documents.totals import multiplying_quantity
from engine.documents.transaction_figures import PlannedAmount
from engine.money import Currency, Money, Quantity
from engine.problems import Problem

_ROWS_AT_ONCE: Final = 1_000
_OF_LINES: Final = ("serial", "list_net", "service_from", "service_until", "quantity", "state", "held_because")
"""The columns of an invoiced transaction that its lines tell."""
_IN_ORDER: Final = (TABLE.c.serial, TABLE.c.change)
"""The order of the periods of an item."""
_SERVING: Final = (
    or_(TABLE.c.kind == "recurring", and_(TABLE.c.kind == "usage", TABLE.c.change == "")),
    TABLE.c.state != "cancelled",
    TABLE.c.service_from.is_not(None),
)
"""The conditions of the transactions whose periods follow one another."""


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
    for row in connection.execute(select(TABLE).where(TABLE.c.invoice.in_(documents)).order_by(TABLE.c.invoice)):
        amount = amount_of_row(row)
        identity = amount.identity(row.item)
        key = (row.invoice, identity)
        billed = lines.pop(key, None)
        if billed is None:
            yield NOT_ON_ITS_INVOICE.at(None, transaction=identity, number=row.invoice)
            continue
        yield from _audit_row(row, amount, identity, billed, documents[row.invoice].currency)
        if hashes[row.invoice] and hash_by_key.get(key) != hash_of(identity, row):
            yield TRANSACTION_DIFFERS.at(None, transaction=identity, number=row.invoice)
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


def _audit_row(
    row: Row[tuple[object, ...]], amount: PlannedAmount, identity: str, billed: _Billed, currency: Currency
) -> Iterator[Problem]:
    """The problems of a transaction with its lines."""
    if billed.net != row.net:
        lines_net, net = Money(billed.net, currency), Money(row.net, currency)
        yield LINES_DIFFER.at(None, number=row.invoice, transaction=identity, lines=lines_net, net=net)
    on_line = multiplying_quantity(Quantity(row.quantity), Money(row.list_net, currency)).micros
    stored = (row.serial, row.list_net, row.service_from, row.service_until, on_line, row.state, row.held_because)
    quantity = on_line if billed.quantity is None else billed.quantity
    expected = (serial_of(amount), billed.list_net, *billed.served, quantity, "invoiced", None)
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
    query = select(TABLE).outerjoin(tables.issued, issued.number == TABLE.c.invoice)
    for row in connection.execute(query.where(TABLE.c.invoice.is_not(None), issued.number.is_(None))):
        yield NOT_ON_ITS_INVOICE.at(None, transaction=amount_of_row(row).identity(row.item), number=row.invoice)
    yield from _audit_periods(connection)
    yield from _audit_agreed(connection)
    yield from audit_usage(connection)


def _audit_periods(connection: Reading) -> Iterator[Problem]:
    """The database compares each period with the one before, in the order of the key, and gives only those that overlap.

    Where the billing of an item changed within a period that was invoiced, the days from then on are taken back, and billed otherwise.
    """
    columns, until = TABLE.c, TABLE.c.service_until
    before = func.lag(until, type_=until.type).over(partition_by=(columns.item, columns.kind), order_by=_IN_ORDER).label("until_before")
    periods = select(*KEY, columns.service_from, before).where(*_SERVING).subquery()
    later = select(TABLE).join(periods, and_(*(periods.c[column.name] == column for column in KEY)))
    for row in connection.execute(later.where(periods.c.service_from < periods.c.until_before)).all():
        earlier = _period_before(connection, row)
        both = Period(max(earlier.service_from, row.service_from), min(earlier.service_until, row.service_until))
        if row.kind == "recurring" and _is_given_back(connection, row.item, both):
            continue
        first, second = (f"{one.item}|{one.kind}|{one.service_from}|{one.change}" for one in (earlier, row))
        yield OVERLAP.at(None, item=row.item, period=str(Period(earlier.service_from, earlier.service_until)), first=first, second=second)


def _period_before(connection: Reading, row: Row[tuple[object, ...]]) -> Row[tuple[object, ...]]:
    """The transaction that serves the period before that of another one."""
    columns = TABLE.c
    is_before = or_(columns.serial < row.serial, and_(columns.serial == row.serial, columns.change < row.change))
    query = select(TABLE).where(columns.item == row.item, columns.kind == row.kind, is_before, *_SERVING)
    return connection.execute(query.order_by(*(column.desc() for column in _IN_ORDER)).limit(1)).one()


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
