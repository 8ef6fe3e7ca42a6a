"""What texts of rules come to: checked together, with every problem in them; what analysts' tools ask of them is a method here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.language.checking.checker import check_rules
from engine.language.checking.field_conditions import with_conditions
from engine.language.checking.file_rows import FileRow
from engine.language.checking.misspelt_names import misspelt_names
from engine.language.codegen.compiler import compile_rules
from engine.language.ir.answers import Rules
from engine.language.ir.checked_rules import Checked, Cost
from engine.language.ir.normal_form import normal_form
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


@dataclass(frozen=True, slots=True)
class Parsed:
    """One rule file as nodes, with its problems of syntax."""

    text: str
    module: Module
    problems: tuple[Problem, ...]


@dataclass(frozen=True, eq=False)
class CheckedRules:
    """The rules of some texts, checked. With problems that stop, nothing of them may be compiled."""

    vocabulary: Vocabulary
    parsed: tuple[Parsed, ...]
    tree: Checked
    """What the passes of the compiler read; nothing outside looks into it."""
    problems: tuple[Problem, ...]
    unanswered: frozenset[str] = field(default_factory=frozenset)
    """The targets of the vocabulary for which nothing is written, not even in a misspelt or unreadable block."""

    def compile(self) -> Rules:
        """The rules as functions that answer quickly."""
        return compile_rules(self.tree)

    def normal_form(self) -> object:
        """What the rules mean, as JSON, in words that no renaming changes: what fingerprints are made of."""
        return normal_form(self.tree)

    def same_as(self, other: CheckedRules) -> bool:
        """Whether rules mean the same and stand at the same places, so that what was compiled of one serves the other."""
        return self.tree.answers == other.tree.answers and self.tree == other.tree

    # --- What is written for what. ---

    @property
    def answer_names(self) -> KeysView[str]:
        """The names that rules answer: targets, `table-name.column`, defined names, conditions of YAML fields."""
        return self.tree.answers.keys()

    def may_answer(self, target: str) -> bool:
        """Whether something is written for a target of the vocabulary, readable or not."""
        return target not in self.unanswered

    def sold(self, products: Iterable[str]) -> frozenset[str]:
        """The products that have a `price` or `bundle` block; where one of those blocks cannot be read, whatever its file names counts."""
        modules = [one.module for one in self.parsed]
        sellers = (block for module in modules for block in module.blocks if isinstance(block, PriceBlock | BundleBlock))
        products_sold = {product.name for block in sellers for product in block.products}
        for module in modules:
            if any(isinstance(block, BrokenBlock) and block.kind in ("price", "bundle") for block in module.blocks):
                products_sold |= {product for product in products if product in module.text}
        return frozenset(products_sold)

    def first_line(self, folder: str) -> Span | None:
        """Where the first rule file of a folder names its module; None where the folder has no rule file."""
        return next((one.module.name.span for one in self.parsed if one.module.path.startswith(f"{folder}/")), None)

    def written_tables(self) -> Iterator[WrittenTable]:
        """The tables of all rule files as they are written, cell by cell."""
        return (table for one in self.parsed for table in written_tables(one.module, one.text))

    @property
    def cost(self) -> Cost:
        """The most that one question can take."""
        return self.tree.cost

    # --- Proofs, which load when they are first asked for. ---

    def prove(self, cases: Cases, *, held: tuple[str, str] | None = None) -> Proofs:
        """Proves the rules over some cases.

        `held` is a name and the path of a file with rows: where the file lacks a row that the name needs, its line is held back, which is
        an answer and no gap.
        """
        from engine.language.proving.file_lookups import lookups_for
        from engine.language.proving.prover import prove

        is_held = lookups_for(self.tree, *held) if held is not None else lambda _block, _table: False
        return prove(self.tree, self._domain(cases), is_held)

    def rows_missing(self, cases: Cases, name: str, path: str) -> tuple[Problem, int] | None:
        """The first case in which a file has no row for what a name needs, and how many others there are; None without any."""
        from engine.language.proving.file_lookups import rows_missing

        return rows_missing(self.tree, self._domain(cases), name, path)

    def unmet_conditions(self, cases: Cases, conditions: Mapping[str, tuple[str, str]]) -> tuple[Problem, ...]:
        """Advice on each condition of a YAML field that no case meets; by name, each with its sort and how it is called."""
        from engine.language.proving.unmet_conditions import unmet_conditions

        return tuple(unmet_conditions(self.tree, self._domain(cases), conditions))

    def _domain(self, cases: Cases) -> Domain:
        from engine.language.proving.domain import domain_of

        return domain_of(self.tree, fixed=cases.fixed, products=cases.products, horizon=cases.horizon)

    # --- Why rules did not take part, and what scenarios reach. ---

    def why_absent(
        self, name: str, questions: Sequence[Question], reasons: Sequence[Reason], discounts: Collection[str]
    ) -> tuple[Reason, ...]:
        """Why the rules of a name did not take part in an amount, by the questions that were asked while it was worked out; the reasons
        and the discounts are those that it has. Nothing where there is no such rule."""
        from engine.language.tracing.absent_rules import Line, why_absent

        return tuple(why_absent(name, self.tree, Line(questions, reasons, discounts)))

    def rule_names(self) -> tuple[str, ...]:
        """The names of rules, discounts, tables and answers, each once."""
        from engine.language.tracing.absent_rules import rule_names

        return tuple(dict.fromkeys(rule_names(self.tree)))

    def coverage(
        self, rules: Rules, questions: Sequence[Question], places: Collection[str]
    ) -> Iterator[tuple[Span, str, Phrase, Phrase | None]]:
        """Every piece of the rules that a question can reach: where it stands, of which sort, what it is, and why nothing reaches it.

        `rules` are these rules compiled; each question comes with who asked it and which places decided it; `places` are all places that
        answers named as reasons.
        """
        from engine.language.testing.rule_coverage import covered

        return covered(self.tree, rules, questions, places)

    # --- The same rules written otherwise. ---

    def mutants(self) -> Iterator[Mutant]:
        """The texts of the rules with one thing written otherwise each, as a slip of the pen would write it."""
        from engine.language.testing.rule_mutants import mutants_of_module

        for one in self.parsed:
            yield from mutants_of_module(one.module, self.tree, self.vocabulary)

    def edits_since(self, before: CheckedRules) -> Iterator[ChangedRule]:
        """The rules that mean something else than before, line by line as they are written."""
        from engine.language.testing.rule_edits import edited_rules

        return edited_rules(before.tree, self.tree)

    def changed_cases(
        self, before: CheckedRules, *, cases: tuple[Cases, Cases], rules: tuple[Rules, Rules]
    ) -> tuple[tuple[ChangedCase, ...], tuple[tuple[str, str], ...]]:
        """Every region of cases that is answered otherwise than before, and the names that stay undecided, with the reason.

        The cases and the compiled rules are those of before and of now.
        """
        from engine.language.testing.changed_cases import Version, changed_cases

        trees = (before.tree, self.tree)
        earlier, later = (Version(tree, own, about) for tree, own, about in zip(trees, rules, cases, strict=True))
        return changed_cases(earlier, later)

    # --- Values in the words of the language. ---

    def literal(self, name: str, node: Node) -> tuple[Plain | None, tuple[Problem, ...]]:
        """The plain value that a text of a YAML file writes out for an input or an answer, or what is wrong with it."""
        from engine.language.checking.literal_values import literal_of

        return literal_of(name, node, self._type_of(name), self.vocabulary)

    def fact_words(self, name: str, plain: Plain) -> str:
        """A plain value of a name as an analyst writes it: `12.5%`."""
        return plain_in_words(plain, self._type_of(name))

    def answer_words(self, name: str, value: Plain | Fraction) -> str:
        """What rules answered for a name, as an analyst writes it; an amount that is not rounded yet as it is."""
        kind = self._type_of(name)
        return in_words(value, AmountType(kind.currency) if isinstance(kind, AmountType) else kind)

    def as_answer(self, name: str, plain: Plain) -> Plain | Fraction:
        """A plain value of a name as rules answer it: numbers and percentages as exact fractions."""
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
    """The rules of all `.rules` texts, checked together, with every problem in them.

    `files` holds the rows of tables that name a file, by its path; `conditions` those of YAML fields, by the name that each answers.
    `earlier` spares parsing the texts that it holds as well.
    """
    known = {one.module.path: one for one in earlier.parsed} if earlier is not None else {}
    parsed = tuple(_parsed(path, sources[path], known.get(path)) for path in sorted(sources) if path.endswith(".rules"))
    modules = [one.module for one in parsed]
    checked, problems = check_rules(modules, vocabulary, files)
    tree, more = with_conditions(checked, conditions or {}, vocabulary)
    misspelt, unanswered = misspelt_names(modules, vocabulary)
    of_syntax = (problem for one in parsed for problem in one.problems)
    return CheckedRules(vocabulary, parsed, tree, (*of_syntax, *more, *problems, *misspelt), unanswered)


def _parsed(path: str, text: str, known: Parsed | None) -> Parsed:
    return known if known is not None and known.text == text else Parsed(text, *parse_rules(path, text))
