"""Checked rules become Python source over whole numbers, compiled once, under names that lead a traceback into the rule file."""

from __future__ import annotations

import linecache
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Final, cast

from engine.language.codegen import runtime, table_index
from engine.language.codegen.compiled_rules import Answered, Block, CompiledRules, Functions, Given, Offered
from engine.language.codegen.expression_source import Exact, Writer
from engine.language.codegen.offer_source import holding_lines, version_lines
from engine.language.codegen.rule_source import Lines, decision_body, decision_results, definition_body, guarded, layer_lines, layers_lines
from engine.language.codegen.table_source import TableSource, ask_lines, asked, inner_writer
from engine.language.codegen.trace_text import Seen
from engine.language.ir.answers import Rules
from engine.language.ir.checked_rules import (
    Answering,
    Answers,
    Bundle,
    Checked,
    Decision,
    DecisionRule,
    Definition,
    Discount,
    Layer,
    Price,
    Stacking,
    Table,
)
from engine.language.ir.evaluation_errors import DIFFERENT_RULES, NOT_IN_FORCE, TWO_RULES, missing_fact
from engine.language.ir.fact_dependencies import footprint
from engine.language.ir.typed import Lookup
from engine.language.ir.walker import all_blocks, places, results_mentioned, version_places
from engine.language.types.value_types import Plain, Type
from engine.problems import Kind, Refusal, Span


def compile_rules(checked: Checked) -> Rules:
    """The rules of a rulebook as functions: a plain form, and a tracing one that also tells its reasons."""
    plain = Form(checked, tracing=False)
    tracing = Form(checked, tracing=True, plain=plain, pages=plain.pages)
    grouping = checked.grouping.keys if checked.grouping else ()
    return CompiledRules(checked, plain.functions(), tracing.functions(), frozenset(checked.answers), grouping)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A generated function by its name, and what the number it gives is divided by."""

    function: str
    over: int


@dataclass
class Form:
    """One form of all rules: the names of its functions, and the namespace in which they live."""

    checked: Checked
    tracing: bool
    plain: Form | None = None
    holding: dict[str, str] = field(default_factory=dict)
    namespace: dict[str, object] = field(default_factory=lambda: dict(_RUNTIME))
    _known: dict[tuple[str, ...], _Compiled] = field(default_factory=dict)
    pages: dict[str, list[str]] = field(default_factory=dict)
    _constants: int = 0

    @property
    def exponent(self) -> int:
        """Decimals of the currency's minor unit."""
        return self.checked.exponent

    @property
    def texts(self) -> Mapping[str, str]:
        """The source texts by path."""
        return self.checked.texts

    def type_of(self, name: str) -> Type:
        """The type of what answers a name."""
        return self.checked.answers[name].type

    @property
    def _parameters(self) -> str:
        return "facts, memo, trace" if self.tracing else "facts, memo"

    def functions(self) -> Functions:
        """Everything that can be asked, compiled."""
        answers = {}
        for name, rules in self.checked.answers.items():
            compiled = self._answer(name)
            looks_at = footprint(self.checked, name) if self.tracing else None
            answers[name] = Answered(
                cast("Callable[..., Plain]", self.namespace[compiled.function]), rules.type, compiled.over, looks_at=looks_at
            )
        holding = self._holding()
        return Functions(
            answers,
            {product: tuple(self._offered(layer) for layer in layers) for product, layers in self.checked.prices.items()},
            tuple(self._offered(layer, holding) for layer in self.checked.discounts),
            tuple(self._offered(layer) for layer in self.checked.stacking),
            {product: tuple(self._offered(layer) for layer in layers) for product, layers in self.checked.bundles.items()},
        )

    # --- What expressions refer to. ---

    def constant(self, constant: object) -> str:
        """The name under which the source finds a constant."""
        self._constants += 1
        name = f"K{self._constants}"
        self.namespace[name] = constant
        return name

    def result(self, name: str, facts: str, trace: str | None) -> Exact:
        """A call of what answers a name."""
        function, over = self._callable(lambda form: form._answer(name), trace)
        return Exact(f"{function}({', '.join(_handed(facts, trace))})", over)

    def lookup(self, lookup: Lookup, arguments: tuple[str, ...], facts: str, trace: str | None) -> Exact:
        """A call of a table with arguments, for the day that the lookup looks at."""
        function, over = self._callable(lambda form: form._table(lookup.table, lookup.column), trace)
        day = f"{facts}[{lookup.dated_by!r}]" if lookup.dated_by else "None"
        return Exact(f"{function}({', '.join([*_handed(facts, trace), day, *arguments])})", over)

    def _callable(self, compiled: Callable[[Form], _Compiled], trace: str | None) -> tuple[str, int]:
        """A function of this form, or inside a loop (where no steps are told) of the plain one."""
        form = self.plain if self.plain is not None and trace is None else self
        found = compiled(form)
        return (found.function if form is self else self.constant(form.namespace[found.function])), found.over

    # --- Answers. ---

    def _answer(self, name: str) -> _Compiled:
        key = ("answer", name)
        if key not in self._known:
            compiled = self._compile_answer(self.checked.answers[name])
            self._known[key] = self._remembered(name, compiled) if name in self._shared else compiled
        return self._known[key]

    @cached_property
    def _shared(self) -> frozenset[str]:
        """The names that rules mention more than once: they are computed once for a question."""
        mentioned = Counter(name for block in all_blocks(self.checked) for name in results_mentioned(block))
        return frozenset(name for name, times in mentioned.items() if times > 1)

    def _remembered(self, name: str, compiled: _Compiled) -> _Compiled:
        """A function around another that looks first whether the question was answered before."""
        function = self._name(f"{name}_once")
        self._run(
            self.checked.answers[name].layers[0].versions[0].span,
            [
                f"def {function}({self._parameters}):",
                f"    found = memo.get({name!r}, NOTHING)",
                f"    if found is NOTHING: found = memo[{name!r}] = {compiled.function}({self._parameters})",
                "    return found",
            ],
        )
        return _Compiled(function, compiled.over)

    def _compile_answer(self, answers: Answers) -> _Compiled:
        blocks = [(layer, [(version, self._writer(version)) for version in layer.versions]) for layer in answers.layers]
        over = lcm(
            *(part.over for _, versions in blocks for version, writer in versions for part in _results(version, answers.name, writer))
        )
        functions = []
        for at, (_, versions) in enumerate(blocks):
            is_last = at == len(blocks) - 1
            functions.append([self._define(version, answers.name, over, writer, is_last=is_last) for version, writer in versions])
        only = answers.layers[0].versions[0]
        if len(functions) == 1 and len(functions[0]) == 1 and only.in_force.is_always:
            return _Compiled(functions[0][0], over)
        name = self._name(answers.name)
        body = layers_lines(answers, functions, self._parameters, self)
        self._run(only.span, guarded(name, self._parameters, body, self, version_places(answers.layers), answers.name))
        return _Compiled(name, over)

    def _define(self, block: Answering, subject: str, over: int, writer: Writer, *, is_last: bool) -> str:
        """The function of one version of one block."""
        name = self._name(subject)
        before: Lines = []
        match block:
            case Definition():
                body = definition_body(block, subject, over, writer, self, is_last=is_last)
            case Decision():
                body = decision_body(block, subject, over, writer, self, is_last=is_last)
            case Table():
                column = _column(block, subject)
                source = TableSource(block, column, over, subject, name, inner_writer(block, writer), self, is_last)
                before, body = source.row_functions(), [*ask_lines(block, writer), *source.lines()]
        self._run(block.span, before + guarded(name, self._parameters, body, self, places(block), block.name))
        return name

    # --- Tables that are asked with arguments. ---

    def _table(self, table: str, column: int) -> _Compiled:
        key = ("table", table, str(column))
        if key not in self._known:
            self._known[key] = self._compile_table(self.checked.tables[table], column)
        return self._known[key]

    def _compile_table(self, layer: Layer[Table], column: int) -> _Compiled:
        writers = [inner_writer(version, self._writer(version)) for version in layer.versions]
        written = [
            writer.write(row.results[column]) for version, writer in zip(layer.versions, writers, strict=True) for row in version.rows
        ]
        over = lcm(*(part.over for part in written))
        parameters = f"{self._parameters}, day, {', '.join(asked(layer.versions[0]))}".rstrip(", ")
        functions = []
        for version, writer in zip(layer.versions, writers, strict=True):
            name = self._name(f"{version.name}_of")
            source = TableSource(version, column, over, version.outputs[column].answers, name, writer, self, is_last=True)
            body = guarded(name, parameters, source.lines(), self, places(version), version.name)
            self._run(version.span, source.row_functions() + body)
            functions.append(name)
        if len(functions) == 1 and layer.versions[0].in_force.is_always:
            return _Compiled(functions[0], over)
        name = self._name(f"{layer.name}_of")
        body = layer_lines(layer, functions, parameters, self, is_last=True, day="day")
        self._run(layer.versions[0].span, guarded(name, parameters, body, self, {}, layer.name))
        return _Compiled(name, over)

    # --- Prices, discounts, stacking, bundles. ---

    def _offered(self, layer: Layer[Block], others: Mapping[str, str] | None = None) -> Offered[Block, Given]:
        name, first = self._name(layer.name), layer.versions[0]
        body = version_lines(layer, self._writer(first), self, others)
        self._run(first.span, guarded(name, self._parameters, body, self, _all_places(layer), first.name))
        return Offered(cast("Callable[..., tuple[int, Seen, Given] | None]", self.namespace[name]), layer)

    def _holding(self) -> dict[str, str]:
        """By name, for the discounts to which others yield: the function that tells whether one is in force and holds."""
        layers = {layer.name: layer for layer in self.checked.discounts}
        names = {name for layer in layers.values() for version in layer.versions for name in version.yields_to}
        if self.plain is not None:
            return {name: self.constant(self.plain.namespace[self.plain.holding[name]]) for name in names}
        for name in sorted(names):
            layer = layers[name]
            self.holding[name] = function = self._name(f"{name}_holds")
            body = holding_lines(layer, self._writer(layer.versions[0]), self)
            self._run(layer.versions[0].span, guarded(function, "facts, memo", body, self, _all_places(layer), name))
        return self.holding

    # --- Compiling. ---

    def _writer(self, block: Answering | Price | Discount | Stacking | Bundle) -> Writer:
        return Writer(self, block.name, trace="trace" if self.tracing else None)

    def _name(self, subject: str) -> str:
        self._constants += 1
        return f"{''.join(letter if letter.isalnum() else '_' for letter in subject)}_{self._constants}"

    def _run(self, span: Span, lines: Lines) -> None:
        """Compiles source under the place of its rule, where tracebacks find it."""
        filename = f"<{span.path}:{span.line}>"
        page = self.pages.setdefault(filename, [])
        code = compile("\n" * len(page) + "\n".join(lines), filename, "exec")
        page.extend(lines)
        text = "\n".join(page) + "\n"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        exec(code, self.namespace)


def _handed(facts: str, trace: str | None) -> list[str]:
    """What a function is called with; inside a loop nothing is known from before."""
    return [facts, "memo" if facts == "facts" else "{}", *(["trace"] if trace else [])]


def _results(block: Answering, subject: str, writer: Writer) -> list[Exact]:
    """The source of all results that a block can give for a name."""
    match block:
        case Definition():
            return [writer.write(block.value)]
        case Decision():
            return [writer.write(result) for result in decision_results(block)]
        case Table():
            inner, column = inner_writer(block, writer), _column(block, subject)
            return [inner.write(row.results[column]) for row in block.rows]


def _column(table: Table, subject: str) -> int:
    return next(at for at, output in enumerate(table.outputs) if output.answers == subject)


def _all_places(layer: Layer[Block]) -> dict[str, Span]:
    found: dict[str, Span] = {}
    for version in layer.versions:
        found = {**places(version), **found}
    return found


def _of_rules(kind: Kind, rules: Sequence[DecisionRule], holding: Sequence[int], name: str) -> Refusal:
    names = ", ".join(f"`{rules[at].name}`" for at in holding[:-1]) + f" and `{rules[holding[-1]].name}`"
    return Refusal((kind.at(rules[holding[-1]].span, rule=name, rules=names),))


def _two_rules(rules: Sequence[DecisionRule], holding: Sequence[int], name: str) -> Refusal:
    return _of_rules(TWO_RULES, rules, holding[:2], name)


def _different_rules(rules: Sequence[DecisionRule], holding: Sequence[int], found: Sequence[Plain], name: str) -> Refusal:
    at = next(number for number, result in enumerate(found) if result != found[0])
    return _of_rules(DIFFERENT_RULES, rules, holding[: at + 1], name)


def _not_in_force(where: Span, name: str, day: date) -> Refusal:
    return Refusal((NOT_IN_FORCE.at(where, rule=name, day=day),))


def _note(seen: list[tuple[object, Plain]], place: object, found: Plain) -> Plain:
    seen.append((place, found))
    return found


_RUNTIME: Final[Mapping[str, object]] = {
    "__builtins__": {"len": len, "sum": sum, "min": min, "max": max, "abs": abs, "KeyError": KeyError},
    "NOTHING": table_index.NOTHING,
    "Refusal": Refusal,
    "missing_fact": missing_fact,
    "ratio": Fraction,
    "note": _note,
    "not_in_force": _not_in_force,
    "two_rules": _two_rules,
    "different_rules": _different_rules,
    **{
        function.__name__: function
        for function in (
            runtime.half_up, runtime.half_even, runtime.away, runtime.towards, runtime.nonzero, runtime.between,
            runtime.day_after, runtime.same_day_after, runtime.end_of_month, runtime.start_of_month, runtime.overlaid,
            runtime.least, runtime.greatest, table_index.surviving, table_index.first_surviving, table_index.numbers_of, table_index.no_row,
            table_index.two_rows, table_index.check_same_result, table_index.highest_of,
        )
    },
}  # fmt: skip
