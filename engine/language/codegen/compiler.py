"""The code generator: checked rules become Python source over whole numbers, with filenames that lead a traceback to the rule file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import lcm
from typing import cast

from engine.language.codegen.compiled_rules import AnswerFunction, Block, CompiledRules, OfferFunction, Terms
from engine.language.codegen.exact_source import Exact
from engine.language.codegen.expression_source import ExpressionWriter
from engine.language.codegen.generated_module import GeneratedFunction, GeneratedModule, Lines
from engine.language.codegen.offer_source import condition_lines, offer_lines
from engine.language.codegen.rule_source import RuleSource, answer_lines, decision_results, guarded, layer_lines
from engine.language.codegen.source_template import Values
from engine.language.codegen.table_source import TableSource, column_answering, column_lines, column_variables, row_writer
from engine.language.ir.answers import Rules
from engine.language.ir.checked_rules import Answering, Answers, Checked, Decision, Definition, Layer
from engine.language.ir.checked_sales import Bundle, Discount, Price, Stacking
from engine.language.ir.checked_tables import Table
from engine.language.ir.fact_dependencies import footprint
from engine.language.ir.walker import all_blocks, places, results_mentioned, version_places
from engine.language.types.value_types import Plain
from engine.problems import Span

PARAMETERS = "facts, memo, trace"
"""The parameters of a generated function: facts, memoised answers, and the trace."""


def compile_rules(checked: Checked) -> Rules:
    """Compiles the rules of a rulebook to functions that answer and trace their steps."""
    return _Compiler(checked).rules()


class _Compiler:
    """Compiles each answer and each table of a rulebook on first use."""

    def __init__(self, checked: Checked) -> None:
        self._checked = checked
        self._module = GeneratedModule(checked, self._answer, self._table)
        self._answers: dict[str, GeneratedFunction] = {}
        self._tables: dict[tuple[str, int], GeneratedFunction] = {}

    def rules(self) -> CompiledRules:
        """The compiled rules."""
        checked = self._checked
        conditions = self._discount_conditions()
        return CompiledRules(
            checked,
            {name: self._answer_function(name) for name in checked.answers},
            {product: tuple(self._offer(layer) for layer in layers) for product, layers in checked.prices.items()},
            tuple(self._offer(layer, conditions) for layer in checked.discounts),
            tuple(self._offer(layer) for layer in checked.stacking),
            {product: tuple(self._offer(layer) for layer in layers) for product, layers in checked.bundles.items()},
        )

    def _answer_function(self, name: str) -> AnswerFunction:
        generated = self._answer(name)
        function = cast("Callable[..., Plain]", self._module.namespace[generated.name])
        return AnswerFunction(function, self._checked.answers[name].type, generated.denominator, footprint(self._checked, name))

    # --- Answers. ---

    def _answer(self, name: str) -> GeneratedFunction:
        if name not in self._answers:
            compiled = self._compile_answer(self._checked.answers[name])
            self._answers[name] = self._memoised(name, compiled) if name in self._shared else compiled
        return self._answers[name]

    @cached_property
    def _shared(self) -> frozenset[str]:
        """The names that rules mention more than once: they are memoised."""
        mentioned = Counter(name for block in all_blocks(self._checked) for name in results_mentioned(block))
        return frozenset(name for name, times in mentioned.items() if times > 1)

    def _memoised(self, name: str, compiled: GeneratedFunction) -> GeneratedFunction:
        """A function that returns the memoised answer, or calls another."""
        function = self._module.new_name(f"{name}_once")
        lines = [
            f"def {function}({PARAMETERS}):",
            f"    result = memo.get({name!r}, NOTHING)",
            f"    if result is NOTHING: result = memo[{name!r}] = {compiled.name}({PARAMETERS})",
            "    return result",
        ]
        self._module.run(self._checked.answers[name].layers[0].versions[0].span, lines)
        return GeneratedFunction(function, compiled.denominator)

    def _compile_answer(self, answers: Answers) -> GeneratedFunction:
        versions = [[(version, self._writer(version)) for version in layer.versions] for layer in answers.layers]
        results = (_results(version, answers.name, writer) for layer in versions for version, writer in layer)
        denominator = lcm(*(result.denominator for each in results for result in each))
        functions = []
        for layer in versions:
            is_last = layer is versions[-1]
            functions.append(
                [self._compile_version(version, RuleSource(writer, answers.name, denominator, is_last)) for version, writer in layer]
            )
        only = answers.layers[0].versions[0]
        if len(functions) == 1 and len(functions[0]) == 1 and only.in_force.is_always:
            return GeneratedFunction(functions[0][0], denominator)
        body = answer_lines(answers, functions, PARAMETERS, self._module)
        name = self._module.new_name(answers.name)
        self._define(name, PARAMETERS, body, (only.span, answers.name, version_places(answers.layers)))
        return GeneratedFunction(name, denominator)

    def _compile_version(self, block: Answering, source: RuleSource) -> str:
        """The function of one version of one block."""
        name, before = self._module.new_name(source.subject), list[str]()
        match block:
            case Definition():
                body = source.definition_lines(block)
            case Decision():
                body = source.decision_lines(block)
            case Table():
                column, writer = column_answering(block, source.subject), row_writer(block, source.writer)
                table = TableSource(block, column, source.denominator, name, writer, source.is_last)
                before, body = table.row_functions(), [*column_lines(block, source.writer), *table.lines()]
        self._define(name, PARAMETERS, body, (block.span, block.name, places(block)), before)
        return name

    # --- Lookups in tables. ---

    def _table(self, table: str, column: int) -> GeneratedFunction:
        key = (table, column)
        if key not in self._tables:
            self._tables[key] = self._compile_table(self._checked.tables[table], column)
        return self._tables[key]

    def _compile_table(self, layer: Layer[Table], column: int) -> GeneratedFunction:
        writers = [row_writer(version, self._writer(version)) for version in layer.versions]
        results = [
            writer.write(row.results[column]) for version, writer in zip(layer.versions, writers, strict=True) for row in version.rows
        ]
        denominator = lcm(*(result.denominator for result in results))
        parameters = ", ".join([PARAMETERS, "day", *column_variables(layer.versions[0])])
        functions = []
        for version, writer in zip(layer.versions, writers, strict=True):
            name = self._module.new_name(f"{version.name}_of")
            source = TableSource(version, column, denominator, name, writer, is_last=True)
            self._define(name, parameters, source.lines(), (version.span, version.name, places(version)), source.row_functions())
            functions.append(name)
        if len(functions) == 1 and layer.versions[0].in_force.is_always:
            return GeneratedFunction(functions[0], denominator)
        name = self._module.new_name(f"{layer.name}_of")
        body = layer_lines(layer, functions, parameters, self._module, is_last=True, day="day")
        self._define(name, parameters, body, (layer.versions[0].span, layer.name, {}))
        return GeneratedFunction(name, denominator)

    # --- Prices, discounts, stacking, bundles. ---

    def _offer(self, layer: Layer[Block], conditions: Mapping[str, str] | None = None) -> OfferFunction[Block, Terms]:
        name, first = self._module.new_name(layer.name), layer.versions[0]
        body = offer_lines(layer, self._writer(first), conditions or {})
        self._define(name, PARAMETERS, body, (first.span, first.name, _places(layer)))
        return OfferFunction(cast("Callable[..., tuple[int, Values, Terms] | None]", self._module.namespace[name]), layer)

    def _discount_conditions(self) -> dict[str, str]:
        """By name, for the discounts that suppress others: the function that returns whether one is in force and holds."""
        discounts = {layer.name: layer for layer in self._checked.discounts}
        functions = {}
        for name in sorted({name for layer in discounts.values() for version in layer.versions for name in version.yields_to}):
            layer, functions[name] = discounts[name], self._module.new_name(f"{name}_holds")
            first = layer.versions[0]
            body = condition_lines(layer, replace(self._writer(first), is_traced=False))
            self._define(functions[name], "facts", body, (first.span, name, _places(layer)))
        return functions

    # --- Functions. ---

    def _define(
        self, name: str, parameters: str, body: Lines, rule: tuple[Span, str, Mapping[str, Span]], before: Sequence[str] = ()
    ) -> None:
        """Defines the function of a rule: its position and name, and the first mention of each fact that it reads."""
        span, rule_name, facts = rule
        self._module.run(span, [*before, *guarded(f"{name}({parameters})", body, self._module, facts, rule_name)])

    def _writer(self, block: Answering | Price | Discount | Stacking | Bundle) -> ExpressionWriter:
        return ExpressionWriter(self._module, block.name)


def _results(block: Answering, subject: str, writer: ExpressionWriter) -> list[Exact]:
    """The source of all results of a block for a name."""
    match block:
        case Definition():
            return [writer.write(block.value)]
        case Decision():
            return [writer.write(result) for result in decision_results(block)]
        case Table():
            rows, column = row_writer(block, writer), column_answering(block, subject)
            return [rows.write(row.results[column]) for row in block.rows]


def _places(layer: Layer[Block]) -> dict[str, Span]:
    """The first mention of each fact that a version of a block reads."""
    facts: dict[str, Span] = {}
    for version in layer.versions:
        facts = {**places(version), **facts}
    return facts
