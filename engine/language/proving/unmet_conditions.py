"""Finds conditions of YAML fields that no case meets: such a product is never sold, such a process never chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from engine.language.ir.checked_rules import Checked
from engine.language.proving.classes import IS_TRUE
from engine.language.proving.diagrams import TooManyCases
from engine.language.proving.domain import Domain
from engine.language.proving.findings import Findings
from engine.language.proving.proof_problems import NEVER_APPLIES
from engine.language.proving.semantics import Meaning
from engine.phrases import phrase
from engine.problems import Problem


def unmet_conditions(
    checked: Checked, domain: Domain, conditions: Mapping[str, tuple[str, str]], missing: str | None = None
) -> Iterator[Problem]:
    """Advice on each condition that cannot be met; given by name, each with its kind and label. None on what needs a missing fact."""
    findings = Findings(checked, domain, missing=missing)
    for name, (kind, called) in conditions.items():
        if name not in checked.answers or any(map(findings.leaves_out, checked.answers[name].layers[0].versions)):
            continue
        is_met = partial(Meaning.answers, name=name, test=IS_TRUE)
        try:
            space = findings.space(is_met)
            is_possible = findings.is_possible(space, space.both(space.possible(of_catalogue=False), is_met(space.meaning)))
        except (TooManyCases, RecursionError):
            continue
        if not is_possible:
            where = checked.answers[name].layers[0].versions[0].span
            yield NEVER_APPLIES.at(where, kind=kind, name=called, why=phrase("its condition cannot be met"))
