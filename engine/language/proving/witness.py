"""Confirms the cases of a proof with the reference interpreter: only what really fails there is reported."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from engine.language.interpreter.environment import Environment, MissingFact
from engine.language.ir.checked_rules import Checked
from engine.language.ir.typed import Lookup
from engine.language.proving.diagrams import Budget
from engine.language.proving.domain import Domain
from engine.language.proving.space import NOT_GIVEN
from engine.language.types.value_types import Plain
from engine.problems import Refusal

if TYPE_CHECKING:
    from engine.language.interpreter.reference_rules import ReferenceRules

AN_EVALUATION: Final = 100
"""The steps of the budget for one expression."""
NO_ROW: Final = frozenset({"no-row", "does-not-apply", "not-in-force"})
TWO: Final = frozenset({"two-rows", "two-rules"})
DIFFERENT: Final = frozenset({"different-results"})


@dataclass
class Witness:
    """The reference interpreter, and default facts that complete a case: a proof does not restrict them."""

    checked: Checked
    domain: Domain
    budget: Budget
    _reference: ReferenceRules | None = None
    _anything: dict[str, Plain] = field(default_factory=dict)

    def refuses(self, name: str, case: Mapping[str, Plain], codes: frozenset[str], rule: str) -> bool:
        """Whether a rule refuses a case for one of some reasons when a name is evaluated."""
        return _refuses(lambda: self.reference.ask(name, self.whole(case)), codes, rule)

    def refuses_lookup(self, lookup: Lookup, case: Mapping[str, Plain], codes: frozenset[str]) -> bool:
        """Whether a lookup refuses a case for one of some reasons."""
        return _refuses(lambda: Environment(self.reference, lookup.table, self.whole(case)).evaluate(lookup), codes, lookup.table)

    def whole(self, case: Mapping[str, Plain]) -> dict[str, Plain]:
        """A case completed with all facts that any rule reads."""
        if not self._anything:
            for name, kind in self.domain.known.items():
                classes = self.domain.cut(name, kind).classes
                if classes:
                    self._anything[name] = classes[0].representative
            self._anything.update(
                cast("dict[str, Plain]", dict.fromkeys(self.domain.lists, ()))
            )  # a list is the one fact that is no plain value
        return {name: plain for name, plain in {**self._anything, **case}.items() if plain != NOT_GIVEN}

    @property
    def reference(self) -> ReferenceRules:
        """The reference interpreter, imported when a proof fails."""
        if self._reference is None:
            from engine.language.interpreter.reference_rules import ReferenceRules

            self._reference = ReferenceRules(self.checked, self._evaluate)
        return self._reference

    def _evaluate(self, tree: ast.expr, functions: Mapping[str, Callable[..., object]]) -> object:
        """Evaluates a tree, and spends as much as that takes."""
        from engine.language.interpreter.tree_evaluation import evaluate

        self.budget.spend(AN_EVALUATION)
        return evaluate(tree, functions)


def _refuses(ask: Callable[[], object], codes: frozenset[str], rule: str) -> bool:
    try:
        ask()
    except Refusal as refusal:
        problem = refusal.problems[0]
        return problem.code in codes and dict(problem.words).get("rule") == rule
    except MissingFact:
        return False
    return False
