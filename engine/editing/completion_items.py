"""What may be written at a cursor: each text with its kind and its meaning, and the piece of the line that it replaces."""

from __future__ import annotations

from dataclasses import dataclass

from engine.editing.meanings import Meaning


@dataclass(frozen=True, slots=True)
class CompletionItem:
    """A text that may stand at the cursor."""

    text: str
    kind: str
    """What it is: `word`, `block`, `key`, `fact`, `answer`, `value`, `product`, `unit`, `table`, `function`, `module`, `file` …"""
    meaning: Meaning | None = None
    behind: str = ""
    """What is written behind it, such as `: ` behind a key."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What may be written from a column of the line (from 1) to the cursor, the most probable first."""

    column: int
    items: tuple[CompletionItem, ...] = ()
