"""Checks across blocks: modules, names, overrides, groups of discounts, lookups in tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.language.checking.check_tables import askable
from engine.language.checking.declarations import Gathered
from engine.language.checking.dependencies import AnyRule, expressions_of
from engine.language.checking.precedence import Entered
from engine.language.checking.scope import RESERVED, Scope
from engine.language.ir import typed
from engine.language.ir.checked_rules import Answering, DomainFact, Grouping, Horizon
from engine.language.ir.checked_sales import Bundle, Discount, Price, Stacking
from engine.language.ir.checked_tables import Table
from engine.language.ir.walker import walk
from engine.language.syntax import blocks
from engine.language.syntax.block_head import Head
from engine.language.syntax.blocks import module_name
from engine.language.syntax.rule_problems import (
    NAME_TWICE,
    NO_GROUP,
    NO_STACKING,
    NOT_ASKABLE,
    OVERRIDES_NOTHING,
    RESERVED_WORD,
    TWO_RULES,
    UNKNOWN_GROUP,
    UNKNOWN_MODULE,
    UNKNOWN_OVERRIDE,
)
from engine.language.syntax.sales_blocks import DiscountBlock
from engine.phrases import phrase
from engine.problems import Problem, Span
from engine.text.nearest import suggestion


@dataclass
class Collected:
    """What the blocks checked so far provide."""

    gathered: Gathered
    problems: list[Problem] = field(default_factory=list)
    answers: dict[str, list[Entered[Answering]]] = field(default_factory=dict)
    prices: dict[str, list[Entered[Price]]] = field(default_factory=dict)
    bundles: dict[str, list[Entered[Bundle]]] = field(default_factory=dict)
    discounts: list[Entered[Discount]] = field(default_factory=list)
    stacking: list[Entered[Stacking]] = field(default_factory=list)
    tables: dict[str, list[Entered[Table]]] = field(default_factory=dict)
    needs: dict[str, set[str]] = field(default_factory=dict)
    places: dict[str, Span] = field(default_factory=dict)
    groupings: list[Grouping] = field(default_factory=list)
    horizons: list[Horizon] = field(default_factory=list)
    facts: list[DomainFact] = field(default_factory=list)
    gives: list[tuple[str, Head, frozenset[str]]] = field(default_factory=list)
    """For each block that may override or be overridden: its family, its head, and the names that it answers."""

    def add_problems(self, scope: Scope) -> None:
        """Adds the problems of a block."""
        self.problems += scope.problems

    def need(self, name: str, scope: Scope, where: Span) -> None:
        """Records that an answer depends on the names that its block uses."""
        self.needs.setdefault(name, set()).update(scope.depends)
        self.places.setdefault(name, where)


def without_copies(modules: tuple[blocks.Module, ...]) -> tuple[blocks.Module, ...]:
    """The modules without copied files: they name the module of another file, which is reported, and each block would stand twice."""
    owners = {module_name(module.path) for module in modules}
    return tuple(module for module in modules if module.name.name == module_name(module.path) or module.name.name not in owners)


def module_problems(gathered: Gathered) -> list[Problem]:
    """Reports unknown modules, and two files of one module."""
    names = {module.name.name for module in gathered.modules}
    known = names | gathered.vocabulary.modules
    problems = [
        UNKNOWN_MODULE.at(word.span, name=word.name, remedy=suggestion(word.name, known))
        for module in gathered.modules
        for word in module.uses
        if word.name not in known
    ]
    first: dict[str, blocks.Module] = {}
    for module in gathered.modules:
        other = first.setdefault(module.name.name, module)
        if other is not module:
            problems.append(
                NAME_TWICE.at(module.name.span, name=module.name.name, other=other.path, remedy=phrase("rename one of the files"))
            )
    return problems


def name_problems(gathered: Gathered) -> list[Problem]:
    """Reports blocks of different kinds with one name, and rules of one decision with one name."""
    problems = []
    first: dict[str, Head] = {}
    for placed in gathered.placed:
        head: Head | None = getattr(placed.block, "head", None)
        if head is None:
            continue
        if head.name.name in RESERVED:
            problems.append(RESERVED_WORD.at(head.name.span, name=head.name.name))
        other = first.setdefault(head.name.name, head)
        if other.kind != head.kind:
            place = f"{other.name.span.path}:{other.name.span.line}"
            remedy = phrase("the other is a {other}: give this {this} another name", other=other.kind, this=head.kind)
            problems.append(NAME_TWICE.at(head.name.span, name=head.name.name, other=place, remedy=remedy))
        if isinstance(placed.block, blocks.DecisionBlock):
            problems += _rule_names(placed.block)
    return problems


def _rule_names(block: blocks.DecisionBlock) -> list[Problem]:
    problems = []
    first: dict[str, Span] = {}
    for rule in block.rules:
        span = rule.head.name.span
        other = first.setdefault(rule.head.name.name, span)
        if other is not span:
            place = f"{other.path}:{other.line}"
            problems.append(NAME_TWICE.at(span, name=rule.head.name.name, other=place, remedy=phrase("give each rule its own name")))
    return problems


def override_problems(collected: Collected) -> list[Problem]:
    """Reports overrides of unknown blocks, or of blocks that answer nothing in common."""
    problems = []
    for family, head, given in collected.gives:
        for word in head.overrides if family != "stacking" else ():
            others = [
                (one, gives) for kind, one, gives in collected.gives if kind == family and one.name.name == word.name and one is not head
            ]
            if not others:
                names = [one.name.name for kind, one, _ in collected.gives if kind == family and one is not head]
                what = phrase("rule") if family == "answer" else family
                problems.append(UNKNOWN_OVERRIDE.at(word.span, kind=what, name=word.name, remedy=suggestion(word.name, names)))
            elif all(given.isdisjoint(gives) for _, gives in others):
                problems.append(OVERRIDES_NOTHING.at(word.span, name=head.name.name, other=word.name))
    return problems


def without_follow_ups(problems: Sequence[Problem]) -> list[Problem]:
    """The problems, each once; where a rule overrides a misspelt one, that two rules hold only follows from it."""
    misspelt = {problem.where.path: problem for problem in problems if problem.kind is UNKNOWN_OVERRIDE and problem.where}
    return [one for one in dict.fromkeys(problems) if one.kind is not TWO_RULES or one.where is None or one.where.path not in misspelt]


def group_problems(collected: Collected) -> list[Problem]:
    """Every discount must be in a group of every stacking block."""
    stacking = [one.rule for one in collected.stacking]
    if not stacking:
        broken = [placed.block for placed in collected.gathered.placed if isinstance(placed.block, blocks.BrokenBlock)]
        is_given = any(kind == "stacking" for kind, _, _ in collected.gives) or any(block.kind == "stacking" for block in broken)
        several = {one.name: one.span for one in reversed(collected.discounts)}
        for placed in reversed(collected.gathered.placed):  # also those with mistakes of their own
            if isinstance(placed.block, DiscountBlock):
                several[placed.block.head.name.name] = placed.block.head.name.span
        spans = sorted(several.values())
        return [NO_STACKING.at(spans[1])] if len(spans) > 1 and not is_given else []
    written = {
        placed.block.span: placed.block.group.span
        for placed in collected.gathered.placed
        if isinstance(placed.block, DiscountBlock) and placed.block.group is not None
    }
    problems = []
    for one in collected.discounts:
        for groups in ([name for name, _ in block.groups] for block in stacking):
            if one.rule.group is None:
                problems.append(NO_GROUP.at(one.span, name=one.name, groups=", ".join(groups)))
            elif one.rule.group not in groups:
                where = written.get(one.rule.span, one.span)
                problems.append(UNKNOWN_GROUP.at(where, name=one.rule.group, remedy=suggestion(one.rule.group, groups)))
    return problems


def lookup_problems(collected: Collected) -> list[Problem]:
    """Reports tables used in lookups whose condition cells mention other names."""
    entered: Sequence[Entered[AnyRule]] = [
        *(one for several in collected.answers.values() for one in several),
        *(one for several in collected.prices.values() for one in several),
        *(one for several in collected.bundles.values() for one in several),
        *collected.discounts,
        *collected.stacking,
        *(one for several in collected.tables.values() for one in several),
    ]
    cells = {name: cell for name, several in collected.tables.items() for one in several if (cell := askable(one.rule)) is not None}
    if not cells:
        return []
    problems = []
    for one in entered:
        for expression in (part for whole in expressions_of(one.rule) for part in walk(whole)):
            if isinstance(expression, typed.Lookup) and expression.table in cells:
                where = cells[expression.table].span
                problems.append(NOT_ASKABLE.at(expression.span, name=expression.table, cell=f"{where.path}:{where.line}"))
    return problems
