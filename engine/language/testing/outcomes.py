"""The outcomes of a name: each different answer with the set of cases that get it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.language.ir.checked_rules import Answering, Checked, Decision, Definition
from engine.language.ir.checked_tables import Table
from engine.language.ir.normal_form import normal_form
from engine.language.ir.typed import Constant, Expression
from engine.language.proving.classes import exactly
from engine.language.proving.diagrams import NOTHING
from engine.language.proving.policies import beating, where_wins
from engine.language.proving.semantics import Meaning
from engine.language.types.value_text import plain_in_words
from engine.language.types.value_types import Plain

_MOST_VALUES: Final = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer: its key, its text, and the cases that get it."""

    key: str
    words: str
    cases: int


def outcomes(meaning: Meaning, name: str) -> list[Outcome]:
    """Every answer of a name with its cases; computed answers are distinguished by their source."""
    algebra, checked = meaning.algebra, meaning.checked
    by_key: dict[str, Outcome] = {}
    left = meaning.holds(None)
    for layer in checked.answers[name].layers:
        for version in layer.versions:
            inside = algebra.both(left, meaning.in_force(version.in_force))
            for expression, cases in _pieces(meaning, version, name):
                for key, words, some in _answers(meaning, expression, algebra.both(inside, cases)):
                    known = by_key[key].cases if key in by_key else NOTHING
                    by_key[key] = Outcome(key, words, algebra.either(known, some))
        left = algebra.both(left, algebra.negation(meaning.applies(layer)))
    return list(by_key.values())


def _pieces(meaning: Meaning, version: Answering, name: str) -> Iterator[tuple[Expression, int]]:
    """The results of a rule, each with the cases in which it counts."""
    algebra = meaning.algebra
    match version:
        case Definition(when=when, value=value):
            yield value, meaning.holds(when)
        case Table():
            column = [output.answers for output in version.outputs].index(name)
            for at, row in enumerate(version.rows):
                yield row.results[column], meaning.over(version, where_wins(version, at))
        case Decision():
            counting = meaning.counting(version)
            none = meaning.holds(None)
            for at, (rule, counts) in enumerate(zip(version.rules, counting, strict=True)):
                cases = counts
                for other in beating(version, at):
                    cases = algebra.both(cases, algebra.negation(counting[other]))
                none = algebra.both(none, algebra.negation(counts))
                yield rule.then, cases
            if version.otherwise is not None:
                yield version.otherwise, none


def _answers(meaning: Meaning, expression: Expression, cases: int) -> Iterator[tuple[str, str, int]]:
    """The possible values of a result, where they are few; else its source."""
    kind = expression.type
    if isinstance(expression, Constant):
        yield _value_key(expression.value), plain_in_words(expression.value, kind), cases
        return
    values = meaning.values.of(expression)
    if values is None or len(values) > _MOST_VALUES:
        yield repr(normal_form(expression)), written(expression, meaning.checked), cases
        return
    for value in sorted(values, key=str):
        some = meaning.algebra.both(cases, meaning.passes(expression, exactly(value, kind)))
        yield _value_key(value), plain_in_words(value, kind), some


def _value_key(value: Plain) -> str:
    return f"{type(value).__name__} {value}"


def written(expression: Expression, checked: Checked) -> str:
    """The source of an expression."""
    span = expression.span
    lines = checked.texts.get(span.path, "").splitlines()[span.line - 1 : span.end_line]
    if not lines:
        return "…"
    lines[-1] = lines[-1][: span.end_column - 1] if span.end_line > span.line else lines[-1]
    first = lines[0][span.column - 1 : span.end_column - 1 if span.end_line == span.line else None]
    return " ".join(" ".join((first, *lines[1:])).split())
