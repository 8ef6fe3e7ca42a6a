"""The days on which the price of an item depends: its first day, the day whose list first priced it, and that whose list counts."""

from __future__ import annotations

from datetime import date

from engine.dates import month_after
from engine.documents.order import OrderItem
from engine.rulebook.plans import BillingProcess


def first_day(item: OrderItem) -> date | None:
    """The day on which an item joined or was activated."""
    return item.joined or item.activated_on or item.starts_on


def priced_first(item: OrderItem) -> date | None:
    """The day whose list first priced an item: that of its quote, or the later one that was wished, else its first day."""
    if item.quoted_on is None:
        return first_day(item)
    wished = item.starts_on or item.quoted_on
    return wished if item.joined is None else max(wished, item.quoted_on)


def price_date(item: OrderItem, process: BillingProcess, signed_on: date | None, on: date, *, joining: bool) -> tuple[date, bool]:
    """The day whose prices apply on a day to an item of an order, and whether they are those for new items."""
    first = first_day(item) or on
    quoted = priced_first(item) if item.quoted_on is not None else None
    match process.price_date:
        case "signature":
            return item.quoted_on or signed_on or first, True
        case "insertion-month":
            return on.replace(day=1), True
        case "joining":
            return quoted or first, True
        case "period-start":
            if joining:
                return (quoted if quoted is not None and on <= first else on), True
            if what_it_follows(item, process) == "indexed" or process.price_change == "never":
                return quoted or first, True
            since = _last_renewal(process, first, on) if process.price_change == "next-renewal" else on
            return (quoted, True) if quoted is not None and since <= first else (since, False)


def agreed_day(item: OrderItem, on: date) -> date:
    """The day on which the price of an item was agreed: that of the change that negotiated it, else its first day, else a day."""
    price = item.negotiated_price
    negotiated = [change.on for change in item.changes if price is not None and change.price == price]
    return negotiated[-1] if negotiated else item.price_agreed_on or first_day(item) or on


def what_it_follows(item: OrderItem, process: BillingProcess) -> str:
    """What the price of an item follows: as it was agreed with its negotiated price, else as its process says."""
    return (item.price_follows if item.negotiated_price is not None else None) or process.follows


def _last_renewal(process: BillingProcess, first: date, on: date) -> date:
    """The first day of the term that a day lies in; without terms, the first day of all."""
    term = process.renewal.term_months if process.renewal else None
    if term is None or on <= first:
        return first
    terms = ((on.year - first.year) * 12 + on.month - first.month) // term
    term_start = month_after(first, terms * term)
    return term_start if term_start <= on else month_after(first, (terms - 1) * term)
