"""Proves tables by their hit policy: no gap, no overlap, no contradicting results, and no row that never counts."""

from __future__ import annotations

from collections.abc import Sequence

from engine.language.ir import typed
from engine.language.ir.checked_rules import Answering as Block
from engine.language.ir.checked_rules import Layer
from engine.language.ir.checked_tables import Table
from engine.language.proving.column_cover import rows_in
from engine.language.proving.diagrams import NOTHING, TooManyCases
from engine.language.proving.findings import SHOWN_AT_MOST, TOO_MANY, Findings, of_regions
from engine.language.proving.holes import box_cases, holes, row_of
from engine.language.proving.policies import where_any, where_match, where_none, winning
from engine.language.proving.proof_problems import DEAD_ROW, GAP, OVERLAP, RESULTS_DIFFER
from engine.language.proving.semantics import Meaning
from engine.language.proving.space import Region, Space
from engine.language.proving.witness import DIFFERENT, NO_ROW, TWO
from engine.phrases import phrase
from engine.problems import Problem


def prove_table(table: Table, before: Sequence[Layer[Block]], *, is_last: bool, findings: Findings) -> None:
    """Proves one version of a table, for the cases in which no layer in `before` answers."""
    what = phrase("table {table}", table=table.name)
    try:
        _prove(table, before, is_last, what, findings)
    except (TooManyCases, RecursionError):
        findings.leave(table.name, what, table.span, TOO_MANY)
        return
    if table.name not in findings.not_proved and table.name not in findings.broken:
        findings.proved.add(table.name)


def _prove(table: Table, before: Sequence[Layer[Block]], is_last: bool, what: str, findings: Findings) -> None:
    def whole(meaning: Meaning) -> int:
        meaning.over(table, where_any)
        for at in range(len(table.rows)):
            meaning.over_row(table, at)
        for box in holes(table, meaning):
            box_cases(meaning, meaning.columns(table), box)
        return requested_cases(meaning, table, before)

    space = findings.space(whole)
    requested = requested_cases(space.meaning, table, before)
    cases = space.both(requested, space.possible())
    name = table.outputs[0].answers
    leaves = space.meaning.columns(table).leaves()
    if is_last and 0 in leaves:
        _gaps(table, name, space, cases, what, findings)
    _overlaps(table, leaves, space, cases, what, findings)
    any_product = space.both(requested, space.possible(of_catalogue=False))
    if not findings.rests_on_broken(table):
        findings.report(_dead_rows(table, leaves, space, any_product, findings), table.name, what, table.span)


def _gaps(table: Table, name: str, space: Space, cases: int, what: str, findings: Findings) -> None:
    """Each possible combination of the columns without a row, as the missing row."""
    meaning, problems = space.meaning, list[Problem]()
    gap = space.both(cases, meaning.over(table, where_none))
    more = 0
    for box in holes(table, meaning):
        if gap == NOTHING:
            break
        own = space.both(gap, box_cases(meaning, meaning.columns(table), box))
        gap = space.diagrams.minus(gap, own)
        if len(problems) == SHOWN_AT_MOST:
            more += own != NOTHING
        elif regions := _no_row(table, name, space, own, what, findings):
            problems.append(of_regions(GAP, table.span, regions, table=table.name, row=row_of(table, meaning.columns(table), box, space)))
    rest = [] if more else _no_row(table, name, space, gap, what, findings)
    problems += [of_regions(GAP, table.span, rest, table=table.name, row="| … |")] if rest else []
    findings.report(problems, table.name, what, table.span, more)


def _no_row(table: Table, name: str, space: Space, cases: int, what: str, findings: Findings) -> list[Region]:
    witness = findings.witness
    return findings.cases(space, cases, table.name, what, table.span, lambda case: witness.refuses(name, case, NO_ROW, table.name))


def requested_cases(meaning: Meaning, block: Block, before: Sequence[Layer[Block]]) -> int:
    """The cases in which a block is evaluated: it is in force, and nothing that overrides it answers."""
    cases = meaning.in_force(block.in_force)
    for layer in before:
        cases = meaning.algebra.both(cases, meaning.algebra.negation(meaning.applies(layer)))
    return cases


def _overlaps(table: Table, leaves: Sequence[int], space: Space, cases: int, what: str, findings: Findings) -> None:
    """Cases in which two rows apply against the policy."""
    if table.policy not in ("exactly one", "same result"):
        return
    pairs: dict[tuple[int, int], list[int]] = {}
    for rows in leaves:
        pair = _contradicting(table, rows)
        if pair is not None:
            pairs.setdefault(pair, []).append(rows)
    problems, more = list[Problem](), 0
    name, codes, kind = table.outputs[0].answers, TWO, OVERLAP
    if table.policy == "same result":
        codes, kind = DIFFERENT, RESULTS_DIFFER
    wrong = {rows for several in pairs.values() for rows in several}
    left = space.both(cases, space.meaning.over(table, where_match(wrong))) if pairs else NOTHING
    for (one, other), several in sorted(pairs.items()):
        if left == NOTHING:
            break
        overlap = space.both(left, space.meaning.over(table, where_match(frozenset(several))))
        left = space.diagrams.minus(left, overlap)
        if len(problems) == SHOWN_AT_MOST:
            more += overlap != NOTHING
            continue
        where = table.rows[other].span
        regions = findings.cases(
            space, overlap, table.name, what, where, lambda case: findings.witness.refuses(name, case, codes, table.name)
        )
        if regions:
            problems.append(of_regions(kind, where, regions, table=table.name, one=table.rows[one].number, other=table.rows[other].number))
    findings.report(problems, table.name, what, table.span, more)


def _contradicting(table: Table, rows: int) -> tuple[int, int] | None:
    """The first two of some rows that may not apply together."""
    numbers = list(rows_in(rows))
    if len(numbers) < 2:
        return None
    if table.policy == "exactly one":
        return numbers[0], numbers[1]
    first = table.rows[numbers[0]].results
    return next(((numbers[0], other) for other in numbers[1:] if not _alike(first, table.rows[other].results)), None)


def _alike(one: Sequence[typed.Expression], other: Sequence[typed.Expression]) -> bool:
    """Whether two rows have equal results, as far as they are constants."""
    return all(
        (a.value == b.value) if isinstance(a, typed.Constant) and isinstance(b, typed.Constant) else a == b
        for a, b in zip(one, other, strict=True)
    )


# --- Rows that never count. ---


def _dead_rows(table: Table, leaves: Sequence[int], space: Space, cases: int, findings: Findings) -> list[Problem]:
    winners: dict[int, set[int]] = {}
    present = 0
    for rows in leaves:
        present |= rows
        winner = winning(table, rows)
        if winner is not None and table.policy in ("first match", "highest of"):
            winners.setdefault(winner, set()).add(rows)
    problems = []
    for at, row in enumerate(table.rows):
        why = _why_dead(table, at, space, cases, findings)
        if why is None and table.policy in ("first match", "highest of"):
            chosen = winners.get(at, set())
            wins = space.meaning.over(table, where_match(chosen)) if chosen else NOTHING
            if not findings.is_possible(space, space.both(cases, wins)):
                first = table.policy == "first match"
                why = (
                    phrase("rows above it apply to all its cases")
                    if first
                    else phrase("a row with a higher result applies to all its cases")
                )
        if why is not None:
            problems.append(DEAD_ROW.at(row.span, table=table.name, row=row.number, why=why))
    return problems


def _why_dead(table: Table, at: int, space: Space, cases: int, findings: Findings) -> str | None:
    """Why no case meets the conditions of a row; None where one does."""
    row = table.rows[at]
    dated = space.meaning.in_force(row.in_force)
    if space.both(cases, dated) == NOTHING != cases:
        return outside_the_horizon(findings)
    own = space.meaning.over_row(table, at)
    if not findings.is_possible(space, space.both(cases, own)):
        return phrase("its conditions exclude each other, or cannot be met by any customer and product")
    return None


def outside_the_horizon(findings: Findings) -> str:
    """Advice that something is not in force on any day of the horizon."""
    return phrase("none of its days lies between {first} and {last}", first=findings.domain.first, last=findings.domain.last)
