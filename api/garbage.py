"""Python's garbage collector, told of work that makes many objects and no cycles, and of what lives as long as its process."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_OBJECTS_BETWEEN_COLLECTIONS: Final = 200_000
OF_A_SHARD: Final = 3_000_000
"""So many more objects may live where live orders are planned: to look through all of them for cycles takes a seventh of the work."""


@contextmanager
def rare_collections(objects: int = _OBJECTS_BETWEEN_COLLECTIONS) -> Iterator[None]:
    """The collector looks only when so many more objects live: caches and results of much work have no cycles.

    Nothing is collected first, nor set aside: in a process that holds much, such as a service, that alone takes a second.
    """
    before = gc.get_threshold()
    gc.set_threshold(objects, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def set_aside() -> None:
    """Collects, then sets aside all that lives now, such as a rulebook: a full collection takes a moment instead of a fifth of a second."""
    gc.collect()
    gc.freeze()
