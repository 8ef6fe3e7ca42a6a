"""Checks that rules use only facts that are known when they are asked, and ask `is known` where a fact may be missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.language.ir.checked_rules import Checked, Decision, Definition, Layer
from engine.language.ir.checked_sales import Bundle, Discount, Price, Stacking
from engine.language.ir.checked_tables import Table
from engine.language.ir.typed import Aggregate, All, Choice, Either, Expression, Fact, Known, Lookup, Not, Result, parts_of
from engine.language.ir.walker import Block, expressions, inner_dates
from engine.language.types.fact_scopes import FactScope
from engine.language.types.vocabulary import Vocabulary
from engine.phrases import phrase, together
from engine.problems import Kind, Problem, Span

NOT_KNOWN_THEN: Final = Kind("fact-not-known", "`{name}` is not known when {when}", "use what is known then: {facts}")
NOT_KNOWN_THROUGH: Final = Kind(
    "fact-not-known", "`{name}` is not known when {when}, which `{root}` needs", "use what is known then: {facts}"
)
MAY_BE_MISSING: Final = Kind(
    "fact-may-be-missing",
    "`{name}` may be missing when {when}, and then the rule is refused",
    "ask `{name} is known and …`, or `if {name} is known then … else …`",
    severity="advice",
)
NOT_USED: Final = Kind("result-not-used", "nothing asks for `{name}`", "remove this rule: it has no effect")
_NONE: Final = frozenset[str]()


def fact_problems(checked: Checked, vocabulary: Vocabulary) -> tuple[Problem, ...]:
    """The facts that are not known when the rules that read them are asked, and the results that nothing asks for."""
    problems: list[Problem] = []
    for scope in vocabulary.scopes:
        walk = _Walk(checked, vocabulary, scope)
        for block in _roots(checked, scope):
            walk.root = block.name
            walk.block(block, _NONE)
        problems += walk.problems.values()
    if vocabulary.scopes:
        problems += _not_used(checked, vocabulary)
    return tuple(problems)


def _roots(checked: Checked, scope: FactScope) -> Iterator[Block]:
    """The blocks that answer a question."""
    for name, answers in checked.answers.items():
        if scope.asks_for(name):
            yield from (version for layer in answers.layers for version in layer.versions)
    offers: Mapping[str, Iterable[Layer[Block]]] = {
        "price": [layer for layers in checked.prices.values() for layer in layers],
        "bundle": [layer for layers in checked.bundles.values() for layer in layers],
        "discount": checked.discounts,
        "stacking": checked.stacking,
    }
    for kind, layers in offers.items():
        if scope.asks_for(kind):
            yield from (version for layer in layers for version in layer.versions)


def _not_used(checked: Checked, vocabulary: Vocabulary) -> Iterator[Problem]:
    for name, answers in checked.answers.items():
        entry = vocabulary.entries.get(name)
        if entry is not None and entry.role == "target" and not any(scope.asks_for(name) for scope in vocabulary.scopes):
            yield NOT_USED.at(answers.layers[0].versions[0].span, name=name)


@dataclass
class _Walk:
    """A walk through all that one question can evaluate, with the facts that conditions around it found known."""

    checked: Checked
    vocabulary: Vocabulary
    scope: FactScope
    problems: dict[tuple[Span, str], Problem] = field(default_factory=dict)
    root: str = ""
    """The name of the block that answers the question."""
    _seen: set[tuple[int, bool, frozenset[str]]] = field(default_factory=set)

    def block(self, block: Block, known: frozenset[str]) -> None:
        """Walks through a block that the root needs, where some facts are known."""
        if not self._first_visit(block, known):
            return
        for dates in (block.in_force, *inner_dates(block)):
            if dates.by is not None and not dates.is_always:
                self._read(dates.by, block.span, block, known)
        match block:
            case Definition() | Price() | Discount() | Stacking() | Bundle():
                if block.when is not None:
                    self._walk(block.when, block, known)
                    known |= _known_if(block.when, holds=True)
                for expression in expressions(block):
                    if expression is not block.when:
                        self._walk(expression, block, known)
            case Decision():
                self._decision(block, known)
            case Table():
                for expression in expressions(block):
                    self._walk(expression, block, known)

    def _decision(self, decision: Decision, known: frozenset[str]) -> None:
        for rule in decision.rules:
            self._walk(rule.when, decision, known)
            self._walk(rule.then, decision, known | _known_if(rule.when, holds=True))
        if decision.otherwise is not None:
            self._walk(decision.otherwise, decision, known)

    def _lookup(self, lookup: Lookup, block: Block, known: frozenset[str]) -> None:
        """Walks through a lookup: its arguments stand for the columns of the table."""
        for part in lookup.arguments:
            self._walk(part, block, known)
        if lookup.dated_by is not None:
            self._read(lookup.dated_by, lookup.span, block, known)
        layer = self.checked.tables.get(lookup.table)
        for table in layer.versions if layer else ():
            if self._first_visit(table, known, looked_up=True):
                subjects = [column.subject for column in table.inputs]
                for expression in expressions(table):
                    if expression not in subjects:
                        self._walk(expression, table, known)

    def _first_visit(self, block: Block, known: frozenset[str], *, looked_up: bool = False) -> bool:
        key = id(block), looked_up, known
        is_first = key not in self._seen
        self._seen.add(key)
        return is_first

    def _walk(self, expression: Expression, block: Block, known: frozenset[str]) -> None:
        match expression:
            case Fact() | Known():
                self._read(expression.name, expression.span, block, known, is_known=isinstance(expression, Known))
            case Aggregate():
                self._read(expression.each, expression.span, block, known)
            case Choice():
                self._walk(expression.condition, block, known)
                self._walk(expression.then, block, known | _known_if(expression.condition, holds=True))
                self._walk(expression.otherwise, block, known | _known_if(expression.condition, holds=False))
            case All() | Either():
                for part in expression.parts:
                    self._walk(part, block, known)
                    known |= _known_if(part, holds=isinstance(expression, All))
            case Result():
                answers = self.checked.answers.get(expression.name)
                for version in (one for layer in answers.layers for one in layer.versions) if answers else ():
                    self.block(version, known)
            case Lookup():
                self._lookup(expression, block, known)
            case _:
                for part in parts_of(expression):
                    self._walk(part, block, known)

    def _read(self, name: str, where: Span, block: Block, known: frozenset[str], *, is_known: bool = False) -> None:
        if name in self.scope.always:
            return
        key = where, name
        if self.scope.may_know(name):
            if not is_known and name not in known:
                self.problems.setdefault(key, MAY_BE_MISSING.at(where, name=name, when=self.scope.when))
            return
        facts = together([phrase("`{name}`", name=each) for each in self.vocabulary.facts_of(self.scope)], ", ")
        if block.name == self.root:
            problem = NOT_KNOWN_THEN.at(where, name=name, when=self.scope.when, facts=facts)
        else:
            problem = NOT_KNOWN_THROUGH.at(where, name=name, when=self.scope.when, root=self.root, facts=facts)
        self.problems.setdefault(key, problem)


def _known_if(condition: Expression, *, holds: bool) -> frozenset[str]:
    """The facts that are known where a condition holds, or where it does not."""
    match condition:
        case Known(name=name) if holds:
            return frozenset((name,))
        case Not(part=part):
            return _known_if(part, holds=not holds)
        case All(parts=parts) | Either(parts=parts):
            several = [_known_if(part, holds=holds) for part in parts]
            in_all = isinstance(condition, All) == holds
            return frozenset().union(*several) if in_all else frozenset.intersection(*several)
        case _:
            return _NONE
