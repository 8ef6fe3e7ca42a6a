"""The reason of an amount: the rule or file that decided it, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.phrases import Sentence, phrase

NOT_EVALUATED: Final = phrase("it was not asked for this amount")
TOOK_PART: Final = phrase("it did take part")
"""The explanation of a rule that did take part, where the request is why it did not."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One step behind an amount: what was decided, by which rule, where that rule is written, and why."""

    subject: str
    """What was decided: `price`, `factor`, `discount`, `period`, `proration`, `instalment`, `vat`, `tax-point` …"""
    rule: str
    """The name of the rule or entry, without line numbers: `catalog: price book 2027`, `rules/pricing: chain-factor row 2`."""
    says: Sentence
    """The step as a translatable sentence with its numbers: `22.64 × 14/31 days = 10.22`."""
    because: Sentence | None = None
    """The reason or article of law that the rule's author gave."""
    where: str | None = None
    """File and line of the rule: `rules/pricing.rules:12`."""
