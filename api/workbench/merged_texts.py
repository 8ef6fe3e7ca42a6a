"""Two changes of one text, merged line by line where they touch different lines."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

_Change = tuple[int, int, list[str]]


def merged(before: str, mine: str, theirs: str) -> str | None:
    """A text with both changes; None where both change the same lines, or lines that touch, otherwise."""
    if mine == theirs or theirs == before:
        return mine
    if mine == before:
        return theirs
    lines = before.split("\n")
    changes = _changes(lines, mine.split("\n"))
    for change in _changes(lines, theirs.split("\n")):
        if change in changes:
            continue
        if any(_touches(change, other) for other in changes):
            return None
        changes.append(change)
    for first, until, text in sorted(changes, key=lambda one: one[:2], reverse=True):
        lines[first:until] = text
    return "\n".join(lines)


def _changes(before: Sequence[str], after: Sequence[str]) -> list[_Change]:
    """What is replaced: the lines from one to before another, and the lines in their place."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [
        (first, until, list(after[now:now_until]))
        for kind, first, until, now, now_until in matcher.get_opcodes()
        if kind != "equal"
    ]  # fmt: skip


def _touches(one: _Change, other: _Change) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
