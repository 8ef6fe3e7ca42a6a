"""Checks the validity of blocks, rows and rules, and the clauses that a kind of block allows."""

from __future__ import annotations

from engine.language.checking.scope import Scope
from engine.language.ir.in_force import InForce
from engine.language.syntax import nodes
from engine.language.syntax.block_head import Head, Validity
from engine.language.syntax.rule_problems import CLAUSE_HERE, DATES_REVERSED, NOT_A_DATE, UNDATED, UNDATED_DISCOUNT
from engine.language.types.value_types import DateType
from engine.text.nearest import suggestion


def dated_by(head: Head, scope: Scope) -> str | None:
    """The date that decides whether a block is in force: the named one, or the default of its kind, or None."""
    if head.dated_by is None:
        usual = scope.vocabulary.dated_by.get(head.kind)
        return usual if usual in scope.vocabulary.entries else None
    entry = scope.vocabulary.entries.get(head.dated_by.name)
    if entry is not None and entry.role == "input" and isinstance(entry.type, DateType):
        return entry.name
    dates = [name for name, one in scope.vocabulary.entries.items() if isinstance(one.type, DateType) and one.role == "input"]
    scope.problems.append(NOT_A_DATE.at(head.dated_by.span, name=head.dated_by.name, remedy=suggestion(head.dated_by.name, dates)))
    return None


def in_force(head: Head, scope: Scope) -> InForce:
    """The validity of a block."""
    return days_of(head.validity, head.name, scope, is_declared=head.dated_by is not None)


def days_of(validity: Validity | None, name: nodes.Word, scope: Scope, *, is_declared: bool = False) -> InForce:
    """The validity that a clause or cell gives; reports missing dates and reversed ranges."""
    if validity is None:
        return InForce(scope.dated_by, None, None)
    start = validity.start.day if validity.start else None
    until = validity.until.day if validity.until else None
    is_read = not any(each is not None and each.is_impossible for each in (validity.start, validity.until))
    if is_read and start is not None and until is not None and until < start:
        scope.problems.append(DATES_REVERSED.at(validity.span, start=start, until=until))
    if scope.is_of_discounts and not is_declared:
        scope.problems.append(UNDATED_DISCOUNT.at(validity.span, name=name.name))
    elif scope.dated_by is None and not is_declared:
        scope.problems.append(UNDATED.at(validity.span, name=name.name, example=_example(scope)))
    return InForce(scope.dated_by, start, until)


def _example(scope: Scope) -> str:
    dates = [name for name, one in scope.vocabulary.entries.items() if isinstance(one.type, DateType) and one.role == "input"]
    return next((name for name in ("invoice.tax-point", "price.date", *dates) if name in dates), "DATE")


def refuse_clauses(head: Head, scope: Scope, **instead: str) -> None:
    """Reports clauses that a kind of block does not allow, each with a remedy."""
    for clause, remedy in instead.items():
        written = getattr(head, clause)
        if not written:
            continue
        first = written[0] if isinstance(written, tuple) else written
        where = first[0].span if isinstance(first, tuple) else first.span
        scope.problems.append(CLAUSE_HERE.at(where, clause=_WRITTEN[clause], kind=head.kind, instead=remedy))


_WRITTEN = {
    "validity": "from … until",
    "dated_by": "dated by",
    "when": "when",
    "overrides": "overrides",
    "because": "because",
    "titles": "title",
}
