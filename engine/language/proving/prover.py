"""Runs all proofs of one rulebook's rules."""

from __future__ import annotations

from collections.abc import Callable

from engine.language.ir.checked_rules import Checked, Decision, Definition
from engine.language.ir.checked_tables import Table
from engine.language.ir.walker import Block, all_blocks
from engine.language.proving.cases import Proofs
from engine.language.proving.decision_proofs import prove_answers, prove_decision, prove_definition
from engine.language.proving.domain import Domain
from engine.language.proving.findings import Findings
from engine.language.proving.lookup_proofs import prove_lookups
from engine.language.proving.sales_proofs import prove_sales
from engine.language.proving.table_proofs import prove_table


def prove(
    checked: Checked, domain: Domain, held: Callable[[Block, str], bool] = lambda _block, _table: False, missing: str | None = None
) -> Proofs:
    """Proves the rules over a domain. `held` returns whether a missing row in a lookup of a block is an answer: the line is held back.

    `missing` is a constant fact that is not known: there are too many cases of what depends on it.
    """
    findings = Findings(checked, domain, missing=missing)
    seen: set[int] = set()
    for answers in checked.answers.values():
        for at, layer in enumerate(answers.layers):
            for version in layer.versions:
                if id(version) in seen or findings.leaves_out(version):
                    continue
                seen.add(id(version))
                is_last = at == len(answers.layers) - 1
                match version:
                    case Table():
                        prove_table(version, answers.layers[:at], is_last=is_last, findings=findings)
                    case Decision():
                        prove_decision(version, answers.layers[:at], is_last=is_last, findings=findings)
                    case Definition():
                        prove_definition(version, answers.layers[:at], findings=findings)
            if layer.versions and any(version.name in findings.broken or findings.rests_on_broken(version) for version in layer.versions):
                findings.unsettled |= {answers.name, *(version.name for version in layer.versions)}
        if not any(findings.leaves_out(version) for layer in answers.layers for version in layer.versions):
            prove_answers(answers, findings)
    for block in all_blocks(checked):
        prove_lookups(block, held, findings)
    prove_sales(findings)
    findings.report_hidden()
    proved = tuple(sorted(findings.proved - set(findings.not_proved)))
    return Proofs(tuple(dict.fromkeys(findings.problems)), proved, tuple(sorted(findings.not_proved.items())))
