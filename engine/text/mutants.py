"""Mutants: copies of a text with one thing changed, such as a number or a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from engine.problems import Span
from engine.text.sources import Sources


@dataclass(frozen=True, slots=True)
class Mutant:
    """A replacement of one piece of one text."""

    where: Span
    start: int
    end: int
    before: str
    after: str
    line: str
    """The line before the change, its blanks joined, as a stable key."""

    @property
    def path(self) -> str:
        """The changed file."""
        return self.where.path

    def apply(self, sources: Sources) -> Sources:
        """The texts with this change."""
        text = sources[self.path]
        return {**sources, self.path: text[: self.start] + self.after + text[self.end :]}


@dataclass(frozen=True)
class Text:
    """A text whose pieces are addressed by position."""

    path: str
    text: str
    _starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        at = 0
        for line in self.text.split("\n"):
            self._starts.append(at)
            at += len(line) + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a position."""
        return self._starts[line - 1] + column - 1

    def bounds(self, span: Span) -> tuple[int, int]:
        """The start and end offsets of a piece."""
        return self.offset(span.line, span.column), self.offset(span.end_line, span.end_column)

    def of(self, span: Span) -> str:
        """The text of a piece."""
        start, end = self.bounds(span)
        return self.text[start:end]

    def mutant(self, span: Span, after: str) -> Mutant:
        """The mutant that replaces a piece."""
        return self.between(*self.bounds(span), after)

    def between(self, start: int, end: int, after: str) -> Mutant:
        """The mutant that replaces the characters between two offsets."""
        number = next(at for at in range(len(self._starts), 0, -1) if self._starts[at - 1] <= start)
        column = start - self._starts[number - 1] + 1
        before = self.text[start:end]
        line = " ".join(self.text.split("\n")[number - 1].split())
        return Mutant(Span(self.path, number, column, number, column + max(1, len(before))), start, end, before, after, line)


def other_numbers(digits: str) -> Iterator[str]:
    """A number one more and one less in its last written digit: `10` is 11 and 9, `2.50` is 2.51 and 2.49."""
    whole, point, decimals = digits.replace("_", "").partition(".")
    minor = int(whole + decimals)
    for changed in (minor + 1, minor - 1):
        sign, figures = "-" if changed < 0 else "", str(abs(changed)).rjust(len(decimals) + 1, "0")
        cut = len(figures) - len(decimals)
        yield f"{sign}{figures[:cut]}{point}{figures[cut:]}"


def other_days(day: date) -> Iterator[str]:
    """The day after and the day before."""
    yield str(day + timedelta(days=1))
    yield str(day - timedelta(days=1))


def next_of(word: str, words: tuple[str, ...]) -> str | None:
    """The next word of a closed list; None where there is no other."""
    if word not in words or len(words) < 2:
        return None
    return words[(words.index(word) + 1) % len(words)]


def once(mutants: Iterator[Mutant]) -> tuple[Mutant, ...]:
    """Mutants without repetition and without those that change nothing, by file and line."""
    unique: Mapping[tuple[str, int, int, str], Mutant] = {
        (one.path, one.start, one.end, one.after): one for one in mutants if one.before != one.after
    }
    return tuple(sorted(unique.values(), key=lambda one: (one.path, one.start, one.end, one.after)))
