"""The trace of an answer: each rule that decided, and the reason made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.language.codegen.source_template import Format, SourceTemplate, Values
from engine.language.types.value_types import Plain
from engine.phrases import phrase
from engine.problems import Span
from engine.reasons import Reason


@dataclass(frozen=True, slots=True, eq=False)
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

    def reason(self, result: Plain, values: tuple[Plain, ...] | Values) -> Reason:
        """The reason for a result, with the values of the columns of a row, else of the names in the rule."""
        says = self._row_text(result, values) if isinstance(values, tuple) else self._rule_text(result, values)
        return Reason(self.subject, self.rule, says, self.because, f"{self.span.path}:{self.span.line}")

    def _row_text(self, result: Plain, columns: tuple[Plain, ...]) -> str:
        shown = ", ".join(f"{name} = {write(columns[at])}" for at, name, write in self.columns)
        return f"{self.subject}: {shown}: {self.format(result)}" if shown else f"{self.subject}: {self.format(result)}"

    def _rule_text(self, result: Plain, values: Values) -> str:
        text = f"{self.subject}: {with_source(self.source, values, self.format(result))}"
        return phrase("{rule}, as {condition}", rule=text, condition=self.condition.render(values)) if self.condition else text


Trace = list[tuple[TraceStep, Plain, Values | tuple[Plain, ...]]]
"""The steps of an answer, in order of evaluation."""


def reasons_of(trace: Iterable[tuple[TraceStep, Plain, Values | tuple[Plain, ...]]]) -> tuple[Reason, ...]:
    """The reasons of a trace, without repetition."""
    return tuple(dict.fromkeys(step.reason(result, values) for step, result, values in trace))


def with_source(source: SourceTemplate | None, values: Values, result: str) -> str:
    """A result, preceded by its source where that says more."""
    text = source.render(values) if source is not None else ""
    return result if text in ("", result) else f"{text} = {result}"


def module_path(module: str) -> str:
    """The name of a module in reasons: `rules.pricing` is `rules/pricing`."""
    return module.replace(".", "/")
