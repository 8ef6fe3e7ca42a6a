"""What a few words of a person find: customers, opportunities, quotes, orders and documents."""

from __future__ import annotations

from typing import Final

from api.desk.desk import Desk
from api.store import searches

_MOST: Final = 10
"""So many of each kind."""


def matches(desk: Desk, words: str) -> tuple[tuple[searches.Kind, str, str], ...]:
    """The kind, the number and the name of what fits some words."""
    with desk.store.reading() as connection:
        return tuple(searches.hits(connection, words, _MOST))
