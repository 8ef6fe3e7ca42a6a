"""What lives as long as its process: Python's collector of garbage need not look at it again and again, while every request waits."""

from __future__ import annotations

import gc


def set_aside() -> None:
    """Collects, then sets aside all that lives now, such as a rulebook: a full collection takes a moment instead of a fifth of a second."""
    gc.collect()
    gc.freeze()
