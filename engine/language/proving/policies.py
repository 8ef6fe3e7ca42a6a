"""Which row or rule counts where several apply, by the hit policy."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from engine.language.ir import typed
from engine.language.ir.checked_rules import Decision
from engine.language.ir.checked_tables import Table
from engine.language.ir.typed import Expression
from engine.language.proving.column_cover import rows_in
from engine.language.proving.diagrams import EVERYTHING, NOTHING


def winning(table: Table, rows: int) -> int | None:
    """Of the rows that match (as bits) the one that counts, by the table's policy."""
    if not rows:
        return None
    if table.policy != "highest of":
        return (rows & -rows).bit_length() - 1
    return max(rows_in(rows), key=lambda at: (_rank(table.ladder, table.rows[at].results[0]), -at))


def beating(decision: Decision, at: int) -> list[int]:
    """The rules of a decision that take precedence over one where both hold."""
    match decision.policy:
        case "first match":
            return list(range(at))
        case "highest of":
            own = _rank(decision.ladder, decision.rules[at].then)
            ranks = [_rank(decision.ladder, rule.then) for rule in decision.rules]
            return [other for other, rank in enumerate(ranks) if rank > own or (rank == own and other < at)]
        case _:
            return []


def _rank(ladder: Sequence[str], result: Expression) -> int:
    return ladder.index(str(result.value)) if isinstance(result, typed.Constant) and str(result.value) in ladder else -1


def where_match(chosen: Collection[int]) -> Callable[[int], int]:
    """For `Meaning.over`: the cases in which exactly the rows of one of some sets match."""
    return lambda rows: EVERYTHING if rows in chosen else NOTHING


def where_wins(table: Table, at: int) -> Callable[[int], int]:
    """For `Meaning.over`: the cases in which one row counts."""
    return lambda rows: EVERYTHING if winning(table, rows) == at else NOTHING


def where_any(rows: int) -> int:
    """For `Meaning.over`: the cases in which some row matches."""
    return EVERYTHING if rows else NOTHING


def where_none(rows: int) -> int:
    """For `Meaning.over`: the cases in which no row matches."""
    return NOTHING if rows else EVERYTHING


def where_several(rows: int) -> int:
    """For `Meaning.over`: the cases in which more than one row matches."""
    return EVERYTHING if rows & (rows - 1) else NOTHING
