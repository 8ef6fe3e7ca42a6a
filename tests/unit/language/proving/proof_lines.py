"""Small rule files and what proofs say of them, as `line code: message = remedy`."""

from __future__ import annotations

from collections.abc import Mapping

from engine.language.checking.checker import check_rules
from engine.language.ir.checked_rules import Checked
from engine.language.proving.cases import Proofs
from engine.language.proving.domain import domain_of
from engine.language.proving.prover import prove
from engine.language.syntax.parser import parse_rules
from engine.language.types.value_types import Plain
from tests.unit.language.shop import vocabulary

HEAD = "module rules.x\nanswers from 2026-01-01 until 2027-12-31\n"


def checked_of(text: str) -> Checked:
    """The checked rules of a text without mistakes; its first line is line 3."""
    module, problems = parse_rules("rules/x.rules", HEAD + text.strip("\n") + "\n")
    assert not problems, [str(problem) for problem in problems]
    checked, errors = check_rules((module,), vocabulary(customer_shops="Number", customer_signed="Date"))
    assert not [problem for problem in errors if problem.stops], [str(problem) for problem in errors]
    return checked


def proofs_of(text: str, products: tuple[Mapping[str, Plain], ...] = (), **fixed: Plain) -> Proofs:
    """What is proved of a text; facts that never change by their names (underscores are points)."""
    checked = checked_of(text)
    return prove(checked, domain_of(checked, products=products, fixed={name.replace("_", "."): plain for name, plain in fixed.items()}))


def reported(text: str, products: tuple[Mapping[str, Plain], ...] = (), **fixed: Plain) -> list[str]:
    """The problems of a text."""
    problems = proofs_of(text, products, **fixed).problems
    return [f"{problem.where.line if problem.where else 0} {problem.code}: {problem.message} = {problem.help}" for problem in problems]
