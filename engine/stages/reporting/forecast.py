"""The forecast: the sums of transactions by month, order type, product family and customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Literal

from engine.documents.document import Document, OneCurrency
from engine.documents.order import ORDER_TYPES, OrderType
from engine.documents.transaction import Transaction
from engine.money import Currency, Money

ForecastKey = Literal["month", "order-type", "family", "customer"]
_COUNTED: Final = ("planned", "to-invoice", "held", "invoiced")
_COLUMNS: Final = ("planned", "to_invoice", "held", "invoiced")


class ForecastRow(Document):
    """One row; a key that was not asked for is None. net = planned + to_invoice + held + invoiced."""

    month: str | None = None
    order_type: OrderType | None = None
    family: str | None = None
    customer: str | None = None
    net: Money
    planned: Money
    to_invoice: Money
    held: Money
    invoiced: Money
    transactions: int


class Forecast(OneCurrency):
    """The rows in order, their sum, and what waits for an event of which nobody knows the day. Credit notes stand outside."""

    rows: tuple[ForecastRow, ...]
    net: Money
    undated: Money
    undated_transactions: int


def forecast(
    transactions: Iterable[Transaction],
    *,
    by: Sequence[ForecastKey],
    start: date,
    until: date,
    on: date,
    families: Mapping[str, str],
    currency: Currency,
) -> Forecast:
    """The transactions with a billing date in [start, until): expected events count on their expected date, held ones in their own month.

    `families` gives the family of each product. Grouped only by month and order type, empty groups have a row too.
    """
    sums: dict[tuple[str, ...], list[int]] = {key: [0] * 5 for key in _grid(by, start, until)}
    undated, undated_transactions = 0, 0
    for one in transactions:
        if one.state not in _COUNTED:
            continue
        if one.billing_date is None:
            undated, undated_transactions = undated + one.portion.net.minor, undated_transactions + 1
        elif start <= one.billing_date < until:
            row = sums.setdefault(tuple(_key(one, name, families) for name in by), [0] * 5)
            row[_column(one, on)] += one.portion.net.minor
            row[4] += 1
    rows = tuple(_row(by, key, sums[key], currency) for key in sorted(sums, key=lambda key: _order(by, key)))
    return Forecast(
        currency=currency,
        rows=rows,
        net=Money(sum(row.net.minor for row in rows), currency),
        undated=Money(undated, currency),
        undated_transactions=undated_transactions,
    )


def months(start: date, until: date) -> tuple[str, ...]:
    """The calendar months that [start, until) touches, `2027-01` and on."""
    first = start.year * 12 + start.month - 1
    last = until.year * 12 + until.month - 1 - (until.day == 1)
    return tuple(f"{at // 12}-{at % 12 + 1:02}" for at in range(first, last + 1))


def _grid(by: Sequence[ForecastKey], start: date, until: date) -> Iterable[tuple[str, ...]]:
    """The keys that have a row even without transactions: those of months and order types."""
    keys: list[tuple[str, ...]] = [()]
    for name in by:
        if name not in ("month", "order-type"):
            return []
        steps = months(start, until) if name == "month" else ORDER_TYPES
        keys = [(*key, step) for key in keys for step in steps]
    return keys


def _key(one: Transaction, name: ForecastKey, families: Mapping[str, str]) -> str:
    match name:
        case "month":
            return f"{one.billing_date:%Y-%m}"
        case "order-type":
            return one.order_type
        case "family":
            return families[one.line.product]
        case "customer":
            return one.customer


def _column(one: Transaction, on: date) -> int:
    """The place of its state in the columns; what is not due yet counts as planned."""
    if one.state in ("held", "invoiced"):
        return _COUNTED.index(one.state)
    return 1 if one.is_due(on) else 0


def _order(by: Sequence[ForecastKey], key: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    return tuple((ORDER_TYPES.index(part) if name == "order-type" else 0, part) for name, part in zip(by, key, strict=True))


def _row(by: Sequence[ForecastKey], key: tuple[str, ...], sums: Sequence[int], currency: Currency) -> ForecastRow:
    named: dict[str, object] = {name.replace("-", "_"): part for name, part in zip(by, key, strict=True)}
    amounts = {column: Money(minor, currency) for column, minor in zip(_COLUMNS, sums, strict=False)}
    return ForecastRow.model_validate(named | amounts | {"net": Money(sum(sums[:4]), currency), "transactions": sums[4]})
