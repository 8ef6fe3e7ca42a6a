"""The facts on which an answer can depend: equal facts give an equal answer with equal reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.language.ir.checked_rules import Checked, Decision
from engine.language.ir.checked_tables import Table
from engine.language.ir.in_force import InForce
from engine.language.ir.typed import Aggregate, Fact, Known, Lookup, Result
from engine.language.ir.walker import Block, expressions, walk
from engine.language.types.fact_scopes import OF_QUOTE


def footprint(checked: Checked, name: str) -> tuple[str, ...] | None:
    """The facts on which the answer for a name can depend, sorted; None where it also reads lists of lines."""
    return _facts_read(checked, _blocks(checked, name), name)


def reads(checked: Checked, block: Block, fact: str) -> bool:
    """Whether a block can depend on a fact, also through other rules; True too where it reads lists of lines."""
    read = _facts_read(checked, [block])
    return read is None or fact in read


def quote_discounts(checked: Checked) -> frozenset[str]:
    """The discounts that depend on the total of a quote, also through a discount that overrides them."""
    by_name = {layer.name: layer.versions for layer in checked.discounts}
    names = {name for name, versions in by_name.items() if OF_QUOTE in (_facts_read(checked, versions) or ())}
    while more := {name for name, versions in by_name.items() if any(names & {*each.yields_to} for each in versions)} - names:
        names |= more
    return frozenset(names)


def _facts_read(checked: Checked, blocks: Iterable[Block], name: str = "") -> tuple[str, ...] | None:
    """The facts that blocks read, also through other rules; None where they also read lists."""
    facts: set[str] = set()
    waiting, seen = [*blocks], {name}
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
