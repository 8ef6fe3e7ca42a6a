"""A YAML text as a tree of texts, mappings and lists, each with its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from engine.text.yaml_tree import Mark

_HEAD: Final = re.compile(r"[|>][0-9+-]*")


@dataclass(slots=True)
class Part:
    """A text, a mapping (keys and values alternate), or a list."""

    mark: Mark
    end: int
    """Its end in the source."""
    entries: list[Part] = field(default_factory=list)

    @property
    def start(self) -> int:
        """Its start in the source."""
        return self.mark.start

    @property
    def is_mapping(self) -> bool:
        """Whether it is a mapping."""
        return self.mark.kind == "mapping"

    @property
    def has_lines(self) -> bool:
        """Whether it is in block style, not between brackets."""
        return self.mark.kind in ("mapping", "listing") and not self.mark.is_flow


@dataclass(frozen=True, slots=True)
class LongText:
    """A block scalar: its header, its lines without indentation, and its end in the source."""

    head: str
    lines: tuple[str, ...]
    end: int


def part_of(marks: Iterator[Mark]) -> Part:
    """Builds the part that begins with the next mark, and consumes its marks."""
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
    """A block scalar, `|` or `>`. A header with an indentation indicator gets the indicator 2."""
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
