"""Equivalence classes of a fact's domain: the rules do not distinguish two values of one class.

A rule tests a fact: *is it one of these words*, *is it in these intervals*. Two values that pass the same tests are in one class, and one
representative serves for all of them: `customer.country` of 250 countries becomes BE, the other members of the Union, and the rest;
`line.quantity` becomes *up to 10* and *above 10*; a date becomes the intervals between the days on which something changes, inside the
horizon. The partition is exact: plain forms are words, booleans, days and whole numbers (`value_types.py`), so every interval has a first
and a last member.

`Cut.add` adds tests, `Cut.classes` then returns the classes, and `Cut.mask` those that pass a test, as bits of a number.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from engine.language.interpreter.reference_values import unit_of
from engine.language.ir.checked_tables import Interval
from engine.language.types.value_text import plain_in_words
from engine.language.types.value_types import BoolType, DateType, EnumType, Plain, TextType, Type, is_ordered
from engine.phrases import phrase, together

ANY_OTHER_TEXT: Final = "another text"
"""Represents every text that no rule names."""
SHOWN_AT_MOST: Final = 4
"""So many words of a class are listed; the others are counted."""


@dataclass(frozen=True, slots=True)
class Among:
    """The test whether a word, text or boolean is one of some values."""

    words: frozenset[Plain]
    is_negated: bool = False

    def accepts(self, plain: Plain) -> bool:
        """Whether a plain value passes."""
        return (plain in self.words) is not self.is_negated


@dataclass(frozen=True, slots=True)
class Within:
    """The test whether a number, an amount or a day is in one of some intervals."""

    intervals: tuple[Interval, ...]
    is_negated: bool = False

    def accepts(self, plain: Plain) -> bool:
        """Whether a plain value passes."""
        return any(_lies_in(plain, one) for one in self.intervals) is not self.is_negated


Test = Among | Within
IS_TRUE: Final = Among(frozenset((True,)))


def exactly(plain: Plain, kind: Type) -> Test:
    """The test for one plain value of a type."""
    if is_ordered(kind) and not isinstance(plain, str):
        return Within((Interval(plain, True, plain, True),))
    return Among(frozenset((plain,)))


@dataclass(frozen=True, slots=True)
class Stretch:
    """An interval of whole numbers or days, both ends included; None is unbounded."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Class:
    """One class of a fact: its members (words) or its interval (numbers, days), and a representative."""

    type: Type
    members: tuple[Plain, ...]
    stretch: Stretch | None
    representative: Plain

    @property
    def is_single(self) -> bool:
        """Whether the representative is the only member."""
        if self.stretch is None:
            return len(self.members) == 1 and self.representative != ANY_OTHER_TEXT
        return self.stretch.low is not None and self.stretch.low == self.stretch.high


@dataclass
class Cut:
    """The partition of one fact; `low` and `high` bound its domain (a horizon, quantities from zero), `only` restricts its words."""

    type: Type
    low: int | None = None
    high: int | None = None
    only: tuple[Plain, ...] | None = None
    _tests: set[Test] = field(default_factory=set)
    _blocks: dict[Plain, int] = field(default_factory=dict)
    _sizes: list[int] = field(default_factory=list)
    _starts: set[int] = field(default_factory=set)
    _classes: tuple[Class, ...] | None = None
    _masks: dict[Test, int] = field(default_factory=dict)
    _edges: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        words = self.domain
        self._blocks = dict.fromkeys(words, 0)
        self._sizes = [len(words)]

    @property
    def domain(self) -> tuple[Plain, ...]:
        """All words of the domain, where they can be listed; empty for numbers and days."""
        if self.only is not None:
            return self.only
        match self.type:
            case EnumType(values=words):
                return words
            case BoolType():
                return (True, False)
            case _:
                return ()

    def add(self, test: Test) -> None:
        """Adds a test."""
        if test in self._tests:
            return
        self._tests.add(test)
        self._classes = None
        self._masks.clear()
        if isinstance(test, Within):
            self._starts.update(place for one in test.intervals for place in _bounds(one) if place is not None)
            return
        if isinstance(self.type, TextType) and self.only is None:
            for word in test.words:
                if word not in self._blocks:
                    self._blocks[word] = len(self._sizes)
                    self._sizes.append(1)
            return
        self._split(word for word in test.words if word in self._blocks)

    def _split(self, words: Iterable[Plain]) -> None:
        """Splits each block into the words that a test names, and the others."""
        touched: dict[int, list[Plain]] = {}
        for word in words:
            touched.setdefault(self._blocks[word], []).append(word)
        for block, named in touched.items():
            if len(named) < self._sizes[block]:
                self._sizes[block] -= len(named)
                self._blocks.update(dict.fromkeys(named, len(self._sizes)))
                self._sizes.append(len(named))

    @property
    def classes(self) -> tuple[Class, ...]:
        """The classes, in the order of the words, numbers or days."""
        if self._classes is None:
            self._classes = tuple(self._of_stretches() if is_ordered(self.type) else self._of_words())
        return self._classes

    @property
    def everything(self) -> int:
        """All classes, as bits."""
        return (1 << len(self.classes)) - 1

    def mask(self, test: Test) -> int:
        """The classes that pass a test, as bits. The test must have been added."""
        known = self._masks.get(test)
        if known is None:
            known = self._masks[test] = self._mask(test)
        return known

    def place_of(self, plain: Plain) -> int:
        """The number of the class that contains a plain value; one after the last for a value outside the domain."""
        classes = self.classes
        if is_ordered(self.type):
            at = _counted(plain)
            numbers = (place for place, one in enumerate(classes) if one.stretch is not None and _lies_within(at, one.stretch))
            return next(numbers, len(classes))
        if isinstance(self.type, TextType) and self.only is None:
            return self._blocks.get(plain, len(classes) - 1)
        return self._blocks.get(plain, len(classes))

    def _mask(self, test: Test) -> int:
        classes = self.classes
        if isinstance(test, Within):
            bits = 0
            for one in test.intervals:
                start, stop = _bounds(one)
                first = 0 if start is None else bisect_left(self._edges, start)
                last = len(classes) if stop is None else bisect_left(self._edges, stop)
                bits |= (1 << max(last, first)) - (1 << first)
        elif len(test.words) == 1 and isinstance(self.type, EnumType):
            word = next(iter(test.words))
            bits = 1 << self._blocks[word] if word in self._blocks else 0
        else:
            bits = sum(1 << at for at, one in enumerate(classes) if one.representative in test.words)
        bits &= self.everything
        return self.everything & ~bits if test.is_negated else bits

    def _of_words(self) -> list[Class]:
        by_block: dict[int, list[Plain]] = {}
        for word, block in self._blocks.items():
            by_block.setdefault(block, []).append(word)
        self._blocks = {word: at for at, words in enumerate(by_block.values()) for word in words}
        self._sizes = [len(words) for words in by_block.values()]
        made = [Class(self.type, tuple(words), None, words[0]) for words in by_block.values()]
        if isinstance(self.type, TextType) and self.only is None:
            other = ANY_OTHER_TEXT
            while other in self._blocks:
                other += "!"
            made.append(Class(self.type, (other,), None, other))
        return made

    def _of_stretches(self) -> list[Class]:
        low, high = self.low, self.high
        inside = sorted(at for at in self._starts if (low is None or at > low) and (high is None or at <= high))
        starts = [low, *inside]
        ends = [*(at - 1 for at in inside), high]
        self._edges = [low if low is not None else (inside[0] if inside else 0) - 1, *inside]
        return [self._stretch(start, end) for start, end in zip(starts, ends, strict=True) if start is None or end is None or start <= end]

    def _stretch(self, low: int | None, high: int | None) -> Class:
        stretch = Stretch(low, high)
        return Class(self.type, (), stretch, _uncounted(_inside(stretch, _step(self.type)), self.type))


def words_of(classes: Iterable[Class]) -> str:
    """Some classes of one fact in words: `AT, BE, BG or 24 others`, `at most 10`, `2026-01-01 to 2026-12-31`."""
    chosen = list(classes)
    kind = chosen[0].type if chosen else TextType()
    stretches = _joined([each.stretch for each in chosen if each.stretch])
    if stretches:
        return _either([_stretch_words(one, kind) for one in stretches[: SHOWN_AT_MOST + 1]], len(stretches))
    members = [word for each in chosen for word in each.members]
    return _either([_member_words(word, kind) for word in members[: SHOWN_AT_MOST + 1]], len(members))


def _member_words(word: Plain, kind: Type) -> str:
    if isinstance(kind, TextType):
        return phrase("any other text") if str(word).startswith(ANY_OTHER_TEXT) else f'"{word}"'
    return plain_in_words(word, kind)


def _either(words: list[str], count: int) -> str:
    """The first words of a list, and the number of the others."""
    if count > SHOWN_AT_MOST + 1:
        return phrase("{first} or {count} others", first=together(words[:SHOWN_AT_MOST], ", "), count=count - SHOWN_AT_MOST)
    if len(words) > 1:
        return phrase("{first} or {last}", first=together(words[:-1], ", "), last=words[-1])
    return words[0] if words else ""


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    """Adjacent intervals merged."""
    made: list[Stretch] = []
    for one in stretches:
        before = made[-1] if made else None
        if before is not None and before.high is not None and one.low == before.high + 1:
            made[-1] = Stretch(before.low, one.high)
        else:
            made.append(one)
    return made


def _stretch_words(stretch: Stretch, kind: Type) -> str:
    low = None if stretch.low is None else _end_words(stretch.low, kind, -1)
    high = None if stretch.high is None else _end_words(stretch.high, kind, 1)
    if low is not None and stretch.low == stretch.high:
        return low[1]
    if low is not None and high is not None and low[0] and high[0]:
        return phrase("{low} to {high}", low=low[1], high=high[1])
    parts = []
    if low is not None:
        parts.append(phrase("{low} or more", low=low[1]) if low[0] else phrase("above {low}", low=low[1]))
    if high is not None:
        parts.append(phrase("at most {high}", high=high[1]) if high[0] else phrase("below {high}", high=high[1]))
    return phrase("{above} and {below}", above=parts[0], below=parts[1]) if len(parts) == 2 else parts[0] if parts else phrase("anything")


def _end_words(end: int, kind: Type, outwards: int) -> tuple[bool, str]:
    """The end of an interval in words, and whether it is included: a number next to a round one is shown by the round one."""
    step = _step(kind)
    is_beside = step > 100 and end % step != 0 and (end + outwards) % step == 0
    return not is_beside, plain_in_words(_uncounted(end + outwards if is_beside else end, kind), kind)


def _lies_in(plain: Plain, one: Interval) -> bool:
    start, stop = _bounds(one)
    at = _counted(plain)
    return (start is None or start <= at) and (stop is None or at < stop)


def _lies_within(at: int, stretch: Stretch) -> bool:
    return (stretch.low is None or stretch.low <= at) and (stretch.high is None or at <= stretch.high)


def _bounds(one: Interval) -> tuple[int | None, int | None]:
    """The first whole number or day of an interval, and the first after it."""
    start = None if one.low is None else _counted(one.low) + (0 if one.low_included else 1)
    stop = None if one.high is None else _counted(one.high) + (1 if one.high_included else 0)
    return start, stop


def _counted(plain: Plain) -> int:
    return plain.toordinal() if isinstance(plain, date) else int(plain)


def _uncounted(at: int, kind: Type) -> Plain:
    return date.fromordinal(min(max(at, 1), date.max.toordinal())) if isinstance(kind, DateType) else at


def _step(kind: Type) -> int:
    """The step of round numbers of a type: numbers shown to a person are whole where possible."""
    return unit_of(kind, 2)


def _inside(stretch: Stretch, step: int) -> int:
    """The member of an interval that is shown: its first round one, else its first."""
    if stretch.low is None:
        high = 0 if stretch.high is None else stretch.high
        whole = high // step * step
        return min(whole, high)
    whole = -(-stretch.low // step) * step
    return whole if stretch.high is None or whole <= stretch.high else stretch.low
