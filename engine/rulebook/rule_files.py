"""The rule files of a rulebook: parsed, checked against its words, together with the conditions that stand in YAML fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from engine.language.checking.checker import check_expression, check_rules
from engine.language.ir.checked_rules import Answers, Checked, Definition, InForce, Layer
from engine.language.syntax.blocks import BrokenBlock, BundleBlock, DecisionBlock, DefineBlock, Module, PriceBlock, TableBlock
from engine.language.syntax.parser import parse_expression, parse_rules
from engine.language.types.value_types import BOOL
from engine.language.types.vocabulary import Vocabulary
from engine.problems import Problem
from engine.rulebook.catalog import Product
from engine.rulebook.plans import BillingProcess
from engine.rulebook.rule_vocabulary import file_tables
from engine.rulebook.rules import applicability, availability
from engine.rulebook.yaml_entries import Gathered
from engine.text.sources import Sources
from engine.text.yaml_fields import Expression

PAYMENT_PLAN: Final = "item.payment-plan"


@dataclass(frozen=True, slots=True)
class Ruling:
    """The rules of a rulebook as they were written and as they were checked; with problems nothing of it may be evaluated."""

    modules: tuple[Module, ...]
    checked: Checked
    problems: tuple[Problem, ...]

    def priced_products(self, products: Iterable[str]) -> frozenset[str]:
        """The products that have a `price` or `bundle` block; where one of those blocks cannot be read, whatever its file names counts."""
        priced = {
            product.name
            for module in self.modules
            for block in module.blocks
            if isinstance(block, PriceBlock | BundleBlock)
            for product in block.products
        }
        for module in self.modules:
            if any(isinstance(block, BrokenBlock) and block.kind in ("price", "bundle") for block in module.blocks):
                priced |= {product for product in products if product in module.text}
        return frozenset(priced)

    def answers(self, target: str) -> bool:
        """Whether some rule is written for a target."""
        return any(target in _answered(module) for module in self.modules)


ParseRules = Callable[[str, str], tuple[Module, tuple[Problem, ...]]]
"""How the text of a rule file becomes a module."""


def read_rules(gathered: Gathered, vocabulary: Vocabulary, parse: ParseRules = parse_rules) -> Ruling:
    """The rules of all rule files of a rulebook and the conditions in its YAML, and every problem in them."""
    modules, problems = [], list[Problem]()
    for path, text in _rule_files(gathered.sources):
        module, found = parse(path, text)
        modules.append(module)
        problems += found
    checked, found = check_rules(modules, vocabulary, file_tables(gathered))
    conditions = [*_conditions(gathered)]
    answers = dict(checked.answers)
    for name, expression in conditions:
        definition, wrong = _condition(name, expression, vocabulary, checked)
        problems += wrong
        if definition is not None:
            answers[name] = Answers(name, BOOL, (Layer(name, (definition,)),))
    return Ruling(tuple(modules), replace(checked, answers=answers), (*problems, *found))


def _conditions(gathered: Gathered) -> Iterator[tuple[str, Expression]]:
    """The conditions that stand in YAML fields, by the name under which they are answered."""
    for code, product in gathered.of("products", Product).items():
        if product.written.available_when is not None:
            yield availability(code), product.written.available_when
    for name, process in gathered.of("billing-processes", BillingProcess).items():
        if process.written.applies_when is not None:
            yield applicability(name), process.written.applies_when


def _condition(
    name: str, expression: Expression, vocabulary: Vocabulary, checked: Checked
) -> tuple[Definition | None, tuple[Problem, ...]]:
    node, problems = parse_expression(expression.text, expression.span)
    if node is None:
        return None, problems
    made, wrong = check_expression(node, vocabulary, BOOL, rules=checked)
    if made is None:
        return None, (*problems, *wrong)
    module = expression.span.path.rpartition(".")[0].replace("/", ".")
    always = InForce(None, None, None)
    return Definition(name, None, module, always, None, made, None, expression.span), (*problems, *wrong)


def _rule_files(sources: Sources) -> Iterator[tuple[str, str]]:
    for path in sorted(sources):
        if path.endswith(".rules"):
            yield path, sources[path]


def _answered(module: Module) -> frozenset[str]:
    """The names for which a module has rules."""
    names: set[str] = set()
    for block in module.blocks:
        match block:
            case TableBlock():
                names |= {column.name.name for column in block.results}
            case DefineBlock() | DecisionBlock():
                names.add(block.head.name.name)
            case BrokenBlock():
                names |= set(block.names)
            case _:
                pass
    return frozenset(names)
