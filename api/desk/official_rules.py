"""The rules of e-invoices in force: those of the program, and those that were added in their place; and checks against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from api.desk.desk import Desk
from api.desk.validating import rule_sets_in_force, validation_of
from api.e_invoicing.rule_file import read_rule_file
from api.e_invoicing.rule_sets import RuleSet
from api.e_invoicing.validator import Validator
from api.e_invoicing.verdicts import Verdict
from api.refusals import unknown
from api.store import e_invoice_rules
from api.store.e_invoice_rules import AddedRules
from engine.phrases import Language, say
from engine.problems import Refusal


class RulesInForce(TypedDict):
    """A rule set in force: its name, version and source, and who added it, where it is not the program's."""

    name: str
    version: str
    source: str
    applies_to: str
    digest: str | None
    added_at: str | None
    added_by: str | None


def in_force(desk: Desk) -> tuple[RulesInForce, ...]:
    """The rule sets in force, in the order in which a document is put to them."""
    with desk.store.reading() as connection:
        rule_sets, added = rule_sets_in_force(connection), e_invoice_rules.find(connection)
    return tuple(_shown(one, added.get(one.name)) for one in rule_sets)


def _shown(rule_set: RuleSet, added: AddedRules | None) -> RulesInForce:
    return RulesInForce(
        name=rule_set.name,
        version=rule_set.version,
        source=rule_set.source,
        applies_to=rule_set.scope,
        digest=added.digest if added else None,
        added_at=added.added_at.isoformat() if added else None,
        added_by=added.added_by if added else None,
    )


def add(desk: Desk, path: str, text: bytes, *, name: str | None, version: str | None, by: str) -> RulesInForce:
    """Puts the rules of a file in force, in place of those of the same name; refuses what is no rules, or what cannot be compiled."""
    file = read_rule_file(path, text, name=name, version=version)
    if problem := file.problem():
        raise Refusal((problem,))
    rule_set = file.rule_set
    added = AddedRules(
        name=rule_set.name,
        version=rule_set.version,
        scope=rule_set.scope,
        source=rule_set.source,
        digest=rule_set.digest,
        assertions=file.assertions,
        added_at=desk.now(),
        added_by=by,
    )
    with desk.writing() as connection:
        e_invoice_rules.put(connection, added, rule_set.stylesheet)
    return _shown(rule_set, added)


def remove(desk: Desk, name: str) -> tuple[RulesInForce, ...]:
    """Takes added rules out of force: those of the program are in force again, where it has some of that name. Gives those in force."""
    with desk.writing() as connection:
        if not e_invoice_rules.remove(connection, name):
            raise unknown("e-invoice rules", name)
    return in_force(desk)


def check(desk: Desk | None, documents: Sequence[bytes]) -> list[Verdict]:
    """The verdict of the rules in force on each of some documents; without a desk, of those of the program."""
    if desk is None:
        with Validator() as validator:
            return validator.verdicts(documents)
    with desk.store.reading() as connection:
        validation = validation_of(desk, connection)
    return validation.validator.verdicts(documents)


def verdict_tree(verdict: Verdict, language: Language) -> Mapping[str, object]:
    """A verdict as JSON: whether it is valid, each rule set with its version, and each rule that is broken."""
    return {
        "valid": verdict.is_valid,
        "rule_sets": [{"name": one.rule_set, "version": one.version, "applied": one.applied} for one in verdict.outcomes],
        "findings": [
            {
                "rule_set": one.rule_set,
                "rule": each.rule,
                "severity": each.severity,
                "text": say(each.text, language),
                "location": each.location,
            }
            for one in verdict.outcomes
            for each in one.findings
        ],
        "unlisted": sum(one.unlisted for one in verdict.outcomes),
    }
