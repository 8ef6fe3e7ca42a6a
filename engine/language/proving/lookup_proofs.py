"""Proves lookups: for every lookup that a rule can make, the table has the rows that its policy demands."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.language.ir import typed
from engine.language.ir.checked_rules import Decision
from engine.language.ir.checked_tables import Table
from engine.language.ir.typed import Expression, Lookup
from engine.language.ir.walker import Block, expressions, walk
from engine.language.proving.diagrams import NOTHING, TooManyCases
from engine.language.proving.findings import SHOWN_AT_MOST, TOO_MANY, Findings, of_regions
from engine.language.proving.holes import Box, box_cases, holes, row_of
from engine.language.proving.policies import where_several, where_wins
from engine.language.proving.proof_problems import NO_ROW_LOOKED_UP, TWO_ROWS_LOOKED_UP
from engine.language.proving.semantics import Meaning
from engine.language.proving.space import Region, Space
from engine.language.proving.witness import NO_ROW, TWO
from engine.phrases import phrase
from engine.problems import Problem

LookupCases = tuple[Lookup, int]


def prove_lookups(block: Block, held: Callable[[Block, str], bool], findings: Findings) -> None:
    """Proves every lookup of a block in a table; a gap that is `held` (the line is held back) is none."""
    if not any(isinstance(part, Lookup) for whole in expressions(block) for part in walk(whole)) or findings.leaves_out(block):
        return
    what = phrase("the tables that {name} asks", name=block.name)
    try:
        space = findings.space(lambda meaning: list(_lookups_with_rows(block, meaning)))
        possible = space.possible()
        for lookup, cases, there, overlapping in _lookups_with_rows(block, space.meaning):
            reached = space.both(possible, cases)
            if not held(block, lookup.table):
                _report_gaps(space, space.both(reached, space.negation(there)), lookup, what, findings)
            _report_two(space, space.both(reached, overlapping), lookup, what, findings)
    except (TooManyCases, RecursionError):
        findings.leave(f"lookups of {block.name}", what, block.span, TOO_MANY)


def _report_gaps(space: Space, gap: int, lookup: Lookup, what: str, findings: Findings) -> None:
    """Reports lookups without a row, each as the missing row; last, those on days on which no version is in force."""
    problems, meaning, more = list[Problem](), space.meaning, 0
    for table in meaning.checked.tables[lookup.table].versions:
        tree = meaning.columns(table)
        for box in holes(table, meaning) if gap != NOTHING else ():
            own = space.both(gap, _of_box(lookup, table, box, meaning))
            gap = space.diagrams.minus(gap, own)
            if len(problems) > SHOWN_AT_MOST:
                more += own != NOTHING
            elif regions := _no_row(space, own, lookup, what, findings):
                row = row_of(table, tree, box, space)
                problems.append(of_regions(NO_ROW_LOOKED_UP, lookup.span, regions, table=lookup.table, row=row))
    rest = [] if more else _no_row(space, gap, lookup, what, findings)
    problems += [of_regions(NO_ROW_LOOKED_UP, lookup.span, rest, table=lookup.table, row="| … |")] if rest else []
    findings.report(problems, what, lookup.table, lookup.span, more)


def _of_box(lookup: Lookup, table: Table, box: Box, meaning: Meaning) -> int:
    cases = box_cases(meaning, meaning.columns(table), box, lookup.arguments, lookup.dated_by)
    return meaning.algebra.both(meaning.in_force(table.in_force, lookup.dated_by), cases)


def _no_row(space: Space, cases: int, lookup: Lookup, what: str, findings: Findings) -> list[Region]:
    witness = findings.witness
    return findings.cases(
        space, cases, f"{what}:{lookup.table}", what, lookup.span, lambda case: witness.refuses_lookup(lookup, case, NO_ROW)
    )


def _report_two(space: Space, overlap: int, lookup: Lookup, what: str, findings: Findings) -> None:
    regions = findings.cases(
        space, overlap, f"{what}:{lookup.table}", what, lookup.span, lambda case: findings.witness.refuses_lookup(lookup, case, TWO)
    )
    findings.problems += [of_regions(TWO_ROWS_LOOKED_UP, lookup.span, regions, table=lookup.table)] if regions else []


def _lookups_with_rows(block: Block, meaning: Meaning) -> Iterator[tuple[Lookup, int, int, int]]:
    """Each lookup of a block: when it is evaluated, when it has a row, and when it has two that its policy forbids."""
    for lookup, cases in lookups_in(block, meaning):
        for table in meaning.checked.tables[lookup.table].versions:
            for box in holes(table, meaning):
                _of_box(lookup, table, box, meaning)
        yield lookup, cases, meaning.row_exists(lookup), _overlapping(lookup, meaning)


def _overlapping(lookup: Lookup, meaning: Meaning) -> int:
    overlapping = NOTHING
    for table in meaning.checked.tables[lookup.table].versions:
        if table.policy == "exactly one" and any(rows & (rows - 1) for rows in meaning.columns(table).leaves()):
            cases = meaning.over(table, where_several, lookup.arguments, lookup.dated_by)
            overlapping = meaning.algebra.either(
                overlapping, meaning.algebra.both(meaning.in_force(table.in_force, lookup.dated_by), cases)
            )
    return overlapping


def lookups_in(block: Block, meaning: Meaning) -> Iterator[LookupCases]:
    """The lookups of a block, each with the cases in which it is evaluated."""
    cases = meaning.in_force(block.in_force)
    if isinstance(block, Table):
        for column in block.inputs:
            yield from _lookups(column.subject, cases, meaning)
        for at, row in enumerate(block.rows):
            if any(isinstance(part, Lookup) for result in row.results for part in walk(result)):
                wins = meaning.over(block, where_wins(block, at))
                for result in row.results:
                    yield from _lookups(result, meaning.algebra.both(cases, wins), meaning)
        return
    if isinstance(block, Decision):
        for rule, counting in zip(block.rules, meaning.counting(block), strict=True):
            yield from _lookups(rule.when, cases, meaning)
            yield from _lookups(rule.then, meaning.algebra.both(cases, counting), meaning)
        if block.otherwise is not None:
            yield from _lookups(block.otherwise, cases, meaning)
        return
    for whole in expressions(block):
        yield from _lookups(whole, cases, meaning)
        if getattr(block, "when", None) is whole:
            cases = meaning.algebra.both(cases, meaning.holds(whole))


def _lookups(expression: Expression, cases: int, meaning: Meaning) -> Iterator[LookupCases]:
    """The lookups of an expression, with the cases in which they are evaluated: only the chosen branch is, and operators short-circuit."""
    algebra = meaning.algebra
    match expression:
        case typed.Choice(condition=condition, then=then, otherwise=otherwise):
            yield from _lookups(condition, cases, meaning)
            chosen = meaning.holds(condition)
            yield from _lookups(then, algebra.both(cases, chosen), meaning)
            yield from _lookups(otherwise, algebra.both(cases, algebra.negation(chosen)), meaning)
        case typed.All(parts=parts):
            for part in parts:
                yield from _lookups(part, cases, meaning)
                cases = algebra.both(cases, meaning.holds(part))
        case typed.Either(parts=parts):
            for part in parts:
                yield from _lookups(part, cases, meaning)
                cases = algebra.both(cases, algebra.negation(meaning.holds(part)))
        case _:
            for part in typed.parts_of(expression):
                yield from _lookups(part, cases, meaning)
            if isinstance(expression, Lookup):
                yield expression, cases
