"""Checks all rule files of a rulebook together: from the AST to checked rules, or every problem in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

from engine.language.checking.answer_scope import CheckedNames
from engine.language.checking.check_answers import (
    check_decision,
    check_define,
    check_fact,
    check_grouping,
    check_horizon,
    check_increment,
    check_range,
)
from engine.language.checking.check_expressions import condition, expect, infer
from engine.language.checking.check_sales import check_bundle, check_discount, check_price, check_stacking
from engine.language.checking.check_tables import check_table
from engine.language.checking.cross_checks import (
    Collected,
    group_problems,
    lookup_problems,
    module_problems,
    name_problems,
    override_problems,
    without_copies,
    without_follow_ups,
)
from engine.language.checking.declarations import Gathered, answers_names, is_of_discounts
from engine.language.checking.dependencies import cost_of, in_order, long_chains
from engine.language.checking.file_rows import FileRow
from engine.language.checking.lost_blocks import lost
from engine.language.checking.precedence import Entered, layers_of
from engine.language.checking.scope import Scope
from engine.language.ir import typed
from engine.language.ir.checked_rules import Answers, Checked, Cost, Decision, Definition, Grouping, Horizon, Layer
from engine.language.ir.checked_sales import Bundle, Discount, Price, Stacking
from engine.language.ir.checked_tables import Table
from engine.language.ir.in_force import InForce
from engine.language.syntax import blocks, nodes
from engine.language.syntax.block_head import Head
from engine.language.syntax.rule_problems import CIRCLE, ONLY_ONE
from engine.language.syntax.sales_blocks import BundleBlock, DiscountBlock, PriceBlock, StackingBlock
from engine.language.syntax.table_blocks import TableBlock
from engine.language.types.value_types import BOOL, Type
from engine.language.types.vocabulary import Vocabulary
from engine.phrases import phrase
from engine.problems import Problem, Span

Single = TypeVar("Single", Grouping, Horizon)


class _HasDays(Protocol):
    """Something with a validity."""

    @property
    def in_force(self) -> InForce:
        """Its validity."""


Dated = TypeVar("Dated", bound=_HasDays)


def check_rules(
    modules: Iterable[blocks.Module], vocabulary: Vocabulary, files: Mapping[str, tuple[FileRow, ...]] | None = None
) -> tuple[Checked, tuple[Problem, ...]]:
    """The checked rules of all modules, and all problems. Rules with problems must not be evaluated."""
    gathered = Gathered(without_copies(tuple(modules)), vocabulary, files or {})
    collected = Collected(gathered)
    for placed in gathered.placed:
        _check_block(placed.module, placed.block, collected)
    collected.problems += module_problems(gathered)
    collected.problems += name_problems(gathered)
    collected.problems += override_problems(collected)
    checked = _put_together(collected)
    problems = sorted(without_follow_ups(collected.problems), key=lambda problem: (problem.where or Span("", 0, 0, 0, 0), problem.code))
    is_whole = not any(problem.stops for problem in problems) and not _rests_on_an_empty_file(gathered)
    if is_whole and (missing := lost(gathered.modules, checked)):
        rings = tuple(_self_referring(gathered, frozenset(missing)))
        if not rings:
            raise RuntimeError(f"lost without a word in checking: {missing[0]}")
        return checked, rings
    return checked, tuple(problems)


def _self_referring(gathered: Gathered, lost_at: frozenset[Span]) -> Iterator[Problem]:
    """Tables whose result types depend on themselves, directly or in a cycle, and so cannot be inferred."""
    for placed in gathered.placed:
        if isinstance(placed.block, TableBlock) and placed.block.span in lost_at:
            name = placed.block.head.name
            yield CIRCLE.at(name.span, name=name.name, path=f"{name.name} → … → {name.name}")


def _rests_on_an_empty_file(gathered: Gathered) -> bool:
    """Whether a table takes its rows from a file without rows: the reader of the file reported why."""
    tables = [(placed.module, placed.block) for placed in gathered.placed if isinstance(placed.block, TableBlock)]
    files = [gathered.file_of(module, block) for module, block in tables if block.file is not None]
    return any(not file for file in files)


def check_expression(
    node: nodes.Expression,
    vocabulary: Vocabulary,
    expected: Type | None = None,
    *,
    rules: Checked | None = None,
    dated_by: str | None = None,
) -> tuple[typed.Expression | None, tuple[Problem, ...]]:
    """Checks an expression of a YAML field or a filter; `rules` adds the names of their answers. Without a type any type is accepted."""
    rulings = CheckedNames(rules) if rules is not None else Gathered((), vocabulary, {})
    scope = Scope(vocabulary, rulings, dated_by=dated_by)
    if expected is None:
        return infer(node, scope), tuple(scope.problems)
    made = condition(node, scope) if expected == BOOL else expect(node, expected, scope)
    return made, tuple(scope.problems)


def _check_block(module: blocks.Module, block: blocks.Block, collected: Collected) -> None:  # noqa: C901 - one case for each kind of block
    match block:
        case TableBlock():
            _enter_table(module, block, collected)
        case blocks.DefineBlock() if collected.gathered.range_of(block.head.name.name):
            collected.add_problems(check_range(module, block, collected.gathered))
        case blocks.DefineBlock():
            _enter_answer(module, block, check_define(module, block, collected.gathered), collected)
        case blocks.DecisionBlock():
            _enter_answer(module, block, check_decision(module, block, collected.gathered), collected)
        case blocks.IncrementBlock():
            _enter_increment(module, block, collected)
        case PriceBlock() | BundleBlock() | DiscountBlock() | StackingBlock():
            _enter_sale(module, block, collected)
        case blocks.GroupingBlock():
            grouping, scope = check_grouping(module, block, collected.gathered)
            collected.add_problems(scope)
            _only_one("grouping", collected.groupings, grouping, collected)
        case blocks.FactBlock():
            fact, scope = check_fact(module, block, collected.gathered)
            collected.add_problems(scope)
            collected.facts += [fact] if fact is not None else []
        case blocks.HorizonBlock():
            horizon, scope = check_horizon(module, block, collected.gathered)
            collected.add_problems(scope)
            if horizon is not None:
                _only_one("answers", collected.horizons, horizon, collected)
        case blocks.BrokenBlock(rest=rest) if rest is not None:
            _look_through(module, rest, collected)
        case blocks.BrokenBlock():
            pass


def _look_through(module: blocks.Module, rest: blocks.Block, collected: Collected) -> None:
    """Reports the problems in the readable lines of a block with syntax errors, and drops the result."""
    apart = Collected(collected.gathered)
    _check_block(module, rest, apart)
    collected.problems += [problem for problem in apart.problems if problem.code not in _OF_WHOLE_BLOCKS]


_OF_WHOLE_BLOCKS = frozenset(
    "undated missing-clause missing-result no-rows no-beyond no-otherwise no-result-column product-unit other-units column-count "
    "tier-columns unknown-override price-or-tiers ladder-columns beyond-early all-matches".split()
)
"""Problems that need all lines of a block to be readable."""


def _only_one(kind: str, several: list[Single], one: Single, collected: Collected) -> None:
    if several:
        first = several[0].span
        collected.problems.append(ONLY_ONE.at(one.span, kind=kind, other=f"{first.path}:{first.line}"))
    several.append(one)


def _entered(head: Head, rule: Dated) -> Entered[Dated]:
    return Entered(head.name.name, tuple(word.name for word in head.overrides), rule.in_force, rule, head.name.span)


def _enter_table(module: blocks.Module, block: TableBlock, collected: Collected) -> None:
    made = check_table(module, block, collected.gathered)
    collected.add_problems(made.scope)
    for discount in made.discounts:
        collected.discounts.append(Entered(discount.name, (), discount.in_force, discount, discount.span))
    if is_of_discounts(block):
        return
    name = block.head.name.name
    by_arguments = replace(made.scope, depends=set(made.cell_depends))
    collected.need(f"table:{name}", by_arguments, block.head.name.span)
    outputs = made.outputs
    collected.gives.append(("answer", block.head, frozenset(outputs)))
    if answers_names(block):
        for output in outputs:
            collected.need(output, made.scope, block.head.name.span)
    if made.table is None:
        return
    collected.tables.setdefault(name, []).append(_entered(block.head, made.table))
    if answers_names(block):
        for answer in made.table.outputs:
            collected.answers.setdefault(answer.answers, []).append(_entered(block.head, made.table))


def _enter_answer(
    _module: blocks.Module,
    block: blocks.DefineBlock | blocks.DecisionBlock,
    made: tuple[Definition | Decision | None, Scope],
    collected: Collected,
) -> None:
    rule, scope = made
    collected.add_problems(scope)
    name = block.head.name.name
    collected.need(name, scope, block.head.name.span)
    collected.gives.append(("answer", block.head, frozenset((name,))))
    if rule is not None:
        collected.answers.setdefault(name, []).append(_entered(block.head, rule))


def _enter_increment(module: blocks.Module, block: blocks.IncrementBlock, collected: Collected) -> None:
    rules, scope = check_increment(module, block, collected.gathered)
    collected.add_problems(scope)
    collected.gives.append(("answer", block.head, frozenset(rule.name for rule in rules)))
    for rule in rules:
        collected.need(rule.name, scope, rule.span)
        collected.answers.setdefault(rule.name, []).append(_entered(block.head, rule))


def _enter_sale(
    module: blocks.Module,
    block: PriceBlock | BundleBlock | DiscountBlock | StackingBlock,
    collected: Collected,
) -> None:
    gathered = collected.gathered
    match block:
        case PriceBlock():
            price, scope = check_price(module, block, gathered)
            given = [word.name for word in block.products]
            for product in price.products if price else ():
                collected.prices.setdefault(product, []).extend(_entered(block.head, one) for one in (price,) if one)
        case BundleBlock():
            bundle, scope = check_bundle(module, block, gathered)
            given = [word.name for word in (block.products or (block.head.name,))]
            for product in bundle.products if bundle else ():
                collected.bundles.setdefault(product, []).extend(_entered(block.head, one) for one in (bundle,) if one)
        case DiscountBlock():
            discount, scope = check_discount(module, block, gathered)
            given = ["a discount"]
            collected.discounts += [_entered(block.head, discount)] if discount else []
        case StackingBlock():
            stacking, scope = check_stacking(module, block, gathered)
            given = ["stacking"]
            collected.stacking += [_entered(block.head, stacking)] if stacking else []
    collected.add_problems(scope)
    collected.gives.append((block.head.kind, block.head, frozenset(given)))


def _put_together(collected: Collected) -> Checked:
    problems = collected.problems
    order = in_order(collected.needs, collected.places, problems)
    answers = {}
    for name in order:
        entered = collected.answers.get(name)
        kind = collected.gathered.type_of(name)
        if entered and kind is not None:
            answers[name] = Answers(name, kind, layers_of(f"`{name}`", entered, problems))
    prices = {
        product: layers_of(phrase("a price for `{product}`", product=product), entered, problems)
        for product, entered in collected.prices.items()
    }
    bundles = {
        product: layers_of(phrase("the bundle `{product}`", product=product), entered, problems)
        for product, entered in collected.bundles.items()
    }
    stacking = layers_of(phrase("the stacking of discounts"), collected.stacking, problems)
    discounts = _discounts(collected)
    tables = {name: layers_of(f"`{name}`", entered, [])[0] for name, entered in collected.tables.items()}
    problems += long_chains(collected.needs, order, collected.places)
    problems += group_problems(collected)
    problems += lookup_problems(collected)
    cost = cost_of(answers, {name: layer.versions for name, layer in tables.items()}, order, collected.places, problems)
    return _checked(collected, answers, tables, prices, discounts, stacking, bundles, cost)


def _checked(
    collected: Collected,
    answers: dict[str, Answers],
    tables: dict[str, Layer[Table]],
    prices: dict[str, tuple[Layer[Price], ...]],
    discounts: tuple[Layer[Discount], ...],
    stacking: tuple[Layer[Stacking], ...],
    bundles: dict[str, tuple[Layer[Bundle], ...]],
    cost: Cost,
) -> Checked:
    vocabulary = collected.gathered.vocabulary
    return Checked(
        currency=vocabulary.currency.code,
        exponent=vocabulary.currency.exponent,
        answers=answers,
        tables=tables,
        prices=prices,
        discounts=discounts,
        stacking=stacking,
        bundles=bundles,
        grouping=collected.groupings[0] if collected.groupings else None,
        horizon=collected.horizons[0] if collected.horizons else None,
        domain_facts=tuple(collected.facts),
        cost=cost,
        texts={module.path: module.text for module in collected.gathered.modules},
    )


def _discounts(collected: Collected) -> tuple[Layer[Discount], ...]:
    """The discounts in source order, each with those that override it."""
    yields: dict[str, list[str]] = {}
    for one in collected.discounts:
        for name in one.overrides:
            yields.setdefault(name, []).append(one.name)
    by_name: dict[str, list[Entered[Discount]]] = {}
    for one in collected.discounts:
        by_name.setdefault(one.name, []).append(one)
    layers = []
    for name, versions in by_name.items():
        alone = [Entered(one.name, (), one.in_force, one.rule, one.span) for one in versions]
        layer = layers_of(phrase("the discount `{name}`", name=name), alone, collected.problems)[0]
        away = tuple(dict.fromkeys(yields.get(name, ())))
        layers.append(Layer(name, tuple(replace(rule, yields_to=away) for rule in layer.versions)))
    return tuple(layers)
