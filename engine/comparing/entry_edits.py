"""Compares two versions of an entry of a YAML file field by field, with the text of each field as in its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import zip_longest
from typing import Final, NamedTuple

from engine.money import factor_text
from engine.problems import Span
from engine.rulebook.catalog import PriceBook
from engine.rulebook.fingerprint import plain
from engine.rulebook.yaml_entries import Entry, Gathered
from engine.rulebook.yaml_model import Written
from engine.text.csv_rows import read_csv
from engine.text.yaml_fields import Expression
from engine.text.yaml_tree import Node, Scalar, Step, child

_IDENTITIES: Final = ("id", "code", "from_", "name")
"""The fields by which the elements of two lists are paired."""


class FieldEdit(NamedTuple):
    """One field that differs: the keys that lead to it, its text on both sides (None: absent), and both places."""

    part: str
    before: str | None
    after: str | None
    before_at: Span | None
    after_at: Span | None


@dataclass(frozen=True, slots=True)
class SourceValue:
    """A value of one side, its YAML node if it has one, and the nearest place."""

    value: object
    node: Node | None
    nearest: Span
    csv_prices: Mapping[str, tuple[str, Span]]
    """Prices in a CSV file, by product: their texts and places."""

    @classmethod
    def of(cls, entry: Entry[Written], gathered: Gathered) -> SourceValue:
        """A whole entry."""
        return cls(entry.written, entry.node, entry.named_at, _csv_prices(entry, gathered))

    def child(self, value: object, step: Step) -> SourceValue:
        """The value one step further in."""
        node = child(self.node, step) if self.node is not None else None
        return SourceValue(value, node, node.span if node is not None else self.nearest, self.csv_prices)

    def element(self, at: int | None) -> SourceValue:
        """An element of a list; None for one that is only on the other side."""
        return self.child(self.value[at] if isinstance(self.value, tuple) and at is not None else None, -1 if at is None else at)

    def text_and_place(self, part: str) -> tuple[str | None, Span | None]:
        """Its text as in the source, else as it would be written, and its place; nothing where it is absent."""
        if self.value is None:
            return None, None
        if isinstance(self.node, Scalar):
            return " ".join(self.node.split()), self.nearest
        price = self.csv_prices.get(part.removeprefix("prices ")) if part.startswith("prices ") else None
        return (_text(self.value) if price is None else price[0], self.nearest if price is None or self.node is not None else price[1])


def field_edits(before: SourceValue, after: SourceValue, part: str = "") -> Iterator[FieldEdit]:
    """The fields of two values that differ in meaning."""
    earlier, later = before.value, after.value
    if plain(earlier) == plain(later):
        return
    if isinstance(earlier, Written) and isinstance(later, Written) and type(earlier) is type(later):
        earlier, later = ({key: one for key, one in entry.by_key().items() if key != "prices-file"} for entry in (earlier, later))
    if isinstance(earlier, Mapping) and isinstance(later, Mapping):
        for key in dict.fromkeys((*earlier, *later)):
            yield from field_edits(before.child(earlier.get(key), str(key)), after.child(later.get(key), str(key)), f"{part} {key}".strip())
    elif isinstance(earlier, tuple) and isinstance(later, tuple) and all(isinstance(one, Written) for one in (*earlier, *later)):
        for name, at, to in _pairs(earlier, later):
            yield from field_edits(before.element(at), after.element(to), f"{part} {name}".strip())
    else:
        (earlier_text, earlier_at), (later_text, later_at) = before.text_and_place(part), after.text_and_place(part)
        yield FieldEdit(part, earlier_text, later_text, earlier_at, later_at)


def _pairs(earlier: Sequence[object], later: Sequence[object]) -> Iterator[tuple[str, int | None, int | None]]:
    """The elements of two lists by name, else by position: the name or number, and both positions (None: absent)."""
    first, second = _names(earlier), _names(later)
    if first is not None and second is not None:
        yield from ((name, first.get(name), second.get(name)) for name in dict.fromkeys((*first, *second)))
        return
    matcher = SequenceMatcher(None, [repr(plain(one)) for one in earlier], [repr(plain(one)) for one in later], autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            for at, to in zip_longest(range(start, end), range(new_start, new_end)):
                yield str((to if to is not None else at or 0) + 1), at, to


def _names(entries: Sequence[object]) -> dict[str, int] | None:
    """The positions of elements by name; None where they have no names, or not unique ones."""
    for field in _IDENTITIES:
        if entries and all(hasattr(one, field) for one in entries):
            named = {str(getattr(one, field)): at for at, one in enumerate(entries)}
            return named if len(named) == len(entries) else None
    return None


def _text(value: object) -> str:
    """A value as it would be written in a file."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Fraction():
            return factor_text(value)
        case Expression():
            return " ".join(value.text.split())
        case tuple() | list() | frozenset():
            return ", ".join(_text(one) for one in value)
        case Mapping():
            return ", ".join(f"{key}: {_text(one)}" for key, one in value.items())
        case Written():
            return ", ".join(f"{key}: {_text(one)}" for key, one in value.by_key().items() if one not in (None, (), False))
        case _:
            return str(value)


def _csv_prices(entry: Entry[Written], gathered: Gathered) -> Mapping[str, tuple[str, Span]]:
    book = entry.written
    if not isinstance(book, PriceBook) or book.prices_file is None:
        return {}
    folder = entry.path.rpartition("/")[0]
    path = next((at for at in (f"{folder}/{book.prices_file}", book.prices_file) if at in gathered.sources), None)
    if path is None:
        return {}
    rows, _ = read_csv(path, gathered.sources[path], ("product", "price"))
    return {row["product"].text: (row["price"].text, row["price"].span) for row in rows}
