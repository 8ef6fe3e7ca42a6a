"""Issues a draft: adds its number, its issue date and its payment reference, which never change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from engine.countries.registry import country_of
from engine.documents.invoice import CreditNote, DraftCreditNote, DraftInvoice, Invoice


def issue(draft: DraftInvoice, *, number: str, series: str, on: date, refers_to: Sequence[str] | None = None) -> Invoice:
    """The invoice: the draft with its number and issue date. `refers_to` replaces the draft's numbers of earlier invoices."""
    known = dict(draft)
    if refers_to is not None and draft.concludes:
        known["refers_to"] = tuple(refers_to)
    reference = country_of(draft.seller.address.country).payment_reference(number)
    return Invoice(**known, number=number, series=series, issued_on=on, communication=reference)


def earlier_instalments(draft: DraftInvoice, issued: Iterable[Invoice]) -> tuple[str, ...]:
    """The numbers of the invoices with an earlier instalment of the orders that a draft concludes."""
    latest = {order: _latest(draft, order) for order in draft.concludes}
    return tuple(
        dict.fromkeys(invoice.number for invoice in issued if any(0 < _latest(invoice, order) < number for order, number in latest.items()))
    )


def issue_credit_note(draft: DraftCreditNote, *, number: str, series: str, on: date) -> CreditNote:
    """The credit note: the draft with its number and issue date."""
    return CreditNote(**dict(draft), number=number, series=series, issued_on=on)


def _latest(document: DraftInvoice, order: str) -> int:
    """The number of the latest instalment of an order on a document, 0 without one."""
    derivations = (line.derivation for line in document.lines if line.order == order and line.derivation is not None)
    return max((one.number or 0 for one in derivations if one.kind == "instalment"), default=0)
