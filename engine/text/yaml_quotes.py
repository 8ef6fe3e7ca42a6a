"""Finds texts in YAML that need quotes, and writes them with quotes: `L'abonnement, mensuel`, `Voir: 3`, `'s avonds`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from engine.phrases import Replacement, phrase
from engine.problems import Kind, Problem, Span

ENDS_TEXT: Final = Kind("yaml-syntax", "{what}", "write `{corrected}`")
CURLY_QUOTES: Final = Kind("curly-quotes", "`{word}` would be printed with its quotes", "write `{corrected}`")
_CURLY: Final = re.compile(r"(?:[\w.-]+:|-)\s+([“„«‘][^“”„«»‘’\n]*[”“»’])\s*(?=[,}\]]|$|\s#)")
"""An entry whose whole text stands between quotes that YAML does not know."""
_NEXT: Final = re.compile(r",\s*[\w-]+:(?=\s)|\s*[}\]]*\s*(?:#.*)?$")
"""What follows a text between braces: the next key, or the end of the line."""
_LONGEST: Final = 2_000
"""The longest line that is searched; it may be written to take long."""
_END: Final = re.compile(r"\s+#.*$|\s*$")
_PARTED: Final = re.compile(r"\s*;\s*([\w-]+:\s)")
"""A semicolon between entries."""
_KEY: Final = re.compile(r"(?:^\s*(?:- +)*|[{,]\s*)[\w.-]+:\s+")
_COMMENT: Final = re.compile(r"\s*(//|/\*|--(?=\s))")
_OTHER_QUOTES: Final = re.compile(r"[“”„«‘](.*)[”“»’]")


def entry_at(line: str, column: int) -> tuple[int, int] | None:
    """The start and end of the text of the entry around a column (from 0); None where no key stands before it, or the line is long."""
    if len(line) > _LONGEST:
        return None
    keys = [key for key in _KEY.finditer(line, 0, len(line)) if key.end() <= column + 1]
    if not keys:
        return None
    start = _own_key(line, keys)
    is_between_braces = "{" in line[:start] or "[" in line[:start]
    end = (_NEXT if is_between_braces else _END).search(line, max(start, column if is_between_braces else start))
    return (start, end.start()) if end and end.start() > start else None


def _own_key(line: str, keys: list[re.Match[str]]) -> int:
    """The end of the last key; a word and a colon behind another key on the line, outside of braces, are no key."""
    return keys[0].end() if "{" not in line else keys[-1].end()


def quoted(text: str) -> str:
    """A text between double quotes, as YAML reads it; quotes of other kinds around it are left out."""
    other = _OTHER_QUOTES.fullmatch(text)
    bare = other[1] if other else text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text.strip('"')
    return '"' + bare.replace("\\", "\\\\").replace('"', '\\"') + '"'


def curly_quotes(path: str, lines: Sequence[str]) -> Iterator[Problem]:
    """The entries whose whole text stands between quotes of a word processor."""
    for number, line in enumerate(lines, start=1):
        for match in _CURLY.finditer(line) if len(line) <= _LONGEST and not line.lstrip().startswith("#") else ():
            start, end = match.span(1)
            where = Span(path, number, start + 1, number, end + 1)
            yield CURLY_QUOTES.at(where, word=match[1][:60], corrected=Replacement(quoted(match[1])))


def with_one_fix(lines: list[str], problem: Problem) -> bool:
    """Writes the fix of a problem into its line, where it has exactly one and lies on one line; whether it did."""
    (fix, *others) = problem.fixes or (None,)
    if fix is None or others or fix.where.line != fix.where.end_line or not 0 < fix.where.line <= len(lines):
        return False
    at, where = fix.where.line - 1, fix.where
    before = lines[at]
    lines[at] = before[: where.column - 1] + fix.text + before[where.end_column - 1 :]
    return lines[at] != before


def needs_quotes(path: str, number: int, line: str, column: int, what: str) -> Problem | None:
    """The problem of an entry that must stand between quotes, on a line (its number from 0); None where there is none."""
    entry = entry_at(line, column)
    if entry is None or line[entry[0]] in "[{":
        return None
    start, end = entry
    where = Span(path, number + 1, start + 1, number + 1, end + 1)
    if _PARTED.search(line, start, end):
        commas = _PARTED.sub(r", \1", line[start:end])
        return ENDS_TEXT.at(where, what=phrase("entries stand apart by commas, not by semicolons"), corrected=Replacement(commas))
    return ENDS_TEXT.at(where, what=what, corrected=Replacement(quoted(line[start:end])))


def other_comment(path: str, lines: list[str], line: int) -> tuple[Problem, int] | None:
    """The problem of a line that begins with the sign of a comment of other languages, at a line or just above it; and its number."""
    for number in (line, line - 1):
        match = _COMMENT.match(lines[number]) if number >= 0 else None
        if match:
            where = Span(path, number + 1, match.start(1) + 1, number + 1, match.end(1) + 1)
            return ENDS_TEXT.at(where, what=phrase("`{sign}` begins no comment in YAML", sign=match[1]), corrected=Replacement("#")), number
    return None
