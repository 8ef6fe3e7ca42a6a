"""The words and signs of rule files, and those of a table's row put together from its cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

_PIPES: Final = re.compile(r'"[^"]*"|\|\|?')
_KINDS: Final = {"|": "VBAR", "||": "SIDES"}


@dataclass(frozen=True, slots=True)
class RuleToken:
    """One word or sign of a rule file: what it is to the grammar, how it is written, and from where to where."""

    kind: str
    text: str
    start: int
    end: int


def row_tokens(line: str, offset: int, cell_tokens: Callable[[str, str], tuple[RuleToken, ...]]) -> Iterator[RuleToken]:
    """The words and signs of a row that begins at an offset; those of a cell are asked by its start symbol and its text."""
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
