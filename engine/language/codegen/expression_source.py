"""Generates Python source over whole numbers from checked expressions; every denominator is known at compile time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Final, assert_never

from engine.language.codegen.exact_source import Exact, aligned, literal, plain_denominator, rescaled, rounding_step, times, units_in_one
from engine.language.codegen.generated_module import GeneratedModule
from engine.language.codegen.source_template import Probe, formatter
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
    DateType,
    NumberType,
    PercentType,
    PeriodType,
    Plain,
    QuantityType,
    Type,
)
from engine.money import MICRO
from engine.problems import Kind, Span

_ROUNDINGS: Final = {"half up": "half_up", "half even": "half_even", "up": "away", "down": "towards"}
_COMPARISONS: Final = {"=": "==", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True)
class ExpressionWriter:
    """Writes the source of the expressions of one rule."""

    module: GeneratedModule
    rule: str
    facts: str = "facts"
    """The variable of the facts; loops have their own."""
    is_traced: bool = True
    """Whether values of names and steps of other rules are recorded; not inside a loop."""
    columns: Mapping[str, Exact] = field(default_factory=dict)
    """Names that denote the input columns of a table."""
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
                return self._result(expression)
            case Lookup():
                return self._lookup(expression)
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
        """The source of an expression in the plain form of its type: micros for numbers; a Fraction where that is not whole."""
        written = self.write(expression)
        unit = plain_denominator(expression.type)
        if written.is_whole and unit % written.denominator == 0:
            return written.scaled_to(unit)
        return f"({written.as_fraction()} * {unit})"

    # --- Leaves. ---

    def _constant(self, plain: Plain, kind: Type) -> Exact:
        if isinstance(plain, bool):
            return Exact(str(plain))
        if isinstance(plain, date):
            return Exact(self.module.constant(plain))
        if isinstance(plain, str):
            return Exact(repr(plain))
        if isinstance(kind, NumberType | PercentType | QuantityType):
            exact = Fraction(plain, MICRO)
            return Exact(literal(exact.numerator), exact.denominator)
        return Exact(literal(plain))

    def _fact(self, fact: Fact) -> Exact:
        if fact.name in self.columns:
            return self.columns[fact.name]
        return self._recorded(fact, Exact(f"{self.facts}[{fact.name!r}]", plain_denominator(fact.type)))

    def _result(self, result: Result) -> Exact:
        if result.name in self.columns:
            return self._recorded(result, self.columns[result.name])
        function = self.module.answer(result.name)
        return self._recorded(result, Exact(f"{function.name}({self._context})", function.denominator))

    def _lookup(self, lookup: Lookup) -> Exact:
        function = self.module.table(lookup.table, lookup.column)
        day = f"{self.facts}[{lookup.dated_by!r}]" if lookup.dated_by else "None"
        arguments = ", ".join([self._context, day, *(self.plain(argument) for argument in lookup.arguments)])
        return self._recorded(lookup, Exact(f"{function.name}({arguments})", function.denominator))

    @property
    def _context(self) -> str:
        """The arguments for functions of other rules; without tracing a memo and a trace that nothing reads."""
        return f"{self.facts}, memo, trace" if self.is_traced else f"{self.facts}, {{}}, []"

    def _recorded(self, name: Fact | Result | Lookup, written: Exact) -> Exact:
        """The source that also records the value of a name for the reason."""
        if not self.is_traced:
            return written
        probe = Probe((name.span.end_line, name.span.end_column), formatter(name.type, written.denominator), written.denominator)
        return replace(written, code=f"record(values, {self.module.constant(probe)}, {written.code})")

    # --- Arithmetic. ---

    @property
    def _exponent(self) -> int:
        return self.module.checked.exponent

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
                if not (percent.is_whole and base.is_whole):
                    return Exact(f"({percent.as_fraction()} * {base.as_fraction()})", is_fraction=True)
                return rescaled(f"({percent.code} * {base.code})", Fraction(1, percent.denominator * base.denominator))
            case Rounded():
                return self._rounded(expression)
            case _:
                assert_never(expression)

    def _sum(self, whole: Sum) -> Exact:
        if any(isinstance(term.expression.type, DateType) for term in whole.terms):
            return self._days(whole)
        written = [self.write(term.expression) for term in whole.terms]
        signs = ["-" if term.is_subtracted else "+" for term in whole.terms]
        is_fraction, denominator, codes = aligned(written)
        first = codes[0] if signs[0] == "+" else f"-{codes[0]}"
        rest = "".join(f" {sign} {code}" for sign, code in zip(signs[1:], codes[1:], strict=True))
        return Exact(f"({first}{rest})", denominator, is_fraction=is_fraction)

    def _days(self, whole: Sum) -> Exact:
        """Dates: plus days or months, or the difference of two."""
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
        scale = Fraction(units_in_one(product.type, self._exponent))
        for factor, part in zip(product.factors, written, strict=True):
            own = part.denominator * units_in_one(factor.expression.type, self._exponent)
            scale = scale * own if factor.divides else scale / own
        divides = [factor.divides for factor in product.factors]
        divides_last = divides == sorted(divides)
        if not divides_last or not all(part.is_whole for part in written):
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
            return rescaled(f"({above})", scale)
        return Exact(times(f"({above})", scale.numerator), scale.denominator, divisor=f"({' * '.join(below)})")

    def _quotient(self, product: Product, written: list[Exact]) -> Exact:
        """A product in exact fractions, from left to right, with divisors before factors."""
        scale = Fraction(units_in_one(product.type, self._exponent))
        code = ""
        for part, factor in zip(written, product.factors, strict=True):
            own = units_in_one(factor.expression.type, self._exponent)
            exact = part.as_fraction()
            if factor.divides:
                exact = f"nonzero({exact}, {self._problem(DIVISION_BY_ZERO, factor.expression.span)})"
            scale = scale * own if factor.divides else scale / own
            code = f"{code} {'/' if factor.divides else '*'} {exact}" if code else f"Fraction({exact})"
        return Exact(f"({code} * {self.module.constant(scale)})", is_fraction=True)

    def _rounded(self, rounded: Rounded) -> Exact:
        written = self.write(rounded.expression)
        step = rounding_step(rounded, self._exponent)
        denominator = written.denominator * step
        if denominator == 1 and written.is_whole:
            return written
        below = times(written.divisor, denominator) if written.divisor else str(denominator)
        return Exact(times(f"{_ROUNDINGS[rounded.mode]}({written.code}, {below})", step))

    # --- The rest. ---

    def _call(self, call: Call) -> Exact:
        written = [self.write(argument) for argument in call.arguments]
        match call.function:
            case "year" | "month" | "day":
                return Exact(f"{written[0].code}.{call.function}")
            case "end-of-month" | "start-of-month":
                return Exact(f"{call.function.replace('-', '_')}({written[0].code})")
            case "lowest" | "highest":
                is_fraction, denominator, codes = aligned(written)
                return Exact(f"{'min' if call.function == 'lowest' else 'max'}({', '.join(codes)})", denominator, is_fraction=is_fraction)
            case "absolute":
                is_fraction, denominator, (code,) = aligned(written)
                return Exact(f"abs({code})", denominator, is_fraction=is_fraction)
            case _:
                assert_never(call.function)

    def _choice(self, choice: Choice) -> Exact:
        condition = self.condition(choice.condition)
        is_fraction, denominator, (then, otherwise) = aligned([self.write(choice.then), self.write(choice.otherwise)])
        return Exact(f"({then} if {condition} else {otherwise})", denominator, is_fraction=is_fraction)

    def _aggregate(self, aggregate: Aggregate) -> Exact:
        inner = f"{self.facts}_each"
        writer = replace(self, facts=inner, is_traced=False, _written={})
        where = f" if {writer.condition(aggregate.where)}" if aggregate.where else ""
        loop = f"for {inner} in with_entries({self.facts}, {self.facts}[{aggregate.each!r}]){where}"
        if aggregate.of is None:
            return Exact(f"sum(1 {loop})")
        is_fraction, denominator, (code,) = aligned([writer.write(aggregate.of)])
        if aggregate.kind == "sum":
            return Exact(f"sum({code} {loop})", denominator, is_fraction=is_fraction)
        function = "least" if aggregate.kind == "min" else "greatest"
        return Exact(
            f"{function}(({code} {loop}), {self._problem(NOTHING_TO_COMPARE, aggregate.span)})", denominator, is_fraction=is_fraction
        )

    def _condition(self, expression: All | Either | Not | Compare | OneOf | Between | Known) -> str:
        match expression:
            case All():
                return f"({' and '.join(self.condition(part) for part in expression.parts)})"
            case Either():
                return f"({' or '.join(self.condition(part) for part in expression.parts)})"
            case Not():
                return f"(not {self.condition(expression.part)})"
            case Compare():
                _, _, (left, right) = aligned([self.write(expression.left), self.write(expression.right)])
                return f"({left} {_COMPARISONS[expression.comparison]} {right})"
            case OneOf():
                return self._one_of(expression)
            case Between():
                _, _, (subject, low, high) = aligned([self.write(part) for part in (expression.subject, expression.low, expression.high)])
                fixed = isinstance(expression.low, Constant) and isinstance(expression.high, Constant)
                return f"({low} <= {subject} <= {high})" if fixed else f"between({subject}, {low}, {high})"
            case Known():
                return f"({expression.name!r} in {self.facts})"
            case _:
                assert_never(expression)

    def _one_of(self, expression: OneOf) -> str:
        subject = self.write(expression.subject)
        if not isinstance(expression.subject.type, NumberType | PercentType | QuantityType):
            return f"({subject.as_fraction()} in {self.module.constant(frozenset(expression.values))})"
        if subject.is_whole and MICRO % subject.denominator == 0:
            return f"({subject.scaled_to(MICRO)} in {self.module.constant(frozenset(expression.values))})"
        exact = frozenset(Fraction(number, MICRO) for number in expression.values if isinstance(number, int))
        return f"({subject.as_fraction()} in {self.module.constant(exact)})"

    def _problem(self, kind: Kind, span: Span) -> str:
        return self.module.constant(kind.at(span, rule=self.rule))
