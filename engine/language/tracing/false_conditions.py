"""Why a condition is false: its first part that fails, in its source, and the values of the names in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.language.codegen.source_template import source_template
from engine.language.interpreter.environment import Environment, MissingFact
from engine.language.interpreter.reference_values import plain_of
from engine.language.ir.checked_rules import Checked
from engine.language.ir.in_force import InForce
from engine.language.ir.typed import All, Expression, Fact, Lookup, Result
from engine.language.ir.walker import walk
from engine.language.types.value_text import plain_in_words
from engine.language.types.value_types import Type
from engine.phrases import Phrase, listed, phrase
from engine.problems import Span


def place(span: Span) -> str:
    """File and line, as in reasons."""
    return f"{span.path}:{span.line}"


def failing(condition: Expression | None, environment: Environment) -> tuple[Phrase, str] | None:
    """The first false part of a condition, as a sentence, and its file and line; None where the condition holds."""
    for part in _parts(condition) if condition is not None else ():
        try:
            if environment.holds(part):
                continue
        except MissingFact as missing:
            return phrase(
                "`{condition}` cannot be answered: {name} is not known", condition=_source(part, environment), name=missing
            ), place(part.span)
        return _explained(part, environment), place(part.span)
    return None


def other_day(in_force: InForce, environment: Environment) -> Phrase | None:
    """Why a block or a row is not in force on the day of its date; None where it is."""
    if in_force.is_always or in_force.by is None:
        return None
    day = environment.facts.get(in_force.by)
    if not isinstance(day, date):
        return phrase("{name} is not known", name=in_force.by)
    if in_force.holds_on(day):
        return None
    if in_force.start is not None and day < in_force.start:
        return phrase("it counts from {start}, and {name} is {day}", start=in_force.start, name=in_force.by, day=day)
    return phrase("it counted until {until}, and {name} is {day}", until=in_force.until, name=in_force.by, day=day)


def expression_text(expression: Expression, environment: Environment) -> str:
    """The value of an expression in the syntax of the language."""
    return value_text(environment, environment.evaluate(expression), expression.type)


def value_text(environment: Environment, value: object, kind: Type) -> str:
    """A value of the reference interpreter in the syntax of the language."""
    return plain_in_words(plain_of(value, kind, environment.rules.exponent), kind)  # type: ignore[arg-type]  # a value of that very type


def source_text(checked: Checked, span: Span) -> str:
    """The text at a position of a rule file, on one line; empty where the position is in another file."""
    lines = checked.texts.get(span.path, "").split("\n")[span.line - 1 : span.end_line]
    if not lines:
        return ""
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return " ".join(" ".join(lines).split())


def _parts(condition: Expression) -> Iterator[Expression]:
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _parts(part)
    else:
        yield condition


def _explained(part: Expression, environment: Environment) -> Phrase:
    met = dict.fromkeys(_met(part, environment))
    if not met:
        return phrase("`{condition}` does not hold", condition=_source(part, environment))
    return phrase("`{condition}` does not hold: {met}", condition=_source(part, environment), met=listed(met))


def _met(part: Expression, environment: Environment) -> Iterator[str]:
    """The values of the names in a part."""
    for inner in walk(part):
        if isinstance(inner, Fact | Result):
            try:
                yield phrase("{name} is {found}", name=inner.name, found=expression_text(inner, environment))
            except MissingFact as missing:
                yield phrase("{name} is not known", name=missing)
        elif isinstance(inner, Lookup):
            yield phrase("{name} gives {found}", name=inner.table, found=expression_text(inner, environment))


def _source(part: Expression, environment: Environment) -> str:
    return source_template(part, environment.rules.checked.texts).render(()) or "…"
