"""The names that rules may use, each with its type and its meaning, as editors show them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.language.types import builtin_names
from engine.language.types.value_types import BoolType, EnumType
from engine.language.types.vocabulary import Vocabulary
from engine.phrases import as_written


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name of the vocabulary: its type as it is written, and what it means, translatable (empty: an analyst's own word)."""

    name: str
    type: str
    meaning: str
    values: tuple[str, ...]
    """The words that it may be, where they are a closed list."""


def known_names(vocabulary: Vocabulary) -> tuple[KnownName, ...]:
    """Every fact and result of a vocabulary, by name."""
    tables = (builtin_names.INPUTS, builtin_names.TARGETS)
    described = {name: (kind, meaning) for table in tables for name, kind, meaning in builtin_names.rows(table)}
    names = []
    for name in sorted(vocabulary.entries):
        kind, meaning = described.get(name, ("", ""))
        values = _values(vocabulary.entries[name].type)
        names.append(KnownName(name, "" if "{" in kind else kind, as_written(meaning) if meaning else "", values))
    return tuple(names)


def _values(kind: object) -> tuple[str, ...]:
    match kind:
        case EnumType():
            return kind.values
        case BoolType():
            return ("yes", "no")
        case _:
            return ()
