"""The instalments of an order: those of all its items together, with their sum and their share of the whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from api.desk.desk import Desk
from api.desk.reports import due_now
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Money

_WHOLE: Final = 1_000


def instalment_trees(figures: Iterable[TransactionFigures], desk: Desk) -> list[dict[str, object]]:
    """Each instalment of an order's transactions: number, billing date, net, states, and its share in thousandths of the whole."""
    parts = [one for one in figures if one.kind == "instalment"]
    whole = sum(one.net.minor for one in parts)
    result: list[dict[str, object]] = []
    for number in dict.fromkeys(one.number for one in parts):
        alike = [one for one in parts if one.number == number]
        net = sum(one.net.minor for one in alike)
        billed_on = alike[0].billing_date
        result.append(
            {
                "number": number,
                "billing_date": None if billed_on is None else billed_on.isoformat(),
                "net": str(Money(net, alike[0].currency)),
                "state": ", ".join(dict.fromkeys(due_now(desk, one) for one in alike)),
                "thousandths": net * _WHOLE // whole if whole else 0,
            }
        )
    return result
