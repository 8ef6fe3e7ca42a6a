"""How a rule's step is said: its own words with the numbers that they stood for, and the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.language.answers import Plain
from engine.language.types import AmountType, NumberType, PercentType, QuantityType, Type
from engine.language.wording import in_words, plain_in_words
from engine.problems import Span
from engine.reasons import Reason


def place_name(module: str) -> str:
    """A module as reasons name it: `rules.pricing` is `rules/pricing`."""
    return module.replace(".", "/")


Note = tuple[Span, Type, int]
"""A name in a rule: where it stands, its type, and what its noted number is divided by."""
Seen = list[tuple[Note, Plain]]
"""What the names of a rule stood for when it was asked."""


def exact(found: Plain, kind: Type, over: int) -> Plain | Fraction:
    """A number of generated source as what it means: numbers, percentages, quantities and amounts become exact fractions."""
    if isinstance(kind, NumberType | PercentType | QuantityType | AmountType) and isinstance(found, int | Fraction):
        return Fraction(found, over)
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One rule that can decide something: what it decides, its name, why and where it stands, and the words it is told in."""

    subject: str
    rule: str
    because: str | None
    where: Span
    kind: Type
    over: int
    words: tuple[Span, ...]
    """The pieces of the source that tell what was decided; a table has none and is told by its columns."""
    columns: tuple[tuple[int, str, Type], ...] = ()
    """Of a table's row the columns that it looks at: position, name, type."""

    def reason(self, found: Plain, seen: Seen, texts: Mapping[str, str]) -> Reason:
        """The reason for a result, once the rule was asked."""
        result = in_words(exact(found, self.kind, self.over), self.kind)
        said = "; ".join(source_with_numbers(texts, span, seen) for span in self.words)
        says = result if said in ("", result) else f"{said} = {result}"
        return Reason(self.subject, self.rule, f"{self.subject}: {says}", self.because, f"{self.where.path}:{self.where.line}")

    def row_reason(self, found: Plain, asked: Sequence[Plain]) -> Reason:
        """The reason for the result of a table's row, told by what its columns were asked."""
        result = in_words(exact(found, self.kind, self.over), self.kind)
        told = ", ".join(f"{name} = {plain_in_words(asked[at], kind)}" for at, name, kind in self.columns)
        says = f"{self.subject}: {told}: {result}" if told else f"{self.subject}: {result}"
        return Reason(self.subject, self.rule, says, self.because, f"{self.where.path}:{self.where.line}")


def source_with_numbers(texts: Mapping[str, str], span: Span, seen: Seen) -> str:
    """A piece of source on one line, each name followed by what it stood for: `5% of line.net (91.58 EUR)`."""
    lines = texts.get(span.path, "").splitlines()[span.line - 1 : span.end_line]
    if not lines:
        return ""
    notes: dict[tuple[int, int], str] = {}
    for (place, kind, over), found in seen:
        if (span.line, span.column) <= (place.line, place.column) and (place.end_line, place.end_column) <= (
            span.end_line,
            span.end_column,
        ):
            notes[place.end_line - span.line, place.end_column - 1] = f" ({in_words(exact(found, kind, over), kind)})"
    said = []
    for at, line in enumerate(lines):
        first = span.column - 1 if at == 0 else 0
        last = span.end_column - 1 if at == len(lines) - 1 else len(line)
        said.append(_with_notes(line, first, last, {column: note for (row, column), note in notes.items() if row == at}))
    return " ".join(" ".join(said).split())


def _with_notes(line: str, first: int, last: int, notes: Mapping[int, str]) -> str:
    pieces, at = [], first
    for column in sorted(notes):
        pieces += [line[at:column], notes[column]]
        at = column
    pieces.append(line[at:last])
    return "".join(pieces).split(" # ")[0]
