"""The auditor's arithmetic: the sums of a document and its journal entry, recalculated in integers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from engine.documents.invoice import CreditNote, Invoice
from engine.documents.journal import JournalEntry
from engine.money import round_half_up
from engine.phrases import phrase
from engine.problems import Kind, Problem

_RESTORE = "the stored document was changed outside the program; restore the database from a copy and look for who did it"
SUM_DIFFERS = Kind("sum-differs", "{number}: {what} is {found}, and should be {expected}", _RESTORE)


def audit_document(document: Invoice | CreditNote, entry: JournalEntry) -> Iterator[Problem]:
    """The problems of sums: lines and net, bases and VAT, net, VAT and gross, debits and credits."""
    number = document.number

    def differs(what: str, actual: object, expected: object) -> Iterator[Problem]:
        if actual != expected:
            yield SUM_DIFFERS.at(None, number=number, what=what, found=actual, expected=expected)

    bases: defaultdict[tuple[str, object], int] = defaultdict(int)
    for line in document.lines:
        bases[line.category, line.rate.fraction] += line.net.minor
        if isinstance(document, Invoice):
            discounted = sum(discount.amount.minor for discount in line.discounts)
            yield from differs(phrase("net of line {line}", line=line.number), line.net.minor, line.list_net.minor - discounted)
    subtotals = {(subtotal.category, subtotal.rate.fraction): subtotal for subtotal in document.vat_breakdown}
    yield from differs(phrase("the VAT breakdown"), sorted(map(str, subtotals)), sorted(map(str, bases)))
    for key, subtotal in subtotals.items():
        yield from differs(
            phrase("the base of {category} {rate}", category=subtotal.category, rate=subtotal.rate), subtotal.base.minor, bases.get(key, 0)
        )
        if isinstance(document, Invoice):  # the last credit note of an invoice carries its rounding difference of VAT
            rate = subtotal.rate.fraction
            expected_vat = round_half_up(subtotal.base.minor * rate.numerator, rate.denominator)
            yield from differs(
                phrase("the VAT of {category} {rate}", category=subtotal.category, rate=subtotal.rate), subtotal.vat.minor, expected_vat
            )
    yield from differs(phrase("net"), document.net.minor, sum(line.net.minor for line in document.lines))
    yield from differs(phrase("VAT"), document.vat.minor, sum(subtotal.vat.minor for subtotal in document.vat_breakdown))
    yield from differs(phrase("gross"), document.gross.minor, document.net.minor + document.vat.minor)
    debits = sum(posting.debit.minor for posting in entry.postings)
    credits = sum(posting.credit.minor for posting in entry.postings)
    yield from differs(phrase("the sum of debits"), debits, credits)
