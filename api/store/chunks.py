"""Long lists cut into pieces that one statement can take: databases bound the number of its parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

_AT_ONCE: Final = 500


def chunks(names: Iterable[str]) -> Iterator[Sequence[str]]:
    """The names, each once and in order, some hundred at a time."""
    found = sorted(set(names))
    return (found[at : at + _AT_ONCE] for at in range(0, len(found), _AT_ONCE))
