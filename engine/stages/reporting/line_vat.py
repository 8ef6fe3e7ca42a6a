"""The VAT of single transactions within their drafts: a part of the VAT of their category and rate, so that the parts add up to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from engine.documents.invoice import DraftInvoice
from engine.money import Money


class TransactionVat(NamedTuple):
    """How VAT falls on a transaction: category and rate, `S 21` (of a bundle perhaps several), and its part of the VAT."""

    treatment: str
    rates: tuple[str, ...]
    vat: Money


def vat_by_transaction(drafts: Iterable[DraftInvoice]) -> dict[str, TransactionVat]:
    """The VAT of each transaction on some drafts, by identity; those of one category and rate of a draft add up to its VAT."""
    result: dict[str, TransactionVat] = {}
    for draft in drafts:
        for group in draft.vat_breakdown:
            lines = [line for line in draft.lines if (line.category, line.rate) == (group.category, group.rate)]
            whole, so_far, shared = sum(line.net.minor for line in lines), 0, Money(0, group.vat.currency)
            for line in lines:
                so_far += line.net.minor
                until = group.vat if so_far == whole else Money.rounded(group.vat.minor * so_far, whole or 1, group.vat.currency)
                own = TransactionVat(line.treatment, (f"{line.category} {line.rate}",), until - shared)
                result[line.transaction] = _together(result[line.transaction], own) if line.transaction in result else own
                shared = until
    return result


def _together(one: TransactionVat, other: TransactionVat) -> TransactionVat:
    return TransactionVat(one.treatment, tuple(dict.fromkeys((*one.rates, *other.rates))), one.vat + other.vat)
