"""The factors of a number: which rule gave each, and its exact figure; their product is the number."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from engine.language.codegen.trace_steps import FactorPart, Trace
from engine.language.ir.answers import AppliedFactor
from engine.language.ir.checked_rules import Checked
from engine.language.ir.typed import Expression, Lookup, PercentOf, Product, Result


def factor_parts(expression: Expression, checked: Checked) -> tuple[FactorPart, ...]:
    """The factors of an expression that are answers of other rules or results of tables."""
    return tuple(_parts(expression, checked))


def _parts(expression: Expression, checked: Checked) -> Iterator[FactorPart]:
    match expression:
        case Result(name=name, span=span):
            yield FactorPart((span.end_line, span.end_column), name)
        case Lookup(table=table, column=column, span=span):
            yield FactorPart((span.end_line, span.end_column), checked.tables[table].versions[0].outputs[column].answers)
        case PercentOf(percent=percent, base=base):
            yield from _parts(percent, checked)
            yield from _parts(base, checked)
        case Product(factors=factors) if not any(one.divides for one in factors):
            for one in factors:
                yield from _parts(one.expression, checked)
        case _:
            return


def applied_factors(trace: Trace) -> tuple[AppliedFactor, ...]:
    """The factors of the last answer of a trace, a number, in the order of its source."""
    return tuple(_factors_of(trace, len(trace) - 1)) if trace else ()


def _factors_of(trace: Trace, at: int) -> list[AppliedFactor]:
    """The factors that other rules gave, then what the rule itself contributes."""
    step, result, columns, values = trace[at]
    whole, of_others = _fraction(result, step.denominator), Fraction(1)
    if whole is None:
        return []
    figures = {probe.end: _fraction(value, probe.denominator) for probe, value in values}
    factors: list[AppliedFactor] = []
    for part in step.factors:
        figure = figures.get(part.end)
        given_by = None if figure is None else _step_of(trace, at, part.name, figure)
        if figure is not None and given_by is not None:
            factors += _factors_of(trace, given_by)
            of_others *= figure
    own = whole / of_others if of_others else Fraction(1)
    return [*factors, AppliedFactor(own, step.reason(result, columns, values))] if own != 1 or not factors else factors


def _step_of(trace: Trace, before: int, name: str, figure: Fraction) -> int | None:
    """The step that gave a figure for a name."""
    for at in range(before - 1, -1, -1):
        step, result, _, _ = trace[at]
        if step.subject == name and _fraction(result, step.denominator) == figure:
            return at
    return None


def _fraction(value: object, denominator: int) -> Fraction | None:
    """A recorded number, which is exact; None for anything else."""
    return Fraction(value, denominator) if isinstance(value, int | Fraction) and not isinstance(value, bool) else None
