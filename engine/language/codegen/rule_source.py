"""Definitions, decisions and their versions as lines of Python source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from engine.language.codegen.expression_source import Exact, Surroundings, Writer, scaled_to
from engine.language.codegen.trace_text import Step, place_name, saying, speaker
from engine.language.ir.checked_rules import Answers, Decision, DecisionRule, Definition, InForce, Layer, Table
from engine.language.ir.evaluation_errors import DOES_NOT_APPLY
from engine.language.ir.typed import Choice, Constant, Expression
from engine.language.types.value_types import Type
from engine.problems import Span

Lines = list[str]


class Around(Surroundings, Protocol):
    """What the source of a whole rule may refer to."""

    @property
    def tracing(self) -> bool:
        """Whether steps are told."""

    @property
    def texts(self) -> Mapping[str, str]:
        """The source texts by path."""

    def type_of(self, name: str) -> Type:
        """The type of what answers a name."""


def dated(in_force: InForce, around: Surroundings, day: str | None = None) -> str | None:
    """The condition that a rule is in force (on its own date, or on a day that is known); None where it always is."""
    looked_at = day or _day(in_force)
    if in_force.start and in_force.until:
        return f"({around.constant(in_force.start)} <= {looked_at} <= {around.constant(in_force.until)})"
    if in_force.start:
        return f"({around.constant(in_force.start)} <= {looked_at})"
    return f"({looked_at} <= {around.constant(in_force.until)})" if in_force.until else None


def _day(in_force: InForce) -> str:
    return f"facts[{in_force.by!r}]"


def guarded(name: str, parameters: str, body: Lines, around: Around, places: dict[str, Span], rule: str) -> Lines:
    """A function around a body, in which a fact that is not there becomes a refusal with the place that first needs it."""
    seen = ["    seen = []"] if around.tracing else []
    inner = ["        " + line for line in body]
    absent = f"        raise missing_fact(absent, {around.constant(places)}, {rule!r}) from None"
    return [f"def {name}({parameters}):", *seen, "    try:", *inner, "    except KeyError as absent:", absent]


def definition_body(definition: Definition, subject: str, over: int, writer: Writer, around: Around, *, is_last: bool) -> Lines:
    """The lines that answer with the value of a definition, where its condition holds."""
    lines = []
    if definition.when is not None:
        lines.append(
            f"if not {writer.condition(definition.when)}: {_inapplicable(around, definition.name, definition.span, is_last=is_last)}"
        )
    if around.tracing and isinstance(definition.value, Choice):
        return [*lines, *_chosen(definition, definition.value, subject, over, writer, around)]
    return [
        *lines,
        *_return(writer.write(definition.value), over, _step(definition, definition.value, None, subject, over, around), around),
    ]


def _chosen(definition: Definition, choice: Choice, subject: str, over: int, writer: Writer, around: Around) -> Lines:
    """The lines of an `if … then … else …` of which only the part that decided is told."""
    lines: Lines = []
    rest: Expression = choice
    while isinstance(rest, Choice):
        lines.append(f"{'el' if lines else ''}if {writer.condition(rest.condition)}:")
        step = _step(definition, rest.then, rest.condition, subject, over, around)
        lines += _indented(_return(writer.write(rest.then), over, step, around))
        rest = rest.otherwise
    return [*lines, *_return(writer.write(rest), over, _step(definition, rest, None, subject, over, around), around)]


def _step(definition: Definition, told: Expression, cause: Expression | None, subject: str, over: int, around: Around) -> Step:
    rule, speak = f"{place_name(definition.module)}: {definition.name}", speaker(around.type_of(subject), over)
    because = saying(cause, around.texts) if cause is not None else None
    words = () if isinstance(told, Constant) else (saying(told, around.texts),)
    return Step(subject, rule, definition.because, definition.span, speak, words, (), because)


def decision_results(decision: Decision) -> tuple[Expression, ...]:
    """The expressions that can be its result."""
    return tuple(rule.then for rule in decision.rules) + ((decision.otherwise,) if decision.otherwise else ())


def decision_body(decision: Decision, subject: str, over: int, writer: Writer, around: Around, *, is_last: bool) -> Lines:
    """The lines that answer with the result of the rule that holds."""
    conditions = {rule.name: _holds(rule, writer, around) for rule in decision.rules}
    steps = {rule.name: _rule_step(decision, rule, subject, over, around) for rule in decision.rules}
    lines: Lines = []
    if decision.policy == "first match":
        for rule in decision.rules:
            yields = "".join(f" and not {conditions[name]}" for name in rule.yields_to)
            lines.append(f"if {conditions[rule.name]}{yields}:")
            lines += _indented(_return(writer.write(rule.then), over, steps[rule.name], around))
    else:
        lines += _all_rules(decision, conditions, steps, over, writer, around)
    if decision.otherwise is None:
        return [*lines, _inapplicable(around, decision.name, decision.span, is_last=is_last)]
    step = Step(
        subject, f"{place_name(decision.module)}: {decision.name} otherwise", decision.because, decision.span,
        speaker(decision.type, over), (saying(decision.otherwise, around.texts),),
    )  # fmt: skip
    return [*lines, *_return(writer.write(decision.otherwise), over, step, around)]


def _all_rules(decision: Decision, conditions: dict[str, str], steps: dict[str, Step], over: int, writer: Writer, around: Around) -> Lines:
    """All conditions first, in written order; then of the rules that hold and yield to none the one that the policy chooses."""
    at = {rule.name: number for number, rule in enumerate(decision.rules)}
    lines = [f"holds_{number} = {conditions[name]}" for name, number in at.items()]
    lines.append("holding = []")
    for rule in decision.rules:
        yields = "".join(f" and not holds_{at[name]}" for name in rule.yields_to)
        lines.append(f"if holds_{at[rule.name]}{yields}: holding.append({at[rule.name]})")
    if decision.policy == "exactly one":
        names = around.constant(tuple(decision.rules))
        lines.append(f"if len(holding) > 1: raise two_rules({names}, holding, {decision.name!r})")
        for rule in decision.rules:
            lines.append(f"if holding == [{at[rule.name]}]:")
            lines += _indented(_return(writer.write(rule.then), over, steps[rule.name], around))
        return lines
    lines.append("found = []")
    for rule in decision.rules:
        lines.append(f"if {at[rule.name]} in holding: found.append({scaled_to(writer.write(rule.then), over)})")
    lines.append("if found:")
    if decision.policy == "same result":
        names = around.constant(tuple(decision.rules))
        lines.append(f"    if found.count(found[0]) < len(found): raise different_rules({names}, holding, found, {decision.name!r})")
        lines.append("    chosen = 0")
    else:
        lines.append(f"    chosen = highest_of({around.constant(decision.ladder)}, found)")
    told = around.constant(tuple(steps[rule.name] for rule in decision.rules))
    trace = [f"trace.append(({told}[holding[chosen]], found[chosen], seen))"] if around.tracing else []
    return [*lines, *_indented([*trace, "return found[chosen]"])]


def _holds(rule: DecisionRule, writer: Writer, around: Around) -> str:
    day = dated(rule.in_force, around)
    when = writer.condition(rule.when)
    return f"({day} and {when})" if day else f"({when})"


def _rule_step(decision: Decision, rule: DecisionRule, subject: str, over: int, around: Around) -> Step:
    name = f"{place_name(decision.module)}: {decision.name} {rule.name}"
    then, when = saying(rule.then, around.texts), saying(rule.when, around.texts)
    return Step(subject, name, rule.because or decision.because, rule.span, speaker(decision.type, over), (then,), (), when)


def _return(written: Exact, over: int, step: Step, around: Around) -> Lines:
    code = scaled_to(written, over)
    if not around.tracing:
        return [f"return {code}"]
    return [f"found = {code}", f"trace.append(({around.constant(step)}, found, seen))", "return found"]


def _inapplicable(around: Around, rule: str, span: Span, *, is_last: bool) -> str:
    if not is_last:
        return "return NOTHING"
    return f"raise Refusal(({around.constant(DOES_NOT_APPLY.at(span, rule=rule))},))"


def _indented(lines: Iterable[str]) -> Lines:
    return ["    " + line for line in lines]


def layers_lines(answers: Answers, functions: list[list[str]], arguments: str, around: Around) -> Lines:
    """The lines that ask the layers of a name in turn, each in the version of the day."""
    lines: Lines = []
    for at, layer in enumerate(answers.layers):
        lines += layer_lines(layer, functions[at], arguments, around, is_last=at == len(answers.layers) - 1)
    return lines


def layer_lines(
    layer: Layer[Table] | Layer[Table | Definition | Decision],
    functions: list[str],
    arguments: str,
    around: Around,
    *,
    is_last: bool,
    day: str | None = None,
) -> Lines:
    """The lines that ask the version in force of one block; where none is, the next layer follows, or a refusal."""
    lines: Lines = []
    for version, function in zip(layer.versions, functions, strict=True):
        call = f"{function}({arguments})"
        answer = [f"return {call}"] if is_last else [f"found = {call}", "if found is not NOTHING: return found"]
        condition = dated(version.in_force, around, day)
        lines += [f"{'el' if lines else ''}if {condition}:", *_indented(answer)] if condition else answer
    last = layer.versions[-1]
    if is_last and not last.in_force.is_always:
        lines.append(f"raise not_in_force({around.constant(last.span)}, {last.name!r}, {day or _day(last.in_force)})")
    return lines
