"""Checks the rule files of a rulebook against its vocabulary, together with the conditions in YAML fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.language import CheckedRules, Vocabulary, check
from engine.rulebook.catalog import Product
from engine.rulebook.facts import applicability, availability
from engine.rulebook.plans import BillingProcess
from engine.rulebook.rule_vocabulary import rows_of_files
from engine.rulebook.yaml_entries import Gathered
from engine.text.yaml_fields import Expression

PAYMENT_PLAN: Final = "item.payment-plan"


def read_rules(gathered: Gathered, vocabulary: Vocabulary, earlier: CheckedRules | None = None) -> CheckedRules:
    """The rules of all rule files of a rulebook and the conditions in its YAML, checked."""
    conditions = dict(_conditions(gathered))
    return check(gathered.sources, vocabulary, files=rows_of_files(gathered), conditions=conditions, earlier=earlier)


def _conditions(gathered: Gathered) -> Iterator[tuple[str, Expression]]:
    """The conditions in YAML fields, by the names of their answers."""
    for code, product in gathered.of("products", Product).items():
        if product.written.available_when is not None:
            yield availability(code), product.written.available_when
    for name, process in gathered.of("billing-processes", BillingProcess).items():
        if process.written.applies_when is not None:
            yield applicability(name), process.written.applies_when
