"""The auditor's arithmetic: the sums of a document, its journal entry and its credit notes, recalculated in integers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction

from engine.documents.invoice import BaseReduction, Category, CreditNote, Invoice, InvoiceLine, VatSubtotal
from engine.documents.journal import JournalEntry
from engine.money import Currency, Money, round_half_up
from engine.phrases import phrase
from engine.problems import Kind, Problem

_RESTORE = "the stored document was changed outside the program; restore the database from a copy and look for who did it"
SUM_DIFFERS = Kind("sum-differs", "{number}: {what} is {found}, and should be {expected}", _RESTORE)
CREDITED_TOO_MUCH = Kind(
    "credited-too-much",
    "the credit notes of {number} take back {credited} of {what}, of which {invoiced} was invoiced",
    "invoice what was taken back too much",
)
_Rate = tuple[Category, Fraction]


def audit_document(document: Invoice | CreditNote, entry: JournalEntry) -> Iterator[Problem]:
    """The problems of sums: lines and net, bases and VAT, net, VAT and gross, debits and credits.

    The VAT of a credit note depends on the earlier ones of its invoice: `audit_credits` recalculates it.
    """
    number, currency = document.number, document.currency

    def differs(what: str, actual: Money, expected: int) -> Iterator[Problem]:
        if actual.minor != expected:
            yield SUM_DIFFERS.at(None, number=number, what=what, found=actual, expected=Money(expected, currency))

    bases: defaultdict[_Rate, int] = defaultdict(int)
    for line in document.lines:
        bases[_key(line)] += line.net.minor
        discounted = sum(discount.amount.minor for discount in line.discounts)
        yield from differs(phrase("net of line {line}", line=line.number), line.net, line.list_net.minor - discounted)
    for off in document.base_reductions:
        if isinstance(document, Invoice) and document.cash_discount is not None:
            reduced = _rounded_part(document.cash_discount.percent.fraction, bases[_key(off)])
            yield from differs(phrase("the reduction of {category} {rate}", category=off.category, rate=off.rate), off.amount, reduced)
        bases[_key(off)] -= off.amount.minor
        bases["E", Fraction(0)] += off.amount.minor
    subtotals = {_key(subtotal): subtotal for subtotal in document.vat_breakdown}
    for key in bases.keys() - subtotals.keys():
        missing, expected = Money(0, currency), Money(bases[key], currency)
        yield SUM_DIFFERS.at(None, number=number, what=phrase("the VAT breakdown"), found=missing, expected=expected)
    for key, subtotal in subtotals.items():
        yield from differs(_base_of(subtotal), subtotal.base, bases[key])
        if isinstance(document, Invoice):
            yield from differs(_vat_of(subtotal), subtotal.vat, _rounded_part(key[1], subtotal.base.minor))
    yield from differs(phrase("net"), document.net, sum(line.net.minor for line in document.lines))
    yield from differs(phrase("VAT"), document.vat, sum(subtotal.vat.minor for subtotal in document.vat_breakdown))
    yield from differs(phrase("gross"), document.gross, document.net.minor + document.vat.minor)
    if isinstance(document, Invoice) and document.due_amounts:
        parts = sum(part.amount.minor for part in document.due_amounts)
        yield from differs(phrase("the sum of the parts to pay"), Money(parts, currency), document.gross.minor)
    debits = sum(posting.debit.minor for posting in entry.postings)
    credits = sum(posting.credit.minor for posting in entry.postings)
    yield from differs(phrase("the sum of debits"), Money(debits, currency), credits)


def audit_credits(invoice: Invoice, notes: Sequence[CreditNote]) -> Iterator[Problem]:
    """The problems of the credit notes of an invoice, oldest first: VAT that is not cumulative, and more taken back than was invoiced."""
    base, vat = defaultdict[_Rate, int](int), defaultdict[_Rate, int](int)
    for note in notes:
        for subtotal in note.vat_breakdown:
            key = _key(subtotal)
            base[key] += subtotal.base.minor
            expected = _rounded_part(key[1], base[key]) - vat[key]
            if subtotal.vat.minor != expected:
                actual, wanted = subtotal.vat, Money(expected, invoice.currency)
                yield SUM_DIFFERS.at(None, number=note.number, what=_vat_of(subtotal), found=actual, expected=wanted)
            vat[key] += subtotal.vat.minor
    by_line: defaultdict[int, int] = defaultdict(int)
    for line in (line for note in notes for line in note.lines):
        by_line[line.corrects_line or 0] += line.net.minor
    amounts: list[tuple[str, int, Money]] = [
        (phrase("line {line}", line=line.number), by_line.pop(line.number, 0), line.net) for line in invoice.lines
    ]
    amounts += [(phrase("line {line}", line=number), minor, Money(0, invoice.currency)) for number, minor in by_line.items()]
    amounts += [(_base_of(subtotal), base[_key(subtotal)], subtotal.base) for subtotal in invoice.vat_breakdown]
    amounts += [(phrase("net"), sum(note.net.minor for note in notes), invoice.net)]
    amounts += [(phrase("gross"), sum(note.gross.minor for note in notes), invoice.gross)]
    yield from _too_much(invoice.number, invoice.currency, amounts)


def _too_much(number: str, currency: Currency, amounts: Sequence[tuple[str, int, Money]]) -> Iterator[Problem]:
    for what, credited, invoiced in amounts:
        if not min(invoiced.minor, 0) <= credited <= max(invoiced.minor, 0):
            yield CREDITED_TOO_MUCH.at(None, number=number, what=what, credited=Money(credited, currency), invoiced=invoiced)


def _key(one: InvoiceLine | VatSubtotal | BaseReduction) -> _Rate:
    return (one.category, one.rate.fraction)


def _rounded_part(rate: Fraction, whole: int) -> int:
    return round_half_up(whole * rate.numerator, rate.denominator)


def _base_of(subtotal: VatSubtotal) -> str:
    return phrase("the base of {category} {rate}", category=subtotal.category, rate=subtotal.rate)


def _vat_of(subtotal: VatSubtotal) -> str:
    return phrase("the VAT of {category} {rate}", category=subtotal.category, rate=subtotal.rate)
