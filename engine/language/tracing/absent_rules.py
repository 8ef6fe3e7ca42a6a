"""Why a rule did not take part in an amount: the first condition that failed, the rule that won instead, or its validity."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.language.interpreter.environment import Environment
from engine.language.interpreter.python_trees import ExactValue
from engine.language.interpreter.reference_rules import ReferenceRules
from engine.language.ir.checked_rules import Checked, Decision, Definition, Layer
from engine.language.ir.checked_sales import Discount, Price
from engine.language.ir.checked_tables import Row, Table
from engine.language.tracing.false_conditions import failing, other_day, place
from engine.language.tracing.recorded_rules import Question
from engine.language.tracing.unmatched_rows import arguments_of, row_verdict
from engine.phrases import Phrase, phrase
from engine.reasons import NOT_EVALUATED, TOOK_PART, Reason

_ROW: Final = re.compile(r"(.+) row ([0-9]{1,6})")
_MOST_ROWS: Final = 20
"""Of a larger table only the rows that apply are shown, where no row is named."""
EnvironmentOf = Callable[[Question], Environment]


@dataclass(frozen=True, slots=True)
class Line:
    """One amount: the evaluations behind it, its reasons, and the names of its discounts."""

    questions: Sequence[Question]
    reasons: Sequence[Reason]
    discounts: Collection[str]


def why_absent(name: str, checked: Checked, line: Line) -> Iterator[Reason]:
    """Why each rule of a name did not take part in an amount, with its position; empty for an unknown name."""
    reference = ReferenceRules(checked)

    def environment_of(question: Question) -> Environment:
        return Environment(reference, name, question.facts)

    for layer in checked.discounts:
        for discount in layer.versions:
            if name in (discount.name, discount.title) or discount.name.startswith(f"{name} row "):
                yield _of_discount(discount, line, checked, environment_of)
    row = _ROW.fullmatch(name)
    table = checked.tables.get(row[1] if row else name) or _answering_table(row[1] if row else name, checked)
    for version in table.versions if table is not None else ():
        yield from _of_table(version, int(row[2]) if row else None, line, checked, environment_of)
    prices = {version.span: version for layers in checked.prices.values() for layer in layers for version in layer.versions}
    yield from (_of_price(price, line, environment_of) for price in prices.values() if name in (price.name, price.title))
    for answers in checked.answers.values():
        for at, answering in enumerate(answers.layers):
            for block in answering.versions:
                if not isinstance(block, Table):
                    first = answers.layers[0].name if at else None
                    yield from _of_answer(block, name, answers.name, first, line, environment_of)


def rule_names(checked: Checked) -> Iterator[str]:
    """All names for which `why_absent` has an explanation, without rows; some come twice."""
    answering = [version for answers in checked.answers.values() for layer in answers.layers for version in layer.versions]
    yield from (block.name for block in answering)
    yield from (rule.name for block in answering if isinstance(block, Decision) for rule in block.rules)
    yield from checked.tables
    yield from (layer.name for layers in checked.prices.values() for layer in layers)
    yield from (layer.name for layer in checked.discounts)
    yield from checked.answers


def _answering_table(name: str, checked: Checked) -> Layer[Table] | None:
    """A table that answers names of the vocabulary, by its own name or by one that it answers."""
    for answers in checked.answers.values():
        for layer in answers.layers:
            tables = tuple(version for version in layer.versions if isinstance(version, Table))
            if tables and name in (layer.name, answers.name):
                return Layer(name, tables)
    return None


def _last(line: Line, *kinds: str) -> Question | None:
    return next((question for question in reversed(line.questions) if question.kind in kinds), None)


def _verdict(name: str, says: Phrase, where: str, because: str | None = None) -> Reason:
    return Reason("why-not", name, says, because, where)


def _of_discount(discount: Discount, line: Line, checked: Checked, environment_of: EnvironmentOf) -> Reason:
    question, where = _last(line, "offers"), place(discount.span)
    if question is None:
        return _verdict(discount.name, NOT_EVALUATED, where, discount.because)
    environment = environment_of(question)
    wrong_day = other_day(discount.in_force, environment)
    if wrong_day is not None:
        return _verdict(discount.name, wrong_day, where, discount.because)
    failed = failing(discount.when, environment)
    if failed is not None:
        return _verdict(discount.name, failed[0], failed[1], discount.because)
    if discount.name in line.discounts:
        return _verdict(discount.name, TOOK_PART, where, discount.because)
    for other in discount.yields_to:
        if _holds(other, checked, environment):
            return _verdict(discount.name, phrase("`{other}` overrides it, and holds", other=other), where, discount.because)
    return _verdict(discount.name, _lost(discount, line, checked), where, discount.because)


def _holds(name: str, checked: Checked, environment: Environment) -> bool:
    """Whether a discount is in force and its condition holds."""
    versions = [version for layer in checked.discounts if layer.name == name for version in layer.versions]
    return any(other_day(one.in_force, environment) is None and failing(one.when, environment) is None for one in versions)


def _lost(discount: Discount, line: Line, checked: Checked) -> Phrase:
    """How a discount whose condition holds lost against others of its group."""
    modes = {name: mode for layer in checked.stacking for version in layer.versions for name, mode in version.groups}
    group = discount.group or ""
    rivals = [
        one.name for layer in checked.discounts for one in layer.versions if one.group == discount.group and one.name in line.discounts
    ]
    if not rivals:
        return phrase("it holds, and there was nothing to take it off")
    return phrase(
        "it holds, but of the group `{group}` ({mode}) `{winner}` counts",
        group=group,
        mode=modes.get(group, ""),
        winner=rivals[0],
    )


def _of_table(table: Table, number: int | None, line: Line, checked: Checked, environment_of: EnvironmentOf) -> Iterator[Reason]:
    for question in reversed(line.questions):
        environment = environment_of(question)
        arguments = arguments_of(table, question, checked, environment)
        if arguments is not None:
            break
    else:
        yield _verdict(table.name, NOT_EVALUATED, place(table.span), table.because)
        return
    wrong_day = other_day(table.in_force, environment)
    if wrong_day is not None:
        yield _verdict(table.name, wrong_day, place(table.span), table.because)
        return
    rows = [row for row in table.rows if number in (None, row.number)]
    if number is None and len(rows) > _MOST_ROWS:
        rows = [row for row in rows if row_verdict(table, row, arguments, checked, environment) is None]
    for row in rows:
        failed = row_verdict(table, row, arguments, checked, environment)
        says, where = failed or (_row_that_holds(table, row, arguments, checked, environment), place(row.span))
        yield _verdict(f"{table.name} row {row.number}", says, where, row.because or table.because)


def _row_that_holds(table: Table, row: Row, arguments: list[ExactValue], checked: Checked, environment: Environment) -> Phrase:
    if table.policy == "first match":
        earlier = (one.number for one in table.rows[: row.number - 1] if row_verdict(table, one, arguments, checked, environment) is None)
        first = next(earlier, None)
        if first is not None:
            return phrase("it matches, but row {first} comes before it", first=first)
    return TOOK_PART


def _of_price(price: Price, line: Line, environment_of: EnvironmentOf) -> Reason:
    question, where = _last(line, "price"), place(price.span)
    if question is None:
        return _verdict(price.name, NOT_EVALUATED, where, price.because)
    if question.name not in price.products:
        says = phrase("it is for {products}, and the product is {product}", products=", ".join(price.products), product=question.name)
        return _verdict(price.name, says, where, price.because)
    return _of_condition(price.name, price, line, question, environment_of)


def _of_condition(name: str, block: Price | Definition, line: Line, question: Question, environment_of: EnvironmentOf) -> Reason:
    environment, where = environment_of(question), place(block.span)
    wrong_day = other_day(block.in_force, environment)
    failed = failing(block.when, environment) if wrong_day is None else (wrong_day, where)
    if failed is not None:
        return _verdict(name, failed[0], failed[1], block.because)
    if any(reason.where == where for reason in line.reasons):
        return _verdict(name, TOOK_PART, where, block.because)
    return _verdict(name, phrase("its condition holds, but another rule comes before it"), where, block.because)


def _of_answer(
    block: Definition | Decision, name: str, target: str, first: str | None, line: Line, environment_of: EnvironmentOf
) -> Iterator[Reason]:
    """Why a definition, or a rule of a decision, did not give the answer for a target."""
    question = next((one for one in reversed(line.questions) if one.kind == "ask" and one.name == target), None) or _last(
        line, "ask", "offers"
    )
    rules = [rule for rule in block.rules if name in (rule.name, block.name)] if isinstance(block, Decision) else []
    if question is None or not (rules or name == block.name):
        return
    if isinstance(block, Definition):
        yield _of_condition(block.name, block, line, question, environment_of)
        return
    environment = environment_of(question)
    for rule in rules:
        wrong_day = other_day(rule.in_force, environment)
        failed = failing(rule.when, environment) if wrong_day is None else (wrong_day, place(rule.span))
        took_part = any(reason.where == place(rule.span) for reason in line.reasons)
        held = phrase("its condition holds, but `{other}` comes before it", other=first) if first else TOOK_PART
        says, where = failed or (TOOK_PART if took_part else held, place(rule.span))
        yield _verdict(rule.name, says, where, rule.because or block.because)
