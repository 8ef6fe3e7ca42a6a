"""An explanation: the amounts of a document, each as a sentence with the steps that led to it, for a terminal, a page or a program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from engine.phrases import listed, phrase, together
from engine.problems import Kind, Problem, refuse
from engine.reasons import Reason

NO_SUCH_PART: Final = Kind("no-such-line", "{document} has no `{line}` to explain", "ask for one of: {possible}")
_MOST_NAMED: Final = 30
_COUNTED: Final = frozenset({"proration", "change"})
"""Steps that tell the period together with its days."""
_MULTIPLIED: Final = frozenset({"index", "factor"})
"""Steps that only say by what the one before is multiplied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One amount, or one day, of a document: how it came about as a sentence, and step by step."""

    line: str
    """By what it is asked for: the number of a line, or `net`, `vat`, `gross`, `due`, `due-date`."""
    title: str
    amount: str
    """As the document has it, exactly."""
    sentence: str
    """A phrase, to be read in any language of the program."""
    steps: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The amounts of one document with their reasons, as they were told while they were computed."""

    kind: str
    """`invoice`, `credit-note`, `quote`, `item`, `draft`, `evaluation`."""
    document: str
    title: str
    currency: str
    rulebook: str
    """The fingerprint of the rulebook whose files the steps point into."""
    parts: tuple[Explained, ...]
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why the amounts could not be worked out again, where that is so; the steps are then those that were stored."""

    def only(self, line: str) -> Explanation:
        """What explains one line, or one word such as `vat`; Refusal where the document has nothing of that name."""
        wanted = {"total": "gross"}.get(line, line)
        found = tuple(part for part in self.parts if part.line == wanted or part.line.startswith(f"{wanted} "))
        if not found:
            names = list(dict.fromkeys(part.line for part in self.parts))
            possible = listed(names[:_MOST_NAMED], "or") if len(names) <= _MOST_NAMED else phrase("1 to {last}", last=len(names))
            raise refuse(NO_SUCH_PART, None, None, document=self.document, line=line[:60], possible=possible)
        return replace(self, parts=found)

    def with_notes(self, notes: Iterable[str]) -> Explanation:
        """The same with more remarks."""
        return replace(self, notes=(*self.notes, *notes))


def sentence_of(amount: str, currency: str, reasons: Iterable[Reason]) -> str:
    """What was said of an amount while it was computed, as one sentence."""
    told = tuple(reasons)
    subjects = {reason.subject for reason in told}
    clauses: list[list[str]] = []
    for reason in dict.fromkeys(told):
        if reason.subject == "period" and subjects & _COUNTED:
            continue
        if reason.subject in _MULTIPLIED and clauses:
            clauses[-1].append(reason.says)
        else:
            clauses.append([reason.says])
    if not clauses:
        return phrase("{amount} {currency}.", amount=amount, currency=currency)
    steps = together((together(clause, ", ") for clause in clauses), "; ")
    return phrase("{amount} {currency}: {steps}.", amount=amount, currency=currency, steps=steps)
