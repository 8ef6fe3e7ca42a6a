"""The validity of a block, a row or a rule: its days, and the date that is compared with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class InForce:
    """The days on which a block, row or rule is in force: `start` to `until`, both included, None being unbounded, by the date fact `by`.

    Where start and until are both None it is always in force and the fact is not read; else `by` is never None, except in a table that
    serves lookups only, where `Lookup.dated_by` replaces it.
    """

    by: str | None
    start: date | None
    until: date | None

    @property
    def is_always(self) -> bool:
        """Whether no date needs to be compared."""
        return self.start is None and self.until is None

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.start is None or self.start <= day) and (self.until is None or day <= self.until)
