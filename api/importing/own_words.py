"""What a firm's lists say in words of people, as the name that stands for it here: `Trimestriel` for `quarterly`, `FR` for `fr`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from engine.rulebook.payment_terms import PaymentTerms
from engine.rulebook.yaml_model import Label

_DAYS: Final = re.compile(r"([0-9]{1,3}) ?(?:d|days|j|jrs?|jours|dgn|dagen)?\.?(?: net| netto)?")

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


def terms_named(terms: Mapping[str, PaymentTerms], word: str) -> str | None:
    """The payment terms with this label in any language, or those of so many days and nothing else: `30 dagen`."""
    days = _DAYS.fullmatch(_plain(word))
    if days is None:
        return labelled(terms, word)
    plain = [name for name, each in terms.items() if not each.parts and each.is_days_only and each.days == int(days[1])]
    return plain[0] if len(plain) == 1 else None


def _plain(word: str) -> str:
    return " ".join(word.casefold().split())
