"""How a rule's step is said: its own words with the numbers that they stood for, and the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Final

from engine.language.ir.typed import Expression, Fact, Lookup, Result
from engine.language.ir.walker import walk
from engine.language.types.value_text import in_words
from engine.language.types.value_types import AmountType, EnumType, NumberType, PercentType, Plain, QuantityType, TextType, Type
from engine.phrases import phrase
from engine.problems import Span
from engine.reasons import Reason

Speak = Callable[[Plain], str]
_REMEMBERED_AT_MOST: Final = 5_000
"""So many sayings of one rule are kept; then they are forgotten and told anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Note:
    """A name in a rule: where it ends, and how what it stood for is said."""

    end: tuple[int, int]
    speak: Speak


Seen = list[tuple[Note, Plain]]
"""What the names of a rule stood for when it was asked."""


def place_name(module: str) -> str:
    """A module as reasons name it: `rules.pricing` is `rules/pricing`."""
    return module.replace(".", "/")


def exact(found: Plain, kind: Type, over: int) -> Plain | Fraction:
    """A number of generated source as what it means: numbers, percentages, quantities and amounts become exact fractions."""
    if isinstance(kind, NumberType | PercentType | QuantityType | AmountType) and isinstance(found, int | Fraction):
        return _ratio(found, over)
    return found


@lru_cache(maxsize=10_000)
def _ratio(found: int | Fraction, over: int) -> Fraction:
    return Fraction(found, over)


def speaker(kind: Type, over: int) -> Speak:
    """How the numbers of one name are said; what was said before is remembered."""
    if isinstance(kind, EnumType | TextType):
        return str
    known: dict[Plain, str] = {}

    def speak(found: Plain) -> str:
        said = known.get(found)
        if said is None:
            if len(known) >= _REMEMBERED_AT_MOST:
                known.clear()
            said = known[found] = in_words(exact(found, kind, over), kind)
        return said

    return speak


@dataclass(frozen=True, slots=True, eq=False)
class Saying:
    """A piece of source on one line, cut behind each of its names, so that what they stood for can be put in."""

    pieces: tuple[str, ...]
    ends: tuple[tuple[int, int], ...]
    """Where the name ends behind which each piece but the first begins."""

    def told(self, seen: Iterable[tuple[Note, Plain]]) -> str:
        """`5% of line.net (91.58 EUR)`."""
        notes = {note.end: f" ({note.speak(found)})" for note, found in seen}
        rest = (notes.get(end, "") + piece for end, piece in zip(self.ends, self.pieces[1:], strict=True))
        return " ".join((self.pieces[0] + "".join(rest)).split())


def saying(expression: Expression, texts: Mapping[str, str]) -> Saying:
    """The source of an expression, ready to be told with numbers."""
    span = expression.span
    lines = texts.get(span.path, "").split("\n")[span.line - 1 : span.end_line]
    if not lines:
        return Saying(("",), ())
    ends = sorted({(inner.span.end_line, inner.span.end_column) for inner in walk(expression) if isinstance(inner, Fact | Result | Lookup)})
    pieces, kept = [], []
    at = (span.line, span.column)
    for end in ends:
        if at < end <= (span.end_line, span.end_column):
            pieces.append(_between(lines, span.line, at, end))
            kept.append(end)
            at = end
    pieces.append(_between(lines, span.line, at, (span.end_line, span.end_column)))
    return Saying(tuple(pieces), tuple(kept))


def _between(lines: list[str], first: int, start: tuple[int, int], end: tuple[int, int]) -> str:
    """The text between two places, its lines joined, remarks left out."""
    told = []
    for number in range(start[0], end[0] + 1):
        line = lines[number - first] if number - first < len(lines) else ""
        line = line[: end[1] - 1] if number == end[0] else line
        line = line[start[1] - 1 :] if number == start[0] else line
        told.append(line if number == end[0] else line.split(" #")[0])
    return " ".join(told)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One rule that can decide something: what it decides, its name, why and where it stands, and the words it is told in."""

    subject: str
    rule: str
    because: str | None
    where: Span
    speak: Speak
    words: tuple[Saying, ...]
    """The pieces of source that tell what was decided; a table has none and is told by its columns."""
    columns: tuple[tuple[int, str, Speak], ...] = ()
    """Of a table's row the columns that it looks at: position, name, and how it is said."""
    cause: Saying | None = None
    """The condition that decided, where there was one."""
    _known: dict[object, Reason] = field(default_factory=dict)

    def reason(self, found: Plain, seen: tuple[Plain, ...] | Seen) -> Reason:
        """The reason for a result: of a table's row by what its columns were asked, else by what the names of the rule stood for."""
        key = (found, seen if isinstance(seen, tuple) else tuple(seen))
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED_AT_MOST:
                self._known.clear()
            says = self._of_row(found, seen) if isinstance(seen, tuple) else self._of_rule(found, seen)
            known = self._known[key] = Reason(self.subject, self.rule, says, self.because, f"{self.where.path}:{self.where.line}")
        return known

    def _of_row(self, found: Plain, asked: tuple[Plain, ...]) -> str:
        told = ", ".join(f"{name} = {speak(asked[at])}" for at, name, speak in self.columns)
        return f"{self.subject}: {told}: {self.speak(found)}" if told else f"{self.subject}: {self.speak(found)}"

    def _of_rule(self, found: Plain, seen: Seen) -> str:
        result = self.speak(found)
        said = "; ".join(words.told(seen) for words in self.words)
        shown = result if said in ("", result) else f"{said} = {result}"
        told = f"{self.subject}: {shown}"
        return phrase("{rule}, as {condition}", rule=told, condition=self.cause.told(seen)) if self.cause else told
