"""Checks definitions, decisions, increments, groupings, domain facts and the horizon."""

from __future__ import annotations

from dataclasses import replace

from engine.language.checking.check_dates import dated_by, days_of, in_force, refuse_clauses
from engine.language.checking.check_expressions import condition, expect
from engine.language.checking.check_tables import check_ladder
from engine.language.checking.declarations import Gathered, spelt
from engine.language.checking.message_text import called
from engine.language.checking.scope import Scope
from engine.language.ir.checked_rules import Decision, DecisionRule, Definition, DomainFact, Grouping, Horizon
from engine.language.syntax import blocks, nodes
from engine.language.syntax.rule_problems import (
    ALL_MATCHES,
    CLAUSE_FORMS,
    HORIZON_OPEN,
    INPUT_AS_RESULT,
    MISSING_CLAUSE,
    NO_OTHERWISE,
    NOT_A_TARGET,
    OTHER_TYPE,
    UNKNOWN_KEY,
    UNKNOWN_OVERRIDE,
)
from engine.language.types.value_types import DATE, Type
from engine.phrases import phrase
from engine.problems import Problem
from engine.text.nearest import suggestion


def check_define(module: blocks.Module, block: blocks.DefineBlock, gathered: Gathered) -> tuple[Definition | None, Scope]:
    """Checks a `define` block; None after a problem."""
    bare = gathered.scope(module, block.head.name.name)
    scope = replace(bare, dated_by=dated_by(block.head, bare))
    kind = _defined_type(block, gathered, scope)
    when = condition(block.head.when, scope) if block.head.when else None
    value = expect(block.value, kind, scope) if kind is not None else None
    if value is None or (block.head.when and when is None):
        return None, scope
    made = Definition(
        name=block.head.name.name,
        title=block.head.title.text if block.head.title else None,
        module=module.name.name,
        in_force=in_force(block.head, scope),
        when=when,
        value=value,
        because=block.head.because.text if block.head.because else None,
        span=block.span,
    )
    return made, scope


def check_range(module: blocks.Module, block: blocks.DefineBlock, gathered: Gathered) -> Scope:
    """Checks a range of dates: both ends are dates, and it has no versions or conditions."""
    scope = gathered.scope(module)
    remedy = phrase("a range of dates holds always; write two ranges")
    refuse_clauses(block.head, scope, validity=remedy, dated_by=remedy, when=remedy, overrides=remedy)
    if isinstance(block.value, nodes.Range):
        for end in (block.value.low, block.value.high):
            expect(end, DATE, scope)
    return scope


def _defined_type(block: blocks.DefineBlock, gathered: Gathered, scope: Scope) -> Type | None:
    name = block.head.name.name
    kind = gathered.vocabulary.type_named(spelt(block.type), block.type.span)
    if isinstance(kind, Problem):
        scope.problems.append(kind)
        return None
    entry = gathered.vocabulary.entries.get(name)
    if entry is not None and entry.role == "input":
        scope.problems.append(INPUT_AS_RESULT.at(block.head.name.span, name=name))
    elif entry is not None and entry.type != kind:
        scope.problems.append(
            OTHER_TYPE.at(block.type.span, name=name, wanted=called(entry.type), found=called(kind), written=str(entry.type))
        )
        return None
    return kind


def check_decision(module: blocks.Module, block: blocks.DecisionBlock, gathered: Gathered) -> tuple[Decision | None, Scope]:
    """Checks a `decision` block; None after a problem."""
    bare = gathered.scope(module, block.head.name.name)
    scope = replace(bare, dated_by=dated_by(block.head, bare))
    refuse_clauses(block.head, scope, when=phrase("write the condition into its rules"))
    name = block.head.name.name
    entry = gathered.vocabulary.entries.get(name)
    if entry is not None and entry.role == "input":
        scope.problems.append(INPUT_AS_RESULT.at(block.head.name.span, name=name))
    kind = gathered.type_of(name)
    if not block.rules and block.otherwise is None:
        scope.problems.append(
            MISSING_CLAUSE.at(block.head.name.span, block="decision", name=name, clause="rule", form=CLAUSE_FORMS["rule"])
        )
    if kind is None:
        return None, scope
    otherwise = expect(block.otherwise, kind, scope) if block.otherwise else None
    rules = [_rule(rule, block, kind, scope) for rule in block.rules]
    whole = tuple(rule for rule in rules if rule is not None)
    policy = block.policy
    if policy is not None and policy.name == "all matches":
        scope.problems.append(ALL_MATCHES.at(policy.span, what=phrase("a decision has one answer")))
    if policy is not None and policy.ladder:
        results = [rule.then for rule in whole] + ([otherwise] if otherwise else [])
        check_ladder(policy, kind, results, scope)
        if block.otherwise is None:
            scope.problems.append(NO_OTHERWISE.at(block.head.name.span, name=name))
    if len(whole) != len(rules) or (block.otherwise and otherwise is None):
        return None, scope
    made = Decision(
        name=name,
        title=block.head.title.text if block.head.title else None,
        module=module.name.name,
        in_force=in_force(block.head, scope),
        policy=policy.name if policy and policy.name != "all matches" else "exactly one",
        ladder=tuple(word.name for word in policy.ladder) if policy else (),
        rules=_yielding(block, whole, scope),
        otherwise=otherwise,
        because=block.head.because.text if block.head.because else None,
        type=kind,
        span=block.span,
    )
    return made, scope


def _rule(rule: blocks.DecisionRule, block: blocks.DecisionBlock, kind: Type, scope: Scope) -> DecisionRule | None:
    when = condition(rule.head.when, scope) if rule.head.when else None
    then = expect(rule.then, kind, scope)
    days = days_of(rule.head.validity, rule.head.name, scope, is_declared=block.head.dated_by is not None)
    if when is None or then is None:
        return None
    because = rule.head.because.text if rule.head.because else None
    return DecisionRule(rule.head.name.name, days, when, then, because, (), rule.span)


def _yielding(block: blocks.DecisionBlock, rules: tuple[DecisionRule, ...], scope: Scope) -> tuple[DecisionRule, ...]:
    """The rules, each with those that override it; reports unknown and repeated names."""
    names = [rule.name for rule in rules]
    yields: dict[str, list[str]] = {}
    for rule in block.rules:
        for word in rule.head.overrides:
            if word.name not in names or word.name == rule.head.name.name:
                scope.problems.append(
                    UNKNOWN_OVERRIDE.at(word.span, kind=phrase("rule"), name=word.name, remedy=suggestion(word.name, names))
                )
            yields.setdefault(word.name, []).append(rule.head.name.name)
    return tuple(replace(rule, yields_to=tuple(yields.get(rule.name, ()))) for rule in rules)


def check_increment(module: blocks.Module, block: blocks.IncrementBlock, gathered: Gathered) -> tuple[list[Definition], Scope]:
    """Checks an `increment` block: each line is the definition of a target."""
    bare = gathered.scope(module, "increment.placement")
    scope = replace(bare, dated_by=dated_by(block.head, bare))
    when = condition(block.head.when, scope) if block.head.when else None
    targets = {name.removeprefix("increment."): one for name, one in gathered.vocabulary.entries.items() if name.startswith("increment.")}
    days = in_force(block.head, scope)
    made = []
    for setting in block.settings:
        entry = targets.get(setting.name.name)
        if entry is None:
            remedy = suggestion(setting.name.name, targets)
            scope.problems.append(NOT_A_TARGET.at(setting.name.span, name=setting.name.name, remedy=remedy))
            continue
        value = expect(setting.value, entry.type, scope)
        if value is None or (block.head.when and when is None):
            continue
        title = block.head.title.text if block.head.title else None
        because = block.head.because.text if block.head.because else None
        made.append(Definition(entry.name, title, module.name.name, days, when, value, because, setting.span))
    return made, scope


def check_grouping(module: blocks.Module, block: blocks.GroupingBlock, gathered: Gathered) -> tuple[Grouping, Scope]:
    """Checks a `grouping` block."""
    scope = gathered.scope(module)
    remedy = phrase("grouping is the same on all days and for all customers")
    refuse_clauses(block.head, scope, validity=remedy, dated_by=remedy, when=remedy, overrides=remedy)
    known = gathered.vocabulary.grouping_keys
    for key in block.keys:
        if key.text not in known:
            scope.problems.append(UNKNOWN_KEY.at(key.span, name=key.text, remedy=suggestion(key.text, known)))
    made = Grouping(
        name=block.head.name.name,
        title=block.head.title.text if block.head.title else None,
        module=module.name.name,
        keys=tuple(dict.fromkeys(key.text for key in block.keys)),
        because=block.head.because.text if block.head.because else None,
        span=block.span,
    )
    return made, scope


def check_fact(module: blocks.Module, block: blocks.FactBlock, gathered: Gathered) -> tuple[DomainFact | None, Scope]:
    """Checks a domain fact."""
    scope = gathered.scope(module)
    made = condition(block.condition, scope)
    return DomainFact(block.title.text, made, block.span) if made is not None else None, scope


def check_horizon(module: blocks.Module, block: blocks.HorizonBlock, gathered: Gathered) -> tuple[Horizon | None, Scope]:
    """Checks the days for which the rules answer."""
    scope = gathered.scope(module)
    days = days_of(block.validity, nodes.Word("answers", block.span), scope, is_declared=True)
    if days.start is None or days.until is None:
        scope.problems.append(HORIZON_OPEN.at(block.span))
        return None, scope
    return Horizon(days.start, days.until, block.span), scope
