"""The auditor's sums of transactions: what each order is stored to come to by day and state is what its transactions come to."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from api.store import order_sums
from api.store.audit_problems import COLUMN_DIFFERS
from api.store.sql import Reading
from engine.problems import Problem

_KEYS = 4


def audit_order_sums(connection: Reading) -> Iterator[Problem]:
    """The sums of orders that are not what their transactions come to; the database compares, and gives only those that differ."""
    added_up, stored = order_sums.added_up(connection.dialect.name), select(order_sums.TABLE)
    expected, actual = (
        {tuple(row[:_KEYS]): tuple(map(int, row[_KEYS:])) for row in connection.execute(query)}
        for query in (added_up.except_(stored), stored.except_(added_up))
    )
    columns = [column.name for column in order_sums.TABLE.columns][_KEYS:]
    nothing = (0,) * len(columns)
    for key in sorted(expected.keys() | actual.keys()):
        day, _, order, _ = key
        for column, amount, wanted in zip(columns, actual.get(key, nothing), expected.get(key, nothing), strict=True):
            if amount != wanted:
                yield COLUMN_DIFFERS.at(None, what=f"{order}, {day}", column=column, found=amount, expected=wanted)
