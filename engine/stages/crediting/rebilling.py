"""What of an invoice may be billed again: the transactions whose lines were credited wholly."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from engine.documents.invoice import CreditNote, Invoice
from engine.problems import Kind, Refusal
from engine.stages.crediting.credit_amounts import NO_SUCH_LINE
from engine.stages.crediting.credit_notes import left_of
from engine.stages.crediting.remaining import Left

NOT_CREDITED: Final = Kind(
    "not-credited",
    "line {line} of {number} is not credited wholly: {left} of {net} is left",
    "credit what is left of it first: `centwright invoice credit {number} --line {line}`",
)
_CREDIT_FIRST: Final = ("credit what is left",)


def transactions_to_rebill(invoice: Invoice, notes: Sequence[CreditNote], lines: Collection[int] = ()) -> tuple[str, ...]:
    """The transactions of some lines (of none: of all) of an invoice, to be billed again.

    Refusal unless every line of these transactions was credited wholly: a part that is not would be billed twice.
    """
    known = {line.number: line for line in invoice.lines}
    unknown = [number for number in lines if number not in known]
    if unknown:
        raise Refusal(tuple(NO_SUCH_LINE.at(None, "/lines", line=number, count=len(known)) for number in unknown))
    wanted = {known[number].transaction for number in lines or known}
    left = left_of(invoice, notes).lines
    affected = [line for line in invoice.lines if line.transaction in wanted]
    problems = [
        NOT_CREDITED.at(None, "/lines", line=line.number, number=invoice.number, left=left[line.number].net, net=line.net)
        for line in affected
        if not _is_credited(left[line.number])
    ]
    if problems:
        raise Refusal(tuple(problems), state="partly credited" if notes else "issued", possible=_CREDIT_FIRST)
    return tuple(dict.fromkeys(line.transaction for line in affected))


def _is_credited(left: Left) -> bool:
    """Whether nothing is left of a line: no net, and of a free line no units."""
    return not left.net and (bool(left.whole.net) or not left.quantity.micros)
