"""Checked expressions as Python source over whole numbers: every part knows its denominator before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Final, Protocol, assert_never

from engine.language.codegen.trace_text import Note, speaker
from engine.language.ir.evaluation_errors import DIVISION_BY_ZERO, NOTHING_TO_COMPARE, OUTSIDE_THE_CALENDAR
from engine.language.ir.typed import (
    Aggregate,
    All,
    Between,
    Call,
    Choice,
    Compare,
    Constant,
    Either,
    Expression,
    Fact,
    Known,
    Lookup,
    Negative,
    Not,
    OneOf,
    PercentOf,
    Product,
    Result,
    Rounded,
    Sum,
)
from engine.language.types.value_types import (
    AmountType,
    DateType,
    MoneyType,
    NumberType,
    PercentType,
    PeriodType,
    Plain,
    PriceType,
    QuantityType,
    Type,
)
from engine.money import MICRO
from engine.problems import Kind, Span


@dataclass(frozen=True, slots=True)
class Exact:
    """A piece of source whose value is `code ÷ (over × by)`: `over` is known now, `by` (source too) only when it runs.

    Money and Amount are counted in minor units, Price and Amount per unit in micros, all else in ones. Where `fraction`, the code gives a
    Fraction; then `over` is 1 and there is no `by`. What is no number has `over` 1.
    """

    code: str
    over: int = 1
    by: str | None = None
    fraction: bool = False


class Surroundings(Protocol):
    """What the source of an expression may refer to: constants, and what other rules answer."""

    @property
    def exponent(self) -> int:
        """Decimals of the currency's minor unit."""

    def constant(self, constant: object) -> str:
        """The name under which the source finds a constant."""

    def result(self, name: str, facts: str, trace: str | None) -> Exact:
        """A call of what answers a name."""

    def lookup(self, lookup: Lookup, arguments: tuple[str, ...], facts: str, trace: str | None) -> Exact:
        """A call of a table with arguments."""


_ROUNDINGS: Final = {"half up": "half_up", "half even": "half_even", "up": "away", "down": "towards"}
_COMPARISONS: Final = {"=": "==", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True)
class Writer:
    """Writes the source of the expressions of one rule."""

    around: Surroundings
    rule: str
    facts: str = "facts"
    trace: str | None = None
    """The name of the list of steps in the tracing form; None in the plain form."""
    instead: Mapping[str, Exact] = field(default_factory=dict)
    """Names that stand for an argument: the input columns of a table that is asked."""
    _written: dict[int, Exact] = field(default_factory=dict)

    def write(self, expression: Expression) -> Exact:
        """The source of one expression."""
        known = self._written.get(id(expression))
        if known is None:
            known = self._written[id(expression)] = self._write(expression)
        return known

    def _write(self, expression: Expression) -> Exact:
        match expression:
            case Constant():
                return self._constant(expression.value, expression.type)
            case Fact():
                return self._fact(expression)
            case Result():
                return self._seen(expression.span, self._result(expression), expression.type)
            case Lookup():
                arguments = tuple(self.plain(argument) for argument in expression.arguments)
                return self._seen(expression.span, self.around.lookup(expression, arguments, self.facts, self.trace), expression.type)
            case Sum() | Product() | Negative() | PercentOf() | Rounded():
                return self._arithmetic(expression)
            case Call():
                return self._call(expression)
            case Choice():
                return self._choice(expression)
            case Aggregate():
                return self._aggregate(expression)
            case _:
                return Exact(self._condition(expression))

    def condition(self, expression: Expression) -> str:
        """The source of a condition."""
        return self.write(expression).code

    def plain(self, expression: Expression) -> str:
        """The source of an expression in the plain form of its type: micros for numbers; a Fraction where it is finer than that."""
        written = self.write(expression)
        unit = MICRO if isinstance(expression.type, NumberType | PercentType | QuantityType) else 1
        if written.by is None and not written.fraction and unit % written.over == 0:
            return _times(written.code, unit // written.over)
        return f"({_fraction(written)} * {unit})"

    # --- Leaves. ---

    def _constant(self, plain: Plain, kind: Type) -> Exact:
        if isinstance(plain, bool):
            return Exact(str(plain))
        if isinstance(plain, date):
            return Exact(self.around.constant(plain))
        if isinstance(plain, str):
            return Exact(repr(plain))
        if isinstance(kind, NumberType | PercentType | QuantityType):
            exact = Fraction(plain, MICRO)
            return Exact(_literal(exact.numerator), exact.denominator)
        return Exact(_literal(plain))

    def _fact(self, fact: Fact) -> Exact:
        if fact.name in self.instead:
            return self.instead[fact.name]
        over = MICRO if isinstance(fact.type, NumberType | PercentType | QuantityType) else 1
        return self._seen(fact.span, Exact(f"{self.facts}[{fact.name!r}]", over), fact.type)

    def _result(self, result: Result) -> Exact:
        return self.instead.get(result.name) or self.around.result(result.name, self.facts, self.trace)

    def _seen(self, span: Span, written: Exact, kind: Type) -> Exact:
        """In the tracing form: the source that also notes what a name stood for, to be said in the reason."""
        if self.trace is None or self.facts != "facts":
            return written
        note = self.around.constant(Note((span.end_line, span.end_column), speaker(kind, written.over)))
        return replace(written, code=f"note(seen, {note}, {written.code})")

    # --- Arithmetic. ---

    def _arithmetic(self, expression: Sum | Product | Negative | PercentOf | Rounded) -> Exact:
        match expression:
            case Sum():
                return self._sum(expression)
            case Product():
                return self._product(expression)
            case Negative():
                written = self.write(expression.expression)
                return replace(written, code=f"(-{written.code})")
            case PercentOf():
                percent, base = self.write(expression.percent), self.write(expression.base)
                if percent.by or base.by or percent.fraction or base.fraction:
                    return Exact(f"({_fraction(percent)} * {_fraction(base)})", fraction=True)
                return _reduced(f"({percent.code} * {base.code})", Fraction(1, percent.over * base.over))
            case Rounded():
                return self._rounded(expression)
            case _:
                assert_never(expression)

    def _sum(self, whole: Sum) -> Exact:
        if any(isinstance(term.expression.type, DateType) for term in whole.terms):
            return self._days(whole)
        written = [self.write(term.expression) for term in whole.terms]
        signs = ["-" if term.is_subtracted else "+" for term in whole.terms]
        fraction, over, codes = _alike(written)
        first = codes[0] if signs[0] == "+" else f"-{codes[0]}"
        rest = "".join(f" {sign} {code}" for sign, code in zip(signs[1:], codes[1:], strict=True))
        return Exact(f"({first}{rest})", over, fraction=fraction)

    def _days(self, whole: Sum) -> Exact:
        """Dates: moved by days or months, or their distance."""
        first, *rest = whole.terms
        code, kind = self.write(first.expression).code, first.expression.type
        problem = self._problem(OUTSIDE_THE_CALENDAR, whole.span)
        for term in rest:
            other, other_kind = self.write(term.expression).code, term.expression.type
            if isinstance(kind, DateType) and isinstance(other_kind, DateType):
                code, kind = f"({code} - {other}).days", whole.type
            elif isinstance(kind, DateType):
                code = self._moved(code, other, other_kind, problem, backwards=term.is_subtracted)
            elif isinstance(other_kind, DateType):
                code, kind = self._moved(other, code, kind, problem, backwards=False), other_kind
            else:
                code = f"({code} {'-' if term.is_subtracted else '+'} {other})"
        return Exact(code)

    def _moved(self, day: str, by: str, kind: Type, problem: str, *, backwards: bool) -> str:
        function = "same_day_after" if isinstance(kind, PeriodType) else "day_after"
        return f"{function}({day}, {'-' if backwards else ''}{by}, {problem})"

    def _product(self, product: Product) -> Exact:
        written = [self.write(factor.expression) for factor in product.factors]
        scale = Fraction(self._scale(product.type))
        for factor, part in zip(product.factors, written, strict=True):
            own = part.over * self._scale(factor.expression.type)
            scale = scale * own if factor.divides else scale / own
        divides = [factor.divides for factor in product.factors]
        late = divides == sorted(divides)
        if not late or any(part.fraction or part.by for part in written):
            return self._quotient(product, written)
        above = " * ".join(part.code for part, under in zip(written, divides, strict=True) if not under)
        below = []
        for part, factor in zip(written, product.factors, strict=True):
            if not factor.divides:
                continue
            if isinstance(factor.expression, Constant) and factor.expression.value:
                scale /= int(part.code)
            else:
                below.append(f"nonzero({part.code}, {self._problem(DIVISION_BY_ZERO, factor.expression.span)})")
        if not below:
            return _reduced(f"({above})", scale)
        return Exact(_times(f"({above})", scale.numerator), scale.denominator, by=f"({' * '.join(below)})")

    def _quotient(self, product: Product, written: list[Exact]) -> Exact:
        """A product in exact fractions, from left to right: what divides stands before what multiplies."""
        scale = Fraction(self._scale(product.type))
        code = ""
        for part, factor in zip(written, product.factors, strict=True):
            own = self._scale(factor.expression.type)
            exact = _fraction(part)
            if factor.divides:
                exact = f"nonzero({exact}, {self._problem(DIVISION_BY_ZERO, factor.expression.span)})"
            scale = scale * own if factor.divides else scale / own
            code = f"{code} {'/' if factor.divides else '*'} {exact}" if code else f"ratio({exact})"
        return Exact(f"({code} * {self.around.constant(scale)})", fraction=True)

    def _rounded(self, rounded: Rounded) -> Exact:
        written = self.write(rounded.expression)
        step = self._step(rounded)
        over = written.over * step
        if over == 1 and written.by is None and not written.fraction:
            return written
        below = f"{_times(written.by, over)}" if written.by else str(over)
        return Exact(_times(f"{_ROUNDINGS[rounded.mode]}({written.code}, {below})", step))

    def _step(self, rounded: Rounded) -> int:
        """How many of the plain unit one rounding step has: a cent has 10_000 micros of a euro."""
        own = self._scale(rounded.type)
        match rounded.to:
            case "cent":
                return int(own // 10**self.around.exponent)
            case "euro" | "unit":
                return own
            case _:
                assert_never(rounded.to)

    def _scale(self, kind: Type) -> int:
        """How many of what a type is counted in make one: 100 cents a euro, a million micros; 1 of all that is no amount."""
        match kind:
            case MoneyType() | AmountType(per=None):
                return int(10**self.around.exponent)
            case PriceType() | AmountType():
                return MICRO
            case _:
                return 1

    # --- The rest. ---

    def _call(self, call: Call) -> Exact:
        written = [self.write(argument) for argument in call.arguments]
        match call.function:
            case "year" | "month" | "day":
                return Exact(f"{written[0].code}.{call.function}")
            case "end-of-month" | "start-of-month":
                return Exact(f"{call.function.replace('-', '_')}({written[0].code})")
            case "lowest" | "highest":
                fraction, over, codes = _alike(written)
                return Exact(f"{'min' if call.function == 'lowest' else 'max'}({', '.join(codes)})", over, fraction=fraction)
            case "absolute":
                code = _fraction(written[0]) if written[0].by else written[0].code
                over = 1 if written[0].by else written[0].over
                return Exact(f"abs({code})", over, fraction=written[0].fraction or written[0].by is not None)
            case _:
                assert_never(call.function)

    def _choice(self, choice: Choice) -> Exact:
        condition = self.condition(choice.condition)
        fraction, over, (then, otherwise) = _alike([self.write(choice.then), self.write(choice.otherwise)])
        return Exact(f"({then} if {condition} else {otherwise})", over, fraction=fraction)

    def _aggregate(self, aggregate: Aggregate) -> Exact:
        inner = f"{self.facts}_each"
        writer = replace(self, facts=inner, trace=None, _written={})
        where = f" if {writer.condition(aggregate.where)}" if aggregate.where else ""
        loop = f"for {inner} in overlaid({self.facts}, {self.facts}[{aggregate.each!r}]){where}"
        if aggregate.of is None:
            return Exact(f"sum(1 {loop})")
        of = writer.write(aggregate.of)
        code, over, fraction = (of.code, of.over, of.fraction) if of.by is None else (_fraction(of), 1, True)
        if aggregate.kind == "sum":
            return Exact(f"sum({code} {loop})", over, fraction=fraction)
        function = "least" if aggregate.kind == "min" else "greatest"
        return Exact(f"{function}(({code} {loop}), {self._problem(NOTHING_TO_COMPARE, aggregate.span)})", over, fraction=fraction)

    def _condition(self, expression: All | Either | Not | Compare | OneOf | Between | Known) -> str:
        match expression:
            case All():
                return f"({' and '.join(self.condition(part) for part in expression.parts)})"
            case Either():
                return f"({' or '.join(self.condition(part) for part in expression.parts)})"
            case Not():
                return f"(not {self.condition(expression.part)})"
            case Compare():
                _, _, (left, right) = _alike([self.write(expression.left), self.write(expression.right)])
                return f"({left} {_COMPARISONS[expression.comparison]} {right})"
            case OneOf():
                return self._one_of(expression)
            case Between():
                _, _, (subject, low, high) = _alike([self.write(part) for part in (expression.subject, expression.low, expression.high)])
                fixed = isinstance(expression.low, Constant) and isinstance(expression.high, Constant)
                return f"({low} <= {subject} <= {high})" if fixed else f"between({subject}, {low}, {high})"
            case Known():
                return f"({expression.name!r} in {self.facts})"
            case _:
                assert_never(expression)

    def _one_of(self, expression: OneOf) -> str:
        subject = self.write(expression.subject)
        if not isinstance(expression.subject.type, NumberType | PercentType | QuantityType):
            return f"({_fraction(subject)} in {self.around.constant(frozenset(expression.values))})"
        if not subject.by and not subject.fraction and MICRO % subject.over == 0:
            return f"({scaled_to(subject, MICRO)} in {self.around.constant(frozenset(expression.values))})"
        exact = frozenset(Fraction(number, MICRO) for number in expression.values if isinstance(number, int))
        return f"({_fraction(subject)} in {self.around.constant(exact)})"

    def _problem(self, kind: Kind, span: Span) -> str:
        return self.around.constant(kind.at(span, rule=self.rule))


def scaled_to(written: Exact, over: int) -> str:
    """The code of a static exact value counted in another, finer denominator."""
    return _times(written.code, over // written.over)


def _literal(number: int) -> str:
    return str(number) if number >= 0 else f"({number})"


def _times(code: str, factor: int) -> str:
    if factor == 1:
        return code
    if code.lstrip("-").isdigit():
        return str(int(code) * factor)
    return f"({code} * {factor})"


def _reduced(code: str, scale: Fraction) -> Exact:
    return Exact(_times(code, scale.numerator), scale.denominator)


def _fraction(written: Exact) -> str:
    """The code of a value as a Fraction (or a whole number, which is as exact)."""
    if written.fraction or (written.over == 1 and written.by is None):
        return written.code
    below = _times(written.by, written.over) if written.by else str(written.over)
    return f"ratio({written.code}, {below})"


def _alike(written: list[Exact]) -> tuple[bool, int, list[str]]:
    """Several values over one denominator: whether they are Fractions, the denominator, their codes."""
    if any(part.fraction or part.by for part in written):
        return True, 1, [_fraction(part) for part in written]
    over = lcm(*(part.over for part in written))
    return False, over, [scaled_to(part, over) for part in written]
