"""Two states of one entry of a YAML file compared field by field, in the words in which its fields were written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from fractions import Fraction
from typing import Final

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
"""By which field the entries of a list are known from each other."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One part of something that reads differently, in the words of both sides (None: it is not said there)."""

    part: str
    before: str | None
    after: str | None
    before_at: Span | None
    after_at: Span | None


@dataclass(frozen=True, slots=True)
class Found:
    """A value of one side, the node in which it stands where it has one, and the nearest place."""

    value: object
    node: Node | None
    around: Span
    elsewhere: Mapping[str, tuple[str, Span]]
    """Prices that stand in a CSV, by product: their words and places."""

    @classmethod
    def of(cls, entry: Entry[Written], gathered: Gathered) -> Found:
        """A whole entry."""
        return cls(entry.written, entry.node, entry.named_at, _prices_of_file(entry, gathered))

    def below(self, value: object, step: Step) -> Found:
        """What stands one step further in."""
        node = child(self.node, step) if self.node is not None else None
        return Found(value, node, node.span if node is not None else self.around, self.elsewhere)

    def words(self, part: str) -> str:
        """It in the words of its source, else as its value is written."""
        if isinstance(self.node, Scalar):
            return " ".join(self.node.split())
        in_file = self.elsewhere.get(part.removeprefix("prices "))
        return in_file[0] if in_file and part.startswith("prices ") else _words(self.value)

    def at(self, part: str) -> Span:
        """Where it stands."""
        in_file = self.elsewhere.get(part.removeprefix("prices "))
        return in_file[1] if in_file and part.startswith("prices ") and self.node is None else self.around


def changed_fields(before: Found, after: Found, part: str = "") -> Iterator[Changed]:
    """The parts of two values that mean something else."""
    earlier, later = before.value, after.value
    if plain(earlier) == plain(later):
        return
    if isinstance(earlier, Written) and isinstance(later, Written) and type(earlier) is type(later):
        first, second = earlier.by_key(), later.by_key()
        for key in dict.fromkeys((*first, *second)):
            if key != "prices-file":
                yield from changed_fields(before.below(first.get(key), key), after.below(second.get(key), key), _joined(part, key))
    elif isinstance(earlier, Mapping) and isinstance(later, Mapping):
        for key in dict.fromkeys((*earlier, *later)):
            yield from _side(before, after, earlier.get(key), later.get(key), str(key), str(key), _joined(part, str(key)))
    elif isinstance(earlier, tuple) and isinstance(later, tuple) and all(isinstance(one, Written) for one in (*earlier, *later)):
        yield from _lists(before, after, earlier, later, part)
    else:
        yield Changed(
            part,
            None if earlier is None else before.words(part),
            None if later is None else after.words(part),
            None if earlier is None else before.at(part),
            None if later is None else after.at(part),
        )


def _side(before: Found, after: Found, earlier: object, later: object, old_step: Step, new_step: Step, part: str) -> Iterator[Changed]:
    """Something that may stand on one side only."""
    yield from changed_fields(before.below(earlier, old_step), after.below(later, new_step), part)


def _lists(before: Found, after: Found, earlier: Sequence[object], later: Sequence[object], part: str) -> Iterator[Changed]:
    """Lists of entries: those of one name beside each other, else those of one place."""
    first, second = _names(earlier), _names(later)
    if first is not None and second is not None:
        for name in dict.fromkeys((*first, *second)):
            at, to = first.get(name), second.get(name)
            one, other = None if at is None else earlier[at], None if to is None else later[to]
            yield from _side(before, after, one, other, -1 if at is None else at, -1 if to is None else to, _joined(part, name))
        return
    matcher = SequenceMatcher(None, [repr(plain(one)) for one in earlier], [repr(plain(one)) for one in later], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            for step in range(max(i2 - i1, j2 - j1)):
                at, to = (i1 + step if i1 + step < i2 else None), (j1 + step if j1 + step < j2 else None)
                one, other = None if at is None else earlier[at], None if to is None else later[to]
                number = str((to if to is not None else at or 0) + 1)
                yield from _side(before, after, one, other, -1 if at is None else at, -1 if to is None else to, _joined(part, number))


def _names(entries: Sequence[object]) -> dict[str, int] | None:
    """The places of entries by their names; None where they have none, or one twice."""
    for field in _IDENTITIES:
        if entries and all(hasattr(one, field) for one in entries):
            named = {str(getattr(one, field)): at for at, one in enumerate(entries)}
            return named if len(named) == len(entries) else None
    return None


def _joined(part: str, step: str) -> str:
    return f"{part} {step}".strip()


def _words(value: object) -> str:
    """A value as it would be written."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Fraction():
            return factor_text(value)
        case Expression():
            return " ".join(value.text.split())
        case str() | int() | date():
            return str(value)
        case tuple() | list() | frozenset():
            return ", ".join(_words(one) for one in value)
        case Mapping():
            return ", ".join(f"{key}: {_words(one)}" for key, one in value.items())
        case Written():
            return ", ".join(f"{key}: {_words(one)}" for key, one in value.by_key().items() if one not in (None, (), False))
        case _:
            return str(value)


def _prices_of_file(entry: Entry[Written], gathered: Gathered) -> Mapping[str, tuple[str, Span]]:
    book = entry.written
    if not isinstance(book, PriceBook) or book.prices_file is None:
        return {}
    folder = entry.path.rpartition("/")[0]
    path = next((at for at in (f"{folder}/{book.prices_file}", book.prices_file) if at in gathered.sources), None)
    if path is None:
        return {}
    rows, _ = read_csv(path, gathered.sources[path], ("product", "price"))
    return {row["product"].text: (row["price"].text, row["price"].span) for row in rows}
