"""Lookups in tables with rows from a data file: a row that is missing there is no gap of the rules."""

from __future__ import annotations

from collections.abc import Callable

from engine.language.ir.checked_rules import Checked
from engine.language.ir.checked_tables import Table
from engine.language.ir.walker import Block, all_blocks, results_mentioned
from engine.language.proving.domain import Domain
from engine.language.proving.findings import Findings
from engine.language.proving.lookup_proofs import prove_lookups
from engine.language.proving.proof_problems import MORE_CASES, NO_ROW_LOOKED_UP
from engine.problems import Problem

Held = Callable[[Block, str], bool]


def lookups_for(checked: Checked, name: str, path: str) -> Held:
    """Whether the lookups of a block in a table of a file serve to answer a name, by block and table."""
    tables, needed = _tables_of(checked, path), _needed_by(name, checked)
    return lambda block, table: table in tables and bool(_names(block) & needed)


def rows_missing(checked: Checked, domain: Domain, name: str, path: str) -> tuple[Problem, int] | None:
    """The first case in which a file lacks a row that a name needs, and the number of others; None without any."""
    tables, needed = _tables_of(checked, path), _needed_by(name, checked)
    if not tables:
        return None
    findings = Findings(checked, domain)
    for block in all_blocks(checked):
        if _names(block) & needed:
            prove_lookups(block, lambda _block, table: table not in tables, findings)
    gaps = [problem for problem in findings.problems if problem.kind in (NO_ROW_LOOKED_UP, MORE_CASES)]
    if not gaps:
        return None
    return gaps[0], sum(int(dict(problem.words)["count"]) if problem.kind is MORE_CASES else 1 for problem in gaps[1:])


def _tables_of(checked: Checked, path: str) -> frozenset[str]:
    """The tables with rows from a file."""
    return frozenset(
        name for name, layer in checked.tables.items() if any(row.span.path == path for table in layer.versions for row in table.rows[:1])
    )


def _needed_by(name: str, checked: Checked) -> frozenset[str]:
    """A name and its transitive dependencies."""
    needed, waiting = set[str](), [name]
    while waiting:
        one = waiting.pop()
        if one in checked.answers and one not in needed:
            needed.add(one)
            for layer in checked.answers[one].layers:
                for version in layer.versions:
                    waiting += results_mentioned(version)
    return frozenset(needed)


def _names(block: Block) -> frozenset[str]:
    return frozenset(output.answers for output in block.outputs) if isinstance(block, Table) else frozenset((block.name,))
