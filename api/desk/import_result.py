"""What an import did, or would do: how many records of each kind are new, changed and as before, in numbers and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.problems import Problem

KINDS: Final[Mapping[str, str]] = {
    "customer": "customers",
    "order": "orders",
    "increment": "increments",
    "opportunity": "opportunities",
    "contact": "contacts",
    "quote": "quotes",
    "former invoice": "former_invoices",
}
"""The name of many of each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCounts:
    """How many records of one kind were new, changed and unchanged."""

    kind: str
    fresh: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """The result of an import: counts of records by kind, the number of planned transactions, and advice on the files."""

    kinds: tuple[ImportCounts, ...]
    transactions: int
    advice: tuple[Problem, ...]

    @property
    def changes_nothing(self) -> bool:
        """Whether all records were unchanged."""
        return not any(each.fresh or each.changed for each in self.kinds)

    def tree(self) -> dict[str, object]:
        """The result for JSON, without the advice."""
        kinds = {KINDS[each.kind]: {"new": each.fresh, "changed": each.changed, "unchanged": each.unchanged} for each in self.kinds}
        return {"changes_nothing": self.changes_nothing, **kinds, "transactions": self.transactions}


class TriedImport(Exception):
    """Ends the transaction of an import that is only tried."""

    def __init__(self, result: ImportResult) -> None:
        super().__init__()
        self.result = result
