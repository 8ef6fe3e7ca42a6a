"""Bounds the digits of computed numbers: products of products would otherwise grow beyond all use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from engine.language.ir import typed
from engine.language.ir.checked_rules import Answering, Checked, Decision, Definition, Layer
from engine.language.ir.checked_tables import Table
from engine.language.ir.typed import Expression
from engine.language.ir.walker import all_blocks, expressions, walk
from engine.language.types.value_types import NumberType, PercentType, QuantityType
from engine.problems import Kind, Problem

TOO_MANY_DIGITS: Final = Kind(
    "too-many-digits",
    "`{name}` may have {digits} digits; at most {most} are computed",
    "multiply fewer numbers, or round in between with `rounded to …`",
)
MOST_DIGITS: Final = 400
_A_LIST: Final = 6
"""The digits of the number of entries in a list."""


class Size(NamedTuple):
    """The most digits of an exact fraction: of its numerator, and of its denominator as a power of ten and as another number."""

    numerator: int
    power_of_ten: int = 0
    other: int = 0

    @property
    def digits(self) -> int:
        """All digits."""
        return sum(self)

    def inverted(self) -> Size:
        """The size of one divided by the number."""
        return Size(self.power_of_ten + self.other + 1, 0, self.numerator)

    def rounded(self) -> Size:
        """The size of the whole number, or of the minor units, that it is rounded to."""
        return Size(max(1, self.numerator - self.power_of_ten) + 3)


_FRACTIONS: Final = (NumberType, PercentType, QuantityType)
_FACT: Final = Size(19, 6)
_SMALL: Final = Size(6)
_NOTHING: Final = Size(0)


def digit_problems(checked: Checked) -> Iterator[Problem]:
    """The blocks whose numbers may have too many digits; what only follows from them is not reported."""
    sizes = _Sizes(checked)
    seen: set[int] = set()
    for block in all_blocks(checked):
        if id(block) not in seen:
            seen.add(id(block))
            parts = (part for expression in expressions(block) for part in walk(expression))
            digits = max((sizes.of(part).digits for part in parts), default=0)
            if digits > MOST_DIGITS:
                yield TOO_MANY_DIGITS.at(block.span, name=block.name, digits=f"{digits:_}", most=MOST_DIGITS)


@dataclass
class _Sizes:
    """The sizes of expressions; that of a name or table which is too large itself counts as one number."""

    checked: Checked
    _names: dict[str, Size] = field(default_factory=dict)

    def of(self, expression: Expression) -> Size:
        """The size of an expression."""
        match expression:
            case typed.Constant(value=int() as value):
                return _constant(value, is_fraction=isinstance(expression.type, _FRACTIONS))
            case typed.Fact(type=kind):
                return _FACT if isinstance(kind, _FRACTIONS) else Size(_FACT.numerator)
            case typed.Result(name=name):
                return self._named(name)
            case typed.Lookup(table=table):
                return self._looked_up(table)
            case typed.Product(factors=factors):
                return _product([self.of(one.expression).inverted() if one.divides else self.of(one.expression) for one in factors])
            case typed.PercentOf(percent=percent, base=base):
                return _product([self.of(percent), self.of(base)])
            case typed.Sum(terms=terms):
                return _sum([self.of(term.expression) for term in terms])
            case typed.Rounded(expression=whole):
                return self.of(whole).rounded()
            case typed.Aggregate(of=of):
                size = self.of(of) if of is not None else _NOTHING
                return Size(size.numerator + _A_LIST, size.power_of_ten, size.other)
            case typed.Choice(then=then, otherwise=otherwise):
                return _largest((self.of(then), self.of(otherwise)))
            case typed.Negative() | typed.Call(function="lowest" | "highest" | "absolute"):
                return _largest(map(self.of, typed.parts_of(expression)))
            case _:
                return _SMALL

    def _named(self, name: str) -> Size:
        if name not in self._names:
            self._names[name] = _NOTHING  # a circle is reported elsewhere
            answers = self.checked.answers.get(name)
            blocks = [version for layer in answers.layers for version in layer.versions] if answers else []
            self._names[name] = self._of_blocks(blocks)
        return self._names[name]

    def _looked_up(self, table: str) -> Size:
        key = f"table:{table}"
        if key not in self._names:
            self._names[key] = _NOTHING
            layer: Layer[Table] | None = self.checked.tables.get(table)
            self._names[key] = self._of_blocks(layer.versions if layer else ())
        return self._names[key]

    def _of_blocks(self, blocks: Iterable[Answering]) -> Size:
        size = _largest(self.of(result) for block in blocks for result in _results(block))
        return size if size.digits <= MOST_DIGITS else _FACT


def _results(block: Answering) -> Iterator[Expression]:
    match block:
        case Definition(value=value):
            yield value
        case Decision():
            yield from (rule.then for rule in block.rules)
            yield from (block.otherwise,) if block.otherwise is not None else ()
        case Table():
            yield from (result for row in block.rows for result in row.results)


def _constant(value: int, *, is_fraction: bool) -> Size:
    places = 6 if is_fraction else 0
    while places and value % 10 == 0:
        value, places = value // 10, places - 1
    return Size(len(str(abs(value))), places)


def _product(sizes: Iterable[Size]) -> Size:
    several = list(sizes)
    return Size(*(sum(digits) for digits in zip(*several, strict=True)))


def _sum(sizes: Iterable[Size]) -> Size:
    """Of a sum: the common denominator, and the largest numerator over it."""
    several = list(sizes)
    power, other = max(size.power_of_ten for size in several), sum(size.other for size in several)
    return Size(max(size.numerator + power - size.power_of_ten + other - size.other for size in several) + 1, power, other)


def _largest(sizes: Iterable[Size]) -> Size:
    several = list(sizes)
    return Size(*(max(digits) for digits in zip(*several, strict=True))) if several else _NOTHING
