"""An opportunity with all that is known of it: its history, its activities and what it needs, now or on a past day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.desk.desk import Desk
from api.desk.opportunity_advice import advice
from api.desk.owed_amounts import owed_of
from api.refusals import unknown
from api.store import histories, opportunities, sales_records, sales_tables
from api.store.sales_records import Activity
from engine.documents.opportunity import Opportunity
from engine.documents.payment_match import Owed
from engine.money import Currency, Money
from engine.phrases import Phrase

_HISTORY: Final = ("field", "before", "after", "changed_on", "changed_at", "author")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOpportunity:
    """An opportunity with its history, its activities and what it needs."""

    opportunity: Opportunity
    history: tuple[dict[str, object], ...]
    activities: tuple[Activity, ...]
    advice: tuple[Phrase, ...]
    owed: Owed
    """What is open, overdue and paid today of the invoices of what was sold with it."""


def show_opportunity(desk: Desk, name: str, *, as_of: date | None = None) -> ShownOpportunity:
    """An opportunity now, or as it was at the end of a day, with its history until then; refuses one that is unknown, or was then."""
    with desk.store.reading() as connection:
        if as_of is None:
            then = opportunities.find(connection, [name]).get(name)
        else:
            then = next(opportunities.each_as_of(connection, as_of, name), None)
        if then is None:
            raise unknown("opportunity", name)
        changes = histories.changes(connection, sales_tables.opportunity_changes, name)
        recorded = sales_records.activities(connection, "opportunity", name)
        owed = owed_of(desk, connection, "opportunity", [name])[name]
    until = [change for change in changes if as_of is None or change["changed_on"] <= as_of]
    history = tuple({field: change[field] for field in _HISTORY} | _in_money(dict(change), then.currency) for change in until)
    needs = advice(desk, [then]) if as_of is None else {}
    return ShownOpportunity(opportunity=then, history=history, activities=recorded, advice=needs.get(name, ()), owed=owed)


def _in_money(change: Mapping[str, object], currency: Currency) -> dict[str, str]:
    """The texts before and after a change of amounts, which the store has in minor units, as decimals."""
    texts = {at: str(change[at]) for at in ("before", "after") if change[at] is not None}
    match change["field"]:
        case "amount":
            return {at: str(Money(int(text), currency)) for at, text in texts.items()}
        case "amounts":
            by_type = {at: {name: str(Money(minor, currency)) for name, minor in json.loads(text).items()} for at, text in texts.items()}
            return {at: json.dumps(amounts) for at, amounts in by_type.items()}
        case _:
            return {}
