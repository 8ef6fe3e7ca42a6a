"""The auditor's arithmetic: the sums of a document, its journal entry and its credit notes, recalculated in integers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction

from api.store.document_figures import DocumentFigures, EntryFigures, Rate, rate_fraction
from engine.money import Money, round_half_up
from engine.phrases import phrase
from engine.problems import Kind, Problem

_RESTORE = "the stored document was changed outside the program; restore the database from a copy and look for who did it"
SUM_DIFFERS = Kind("sum-differs", "{number}: {what} is {found}, and should be {expected}", _RESTORE)
CREDITED_TOO_MUCH = Kind(
    "credited-too-much",
    "the credit notes of {number} take back {credited} of {what}, of which {invoiced} was invoiced",
    "invoice what was taken back too much",
)
_EXEMPT: Rate = ("E", "0")


def audit_document(document: DocumentFigures, entry: EntryFigures) -> Iterator[Problem]:
    """The problems of sums: lines and net, bases and VAT, net, VAT and gross, debits and credits.

    The VAT of a credit note depends on the earlier ones of its invoice: `audit_credits` recalculates it.
    """
    bases: defaultdict[Rate, int] = defaultdict(int)
    for line in document.lines:
        bases[line.rate] += line.net
        if line.net != line.list_net - line.discounted:
            what = phrase("net of line {line}", line=line.number)
            yield _differs(document, document.number, what, line.net, line.list_net - line.discounted)
    yield from _audit_reductions(document, bases)
    yield from _audit_breakdown(document, bases)
    yield from _audit_totals(document)
    if entry.debits != entry.credits:
        yield _differs(document, document.number, phrase("the sum of debits"), entry.debits, entry.credits)


def audit_credits(invoice: DocumentFigures, notes: Sequence[DocumentFigures]) -> Iterator[Problem]:
    """The problems of the credit notes of an invoice, oldest first: VAT that is not cumulative, and more taken back than was invoiced."""
    base, vat = defaultdict[Rate, int](int), defaultdict[Rate, int](int)
    for note in notes:
        for rate, of_note, vat_of_note in note.vat_breakdown:
            base[rate] += of_note
            expected = _rounded_part(rate_fraction(rate[1]), base[rate]) - vat[rate]
            if vat_of_note != expected:
                yield _differs(invoice, note.number, _vat_of(rate), vat_of_note, expected)
            vat[rate] += vat_of_note
    by_line: defaultdict[int, int] = defaultdict(int)
    for line in (line for note in notes for line in note.lines):
        by_line[line.corrects_line or 0] += line.net
    amounts: list[tuple[str, int, int]] = [
        (phrase("line {line}", line=line.number), by_line.pop(line.number, 0), line.net) for line in invoice.lines
    ]
    amounts += [(phrase("line {line}", line=number), minor, 0) for number, minor in by_line.items()]
    amounts += [(_base_of(subtotal.rate), base[subtotal.rate], subtotal.base) for subtotal in invoice.vat_breakdown]
    amounts += [(phrase("net"), sum(note.net for note in notes), invoice.net)]
    amounts += [(phrase("gross"), sum(note.gross for note in notes), invoice.gross)]
    for what, credited, invoiced in amounts:
        if not min(invoiced, 0) <= credited <= max(invoiced, 0):
            credited_net, invoiced_net = Money(credited, invoice.currency), Money(invoiced, invoice.currency)
            yield CREDITED_TOO_MUCH.at(None, number=invoice.number, what=what, credited=credited_net, invoiced=invoiced_net)


def _audit_reductions(document: DocumentFigures, bases: dict[Rate, int]) -> Iterator[Problem]:
    """The problems of what early payment takes off the bases, which it lowers and raises as the document says."""
    for rate, amount in document.base_reductions:
        if document.discount is not None and amount != (reduced := _rounded_part(document.discount, bases[rate])):
            what = phrase("the reduction of {category} {rate}", category=rate[0], rate=rate[1])
            yield _differs(document, document.number, what, amount, reduced)
        bases[rate] -= amount
        bases[_EXEMPT] += amount


def _audit_breakdown(document: DocumentFigures, bases: dict[Rate, int]) -> Iterator[Problem]:
    subtotals = {subtotal.rate: subtotal for subtotal in document.vat_breakdown}
    for rate in bases.keys() - subtotals.keys():
        yield _differs(document, document.number, phrase("the VAT breakdown"), 0, bases[rate])
    for rate, subtotal in subtotals.items():
        if subtotal.base != bases[rate]:
            yield _differs(document, document.number, _base_of(rate), subtotal.base, bases[rate])
        if document.is_invoice and subtotal.vat != (vat := _rounded_part(rate_fraction(rate[1]), subtotal.base)):
            yield _differs(document, document.number, _vat_of(rate), subtotal.vat, vat)


def _audit_totals(document: DocumentFigures) -> Iterator[Problem]:
    if document.net != (net := sum([line.net for line in document.lines])):
        yield _differs(document, document.number, phrase("net"), document.net, net)
    if document.vat != (vat := sum([subtotal.vat for subtotal in document.vat_breakdown])):
        yield _differs(document, document.number, phrase("VAT"), document.vat, vat)
    if document.gross != document.net + document.vat:
        yield _differs(document, document.number, phrase("gross"), document.gross, document.net + document.vat)
    if document.due_amounts and sum(document.due_amounts) != document.gross:
        yield _differs(document, document.number, phrase("the sum of the parts to pay"), sum(document.due_amounts), document.gross)


def _differs(document: DocumentFigures, number: str, what: str, actual: int, expected: int) -> Problem:
    currency = document.currency
    return SUM_DIFFERS.at(None, number=number, what=what, found=Money(actual, currency), expected=Money(expected, currency))


def _rounded_part(rate: Fraction, whole: int) -> int:
    return round_half_up(whole * rate.numerator, rate.denominator)


def _base_of(rate: Rate) -> str:
    return phrase("the base of {category} {rate}", category=rate[0], rate=rate[1])


def _vat_of(rate: Rate) -> str:
    return phrase("the VAT of {category} {rate}", category=rate[0], rate=rate[1])
