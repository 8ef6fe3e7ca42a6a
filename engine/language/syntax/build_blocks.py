"""Builds the AST of blocks from parse trees; reports repeated and missing clauses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from engine.language.syntax import blocks, nodes, sales_blocks
from engine.language.syntax.block_head import Head
from engine.language.syntax.build_clauses import CLAUSE_WORDS, clauses_of, head_of, spaced, split_head, validity_of, words_of
from engine.language.syntax.build_expressions import Building
from engine.language.syntax.build_tables import build_table, build_tiers, policy_of
from engine.language.syntax.rule_problems import CLAUSE_FORMS, CLAUSE_TWICE, MISSING_CLAUSE, NEITHER_PRICE, PRICE_OR_TIERS
from engine.language.syntax.sales_blocks import BundleBlock, DiscountBlock, PriceBlock, StackingBlock
from engine.problems import Span


@dataclass(frozen=True, slots=True)
class ModuleName:
    """`module rules.crm`."""

    name: nodes.Word


@dataclass(frozen=True, slots=True)
class Uses:
    """`use catalogue, vat.rates`."""

    names: tuple[nodes.Word, ...]


Built = blocks.Block | ModuleName | Uses


def build_block(make: Building, parsed: Any) -> Built:
    """The AST of a parsed block."""
    return _BUILDERS[parsed.rule](make, parsed.children, make.span(parsed))


def _module(make: Building, parts: list[Any], _where: Span) -> Built:
    return ModuleName(make.word(parts[0]))


def _use(make: Building, parts: list[Any], _where: Span) -> Built:
    return Uses(words_of(make, parts[0]))


def _demand(make: Building, where: nodes.Word, block: str, **clauses: object) -> None:
    for clause, given in clauses.items():
        if not given:
            missing = clause.replace("_", " ")
            make.problems.append(MISSING_CLAUSE.at(where.span, block=block, name=where.name, clause=missing, form=CLAUSE_FORMS[missing]))


def _price(make: Building, parts: list[Any], where: Span) -> Built:
    name, title, rest = split_head(parts)
    clauses = clauses_of(make, rest)
    head = head_of(make, "price", name, title, clauses)
    charge, tiers, at = clauses.one("charge"), clauses.each("tiers"), clauses.one("at")
    products = tuple(word for clause in clauses.each("for_product") for word in words_of(make, clause.children[0]))
    _demand(make, head.name, "price", for_product=products)
    if bool(tiers) == bool(at):
        make.problems.append((PRICE_OR_TIERS if at else NEITHER_PRICE).at(head.name.span, name=head.name.name))
    charged = sales_blocks.Charge(cast("Any", spaced(charge[0])), make.span(clauses.each("charge")[0])) if charge else None
    single = make.expression(at[0]) if at else None
    return PriceBlock(head, products, charged, build_tiers(make, tiers[0]) if tiers else None, single, where)


def _discount(make: Building, parts: list[Any], where: Span) -> Built:
    name, title, rest = split_head(parts)
    clauses = clauses_of(make, rest)
    head = head_of(make, "discount", name, title, clauses)
    give, group, priority, at_most = (clauses.one(kind) for kind in ("give", "in_group", "priority", "at_most"))
    _demand(make, head.name, "discount", give=give)
    number = nodes.Number(make.digits(str(priority[0]), make.span(priority[0])), make.span(priority[0])) if priority else None
    return DiscountBlock(
        head,
        make.expression(give[0]) if give else None,
        make.word(give[1]) if give else None,
        make.word(group[0]) if group else None,
        number,
        make.expression(at_most[0]) if at_most else None,
        where,
    )


def _stacking(make: Building, parts: list[Any], where: Span) -> Built:
    name, title, rest = split_head(parts)
    clauses = clauses_of(make, rest)
    head = head_of(make, "stacking", name, title, clauses)
    groups = tuple(
        sales_blocks.StackingGroup(make.word(group.children[0]), cast("Any", spaced(group.children[1])), make.span(group))
        for group in clauses.each("stacking_group")
    )
    apply, total = clauses.one("apply"), clauses.one("total")
    _demand(make, head.name, "stacking", group=groups, groups_apply=apply)
    how = cast("Any", spaced(apply[0])) if apply else None
    return StackingBlock(head, groups, how, make.expression(total[0]) if total else None, where)


def _bundle(make: Building, parts: list[Any], where: Span) -> Built:
    name, title, rest = split_head(parts)
    clauses = clauses_of(make, rest)
    head = head_of(make, "bundle", name, title, clauses)
    contained = tuple(_part(make, part) for clause in clauses.each("contains") for part in clause.children)
    products = tuple(word for clause in clauses.each("for_product") for word in words_of(make, clause.children[0]))
    sells_at, allocate, touched = clauses.one("sells_at"), clauses.one("allocate"), clauses.one("touched_by")
    _demand(make, head.name, "bundle", contains=contained, sells_at=sells_at, allocate=allocate)
    return BundleBlock(
        head,
        products,
        contained,
        make.expression(sells_at[0]) if sells_at else None,
        cast("Any", spaced(allocate[0])) if allocate else None,
        words_of(make, touched[0]) if touched else (),
        where,
    )


def _part(make: Building, parsed: Any) -> sales_blocks.BundlePart:
    count, product = parsed.children
    where = make.span(count)
    return sales_blocks.BundlePart(nodes.Number(make.digits(str(count), where), where), make.word(product), make.span(parsed))


def _decision(make: Building, parts: list[Any], where: Span) -> Built:
    name, title, rest = split_head(parts)
    own, rules = _own_clauses(rest)
    clauses = clauses_of(make, own)
    policy, otherwise = clauses.each("policy"), clauses.one("otherwise")
    return blocks.DecisionBlock(
        head_of(make, "decision", name, title, clauses),
        policy_of(make, policy[0]) if policy else None,
        make.expression(otherwise[0]) if otherwise else None,
        tuple(_rule(make, rule, below) for rule, below in rules),
        where,
    )


def _own_clauses(parts: list[Any]) -> tuple[list[Any], list[tuple[Any, list[Any]]]]:
    """A decision's own clauses, and its rules with the clauses on the lines below each: validity, reason, overrides."""
    own: list[Any] = []
    rules: list[tuple[Any, list[Any]]] = []
    for part in parts:
        if part.rule == "rule":
            rules.append((part, []))
        elif rules and part.rule in ("validity_line", "because", "overrides"):
            rules[-1][1].append(part)
        else:
            own.append(part)
    return own, rules


def _rule(make: Building, parsed: Any, below: list[Any]) -> blocks.DecisionRule:
    name, title, rest = split_head(parsed.children)
    when, then, validity, because = rest
    clauses = clauses_of(make, below)
    head = head_of(make, "rule", name, title, clauses)
    for inline, clause in ((validity, "validity_line"), (because, "because")):
        if inline is not None and clauses.one(clause):
            make.problems.append(CLAUSE_TWICE.at(make.span(clauses.each(clause)[0]), clause=CLAUSE_WORDS[clause]))
    head = Head(
        "rule", head.name, head.title,
        validity_of(make, validity) if validity else head.validity,
        None, make.expression(when), head.overrides,
        make.quoted(because) if because else head.because,
    )  # fmt: skip
    return blocks.DecisionRule(head, make.expression(then), make.span(parsed))


def _define(make: Building, parts: list[Any], where: Span) -> Built:
    name, title, rest = split_head(parts)
    kind, value, validity, because, *more = rest
    clauses = clauses_of(make, more)
    for inline, clause in ((validity, "validity_line"), (because, "because")):
        if inline is not None and clauses.one(clause):
            make.problems.append(CLAUSE_TWICE.at(make.span(clauses.each(clause)[0]), clause=CLAUSE_WORDS[clause]))
    head = head_of(make, "define", name, title, clauses)
    head = Head(
        "define", head.name, head.title,
        validity_of(make, validity) if validity else head.validity,
        head.dated_by, head.when, head.overrides,
        make.quoted(because) if because else head.because,
    )  # fmt: skip
    return blocks.DefineBlock(head, _type(make, kind), make.expression(value), where)


def _type(make: Building, parsed: Any) -> blocks.TypeName:
    name, of, *inside = parsed.children
    spelt = f"{name} of {of}" if of else str(name)
    inside = [part for part in inside if part is not None]
    per = next((make.word(part.children[1]) for part in inside if part.children[1]), None)
    return blocks.TypeName(spelt, tuple(make.word(part.children[0]) for part in inside), per, make.span(parsed))


def _increment(make: Building, parts: list[Any], where: Span) -> Built:
    name, title, rest = split_head(parts)
    clauses = clauses_of(make, rest)
    settings = tuple(
        blocks.Setting(make.word(setting.children[0]), make.expression(setting.children[1]), make.span(setting))
        for setting in clauses.each("setting")
    )
    return blocks.IncrementBlock(head_of(make, "increment", name, title, clauses), settings, where)


def _grouping(make: Building, parts: list[Any], where: Span) -> Built:
    name, title, rest = split_head(parts)
    keys = [part for part in rest if part.rule == "grouping_key"]
    clauses = clauses_of(make, [part for part in rest if part.rule != "grouping_key"])
    made = tuple(blocks.GroupingKey(" of ".join(str(token) for token in key.children if token), make.span(key)) for key in keys)
    return blocks.GroupingBlock(head_of(make, "grouping", name, title, clauses), made, where)


def _fact(make: Building, parts: list[Any], where: Span) -> Built:
    return blocks.FactBlock(make.quoted(parts[0]), make.expression(parts[1]), where)


def _implication(make: Building, parts: list[Any], where: Span) -> Built:
    given, then = make.all_of(parts[1:])
    return blocks.FactBlock(make.quoted(parts[0]), nodes.If(given, then, None, given.span.through(then.span)), where)


def _answers(make: Building, parts: list[Any], where: Span) -> Built:
    return blocks.HorizonBlock(validity_of(make, parts[0]), where)


_BUILDERS: Final[dict[str, Callable[[Building, list[Any], Span], Built]]] = {
    "module": _module,
    "use": _use,
    "price": _price,
    "table": build_table,
    "headless_table": build_table,
    "discount": _discount,
    "stacking": _stacking,
    "bundle": _bundle,
    "decision": _decision,
    "define": _define,
    "increment": _increment,
    "grouping": _grouping,
    "fact": _fact,
    "implication": _implication,
    "answers": _answers,
}
