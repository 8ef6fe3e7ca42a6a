"""Where a name stands in a rule file, also in one with mistakes: not in comments and texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.problems import Span

_PARTS: Final = re.compile(r'"[^"\n]*"|#[^\n]*|\n|[A-Za-z0-9][\w.-]*\w|[A-Za-z0-9]')


def token_places(path: str, text: str, name: str) -> Iterator[Span]:
    """Every place of a name."""
    line, start = 1, 0
    for match in _PARTS.finditer(text):
        if match.group() == "\n":
            line, start = line + 1, match.end()
        elif match.group() == name:
            column = match.start() - start + 1
            yield Span(path, line, column, line, column + len(name))
