"""The VAT of a document by rate, VAT code and treatment: what is posted and declared of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeVar

from engine.documents.invoice import Category, CreditNote, Invoice, Treatment
from engine.money import Money, Percent

_Key = TypeVar("_Key", bound=tuple[str, str])


class VatPart(NamedTuple):
    """The VAT of one rate, treatment and VAT code of a document."""

    rate: Percent
    category: Category
    code: str
    treatment: Treatment
    base: Money
    vat: Money


def vat_parts(document: Invoice | CreditNote, codes: Sequence[str], exempt: Sequence[Money]) -> list[VatPart]:
    """The VAT of each (category, rate) by VAT code and treatment, higher rates first; the last takes what rounding left over.

    `codes` are those of the lines, `exempt` what a discount for early payment takes off the base of each, if any.
    """
    bases: dict[tuple[Category, Fraction], dict[tuple[str, Treatment], Money]] = {}
    for at, (line, code) in enumerate(zip(document.lines, codes, strict=True)):
        net = line.net - exempt[at] if exempt else line.net
        group = bases.setdefault((line.category, line.rate.fraction), {})
        group[code, line.treatment] = group.get((code, line.treatment), Money(0, document.currency)) + net
    parts = [
        VatPart(entry.rate, entry.category, code, treatment, base, vat)
        for entry in document.vat_breakdown
        for (code, treatment), base, vat in spread(bases.get((entry.category, entry.rate.fraction), {}), entry.rate.fraction, entry.vat)
    ]
    return sorted(parts, key=lambda part: -part.rate.fraction)


def spread(bases: Mapping[_Key, Money], rate: Fraction, vat: Money) -> Iterator[tuple[_Key, Money, Money]]:
    """The bases in the order of their keys, each with its VAT; the last takes what rounding left over."""
    left = vat
    for at, (key, base) in enumerate(sorted(bases.items(), key=lambda each: each[0]), start=1):
        part = left if at == len(bases) else base.times(rate)
        left -= part
        yield key, base, part
