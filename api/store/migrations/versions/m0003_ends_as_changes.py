"""The end of an item becomes one of its changes, which lists what had been invoiced of the days after it."""

from __future__ import annotations

import json
from datetime import date
from typing import Final

from alembic import op
from sqlalchemy import Connection, Text, column, select, table, update

from api.store.sql import Day, canonical_json

revision: Final = "ends_as_changes"
down_revision: Final = "reasons_of_steps"

_ITEMS: Final = table("items", column("id", Text), column("details", Text), column("ends_before", Day))
_TRANSACTIONS: Final = table(
    "transactions",
    *(column(name, Text) for name in ("item", "kind", "change", "state")),
    *(column(name, Day) for name in ("service_from", "service_until")),
)


def upgrade() -> None:
    """Rewrites the details of each item: without the day on which its end became known, and with the end as a change."""
    connection = op.get_bind()
    for item in connection.execute(select(_ITEMS)).all():
        details = json.loads(item.details)
        known_on = details.pop("end_known_on", None)
        if known_on is not None and item.ends_before is not None:
            end = {"id": "end", "on": item.ends_before.isoformat(), "end": True, "known_on": known_on}
            details["changes"] = [*details.get("changes", ()), {**end, "invoiced": _invoiced(connection, item.id, item.ends_before)}]
        connection.execute(update(_ITEMS).where(_ITEMS.c.id == item.id).values(details=canonical_json(details)))


def downgrade() -> None:
    """Refuses: what had been invoiced before a change is not recorded in the earlier form."""
    raise RuntimeError("the former tables do not hold what had been invoiced before a change")


def _invoiced(connection: Connection, item: str, day: date) -> list[list[str | None]]:
    """The invoiced lines of an item that end on a day or later, as a change lists them."""
    columns = _TRANSACTIONS.c
    query = (
        select(columns.kind, columns.service_from, columns.change)
        .where(columns.item == item, columns.state == "invoiced", columns.kind.in_(("recurring", "change")), columns.service_until >= day)
        .order_by(columns.service_from, columns.kind)
    )
    return [[row.kind, row.service_from.isoformat(), row.change] for row in connection.execute(query)]
