"""The tokens of rule files, also for rows of large tables, which are parsed cell by cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

_PIPES: Final = re.compile(r'"[^"]*"|\|\|?')
_KINDS: Final = {"|": "VBAR", "||": "SIDES"}


@dataclass(frozen=True, slots=True)
class RuleToken:
    """One token of a rule file: its terminal, its text, and its start and end."""

    kind: str
    text: str
    start: int
    end: int


def row_tokens(line: str, offset: int, cell_tokens: Callable[[str, str], tuple[RuleToken, ...]]) -> Iterator[RuleToken]:
    """The tokens of a row at an offset; those of a cell are requested by its start symbol and its text."""
    start, begins = "test_cell", 0
    for pipe in _PIPES.finditer(line):
        if pipe.group()[0] == '"':
            continue
        if begins:
            raw = line[begins : pipe.start()]
            at = offset + begins + len(raw) - len(raw.lstrip())
            for token in cell_tokens(start, raw.strip()):
                yield replace(token, start=token.start + at, end=token.end + at)
        is_last = pipe.end() == len(line)
        yield RuleToken("_EOR" if is_last else _KINDS[pipe.group()], pipe.group(), offset + pipe.start(), offset + pipe.end())
        start = "result_cell" if pipe.group() == "||" else start
        begins = pipe.end()
    yield RuleToken("line-end", "\n", offset + len(line), offset + len(line) + 1)
