"""A YAML text as parts in one another: texts, mappings and listings, each with the piece of the source it was written as."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from engine.text.yaml_tree import Mark

_HEAD: Final = re.compile(r"[|>][0-9+-]*")


@dataclass(slots=True)
class Part:
    """A text, a mapping (whose entries come in pairs, key and what it has), or a listing."""

    mark: Mark
    end: int
    """Where it ends in the source."""
    entries: list[Part] = field(default_factory=list)

    @property
    def start(self) -> int:
        """Where it begins in the source."""
        return self.mark.start

    @property
    def is_mapping(self) -> bool:
        """Whether it is a mapping."""
        return self.mark.kind == "mapping"

    @property
    def has_lines(self) -> bool:
        """Whether its entries stand on lines of their own, not between brackets."""
        return self.mark.kind in ("mapping", "listing") and not self.mark.is_flow


@dataclass(frozen=True, slots=True)
class LongText:
    """A text of several lines: how it begins, its lines without their indentation, and where it ends in the source."""

    head: str
    lines: tuple[str, ...]
    end: int


def part_of(marks: Iterator[Mark]) -> Part:
    """The part that begins with the next mark; what it holds is taken from the marks too."""
    mark = next(marks)
    part = Part(mark, mark.end)
    while mark.kind in ("mapping", "listing"):
        below = part_of(marks)
        if below.mark.kind == "end":
            part.end = part.entries[-1].end if part.has_lines else below.mark.end
            break
        part.entries.append(below)
    return part


def long_text(text: str, mark: Mark) -> LongText:
    """A text that begins with `|` or `>`. Where its head gives the indentation, it gives it again: two blanks."""
    written = _HEAD.match(text, mark.start)
    head = written.group() if written else mark.style
    keeps = "+" in head
    filled = [line for line in mark.text.split("\n") if line.strip()]
    lines: list[str] = []
    at = end = text.find("\n", mark.start) if "\n" in text[mark.start :] else len(text)
    depth = None
    while at < len(text):
        stop = text.find("\n", at + 1)
        stop = len(text) if stop < 0 else stop
        line = text[at + 1 : stop]
        if line.strip() and depth is None and filled:
            depth = _blanks(line) - _blanks(filled[0])
        if line.strip(" ") and (depth is None or _blanks(line) < depth):
            break
        lines.append(line[depth or len(line) :])
        at = stop
        if lines[-1] or keeps:
            end = at
    if not keeps:
        while lines and not lines[-1]:
            lines.pop()
    elif text.endswith("\n") and end == len(text):
        lines.pop()
    digit = "2" if re.search("[1-9]", head) else ""
    return LongText(mark.style + digit + "".join(sign for sign in head if sign in "+-"), tuple(lines), end)


def _blanks(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
