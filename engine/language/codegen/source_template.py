"""The source of a rule on one line, as a template for the values of its names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from engine.language.ir.typed import Expression, Fact, Lookup, Result
from engine.language.ir.walker import walk
from engine.language.types.value_text import number_in_words
from engine.language.types.value_types import AmountType, BoolType, EnumType, NumberType, PercentType, Plain, QuantityType, TextType, Type

Format = Callable[[Plain], str]


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A name in a rule whose value is recorded: where the name ends, the format of the value, and its denominator."""

    end: tuple[int, int]
    format: Format
    denominator: int = 1


Values = list[tuple[Probe, Plain]]
"""The values of the names of a rule when it was evaluated."""


@dataclass(frozen=True, slots=True, eq=False)
class SourceTemplate:
    """A piece of source on one line, split after each of its names."""

    pieces: tuple[str, ...]
    ends: tuple[tuple[int, int], ...]
    """The end of the name before each piece but the first."""

    def render(self, values: Iterable[tuple[Probe, Plain]]) -> str:
        """`5% of line.net (91.58 EUR)`."""
        known = {probe.end: (probe, value) for probe, value in values}
        parts = [self.pieces[0]]
        for end, piece in zip(self.ends, self.pieces[1:], strict=True):
            if end in known:
                probe, value = known[end]
                parts.append(f" ({probe.format(value)})")
            parts.append(piece)
        return " ".join("".join(parts).split())


def source_template(expression: Expression, texts: Mapping[str, str]) -> SourceTemplate:
    """The template of an expression; empty where its text is not available."""
    span = expression.span
    lines = texts.get(span.path, "").split("\n")[span.line - 1 : span.end_line]
    if not lines:
        return SourceTemplate(("",), ())
    names = {(inner.span.end_line, inner.span.end_column) for inner in walk(expression) if isinstance(inner, Fact | Result | Lookup)}
    first, last = (span.line, span.column), (span.end_line, span.end_column)
    ends = sorted(end for end in names if first < end <= last)
    cuts = [first, *ends, last]
    pieces = (_between(lines, span.line, start, end) for start, end in pairwise(cuts))
    return SourceTemplate(tuple(pieces), tuple(ends))


def _between(lines: list[str], first: int, start: tuple[int, int], end: tuple[int, int]) -> str:
    """The text between two positions on one line, without comments."""
    texts = []
    for number in range(start[0], end[0] + 1):
        line = lines[number - first] if number - first < len(lines) else ""
        line = line[: end[1] - 1] if number == end[0] else line
        line = line[start[1] - 1 :] if number == start[0] else line
        texts.append(line if number == end[0] else line.split(" #")[0])
    return " ".join(texts)


def exact_value(result: Plain | Fraction, kind: Type, denominator: int) -> Plain | Fraction:
    """The meaning of a number of generated source: numbers, percentages, quantities and amounts become exact fractions."""
    if isinstance(kind, NumberType | PercentType | QuantityType | AmountType) and isinstance(result, int | Fraction):
        return Fraction(result, denominator)
    return result


def formatter(kind: Type, denominator: int) -> Format:
    """The format of the values of one name."""
    if isinstance(kind, EnumType | TextType):
        return str
    if isinstance(kind, BoolType):
        return lambda value: "yes" if value else "no"

    def write(value: Plain | Fraction) -> str:
        if isinstance(value, str | date):
            return str(value)
        return number_in_words(value.numerator, value.denominator * denominator, kind)

    return write
