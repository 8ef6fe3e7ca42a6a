"""Names that are written twice in a rulebook; a file that only repeats another one is told once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from engine.problems import Kind, Problem, Span

TWICE: Final = Kind("written-twice", "`{name}` is written twice, first in {first}", "keep one of the two, or give this one another name")
COPIED: Final = Kind(
    "written-twice",
    "all {count} names of this file are written in {first} too",
    "remove this file if it is a copy of the other; otherwise give its entries names of their own",
)
_COPY: Final = re.compile(r"(.+?)(?: - .+| ?\(\d+\))(\.\w+)")
"""The name that a copy of a file gets: `list - Copy.yaml`, `list (2).yaml`."""


class Twice(NamedTuple):
    """A name that a file declares and another place declared before."""

    name: str
    where: Span
    earlier: Span

    @property
    def second_first(self) -> tuple[Span, Span]:
        """Both places, that of a copy before that of the original: copies are sorted before what they copy."""
        copied = _COPY.fullmatch(self.earlier.path)
        is_copy = copied is not None and f"{copied[1]}{copied[2]}" == self.where.path
        return (self.earlier, self.where) if is_copy else (self.where, self.earlier)


def written_twice(named: Mapping[str, Mapping[str, Span]], twice: Sequence[Twice], count: int) -> list[Problem]:
    """The problems of the names of a file that are written twice, of `count` in it; one where it repeats another file whole."""
    places = [each.second_first for each in twice]
    paths = {(second.path, first.path) for second, first in places}
    if len(twice) > 1 and len(twice) == count and len(paths) == 1 and places[0][0].path != places[0][1].path:
        second, first = places[0]
        declared = sum(1 for names in named.values() for where in names.values() if where.path == second.path)
        if declared in (0, count):  # none where the copy is the file that was just read
            return [COPIED.at(second, count=count, first=first.path)]
    return [TWICE.at(second, name=each.name, first=first) for each, (second, first) in zip(twice, places, strict=True)]
