"""The verdict on an e-invoice: which rule sets it was put to, and each rule that it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from api.e_invoicing.rule_sets import RuleSet
from engine.phrases import phrase

Severity = Literal["fatal", "warning", "information"]
NOT_COMPILED: Final = "not-compiled"
NO_VERDICT: Final = "no-verdict"
MOST_FINDINGS: Final = 100
"""So many findings of a rule set are listed; a verdict counts the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that a document breaks, with the official text, and where: a short XPath, or a line of a file that is not XML."""

    rule: str
    severity: Severity
    text: str
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one rule set, with its version, says of a document; `applied` is whether the document was put to it."""

    rule_set: str
    version: str
    applied: bool = True
    findings: tuple[Finding, ...] = ()
    unlisted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a document is valid under all rule sets that concern it, and what each of them says."""

    outcomes: tuple[Outcome, ...]

    @property
    def is_valid(self) -> bool:
        """Whether no rule that is fatal is broken; warnings may be."""
        return not self.fatal

    @property
    def fatal(self) -> tuple[Finding, ...]:
        """The findings for which the document is invalid."""
        return tuple(finding for outcome in self.outcomes for finding in outcome.findings if finding.severity == "fatal")

    @property
    def uncompiled(self) -> str | None:
        """Why a rule set could not be compiled; None where all could."""
        return next((finding.text for finding in self.fatal if finding.rule == NOT_COMPILED), None)

    @property
    def unended(self) -> str | None:
        """Why the rules came to no verdict at all; None where they did."""
        return next((finding.text for finding in self.fatal if finding.rule == NO_VERDICT), None)

    @property
    def reason(self) -> str:
        """The first fatal finding in words: the number of the rule, its text and the place; empty where the document is valid."""
        for outcome in self.outcomes:
            for finding in outcome.findings:
                if finding.severity == "fatal":
                    words = {"rule": finding.rule, "rule_set": f"{outcome.rule_set} {outcome.version}", "text": finding.text}
                    return phrase("rule {rule} of {rule_set}: {text} ({location})", **words, location=finding.location)
        return ""


def outcome(rule_set: RuleSet, findings: Sequence[Finding]) -> Outcome:
    """What a rule set says that a document was put to: the fatal findings first, and not too many."""
    ordered = sorted(findings, key=lambda finding: finding.severity != "fatal")
    unlisted = max(0, len(ordered) - MOST_FINDINGS)
    return Outcome(rule_set=rule_set.name, version=rule_set.version, findings=tuple(ordered[:MOST_FINDINGS]), unlisted=unlisted)


def not_applied(rule_set: RuleSet) -> Outcome:
    """The outcome of a rule set that a document was not put to."""
    return Outcome(rule_set=rule_set.name, version=rule_set.version, applied=False)
