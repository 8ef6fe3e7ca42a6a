"""The trace of an answer: each rule that decided, and the reason made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.language.codegen.source_template import Format, SourceTemplate, Values
from engine.language.types.value_types import Plain
from engine.phrases import phrase
from engine.problems import Span
from engine.reasons import Reason


@dataclass(frozen=True, slots=True)
class FactorPart:
    """A factor of a result that another rule gives: where its name ends in the source, and the name."""

    end: tuple[int, int]
    name: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TraceStep:
    """A rule that can decide: its target, name, `because` and position, and the format of its result."""

    subject: str
    rule: str
    because: str | None
    span: Span
    format: Format
    source: SourceTemplate | None = None
    """The source of the result; None where the result says it all, and for tables, which show their columns."""
    columns: tuple[tuple[int, str, Format], ...] = ()
    """For a row of a table, the columns that it reads: position, name and format."""
    condition: SourceTemplate | None = None
    """The condition that decided, where there was one."""
    denominator: int = 1
    """The denominator of the result."""
    factors: tuple[FactorPart, ...] = ()
    """The factors of the result that other rules give."""

    def reason(self, result: Plain, columns: tuple[Plain, ...], values: Values) -> Reason:
        """The reason for a result, with the values of the columns of a row, else of the names in the rule."""
        says = self._row_text(result, columns) if self.columns else self._rule_text(result, values)
        return Reason(self.subject, self.rule, says, self.because, f"{self.span.path}:{self.span.line}")

    def _row_text(self, result: Plain, columns: tuple[Plain, ...]) -> str:
        shown = ", ".join(f"{name} = {write(columns[at])}" for at, name, write in self.columns)
        return f"{self.subject}: {shown}: {self.format(result)}"

    def _rule_text(self, result: Plain, values: Values) -> str:
        text = f"{self.subject}: {with_source(self.source, values, self.format(result))}"
        return phrase("{rule}, as {condition}", rule=text, condition=self.condition.render(values)) if self.condition else text


Entry = tuple[TraceStep, Plain, tuple[Plain, ...], Values]
"""A step with its result, the values of the columns of its row, and the values of the names in its rule."""
Trace = list[Entry]
"""The steps of an answer, in order of evaluation."""


def reasons_of(trace: Iterable[Entry]) -> tuple[Reason, ...]:
    """The reasons of a trace, without repetition."""
    return tuple(dict.fromkeys(step.reason(result, columns, values) for step, result, columns, values in trace))


def with_source(source: SourceTemplate | None, values: Values, result: str) -> str:
    """A result, preceded by its source where that says more."""
    text = source.render(values) if source is not None else ""
    return result if text in ("", result) else f"{text} = {result}"


def module_path(module: str) -> str:
    """The name of a module in reasons: `rules.pricing` is `rules/pricing`."""
    return module.replace(".", "/")
