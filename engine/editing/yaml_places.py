"""The place of a cursor in a YAML file, found from the lines around it, so that it is known while a line is half written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

ENTRY: Final = "*"
"""The step of a path into an entry of a list."""
_LINE: Final = re.compile(r"(?P<indent> *)(?P<dashes>(?:-(?: +|$))*)(?P<content>.*)")
_KEY: Final = re.compile(r"(?P<key>[\w.-]+|\"[^\"]*\"|'[^']*')\s*:(?:\s+|$)")
_BLOCK_TEXT: Final = re.compile(r"[|>][+-]?[0-9]?\s*(#.*)?$")
_MOST_LINES: Final = 20_000


@dataclass(frozen=True, slots=True)
class YamlPlace:
    """A cursor in a YAML file."""

    path: tuple[str, ...]
    """The keys and list entries around it; behind a key, that key too."""
    is_key: bool
    """Whether a key may be written here; else it is a value, or an entry of a list."""
    start: int
    """The column, from 1, at which the written part begins."""
    written: str
    """What is written of it before the cursor."""
    siblings: frozenset[str] = frozenset()
    """The keys that stand beside it."""
    in_flow: bool = False
    """Whether it is between braces or brackets."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A dash or a key of a line, with its column from 0."""

    column: int
    key: str = ""
    has_value: bool = False


def yaml_place(text: str, line: int, column: int) -> YamlPlace | None:
    """The place of a cursor (both from 1); None in a comment, or behind a text."""
    lines = text.split("\n")
    if not 1 <= line <= len(lines) or len(lines) > _MOST_LINES:
        return None
    before = lines[line - 1].rstrip("\r")[: column - 1]
    match = _LINE.match(before)
    if match is None or _in_comment(before):
        return None
    content, at = match["content"], match.start("content")
    dashes = [match.start("dashes") + one.start() for one in re.finditer("-", match["dashes"])]
    outer = _path_above(lines, line - 1, len(match["indent"]), dashes)
    key = _KEY.match(content)
    if key is None and content[:1] not in ("{", "["):
        siblings = frozenset(_siblings(lines, line - 1, at, begins=bool(dashes)))
        return YamlPlace(outer, is_key=True, start=at + 1, written=content, siblings=siblings)
    value_at = at + (key.end() if key else 0)
    path = (*outer, key["key"].strip("'\"")) if key else outer
    return _in_value(before, value_at, path)


def _in_value(before: str, start: int, path: tuple[str, ...]) -> YamlPlace | None:
    """The place behind a key on its line, or between braces and brackets there."""
    frames: list[_Frame] = []
    piece = start
    quote = ""
    for at in range(start, len(before)):
        sign = before[at]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"" and not before[piece:at].strip():
            quote = sign
        elif sign in "{[":
            if not before[piece:at].strip():
                frames.append(_Frame(sign == "{"))
                piece = at + 1
        elif frames and sign in "}]":
            frames.pop()
            piece = at + 1
        elif frames and sign == ",":
            frames[-1].key, piece = "", at + 1
        elif frames and frames[-1].is_mapping and sign == ":" and before[at + 1 : at + 2] in (" ", "") and not frames[-1].key:
            frames[-1].key = before[piece:at].strip().strip("'\"")
            frames[-1].keys.append(frames[-1].key)
            piece = at + 1
    written = before[piece:].lstrip()
    if not frames and piece != start:
        return None
    for frame in frames:
        path = (*path, *((frame.key,) if frame.key else ())) if frame.is_mapping else (*path, ENTRY)
    is_key = bool(frames) and frames[-1].is_mapping and not frames[-1].key
    keys = frozenset(frames[-1].keys) if is_key else frozenset()
    return YamlPlace(path, is_key=is_key, start=len(before) - len(written) + 1, written=written, siblings=keys, in_flow=bool(frames))


class _Frame:
    """An open brace or bracket."""

    __slots__ = ("is_mapping", "key", "keys")

    def __init__(self, is_mapping: bool) -> None:
        self.is_mapping = is_mapping
        self.key = ""
        self.keys: list[str] = []


def _path_above(lines: list[str], number: int, indent: int, dashes: list[int]) -> tuple[str, ...]:
    """The path of a line from the lines above it, with the entries that its own dashes begin."""
    path = [ENTRY] * len(dashes)
    limit, is_entry = (dashes[0], True) if dashes else (indent, False)
    for above in reversed(lines[:number]):
        if limit == 0 and not is_entry:
            break
        for part in reversed(list(_parts(above))):
            if part.key and not part.has_value and (part.column < limit or (is_entry and part.column == limit)):
                path.insert(0, part.key)
                limit, is_entry = part.column, False
            elif not part.key and part.column < limit:
                path.insert(0, ENTRY)
                limit, is_entry = part.column, True
    return tuple(path)


def _siblings(lines: list[str], number: int, column: int, *, begins: bool) -> Iterator[str]:
    """The keys at a column in the mapping around a line, or in that which begins there."""
    above = range(0) if begins else range(number - 1, -1, -1)
    for direction in (above, range(number + 1, len(lines))):
        for other in direction:
            parts = list(_parts(lines[other]))
            if parts and parts[0].column < column and (direction.step > 0 or not any(part.column == column for part in parts)):
                break
            yield from (part.key for part in parts if part.key and part.column == column)
            if parts and parts[0].column < column:
                break


def _parts(line: str) -> Iterator[_Part]:
    """The dashes and the key with which a line begins."""
    match = _LINE.match(line.rstrip("\r"))
    if match is None or not match["content"].strip() or match["content"].startswith("#"):
        if match is not None and match["dashes"]:
            yield from (_Part(one.start()) for one in re.finditer("-", match["dashes"]))
        return
    indent = len(match["indent"])
    yield from (_Part(indent + one.start()) for one in re.finditer("-", match["dashes"]))
    if key := _KEY.match(match["content"]):
        value = match["content"][key.end() :].strip()
        has_value = bool(value) and not value.startswith("#") and not _BLOCK_TEXT.match(value)
        yield _Part(match.start("content"), key["key"].strip("'\""), has_value)


def _in_comment(before: str) -> bool:
    quote = ""
    for at, sign in enumerate(before):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"" and (at == 0 or before[at - 1] in " [{,:"):
            quote = sign
        elif sign == "#" and (at == 0 or before[at - 1] in " \t"):
            return True
    return False
