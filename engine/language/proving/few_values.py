"""The possible values of an expression, where they are few and known: words of a list, booleans, results of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.language.ir import typed
from engine.language.ir.checked_rules import Checked
from engine.language.ir.typed import Expression
from engine.language.ir.written_results import results_of
from engine.language.types.value_types import BoolType, EnumType, Plain, Type

MOST_VALUES: Final = 300


@dataclass
class FewValues:
    """The possible values of the expressions of checked rules, cached; `words` returns those of a fact."""

    checked: Checked
    words: Callable[[str, Type], tuple[Plain, ...]]
    _remembered: list[Expression] = field(default_factory=list)
    _values: dict[int, frozenset[Plain] | None] = field(default_factory=dict)

    def of(self, expression: Expression) -> frozenset[Plain] | None:
        """The possible values of an expression; None where they are many or unknown."""
        key = id(expression)
        if key not in self._values:
            self._remembered.append(expression)
            values = self._values_of(expression)
            self._values[key] = values if values is None or len(values) <= MOST_VALUES else None
        return self._values[key]

    def _values_of(self, expression: Expression) -> frozenset[Plain] | None:
        match expression:
            case typed.Constant(value=value):
                return frozenset((value,))
            case typed.Fact(name=name, type=EnumType() | BoolType() as kind):
                return frozenset(self.words(name, kind))
            case typed.Choice(then=then, otherwise=otherwise):
                return self._all_values((then, otherwise))
            case typed.Lookup(table=table, column=column):
                return self._all_values([row.results[column] for version in self.checked.tables[table].versions for row in version.rows])
            case typed.Result(name=name):
                return self._all_values([one for layer in self.checked.answers[name].layers for one in results_of(layer, name)])
            case _:
                return frozenset((True, False)) if isinstance(expression.type, BoolType) else None

    def _all_values(self, expressions: Sequence[Expression]) -> frozenset[Plain] | None:
        together: set[Plain] = set()
        for one in expressions:
            values = self.of(one)
            if values is None:
                return None
            together |= values
        return frozenset(together)
