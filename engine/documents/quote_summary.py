"""The summary of a priced quote: what lists tell of it, read from its JSON without its schedule and its reasons."""

from __future__ import annotations

from engine.dates import Day
from engine.documents.document import Document, OneCurrency
from engine.documents.party import Customer
from engine.money import Money


class _PricedLine(Document, extra="ignore"):
    list_net: Money


class _Line(Document, extra="ignore"):
    priced: _PricedLine
    counted: bool = True


class QuoteSummary(OneCurrency, extra="ignore"):
    """Some fields of a priced quote; each means the same as there."""

    customer: Customer
    on: Day
    valid_until: Day
    one_off: Money
    mrr: Money
    contract_value: Money
    lines: tuple[_Line, ...]

    @property
    def list_total(self) -> Money:
        """All lines that count before all discounts, each for one billing period."""
        return sum((line.priced.list_net for line in self.lines if line.counted), Money(0, self.currency))
