"""The reason of an amount: which rule or file decided it, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.phrases import phrase

NOT_ASKED: Final = phrase("it was not asked for this amount")
TOOK_PART: Final = phrase("it did take part")
"""What is said of a rule when somebody asks why it did not take part in an amount."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One step behind an amount: what was decided, by which rule, where that rule stands, and why it was written."""

    subject: str
    """What was decided: `price`, `factor`, `discount`, `period`, `proration`, `instalment`, `vat`, `tax-point` …"""
    rule: str
    """The name of the rule or entry, without line numbers: `catalog: price book 2027`, `rules/pricing: chain-factor row 2`."""
    says: str
    """The step as a sentence with its numbers in source words: `22.64 × 14/31 days = 10.22`; a phrase, to be said in any language."""
    because: str | None = None
    """The reason or article of law that the rule's author gave."""
    where: str | None = None
    """File and line of the rule: `rules/pricing.rules:12`."""
