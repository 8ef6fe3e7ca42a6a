"""What a firm's lists say in words of people, as the name that stands for it here: `Trimestriel` for `quarterly`, `FR` for `fr`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from engine.rulebook.yaml_model import Label

Meaning = Callable[[str], str | None]
"""The name that a word stands for; None where it stands for none, or for several."""


class Labelled(Protocol):
    """An entry of the rulebook with a label."""

    @property
    def label(self) -> Label:
        """How people call it, in each language."""
        ...


def labelled(entries: Mapping[str, Labelled] | Mapping[str, Label], word: str) -> str | None:
    """The entry with this label in any language, in capitals or not."""
    labels = ((name, entry if isinstance(entry, Label) else entry.label) for name, entry in entries.items())
    names = {name for name, label in labels if _plain(word) in map(_plain, (name, *label.texts.values()))}
    return names.pop() if len(names) == 1 else None


def _plain(word: str) -> str:
    return " ".join(word.casefold().split())
