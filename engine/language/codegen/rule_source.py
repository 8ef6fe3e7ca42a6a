"""Generates Python source for definitions, decisions and their versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.language.codegen.exact_source import Exact
from engine.language.codegen.expression_source import ExpressionWriter
from engine.language.codegen.generated_module import GeneratedModule, Lines
from engine.language.codegen.source_template import formatter, source_template
from engine.language.codegen.trace_factors import factor_parts
from engine.language.codegen.trace_steps import TraceStep, module_path
from engine.language.ir.checked_rules import Answering, Answers, Decision, DecisionRule, Definition, Layer
from engine.language.ir.checked_tables import Table
from engine.language.ir.evaluation_errors import DOES_NOT_APPLY
from engine.language.ir.in_force import InForce
from engine.language.ir.typed import Choice, Constant, Expression
from engine.problems import Span


@dataclass(frozen=True, slots=True)
class RuleSource:
    """The source of one version of a rule: its name, its denominator, and whether it always answers."""

    writer: ExpressionWriter
    subject: str
    denominator: int
    is_last: bool

    def definition_lines(self, definition: Definition) -> Lines:
        """The lines that return the value of a definition where its condition holds; only the deciding branch of an `if` is traced."""
        lines = []
        if definition.when is not None:
            lines.append(f"if not {self.writer.condition(definition.when)}: {self._inapplicable(definition)}")
        value: Expression = definition.value
        while isinstance(value, Choice):
            lines.append(f"if {self.writer.condition(value.condition)}:")
            lines += indented(self._return(value.then, self._definition_step(definition, value.then, value.condition)))
            value = value.otherwise
        return [*lines, *self._return(value, self._definition_step(definition, value, None))]

    def _definition_step(self, definition: Definition, value: Expression, condition: Expression | None) -> TraceStep:
        rule = f"{module_path(definition.module)}: {definition.name}"
        return self._step(rule, definition.because, definition.span, value, condition)

    def decision_lines(self, decision: Decision) -> Lines:
        """The lines that return the result of the rule that holds."""
        conditions = {rule.name: self._holds(rule) for rule in decision.rules}
        results = {rule.name: self._return(rule.then, self._rule_step(decision, rule)) for rule in decision.rules}
        lines: Lines = []
        if decision.policy == "first match":
            for rule in decision.rules:
                yields = "".join(f" and not {conditions[name]}" for name in rule.yields_to)
                lines += [f"if {conditions[rule.name]}{yields}:", *indented(results[rule.name])]
        else:
            lines = self._all_rules(decision, conditions, results)
        if decision.otherwise is None:
            return [*lines, self._inapplicable(decision)]
        name = f"{module_path(decision.module)}: {decision.name} otherwise"
        step = self._step(name, decision.because, decision.span, decision.otherwise, None)
        return [*lines, *self._return(decision.otherwise, step)]

    def _all_rules(self, decision: Decision, conditions: Mapping[str, str], results: Mapping[str, Lines]) -> Lines:
        """All conditions first, in source order; then the policy chooses among the rules that hold and are not overridden."""
        at = {rule.name: number for number, rule in enumerate(decision.rules)}
        lines = [f"holds_{number} = {conditions[name]}" for name, number in at.items()]
        lines.append("holding = []")
        for rule in decision.rules:
            yields = "".join(f" and not holds_{at[name]}" for name in rule.yields_to)
            lines.append(f"if holds_{at[rule.name]}{yields}: holding.append({at[rule.name]})")
        constant = self.writer.module.constant
        rules = f"[{constant(decision.rules)}[at] for at in holding]"
        if decision.policy == "exactly one":
            lines.append(f"if len(holding) > 1: raise two_rules({rules}, {decision.name!r})")
            for rule in decision.rules:
                lines += [f"if holding == [{at[rule.name]}]:", *indented(results[rule.name])]
            return lines
        lines.append("results = []")
        for rule in decision.rules:
            lines.append(f"if {at[rule.name]} in holding: results.append({self._scaled(self.writer.write(rule.then))})")
        if decision.policy == "same result":
            differ = "results and results.count(results[0]) < len(results)"
            lines += [f"if {differ}: raise different_rules({rules}, results, {decision.name!r})", "chosen = 0"]
        else:
            lines.append(f"chosen = highest_of({constant(decision.ladder)}, results) if results else 0")
        steps = constant(tuple(self._rule_step(decision, rule) for rule in decision.rules))
        step = f"trace.append(({steps}[holding[chosen]], results[chosen], (), values))"
        return [*lines, "if results:", *indented([step, "return results[chosen]"])]

    def _holds(self, rule: DecisionRule) -> str:
        day, when = date_condition(rule.in_force, self.writer.module), self.writer.condition(rule.when)
        return f"({day} and {when})" if day else f"({when})"

    def _rule_step(self, decision: Decision, rule: DecisionRule) -> TraceStep:
        name = f"{module_path(decision.module)}: {decision.name} {rule.name}"
        return self._step(name, rule.because or decision.because, rule.span, rule.then, rule.when)

    def _step(self, rule: str, because: str | None, span: Span, value: Expression, condition: Expression | None) -> TraceStep:
        checked = self.writer.module.checked
        write = formatter(checked.answers[self.subject].type, self.denominator)
        source = None if isinstance(value, Constant) else source_template(value, checked.texts)
        cause = source_template(condition, checked.texts) if condition is not None else None
        return TraceStep(
            subject=self.subject,
            rule=rule,
            because=because,
            span=span,
            format=write,
            source=source,
            condition=cause,
            denominator=self.denominator,
            factors=factor_parts(value, checked),
        )

    def _return(self, value: Expression, step: TraceStep) -> Lines:
        result = self._scaled(self.writer.write(value))
        return [f"result = {result}", f"trace.append(({self.writer.module.constant(step)}, result, (), values))", "return result"]

    def _scaled(self, written: Exact) -> str:
        return written.scaled_to(self.denominator)

    def _inapplicable(self, block: Definition | Decision) -> str:
        if not self.is_last:
            return "return NOTHING"
        return f"raise Refusal(({self.writer.module.constant(DOES_NOT_APPLY.at(block.span, rule=block.name))},))"


def decision_results(decision: Decision) -> tuple[Expression, ...]:
    """The possible results."""
    return tuple(rule.then for rule in decision.rules) + ((decision.otherwise,) if decision.otherwise else ())


def guarded(header: str, body: Lines, module: GeneratedModule, places: Mapping[str, Span], rule: str) -> Lines:
    """A function around a body that turns a missing fact into a refusal with the position that first reads it."""
    missing = f"        raise missing_fact(missing, {module.constant(places)}, {rule!r}) from None"
    return [f"def {header}:", "    values = []", "    try:", *indented(indented(body)), "    except KeyError as missing:", missing]


def answer_lines(answers: Answers, functions: Sequence[Sequence[str]], parameters: str, module: GeneratedModule) -> Lines:
    """The lines that call the layers of a name in turn, each in the version of the day."""
    lines: Lines = []
    for layer, names in zip(answers.layers, functions, strict=True):
        lines += layer_lines(layer, names, parameters, module, is_last=layer is answers.layers[-1])
    return lines


def layer_lines(
    layer: Layer[Table] | Layer[Answering],
    functions: Sequence[str],
    parameters: str,
    module: GeneratedModule,
    *,
    is_last: bool,
    day: str | None = None,
) -> Lines:
    """The lines that call the version in force of one block; without one they continue with the next layer, or refuse."""
    lines: Lines = []
    for version, function in zip(layer.versions, functions, strict=True):
        call = f"{function}({parameters})"
        answer = [f"return {call}"] if is_last else [f"result = {call}", "if result is not NOTHING: return result"]
        condition = date_condition(version.in_force, module, day)
        lines += [f"{'el' if lines else ''}if {condition}:", *indented(answer)] if condition else answer
    last = layer.versions[-1]
    if is_last and not last.in_force.is_always:
        lines.append(f"raise not_in_force({module.constant(last.span)}, {last.name!r}, {day or _date_fact(last.in_force)})")
    return lines


def date_condition(in_force: InForce, module: GeneratedModule, day: str | None = None) -> str | None:
    """The condition that a rule is in force (by its own date, or on a known day); None where it always is."""
    day = day or _date_fact(in_force)
    if in_force.start and in_force.until:
        return f"({module.constant(in_force.start)} <= {day} <= {module.constant(in_force.until)})"
    if in_force.start:
        return f"({module.constant(in_force.start)} <= {day})"
    return f"({day} <= {module.constant(in_force.until)})" if in_force.until else None


def _date_fact(in_force: InForce) -> str:
    return f"facts[{in_force.by!r}]"


def indented(lines: Iterable[str]) -> Lines:
    """Lines indented by one level."""
    return ["    " + line for line in lines]
