"""The dependency graph of answers: reports cycles, sorts answers topologically, and bounds the cost of one evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.language.ir.checked_rules import Answering, Answers, Cost, Decision, Definition
from engine.language.ir.checked_sales import Bundle, Discount, Price, Stacking
from engine.language.ir.checked_tables import ConditionCell, Table
from engine.language.ir.typed import Aggregate, Expression, Lookup, Result, parts_of
from engine.language.syntax.rule_problems import CIRCLE, LONG_CHAIN, TOO_COSTLY
from engine.problems import Problem, Span

MOST_STEPS = 1_000_000
"""The largest number of steps of one evaluation, with loops counted once."""

LONGEST_CHAIN = 50
"""The longest chain of answers that depend on each other."""

AnyRule = Answering | Price | Discount | Stacking | Bundle


def in_order(needs: Mapping[str, set[str]], places: Mapping[str, Span], problems: list[Problem]) -> list[str]:
    """Names in topological order; reports each cycle once."""
    done: dict[str, bool] = {}
    order: list[str] = []
    for name in needs:
        _visit(name, needs, places, done, order, problems)
    return order


def _visit(
    start: str, needs: Mapping[str, set[str]], places: Mapping[str, Span], done: dict[str, bool], order: list[str], problems: list[Problem]
) -> None:
    """Visits all dependencies of a name, without recursion: chains of definitions may be long."""
    if start in done:
        return
    path: list[tuple[str, Iterator[str]]] = [(start, iter(sorted(needs.get(start, ()))))]
    done[start] = False
    while path:
        name, left = path[-1]
        needed = next(left, None)
        if needed is None:
            path.pop()
            done[name] = True
            order.append(name)
        elif needed not in done:
            done[needed] = False
            path.append((needed, iter(sorted(needs.get(needed, ())))))
        elif not done[needed]:
            names = [one for one, _ in path]
            circle = [*names[names.index(needed) :], needed]
            names = [one.removeprefix("table:") for one in circle]
            problems.append(CIRCLE.at(places.get(needed) or places.get(name), name=names[0], path=" → ".join(names)))


def long_chains(needs: Mapping[str, set[str]], order: list[str], places: Mapping[str, Span]) -> list[Problem]:
    """The answers at the end of a chain that is too long."""
    lengths: dict[str, int] = {}
    problems = []
    for name in order:
        lengths[name] = 1 + max((lengths.get(needed, 0) for needed in needs.get(name, ())), default=0)
        if lengths[name] == LONGEST_CHAIN + 1:
            problems.append(LONG_CHAIN.at(places.get(name), name=name.removeprefix("table:"), most=LONGEST_CHAIN))
    return problems


def expressions_of(rule: AnyRule) -> Iterator[Expression]:
    """The expressions of a rule, with its conditions."""
    match rule:
        case Table():
            yield from (one.subject for one in rule.inputs)
            yield from cells_of(rule)
        case Definition(when=when, value=value):
            yield from _given(when, value)
        case Decision():
            yield from (part for one in rule.rules for part in (one.when, one.then))
            yield from _given(rule.otherwise)
        case Price():
            yield from _given(rule.when, rule.quantity)
            yield from (part for tier in rule.tiers for part in _given(tier.unit_price, tier.flat))
        case Discount():
            yield from _given(rule.when, rule.give, rule.at_most)
        case Stacking():
            yield from _given(rule.when, rule.total_at_most)
        case Bundle():
            yield from _given(rule.when, rule.sells_at)


def cells_of(table: Table) -> Iterator[Expression]:
    """The expressions in the rows of a table."""
    for row in table.rows:
        yield from (cell.condition for cell in row.cells if isinstance(cell, ConditionCell))
        yield from row.results


def _given(*expressions: Expression | None) -> Iterator[Expression]:
    yield from (one for one in expressions if one is not None)


def cost_of(
    answers: Mapping[str, Answers],
    tables: Mapping[str, tuple[Table, ...]],
    order: list[str],
    places: Mapping[str, Span],
    problems: list[Problem],
) -> Cost:
    """The largest cost of one evaluation, as if every dependency were evaluated at each mention."""
    costs: dict[str, Cost] = {}
    for name in order:
        if name.startswith("table:"):
            versions = tables.get(name.removeprefix("table:"), ())
            parts = [_sum(cells_of(table), costs, 1 + len(table.rows) * (1 + len(table.inputs))) for table in versions]
        else:
            rules = [rule for layer in answers[name].layers for rule in layer.versions] if name in answers else []
            parts = [_sum(expressions_of(rule), costs, _rows(rule)) for rule in rules]
        costs[name] = Cost(sum(part.steps for part in parts), max((part.loops for part in parts), default=0))
        if costs[name].steps > MOST_STEPS:
            problems.append(TOO_COSTLY.at(places.get(name), name=name, steps=f"{costs[name].steps:_}", most=f"{MOST_STEPS:_}"))
            costs[name] = Cost(0, 0)
    return Cost(max((cost.steps for cost in costs.values()), default=0), max((cost.loops for cost in costs.values()), default=0))


def _rows(rule: AnyRule) -> int:
    return 1 + len(rule.rows) * (1 + len(rule.inputs)) if isinstance(rule, Table) else 1


def _sum(expressions: Iterator[Expression], costs: Mapping[str, Cost], steps: int) -> Cost:
    loops = 0
    for expression in expressions:
        one = _cost(expression, costs)
        steps, loops = steps + one.steps, max(loops, one.loops)
    return Cost(steps, loops)


def _cost(expression: Expression, costs: Mapping[str, Cost]) -> Cost:
    steps, loops = 1, 0
    for part in parts_of(expression):
        one = _cost(part, costs)
        steps, loops = steps + one.steps, max(loops, one.loops)
    match expression:
        case Result(name=name):
            needed = costs.get(name, Cost(0, 0))
        case Lookup(table=table):
            needed = costs.get(f"table:{table}", Cost(0, 0))
        case Aggregate():
            needed = Cost(0, 1)
            return Cost(steps, loops + 1)
        case _:
            return Cost(steps, loops)
    return Cost(steps + needed.steps, max(loops, needed.loops))
