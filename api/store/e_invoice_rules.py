"""The rules of e-invoices that were added, in the store: one of each name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from api.store.e_invoice_tables import e_invoice_rules
from api.store.sql import Reading, Writing

_LIGHT: Final = [column for column in e_invoice_rules.c if column.name != "stylesheet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedRules:
    """Rules that somebody added, without what was made of them."""

    name: str
    version: str
    scope: str
    source: str
    digest: str
    assertions: int
    added_at: datetime
    added_by: str


def find(connection: Reading) -> dict[str, AddedRules]:
    """All that were added, by name."""
    rows = connection.execute(select(*_LIGHT).order_by(e_invoice_rules.c.name)).mappings()
    return {row["name"]: AddedRules(**row) for row in rows}


def stylesheet(connection: Reading, name: str) -> str:
    """What was made of the rules of a name."""
    return str(connection.execute(select(e_invoice_rules.c.stylesheet).where(e_invoice_rules.c.name == name)).scalar_one())


def put(connection: Writing, rules: AddedRules, stylesheet: str) -> None:
    """Stores rules in place of those of the same name."""
    remove(connection, rules.name)
    fields = {name: getattr(rules, name) for name in AddedRules.__dataclass_fields__}
    connection.execute(e_invoice_rules.insert().values(fields | {"stylesheet": stylesheet}))


def remove(connection: Writing, name: str) -> bool:
    """Deletes the rules of a name; False where there are none."""
    return connection.execute(delete(e_invoice_rules).where(e_invoice_rules.c.name == name)).rowcount == 1
