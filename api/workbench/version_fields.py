"""What lists and commands say of a version of the rulebook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from api.output.sheets import Cell
from api.store import rulebooks
from api.store.database import Store
from api.store.rulebooks import StoredVersion
from api.store.sql import Reading
from engine.money import Money

_FINGERPRINT_SHOWN: Final = 12


def fields_of(one: StoredVersion, current: StoredVersion | None, versions: Sequence[StoredVersion] = ()) -> dict[str, Cell]:
    """A version as a row of the list; `current` is the one in force, and `versions` are all."""
    return {
        "version": one.name,
        "state": "never in force" if one.was_overtaken(versions) else one.state,
        "in_force": "yes" if current is not None and current.number == one.number else "no",
        "from": one.in_force_from or one.wanted_from,
        "proposed_on": one.steps[0].on,
        "by": one.steps[0].author,
        "approved_by": one.approved_by,
        "year_change": one.year_change,
        "rolls_back_to": name_of(one.rolls_back_to),
        "fingerprint": one.fingerprint[:_FINGERPRINT_SHOWN],
        "note": one.steps[0].note,
    }


def fields_today(store: Store, one: StoredVersion, today: date) -> dict[str, Cell]:
    """A version as a row of the list, just changed; it may be in force now."""
    with store.reading() as connection:
        return fields_of(one, rulebooks.version_in_force(connection, today))


def name_of(number: int | None) -> str | None:
    """The name of a version by its number."""
    return None if number is None else f"v{number}"


def version_tree(connection: Reading, of: StoredVersion, today: date) -> dict[str, object]:
    """A version as JSON: its steps, what passed before, and what it changed in euros."""
    current, versions = rulebooks.version_in_force(connection, today), rulebooks.find_versions(connection)
    fields: dict[str, object] = {
        name: str(cell) if isinstance(cell, date | Money) else cell for name, cell in fields_of(of, current, versions).items()
    }
    steps = [
        {
            "state": step.state,
            "on": str(step.on),
            "at": step.at.isoformat(),
            "by": step.author,
            "in_force_from": None if step.in_force_from is None else str(step.in_force_from),
            "note": step.note,
        }
        for step in of.steps
    ]
    compared = {"fingerprint": of.fingerprint, "checks": list(of.checks), "compared_with": name_of(of.compared_with)}
    return fields | compared | {"steps": steps, "changes": rulebooks.changes_of(connection, of.number)}
