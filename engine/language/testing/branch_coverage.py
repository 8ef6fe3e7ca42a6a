"""Coverage of branches: of definitions, their conditions, and the rules of decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from engine.language.interpreter.environment import Environment, MissingFact
from engine.language.interpreter.reference_rules import ReferenceRules
from engine.language.ir.checked_rules import Checked, Decision, Definition
from engine.language.ir.typed import All, Choice, Either, Expression
from engine.language.testing.row_coverage import Piece
from engine.language.tracing.false_conditions import source_text
from engine.language.tracing.recorded_rules import Question
from engine.phrases import Phrase, phrase
from engine.problems import Refusal, Span

Reached = set[tuple[Span, str]]
"""The branches that were evaluated: the position of each, and its result."""


def branches(checked: Checked, questions: Sequence[Question], places: Collection[str]) -> Iterator[Piece]:
    """Every branch of every definition, and every rule of every decision."""
    reference = ReferenceRules(checked)
    for answers in checked.answers.values():
        for layer in answers.layers:
            for block in layer.versions:
                if isinstance(block, Definition) and not _is_plain(block.value):
                    yield from _of_definition(block, checked, questions, reference)
                elif isinstance(block, Decision):
                    yield from _of_decision(block, questions, places)


def _is_plain(value: Expression) -> bool:
    return not isinstance(value, Choice | All | Either)


def _of_definition(block: Definition, checked: Checked, questions: Sequence[Question], reference: ReferenceRules) -> Iterator[Piece]:
    place = f"{block.span.path}:{block.span.line}"
    relevant = [question for question in questions if place in question.places]
    reached: Reached = set()
    for question in relevant:
        _walk(block.value, Environment(reference, block.name, question.facts), reached)
    for part, outcome in _wanted(block.value):
        source = source_text(checked, part.span)
        what = phrase("`{source}` in {name}", source=source, name=block.name)
        if outcome in ("yes", "no"):
            what = phrase("`{source}` in {name} being {outcome}", source=source, name=block.name, outcome=outcome)
        is_reached = (part.span, outcome) in reached
        yield part.span, "branch", what, None if is_reached else _why(block.name, relevant)


def _why(name: str, relevant: list[Question]) -> Phrase:
    if not relevant:
        return phrase("no scenario asks {name}", name=name)
    return phrase(
        "asked {number} times, {name} always came out elsewhere; one scenario is “{one}”",
        number=len({question.by for question in relevant}),
        name=name,
        one=relevant[0].by,
    )


def _wanted(value: Expression) -> Iterator[tuple[Expression, str]]:
    """The branches of a value: those of `if`, and each part of `and` and `or` that can decide."""
    match value:
        case Choice(then=then, otherwise=otherwise):
            for branch in (then, otherwise):
                if not isinstance(branch, Choice):
                    yield branch, "taken"
                yield from _wanted(branch)
        case All(parts=parts):
            yield value, "yes"
            yield from ((part, "no") for part in parts)
        case Either(parts=parts):
            yield value, "no"
            yield from ((part, "yes") for part in parts)


def _walk(value: Expression, environment: Environment, reached: Reached) -> None:
    """Records the branches evaluated with some facts: the first false part decides an `and`, the first true part an `or`."""
    try:
        match value:
            case Choice(condition=condition, then=then, otherwise=otherwise):
                branch = then if environment.holds(condition) else otherwise
                if not isinstance(branch, Choice):
                    reached.add((branch.span, "taken"))
                _walk(branch, environment, reached)
            case All(parts=parts):
                failing = next((part for part in parts if not environment.holds(part)), None)
                reached.add((value.span, "yes") if failing is None else (failing.span, "no"))
            case Either(parts=parts):
                holding = next((part for part in parts if environment.holds(part)), None)
                reached.add((value.span, "no") if holding is None else (holding.span, "yes"))
    except (MissingFact, Refusal):
        return


def _of_decision(block: Decision, questions: Sequence[Question], places: Collection[str]) -> Iterator[Piece]:
    """Each rule that decided; without one, `otherwise`."""
    relevant = [question for question in questions if question.name == block.name]
    lines = {f"{rule.span.path}:{rule.span.line}": rule for rule in block.rules}
    for place, rule in lines.items():
        what = phrase("rule {rule} of {name}", rule=rule.name, name=block.name)
        yield rule.span, "rule", what, None if place in places else _why(block.name, relevant)
    if block.otherwise is not None:
        is_reached = any(question.places and not question.places & lines.keys() for question in relevant)
        what = phrase("`otherwise` of {name}", name=block.name)
        yield block.otherwise.span, "rule", what, None if is_reached else _why(block.name, relevant)
