"""The facts on which an answer can depend: equal facts give an equal answer with equal reasons."""

from __future__ import annotations

from collections.abc import Iterator

from engine.language.ir.checked_rules import Checked, Decision
from engine.language.ir.checked_tables import Table
from engine.language.ir.in_force import InForce
from engine.language.ir.typed import Aggregate, Fact, Known, Lookup, Result
from engine.language.ir.walker import Block, expressions, walk


def footprint(checked: Checked, name: str) -> tuple[str, ...] | None:
    """The facts on which the answer for a name can depend, sorted; None where it also reads lists of lines."""
    facts: set[str] = set()
    waiting, seen = [*_blocks(checked, name)], {name}
    while waiting:
        block = waiting.pop()
        facts |= {dates.by for dates in _dates(block) if dates.by}
        for inner in (part for expression in expressions(block) for part in walk(expression)):
            needed = None
            match inner:
                case Aggregate():
                    return None
                case Fact() | Known():
                    facts.add(inner.name)
                case Result():
                    needed = inner.name
                case Lookup():
                    needed = f"table:{inner.table}"
                    facts |= {inner.dated_by} if inner.dated_by else set()
                case _:
                    continue
            if needed is not None and needed not in seen:
                seen.add(needed)
                waiting += _blocks(checked, needed)
    return tuple(sorted(facts))


def _blocks(checked: Checked, name: str) -> Iterator[Block]:
    if name.startswith("table:"):
        yield from checked.tables[name.removeprefix("table:")].versions
        return
    for layer in checked.answers[name].layers:
        yield from layer.versions


def _dates(block: Block) -> Iterator[InForce]:
    yield block.in_force
    match block:
        case Table():
            yield from (row.in_force for row in block.rows)
        case Decision():
            yield from (rule.in_force for rule in block.rules)
        case _:
            return
