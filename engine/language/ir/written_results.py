"""The results that rules give for a name: their expressions, and the constants among them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.language.ir import typed
from engine.language.ir.checked_rules import Answering, Checked, Decision, Definition, Layer
from engine.language.ir.checked_tables import Table
from engine.language.ir.typed import Expression
from engine.language.types.value_types import Plain
from engine.problems import Span


def results_of(layer: Layer[Answering], name: str) -> list[Expression]:
    """The possible answers of a layer for a name."""
    results: list[Expression] = []
    for version in layer.versions:
        match version:
            case Definition(value=value):
                results.append(value)
            case Decision():
                results += [rule.then for rule in version.rules] + ([version.otherwise] if version.otherwise is not None else [])
            case Table():
                column = [output.answers for output in version.outputs].index(name)
                results += [row.results[column] for row in version.rows]
    return results


def results_written(checked: Checked, name: str) -> Iterator[tuple[Plain, Span]]:
    """The constants that rules may give for a name, or for a name that is a factor of it, each with its position.

    A constant that stands beside other factors, as in `1 * 2.9`, is none of them.
    """
    for layer in checked.answers[name].layers:
        for expression in results_of(layer, name):
            yield from _constants(expression, checked)


def _constants(expression: Expression, checked: Checked) -> Iterator[tuple[Plain, Span]]:
    match expression:
        case typed.Constant(value=value, span=span):
            yield value, span
        case typed.Choice(then=then, otherwise=otherwise):
            yield from _constants(then, checked)
            yield from _constants(otherwise, checked)
        case typed.Product(factors=factors):
            for factor in factors:
                if not isinstance(factor.expression, typed.Constant):
                    yield from _constants(factor.expression, checked)
        case typed.Result(name=name):
            yield from results_written(checked, name)
        case typed.Lookup(table=table, column=column):
            for version in checked.tables[table].versions:
                for row in version.rows:
                    yield from _constants(row.results[column], checked)
