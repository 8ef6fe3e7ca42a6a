"""An explanation: the amounts of a document, each as a sentence and as steps."""

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
"""Subjects of steps that also name the period."""
_MULTIPLIED: Final = frozenset({"index", "factor"})
"""Subjects of steps that are a factor of the step before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One amount, or one day, of a document: its derivation as a sentence, and step by step."""

    line: str
    """Its name: the number of a line, or `net`, `vat`, `gross`, `due`, `due-date`."""
    title: str
    amount: str
    """Exactly as in the document."""
    sentence: str
    """A phrase, to be read in any language of the program."""
    steps: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The amounts of one document with the reasons recorded when they were computed."""

    kind: str
    """`invoice`, `credit-note`, `quote`, `item`, `draft`, `evaluation`."""
    document: str
    title: str
    currency: str
    rulebook: str
    """The fingerprint of the rulebook to whose files the steps refer."""
    parts: tuple[Explained, ...]
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why the amounts could not be computed again, if so; the steps are then the stored ones."""

    def only(self, line: str) -> Explanation:
        """The explanation of one line or name, such as `vat`; Refusal where the document has none of that name."""
        wanted = {"total": "gross"}.get(line, line)
        parts = tuple(part for part in self.parts if part.line == wanted or part.line.startswith(f"{wanted} "))
        if not parts:
            names = list(dict.fromkeys(part.line for part in self.parts))
            possible = listed(names[:_MOST_NAMED], "or") if len(names) <= _MOST_NAMED else phrase("1 to {last}", last=len(names))
            raise refuse(NO_SUCH_PART, None, None, document=self.document, line=line[:60], possible=possible)
        return replace(self, parts=parts)


def sentence_of(amount: str, currency: str, reasons: Iterable[Reason]) -> str:
    """The reasons of an amount as one sentence."""
    unique = dict.fromkeys(reasons)
    subjects = {reason.subject for reason in unique}
    clauses: list[list[str]] = []
    for reason in unique:
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
