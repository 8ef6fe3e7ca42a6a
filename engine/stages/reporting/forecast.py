"""The forecast: the sums of transactions by month, order type, product family and customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Literal

from engine.documents.document import Document, OneCurrency
from engine.documents.forecast_sum import ForecastSum
from engine.documents.order import ORDER_TYPES, OrderType
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Currency, Money

ForecastKey = Literal["month", "order-type", "family", "customer"]
_COUNTED: Final = ("planned", "to-invoice", "held", "invoiced")
COLUMNS: Final = ("planned", "to_invoice", "held", "invoiced")
"""The columns of a forecast; what is not due yet counts as planned."""
NO_FAMILY: Final = "–"
"""The family of a product that left the rulebook."""


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


def sums_of(transactions: Iterable[TransactionFigures], by: Sequence[str], on: date) -> list[ForecastSum]:
    """The sums of transactions; what counts in no forecast, such as what was cancelled, is left out."""
    sums: dict[tuple[str | None, OrderType | None, str | None, str | None, int, str | None], tuple[int, int]] = {}
    for one in transactions:
        if one.state in _COUNTED:
            key = (
                f"{one.billing_date:%Y-%m}" if one.billing_date else None,
                one.order_type if "order-type" in by else None,
                one.product if "family" in by else None,
                one.customer if "customer" in by else None,
                _column(one, on),
                one.order if "order" in by else None,
            )
            net, count = sums.get(key, (0, 0))
            sums[key] = (net + one.amount.net, count + 1)
    return [ForecastSum(*key[:5], net, count, key[5]) for key, (net, count) in sums.items()]


def forecast(
    sums: Iterable[ForecastSum], *, by: Sequence[ForecastKey], start: date, until: date, families: Mapping[str, str], currency: Currency
) -> Forecast:
    """The sums of transactions with a billing date in [start, until): expected events count on their expected date, held ones in their
    own month.

    `families` gives the family of each product. Grouped only by month and order type, empty groups have a row too.
    """
    cells: dict[tuple[str, ...], list[int]] = {key: [0] * 5 for key in _grid(by, start, until)}
    undated, undated_transactions = 0, 0
    for one in sums:
        if one.month is None:
            undated, undated_transactions = undated + one.net, undated_transactions + one.transactions
        else:
            row = cells.setdefault(tuple(group_of(one, name, families) for name in by), [0] * 5)
            row[one.column] += one.net
            row[4] += one.transactions
    rows = tuple(_row(by, key, cells[key], currency) for key in sorted(cells, key=lambda key: _order(by, key)))
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


def group_of(one: ForecastSum, name: Literal[ForecastKey, "order"], families: Mapping[str, str]) -> str:
    """What a sum is called in a grouping; `families` has that of each product."""
    match name:
        case "month":
            return one.month or ""
        case "order-type":
            return one.order_type or ""
        case "family":
            return families.get(one.product or "", NO_FAMILY)
        case "customer":
            return one.customer or ""
        case "order":
            return one.order or ""


def _column(one: TransactionFigures, on: date) -> int:
    """The place of its state in the columns; what is not due yet counts as planned."""
    if one.state in ("held", "invoiced"):
        return _COUNTED.index(one.state)
    return 1 if one.is_due(on) else 0


def _order(by: Sequence[ForecastKey], key: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    return tuple((ORDER_TYPES.index(part) if name == "order-type" else 0, part) for name, part in zip(by, key, strict=True))


def _row(by: Sequence[ForecastKey], key: tuple[str, ...], sums: Sequence[int], currency: Currency) -> ForecastRow:
    named: dict[str, object] = {name.replace("-", "_"): part for name, part in zip(by, key, strict=True)}
    amounts = {column: Money(minor, currency) for column, minor in zip(COLUMNS, sums, strict=False)}
    return ForecastRow.model_validate(named | amounts | {"net": Money(sum(sums[:4]), currency), "transactions": sums[4]})
