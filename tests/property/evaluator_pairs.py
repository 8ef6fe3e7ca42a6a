"""Evaluates a random rulebook with both evaluators: their outcomes, and the constructs of the language that took part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from math import prod
from typing import Any

from simpleeval import SimpleEval

from engine.language.codegen.compiler import compile_rules
from engine.language.interpreter.python_trees import TreeBuilder
from engine.language.interpreter.reference_rules import ReferenceRules
from engine.language.interpreter.tree_evaluation import OPERATORS
from engine.language.ir import typed
from engine.language.ir.answers import Answer, BundleAnswer, Offer, PriceAnswer, Rules
from engine.language.ir.checked_rules import Checked, Decision, Definition
from engine.language.ir.checked_sales import Discount, Price
from engine.language.ir.checked_tables import AnyCell, ConditionCell, IntervalsCell, Table, ValuesCell
from engine.language.ir.walker import Block
from engine.language.syntax import blocks
from engine.language.syntax.table_blocks import TableBlock
from engine.language.types.value_types import DateType, DaysType, PeriodType
from engine.problems import Refusal, Span

Question = Callable[[Rules, Any, bool], object]
"""An evaluation of rules over facts, with or without reasons."""


class EvaluatorPair:
    """The compiled rules and the reference of one rulebook, and a count of the constructs that the reference evaluated."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.counted: Counter[str] = Counter()
        self.compiled = compile_rules(checked)
        self.reference = ReferenceRules(checked, self._evaluate)
        self.reference.trees = self._trees = _MarkedTreeBuilder(self.reference.trees)

    def _evaluate(self, tree: Any, functions: Mapping[str, Callable[..., object]]) -> object:
        evaluator = _CountingEvaluator(operators=dict(OPERATORS), functions=dict(functions), names={})
        evaluator.features, evaluator.counted = self._trees.features, self.counted
        return evaluator.eval("", previously_parsed=tree)

    def questions(self) -> Iterator[tuple[str, Question, tuple[Block, ...]]]:
        """All possible evaluations by name, with the blocks that may answer."""
        for name in sorted(self.compiled.targets):
            layers = self.checked.answers[name].layers
            versions = tuple(version for layer in layers for version in layer.versions)
            yield f"ask {name}{' of layers' if len(layers) > 1 else ''}", _ask(name), versions
        for product, layers in self.checked.prices.items():
            yield f"price {product}", _price(product), tuple(version for layer in layers for version in layer.versions)
        for product, bundles in self.checked.bundles.items():
            yield f"bundle {product}", _bundle(product), tuple(version for layer in bundles for version in layer.versions)
        yield "offers", _offers, tuple(version for discount in self.checked.discounts for version in discount.versions)
        yield "stacking", _stacking, tuple(version for stacking in self.checked.stacking for version in stacking.versions)


def _ask(name: str) -> Question:
    return lambda rules, facts, tracing: rules.ask(name, facts, tracing=tracing)


def _price(product: str) -> Question:
    return lambda rules, facts, tracing: rules.price(product, facts, tracing=tracing)


def _bundle(product: str) -> Question:
    return lambda rules, facts, tracing: rules.bundle(product, facts, tracing=tracing)


def _offers(rules: Rules, facts: Any, tracing: bool) -> object:
    return rules.offers(facts, tracing=tracing)


def _stacking(rules: Rules, facts: Any, tracing: bool) -> object:
    return rules.stacking(facts)


def outcome(question: Question, rules: Rules, facts: Any, *, tracing: bool = False) -> tuple[str, object]:
    """What comes of a question: `answer` or `nothing` and what was answered, without reasons; or a refusal's code, and its text."""
    try:
        result = question(rules, facts, tracing)
    except Refusal as refusal:
        return refusal.problems[0].code, [(str(problem), problem.help) for problem in refusal.problems]
    bare = tuple(_bare(offer) for offer in result) if isinstance(result, tuple) else _bare(result)
    return "nothing" if not result else "answer", bare


def _bare(answer: Any) -> object:
    if isinstance(answer, Answer):
        product = prod((factor.value for factor in answer.factors), start=Fraction(1))
        assert not answer.factors or product == answer.value, "the product of the factors is the number"
        return replace(answer, reasons=(), factors=())
    return replace(answer, reasons=()) if isinstance(answer, PriceAnswer | BundleAnswer | Offer) else answer


class _MarkedTreeBuilder(TreeBuilder):
    """Trees that know of which construct each of their nodes was built."""

    def __init__(self, builder: TreeBuilder) -> None:
        super().__init__(builder._exact)
        self.features: dict[int, tuple[str, ...]] = {}

    def _build(self, expression: typed.Expression) -> Any:
        tree = super()._build(expression)
        self.features[id(tree)] = features_of(expression)
        return tree


class _CountingEvaluator(SimpleEval):  # type: ignore[misc]  # simpleeval has no types
    features: dict[int, tuple[str, ...]]
    counted: Counter[str]

    def _eval(self, node: Any) -> Any:
        features = self.features.get(id(node))
        if features is not None:
            self.counted.update(features)
        return super()._eval(node)


def written_features(module: blocks.Module) -> dict[int, frozenset[str]]:
    """By the line where a block begins: the constructs of the grammar that were written in it."""
    by_line: dict[int, Counter[str]] = {}
    for block in module.blocks:
        lines = [setting.span.line for setting in block.settings] if isinstance(block, blocks.IncrementBlock) else [block.span.line]
        rows = [row.span.line for row in block.rows] if isinstance(block, TableBlock) else []
        for line in (*lines, *rows):
            by_line.setdefault(line, Counter()).update(_written(block))
    return {line: frozenset(features) for line, features in by_line.items()}


_DISTINGUISHED = {"comparison", "is_negated", "mode", "kind", "to", "allocate", "apply", "unit", "per", "divides", "is_subtracted"}


def _written(node: object) -> Iterator[str]:
    if isinstance(node, tuple):
        for one in node:
            yield from _written(one)
    elif is_dataclass(node) and not isinstance(node, Span):
        kind = type(node).__name__
        yield f"written {kind}"
        for one in fields(node):
            value = getattr(node, one.name)
            if one.name in _DISTINGUISHED and isinstance(value, str | bool):
                yield f"written {kind} {one.name} {value}"
            elif kind == "Policy" and one.name == "name":
                yield f"written policy {value}"
            elif kind == "Head" and value not in (None, ()):
                yield f"written clause {one.name}"
                yield from _written(value)
            else:
                yield from _written(value)


def features_of(expression: typed.Expression) -> tuple[str, ...]:
    """The construct of the language that an expression is, and of a rounding also its parts."""
    if isinstance(expression, typed.Rounded):
        return (
            f"Rounded {type(expression.type).__name__.removesuffix('Type')}",
            f"Rounded to {expression.to}",
            f"Rounded {expression.mode}",
        )
    return (_feature(expression),)


def _feature(expression: typed.Expression) -> str:
    """The construct of the language that an expression is, as fine as it matters to an evaluator."""
    kind = type(expression).__name__
    match expression:
        case typed.Constant() | typed.Fact() | typed.Result():
            return f"{kind} {type(expression.type).__name__.removesuffix('Type')}"
        case typed.Lookup():
            return f"Lookup {'on a day' if expression.dated_by else 'of all days'}"
        case typed.Call():
            return f"Call {expression.function}"
        case typed.Sum():
            return f"Sum {_terms(expression)}"
        case typed.Product():
            divides = [factor.divides for factor in expression.factors]
            last = divides == sorted(divides)
            return f"Product {'without division' if not any(divides) else 'dividing last' if last else 'dividing before it multiplies'}"
        case typed.Compare():
            return f"Compare {expression.comparison}"
        case typed.Aggregate():
            return f"Aggregate {expression.kind} {'where' if expression.where else 'of all'}"
        case _:
            return kind


def _terms(whole: typed.Sum) -> str:
    kinds = [type(term.expression.type) for term in whole.terms]
    sign = "-" if any(term.is_subtracted for term in whole.terms) else "+"
    if DateType not in kinds:
        return f"of amounts {sign}" if not {DaysType, PeriodType} & set(kinds) else "of days or months"
    if kinds.count(DateType) == 2:
        return "date - date"
    return f"date {sign} {'months' if PeriodType in kinds else 'days'}"


def block_features(block: Block) -> Iterator[str]:
    """The constructs of a block that take part whenever it is evaluated."""
    kind = type(block).__name__
    yield f"{kind}{' in versions' if not block.in_force.is_always else ''}"
    match block:
        case Table():
            yield f"Table {block.policy}"
            cells = {_cell(cell) for row in block.rows for cell in row.cells}
            yield from sorted(cells)
            if any(not row.in_force.is_always for row in block.rows):
                yield "Table with dated rows"
        case Decision():
            yield f"Decision {block.policy} {'otherwise' if block.otherwise else 'without otherwise'}"
            if any(rule.yields_to for rule in block.rules):
                yield "Decision with an override"
            if any(not rule.in_force.is_always for rule in block.rules):
                yield "Decision with dated rules"
        case Definition():
            yield f"Definition {'when' if block.when else 'always'}"
        case Price():
            yield f"Price {block.mode} {'with flat amounts' if any(tier.flat for tier in block.tiers) else ''}".rstrip()
        case Discount():
            yield f"Discount of {type(block.give.type).__name__.removesuffix('Type')}{' with a cap' if block.at_most else ''}"
            if block.yields_to:
                yield "Discount that is overridden"
        case _:
            return


def _cell(cell: AnyCell | ValuesCell | IntervalsCell | ConditionCell) -> str:
    kind = type(cell).__name__
    return f"{kind} negated" if isinstance(cell, ValuesCell | IntervalsCell) and cell.is_negated else kind
