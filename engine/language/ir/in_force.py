"""The days on which a block, a row or a rule holds, and which date is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class InForce:
    """The days on which a block, row or rule holds: `start` to `until`, both included, None being open; looked at is the fact `by`.

    Where start and until are both None it always holds and the fact is not looked at; else `by` is never None, except in a table that is
    only asked through `Lookup`, whose `dated_by` then stands in.
    """

    by: str | None
    start: date | None
    until: date | None

    @property
    def is_always(self) -> bool:
        """Whether no date needs to be looked at."""
        return self.start is None and self.until is None

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return (self.start is None or self.start <= day) and (self.until is None or day <= self.until)
