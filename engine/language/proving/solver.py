"""Decides conditions with arithmetic by z3, exactly, where it is installed.

z3 is an optional package (the extra `prove` of pyproject.toml). Amounts and numbers become exact reals over whole plain units, words and
days whole numbers. What has no such form (sums over lines, months added to days) is reported as undecided, as is what z3 does not decide
within a bounded count of its own steps, which is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from types import ModuleType
from typing import Final

from engine.language.interpreter.reference_values import unit_of
from engine.language.ir import typed
from engine.language.ir.checked_rules import Definition
from engine.language.ir.checked_tables import Interval
from engine.language.ir.typed import Expression
from engine.language.proving.classes import Among, Stretch, Test
from engine.language.proving.gathering import KNOWN
from engine.language.proving.space import NOT_GIVEN, Region, Space
from engine.language.types.value_types import BoolType, DateType, NumberType, PeriodType, Plain, QuantityType, Type, is_ordered
from engine.money import MICRO
from engine.phrases import phrase

MOST_STEPS: Final = 3_000_000
_NO_SOLVER: Final = phrase("it computes with several facts, and the solver that decides this is not installed (`centwright[prove]`)")
_NO_ANSWER: Final = phrase("the solver found no answer within its steps")
_FOLLOWED_AT_MOST: Final = 30


@dataclass(frozen=True, slots=True)
class Solved:
    """A case that meets the conditions, or none; or unknown, and why."""

    sample: Mapping[str, Plain] | None
    is_unknown: bool = False
    why: str = ""


class Inexpressible(Exception):
    """An expression without an exact form for the solver; the reason is its argument."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@cache
def solver() -> ModuleType | None:
    """The solver, where it is installed; imported when arithmetic occurs."""
    try:
        import z3
    except ImportError:
        return None
    module: ModuleType = z3
    return module


def solve(space: Space, region: Region, z3: ModuleType | None) -> Solved:
    """A case of a region whose doubts have the required values; unknown without the solver."""
    if z3 is None:
        return Solved(None, is_unknown=True, why=_NO_SOLVER)
    writer = _Writer(z3, space)
    request = z3.Solver()
    request.set("rlimit", MOST_STEPS)
    try:
        for doubt, is_yes in region.doubts:
            met = writer.passes(doubt.expression, doubt.test)
            request.add(met if is_yes else z3.Not(met))
        request.add(*writer.bounds(region))
    except Inexpressible as reason:
        return Solved(None, is_unknown=True, why=reason.why)
    except RecursionError:
        return Solved(None, is_unknown=True, why=_NO_ANSWER)
    answer = request.check()
    if answer == z3.unsat:
        return Solved(None)
    if answer != z3.sat:
        return Solved(None, is_unknown=True, why=_NO_ANSWER)
    model = request.model()
    request.add(*writer.everyday())  # type: ignore[no-untyped-call]  # z3 has no types
    return Solved({**region.sample, **writer.facts_of(request.model() if request.check() == z3.sat else model)})


@dataclass
class _Writer:
    """Translates expressions to terms of the solver; facts are its whole numbers, in their plain units."""

    z3: ModuleType
    space: Space
    facts: dict[str, Type] = field(default_factory=dict)
    _codes: dict[Plain, int] = field(default_factory=dict)
    _followed: int = 0

    # --- Facts. ---

    def fact(self, name: str, kind: Type):  # type: ignore[no-untyped-def]  # the solver has no types of its own
        """The variable of a fact."""
        self.facts[name] = kind
        return self.z3.Int(name)

    def code(self, word: Plain) -> int:
        """The number that encodes a word."""
        return self._codes.setdefault(word, len(self._codes))

    def bounds(self, region: Region):  # type: ignore[no-untyped-def]  # the same
        """The classes of the region as constraints on the facts used."""
        z3, space = self.z3, self.space
        for name, kind in tuple(self.facts.items()):
            if name in space.names:
                at = space.names.index(name)
                mask = region.path.get(at, space.cuts[at].everything)
                classes = [one for place, one in enumerate(space.cuts[at].classes) if mask >> place & 1]
            else:
                classes = list(space.domain.cut(name, kind).classes)
            ways = []
            for one in classes:
                if one.stretch is not None:
                    ways.append(self._lies_in(z3.Int(name), one.stretch))
                ways += [z3.Int(name) == self.code(word) for word in one.members]
            if ways:
                yield z3.Or(*ways)

    def everyday(self):  # type: ignore[no-untyped-def]  # the same
        """Prefers everyday numbers: none negative, none above a thousand, quantities whole."""
        for name, kind in self.facts.items():
            if isinstance(kind, NumberType | QuantityType):
                term = self.z3.Int(name)
                yield self.z3.And(term >= 0, term <= 1_000 * MICRO, term % MICRO == 0)

    def _lies_in(self, term, stretch: Stretch):  # type: ignore[no-untyped-def]  # the same
        parts = [] if stretch.low is None else [term >= stretch.low]
        parts += [] if stretch.high is None else [term <= stretch.high]
        return self.z3.And(*parts)

    def facts_of(self, model) -> dict[str, Plain]:  # type: ignore[no-untyped-def]  # the same
        """The facts of a model as plain values."""
        words = {code: word for word, code in self._codes.items()}
        facts: dict[str, Plain] = {}
        for name, kind in self.facts.items():
            number = model.eval(self.z3.Int(name), model_completion=True).as_long()
            if isinstance(kind, DateType):
                facts[name] = date.fromordinal(min(max(number, 1), date.max.toordinal()))
            elif is_ordered(kind):
                facts[name] = number
            elif number in words:
                facts[name] = words[number]
                if name.startswith(KNOWN) and not facts.pop(name):
                    facts[name.removeprefix(KNOWN)] = NOT_GIVEN
        return facts

    # --- Conditions. ---

    def passes(self, expression: Expression, test: Test):  # type: ignore[no-untyped-def]  # the same
        """The term for a test of an expression."""
        z3 = self.z3
        if isinstance(test, Among):
            if isinstance(expression.type, BoolType):
                truth = self.truth(expression)
                ways = [truth if word else z3.Not(truth) for word in test.words]
            else:
                term = self.term(expression)
                ways = [term == self.code(word) for word in test.words]
        else:
            term = self.term(expression)
            ways = [self._within(term, one, expression.type) for one in test.intervals]
        met = z3.Or(*ways)
        return z3.Not(met) if test.is_negated else met

    def _within(self, term, one: Interval, kind: Type):  # type: ignore[no-untyped-def]  # the same
        parts = []
        if one.low is not None:
            low = self.constant(one.low, kind)
            parts.append(term >= low if one.low_included else term > low)
        if one.high is not None:
            high = self.constant(one.high, kind)
            parts.append(term <= high if one.high_included else term < high)
        return self.z3.And(*parts)

    def truth(self, expression: Expression):  # type: ignore[no-untyped-def]  # the same
        """The term of a condition."""
        z3 = self.z3
        match expression:
            case typed.All(parts=parts):
                return z3.And(*(self.truth(part) for part in parts))
            case typed.Either(parts=parts):
                return z3.Or(*(self.truth(part) for part in parts))
            case typed.Not(part=part):
                return z3.Not(self.truth(part))
            case typed.Compare(left=left, comparison=comparison, right=right):
                one, other = self.term(left), self.term(right)
                return {"=": one == other, "<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[comparison]
            case typed.Between(subject=subject, low=low, high=high):
                return z3.And(self.term(subject) >= self.term(low), self.term(subject) <= self.term(high))
            case typed.OneOf(subject=subject, values=values):
                return z3.Or(*(self.term(subject) == self.constant(word, subject.type) for word in values))
            case typed.Known(name=name):
                return self.fact(KNOWN + name, expression.type) == self.code(True)
            case _:
                return self.term(expression) == self.code(True)

    # --- Numbers. ---

    def constant(self, plain: Plain, kind: Type):  # type: ignore[no-untyped-def]  # the same
        """A literal: an exact number, the number of a day, or the code of a word."""
        if isinstance(plain, date):
            return self.z3.IntVal(plain.toordinal())
        if not is_ordered(kind) or isinstance(plain, str):
            return self.z3.IntVal(self.code(plain))
        exact = Fraction(plain, unit_of(kind, self.space.checked.exponent))
        return self.z3.Q(exact.numerator, exact.denominator)

    def term(self, expression: Expression):  # type: ignore[no-untyped-def]  # noqa: C901 - one case for each kind of expression
        """The term of a number."""
        z3 = self.z3
        match expression:
            case typed.Constant(value=value, type=kind):
                return self.constant(value, kind)
            case typed.Fact(name=name, type=kind):
                term = self.fact(name, kind)
                unit = unit_of(kind, self.space.checked.exponent)
                return z3.ToReal(term) / unit if unit > 1 else term
            case typed.Result(name=name):
                return self.term(self._defined(name))
            case typed.Sum(terms=terms) if not _has_months(expression):
                total = self.term(terms[0].expression)
                for one in terms[1:]:
                    total = total - self.term(one.expression) if one.is_subtracted else total + self.term(one.expression)
                return total
            case typed.Product(factors=factors):
                return self._product(factors)
            case typed.Negative(expression=part):
                return -self.term(part)
            case typed.PercentOf(percent=percent, base=base):
                return self.term(percent) * self.term(base)
            case typed.Choice(condition=condition, then=then, otherwise=otherwise):
                return z3.If(self.truth(condition), self.term(then), self.term(otherwise))
            case typed.Call(function="lowest" | "highest" | "absolute"):
                return self._called(expression)
            case typed.Rounded():
                return self._rounded(expression)
            case _ if isinstance(expression.type, BoolType):
                return z3.If(self.truth(expression), self.code(True), self.code(False))
            case typed.Aggregate():
                raise Inexpressible(phrase("it counts over lines, which proofs do not look at"))
            case _:
                raise Inexpressible(phrase("it is of a form that the solver does not know"))

    def _defined(self, name: str) -> Expression:
        """The expression of a name with a single definition on all days."""
        self._followed += 1
        layers = self.space.checked.answers[name].layers
        only = layers[0].versions[0]
        if self._followed > _FOLLOWED_AT_MOST or len(layers) > 1 or not isinstance(only, Definition) or len(layers[0].versions) > 1:
            raise Inexpressible(phrase("it computes with `{name}`, which several rules give", name=name))
        if only.when is not None or not only.in_force.is_always:
            raise Inexpressible(phrase("it computes with `{name}`, which is not always given", name=name))
        return only.value

    def _product(self, factors: tuple[typed.Factor, ...]):  # type: ignore[no-untyped-def]  # the same
        product = self.z3.Q(1, 1)
        for factor in factors:
            if not factor.divides:
                product = product * self.term(factor.expression)
            elif isinstance(factor.expression, typed.Constant) and factor.expression.value:
                product = product / self.term(factor.expression)
            else:
                raise Inexpressible(phrase("it divides by what is only known when it is asked"))
        return product

    def _called(self, call: typed.Call):  # type: ignore[no-untyped-def]  # the same
        terms = [self.term(argument) for argument in call.arguments]
        if call.function == "absolute":
            return self.z3.If(terms[0] >= 0, terms[0], -terms[0])
        result = terms[0]
        for other in terms[1:]:
            result = self.z3.If(result <= other if call.function == "lowest" else result >= other, result, other)
        return result

    def _rounded(self, rounding: typed.Rounded):  # type: ignore[no-untyped-def]  # the same
        z3 = self.z3
        step = 10**self.space.checked.exponent if rounding.to == "cent" else 1
        amount = self.term(rounding.expression) * step
        size = z3.If(amount >= 0, amount, -amount)
        floor = z3.ToInt(size)
        match rounding.mode:
            case "half up":
                whole = z3.ToInt(size + z3.Q(1, 2))
            case "half even":
                half = size - z3.ToReal(floor) == z3.Q(1, 2)
                whole = z3.If(z3.And(half, floor % 2 == 0), floor, z3.ToInt(size + z3.Q(1, 2)))
            case "up":
                whole = z3.If(z3.ToReal(floor) == size, floor, floor + 1)
            case "down":
                whole = floor
        return z3.If(amount >= 0, z3.ToReal(whole), -z3.ToReal(whole)) / step


def _has_months(expression: typed.Sum) -> bool:
    is_date = any(isinstance(term.expression.type, DateType) for term in expression.terms)
    return is_date and any(isinstance(term.expression.type, PeriodType) for term in expression.terms)
