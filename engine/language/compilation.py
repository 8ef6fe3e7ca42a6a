"""The checked rules of some texts, and all problems in them; the tools for analysts are its methods."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.language.checking.checker import check_rules
from engine.language.checking.field_conditions import with_conditions
from engine.language.checking.file_rows import FileRow
from engine.language.checking.known_facts import fact_problems
from engine.language.checking.misspelt_names import misspelt_names
from engine.language.checking.number_sizes import digit_problems
from engine.language.codegen.compiler import compile_rules
from engine.language.ir.answers import Rules
from engine.language.ir.checked_rules import Checked, Cost, Decision
from engine.language.ir.checked_tables import Table
from engine.language.ir.normal_form import normal_form
from engine.language.ir.typed import Constant as ConstantCost
from engine.language.ir.typed import Expression as Condition
from engine.language.ir.written_results import results_written
from engine.language.proving.cases import Cases, Proofs
from engine.language.syntax.blocks import BrokenBlock, Module
from engine.language.syntax.parser import parse_rules
from engine.language.syntax.sales_blocks import BundleBlock, PriceBlock
from engine.language.syntax.written_tables import WrittenTable, written_tables
from engine.language.tracing.recorded_rules import Question
from engine.language.types.value_text import in_words, natural, plain_in_words
from engine.language.types.value_types import AmountType, Plain, Type
from engine.language.types.vocabulary import Vocabulary
from engine.phrases import Phrase
from engine.problems import Problem, Span
from engine.reasons import Reason
from engine.text.sources import Sources
from engine.text.yaml_fields import Expression
from engine.text.yaml_tree import Node

if TYPE_CHECKING:
    from engine.language.proving.domain import Domain
    from engine.language.testing.changed_cases import ChangedCase
    from engine.language.testing.rule_edits import ChangedRule
    from engine.text.mutants import Mutant


Wanted = Mapping[str, tuple[Collection[Plain], bool]]
"""By name the values of an answer or fact, and whether it must be one of them or none; no values: a fact that is not known."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The AST of one rule file, with its syntax errors."""

    text: str
    module: Module
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Sale:
    """A `price` or `bundle` block of a product: its days, both included, and the parts of a bundle whose list prices it needs."""

    start: date | None
    until: date | None
    parts: tuple[tuple[str, Span], ...]
    when: Condition | None = None
    """The condition under which it counts."""


@dataclass(frozen=True, eq=False)
class CheckedRules:
    """The checked rules of some texts. Rules with problems must not be compiled."""

    vocabulary: Vocabulary
    parsed: tuple[Parsed, ...]
    tree: Checked
    """The checked tree, private to this package."""
    problems: tuple[Problem, ...]
    unanswered: frozenset[str] = field(default_factory=frozenset)
    """The targets of the vocabulary for which no block exists, not even a misspelt or unreadable one."""

    def compile(self) -> Rules:
        """The rules compiled to functions."""
        return compile_rules(self.tree)

    def normal_form(self) -> object:
        """The meaning of the rules as JSON, in words that no renaming changes: the input of fingerprints."""
        return normal_form(self.tree)

    def same_as(self, other: CheckedRules) -> bool:
        """Whether the rules have the same meaning at the same positions, so that the compiled rules of one serve the other."""
        return self.tree.answers == other.tree.answers and self.tree == other.tree

    # --- Names that the rules declare. ---

    @property
    def answer_names(self) -> KeysView[str]:
        """The names that rules answer: targets, `table-name.column`, defined names, conditions of YAML fields."""
        return self.tree.answers.keys()

    def may_answer(self, target: str) -> bool:
        """Whether a block exists for a target of the vocabulary, readable or not."""
        return target not in self.unanswered

    def ladder(self, name: str) -> tuple[str, ...]:
        """The results of what `highest of` decides, the lowest first, as its last version has them; none where it is no such decision."""
        answers = self.tree.answers.get(name)
        versions = [one for layer in answers.layers for one in layer.versions] if answers is not None else []
        return next((one.ladder for one in reversed(versions) if isinstance(one, Decision | Table) and one.ladder), ())

    def sold(self, products: Iterable[str]) -> frozenset[str]:
        """The products with a `price` or `bundle` block; of an unreadable block, every product that its file names."""
        modules = [one.module for one in self.parsed]
        sellers = (block for module in modules for block in module.blocks if isinstance(block, PriceBlock | BundleBlock))
        products_sold = {product.name for block in sellers for product in block.products or (block.head.name,)}
        for module in modules:
            if any(isinstance(block, BrokenBlock) and block.kind in ("price", "bundle") for block in module.blocks):
                products_sold |= {product for product in products if product in module.text}
        return frozenset(products_sold)

    def sales(self, product: str) -> tuple[Sale, ...]:
        """The days on which blocks price a product, each with its condition; a bundle with the parts whose list prices it needs."""
        prices = [price for layer in self.tree.prices.get(product, ()) for price in layer.versions]
        sales = [Sale(price.in_force.start, price.in_force.until, (), price.when) for price in prices]
        for bundle in (bundle for layer in self.tree.bundles.get(product, ()) for bundle in layer.versions):
            weighed = bundle.parts if bundle.allocate == "in proportion to list price" else ()
            parts = tuple((part.product, part.span) for part in weighed)
            sales.append(Sale(bundle.in_force.start, bundle.in_force.until, parts, bundle.when))
        return tuple(sales)

    def bundled(self, product: str) -> Iterator[tuple[str, Span, date | None]]:
        """The parts of each bundle that sells a product, with the last day of that bundle."""
        for bundle in (bundle for layer in self.tree.bundles.get(product, ()) for bundle in layer.versions):
            yield from ((part.product, part.span, bundle.in_force.until) for part in bundle.parts)

    def first_line(self, folder: str) -> Span | None:
        """The position of the module name in the first rule file of a folder; None without rule files."""
        return next((one.module.name.span for one in self.parsed if one.module.path.startswith(f"{folder}/")), None)

    def written_tables(self) -> Iterator[WrittenTable]:
        """The tables of all rule files as source text, cell by cell."""
        return (table for one in self.parsed for table in written_tables(one.module, one.text))

    @property
    def cost(self) -> Cost:
        """The largest cost of one evaluation."""
        return self.tree.cost

    # --- Proofs, loaded on first use. ---

    def prove(self, cases: Cases, *, held: tuple[str, str] | None = None) -> Proofs:
        """Proves the rules over some cases.

        `held` is a name and the path of a file with rows: where the file lacks a row that the name needs, its line is held back, which is
        an answer and no gap.
        """
        from engine.language.proving.file_lookups import lookups_for
        from engine.language.proving.prover import prove

        is_held = lookups_for(self.tree, *held) if held is not None else lambda _block, _table: False
        return prove(self.tree, self._domain(cases), is_held, cases.missing)

    def rows_missing(self, cases: Cases, name: str, path: str) -> tuple[Problem, int] | None:
        """The first case in which a file lacks a row that a name needs, and the number of others; None without any."""
        from engine.language.proving.file_lookups import rows_missing

        return rows_missing(self.tree, self._domain(cases), name, path)

    def unmet_conditions(self, cases: Cases, conditions: Mapping[str, tuple[str, str]]) -> tuple[Problem, ...]:
        """Advice on each condition of a YAML field that no case meets; by name, each with its kind and label."""
        from engine.language.proving.unmet_conditions import unmet_conditions

        return tuple(unmet_conditions(self.tree, self._domain(cases), conditions, cases.missing))

    def joint_cases(self, cases: Cases, questions: Sequence[Wanted]) -> list[tuple[str, Mapping[str, Plain | None]] | None]:
        """For each question a case, in words and with its answers, in which the names (answers or facts) have one of some values, or none
        of them (False). No values: a fact that is not known.
        """
        from engine.language.proving.joint_answers import joint_cases

        return joint_cases(self.tree, self._domain(cases), questions)

    def case_without(self, cases: Cases, question: Wanted, conditions: Sequence[Condition]) -> str | None:
        """A case in words, with the answers and facts of a question, in which none of some conditions holds; None without any."""
        from engine.language.proving.joint_answers import case_without

        return case_without(self.tree, self._domain(cases), question, conditions)

    def free_prices(self) -> Iterator[tuple[str, Span]]:
        """The products of `price` blocks in which everything costs 0, each with the position of its price."""
        for product, layers in self.tree.prices.items():
            for price in (price for layer in layers for price in layer.versions):
                costs = [cost for tier in price.tiers for cost in (tier.unit_price, tier.flat) if cost is not None]
                if all(isinstance(cost, ConstantCost) and cost.value == 0 for cost in costs):
                    yield product, costs[0].span

    def results_written(self, name: str) -> tuple[tuple[Plain, Span], ...]:
        """The constants that rules may give for a name, each with its position; empty for a name that nothing answers."""
        return tuple(results_written(self.tree, name)) if name in self.tree.answers else ()

    def _domain(self, cases: Cases) -> Domain:
        from engine.language.proving.domain import domain_of

        return domain_of(self.tree, fixed=cases.fixed, products=cases.products, horizon=cases.horizon, always=self.vocabulary.always_known)

    # --- Absent rules, and coverage by scenarios. ---

    def why_absent(
        self, name: str, questions: Sequence[Question], reasons: Sequence[Reason], discounts: Collection[str]
    ) -> tuple[Reason, ...]:
        """Why the rules of a name did not take part in an amount, from the recorded evaluations, its reasons and its discounts. Empty for
        an unknown name.
        """
        from engine.language.tracing.absent_rules import Line, why_absent

        return tuple(why_absent(name, self.tree, Line(questions, reasons, discounts)))

    def rule_names(self) -> tuple[str, ...]:
        """The names of rules, discounts, tables and answers, without repetition."""
        from engine.language.tracing.absent_rules import rule_names

        return tuple(dict.fromkeys(rule_names(self.tree)))

    def coverage(
        self, rules: Rules, questions: Sequence[Question], places: Collection[str]
    ) -> Iterator[tuple[Span, str, Phrase, Phrase | None]]:
        """The coverage of every piece of the rules: its position, its kind, what it is, and why nothing reaches it.

        `rules` are the compiled rules; each evaluation has the name of its scenario and the positions that decided it; `places` are all
        positions in the reasons of answers.
        """
        from engine.language.testing.rule_coverage import covered

        return covered(self.tree, rules, questions, places)

    # --- Mutants and comparison. ---

    def mutants(self) -> Iterator[Mutant]:
        """The texts of the rules, each with one mutation, as a typing mistake would make it."""
        from engine.language.testing.rule_mutants import mutants_of_module

        for one in self.parsed:
            yield from mutants_of_module(one.module, self.tree, self.vocabulary)

    def edits_since(self, before: CheckedRules) -> Iterator[ChangedRule]:
        """The rules with another meaning than before, as a diff of their lines."""
        from engine.language.testing.rule_edits import edited_rules

        return edited_rules(before.tree, self.tree)

    def changed_cases(
        self, before: CheckedRules, *, cases: tuple[Cases, Cases], rules: tuple[Rules, Rules]
    ) -> tuple[tuple[ChangedCase, ...], tuple[tuple[str, str], ...]]:
        """Every region of cases with another answer than before, and the undecided names, with the reason.

        The cases and the compiled rules are those of before and of now.
        """
        from engine.language.testing.changed_cases import Version, changed_cases

        trees = (before.tree, self.tree)
        earlier, later = (Version(tree, own, about) for tree, own, about in zip(trees, rules, cases, strict=True))
        return changed_cases(earlier, later)

    # --- Values in the syntax of the language. ---

    def literal(self, name: str, node: Node) -> tuple[Plain | None, tuple[Problem, ...]]:
        """The plain value of a YAML text for an input or an answer, or what is wrong with it."""
        from engine.language.checking.literal_values import literal_of

        return literal_of(name, node, self._type_of(name), self.vocabulary)

    def fact_words(self, name: str, plain: Plain) -> str:
        """A plain value of a name in the syntax of the language: `12.5%`."""
        return plain_in_words(plain, self._type_of(name))

    def answer_words(self, name: str, value: Plain | Fraction) -> str:
        """The answer for a name in the syntax of the language; an amount that is not rounded yet stays exact."""
        kind = self._type_of(name)
        return in_words(value, AmountType(kind.currency) if isinstance(kind, AmountType) else kind)

    def as_answer(self, name: str, plain: Plain) -> Plain | Fraction:
        """A plain value of a name as an answer: numbers and percentages as exact fractions."""
        return natural(plain, self._type_of(name))

    def _type_of(self, name: str) -> Type:
        answers = self.tree.answers.get(name)
        return answers.type if answers is not None else self.vocabulary.entries[name].type


def check(
    sources: Sources,
    vocabulary: Vocabulary,
    *,
    files: Mapping[str, tuple[FileRow, ...]] | None = None,
    conditions: Mapping[str, Expression] | None = None,
    earlier: CheckedRules | None = None,
) -> CheckedRules:
    """Checks the rules of all `.rules` texts together, and returns them with every problem.

    `files` holds the rows of tables that name a file, by its path; `conditions` those of YAML fields, by the names of their answers.
    Texts that are also in `earlier` are not parsed again.
    """
    parsed_before = {one.module.path: one for one in earlier.parsed} if earlier is not None else {}
    parsed = tuple(_parsed(path, sources[path], parsed_before.get(path)) for path in sorted(sources) if path.endswith(".rules"))
    modules = [one.module for one in parsed]
    checked, problems = check_rules(modules, vocabulary, files)
    tree, more = with_conditions(checked, conditions or {}, vocabulary)
    misspelt, unanswered = misspelt_names(modules, vocabulary)
    of_syntax = (problem for one in parsed for problem in one.problems)
    of_facts, of_sizes = fact_problems(tree, vocabulary), digit_problems(tree)
    return CheckedRules(vocabulary, parsed, tree, (*of_syntax, *more, *problems, *misspelt, *of_facts, *of_sizes), unanswered)


def _parsed(path: str, text: str, known: Parsed | None) -> Parsed:
    return known if known is not None and known.text == text else Parsed(text, *parse_rules(path, text))
