"""How a document is paid (BG-16, BT-20), its VAT (BG-23), and what a discount for early payment makes of its bases (BG-20, BG-21)."""

from __future__ import annotations

from typing import Final

from engine.countries.registry import country_of
from engine.documents.invoice import BaseReduction, CreditNote, DueAmount, Invoice, InvoiceLine, VatSubtotal
from engine.documents.totals import add
from engine.phrases import say
from engine.writing.e_invoices.addresses import is_at_home
from engine.writing.e_invoices.content import DISCOUNT_CODE, Adjustment, Payment, Taxed, VatPart, compact, gives
from engine.writing.payment_text import EARLY_PAYMENT, part_sentence, payment_sentences

_CREDIT_TRANSFER: Final = "30"


def taxed(by: InvoiceLine | VatSubtotal | BaseReduction) -> Taxed:
    """The VAT category of a line or a part of a document, with its rate."""
    return Taxed(by.category, None if by.category == "O" else by.rate)


def vat_part_of(entry: VatSubtotal, document: Invoice | CreditNote) -> VatPart:
    """The VAT of a category and rate, with the reason for which none is charged in the customer's language."""
    is_exempt = entry.category not in ("S", "Z")
    reason = entry.mention.in_(document.customer.language) if entry.mention else entry.basis
    return VatPart(
        taxed=taxed(entry),
        base=entry.base,
        vat=entry.vat,
        vatex=entry.vatex if is_exempt else None,
        reason=reason if is_exempt else None,
    )


def payment_of(document: Invoice | CreditNote) -> Payment | None:
    """The account to which what is due is paid, and when (BG-16, BT-20); on a credit note only what a country asks for."""
    rules, seller = country_of(document.seller.address.country).e_invoicing, document.seller
    if isinstance(document, CreditNote):
        return Payment(code=rules.payment_on_credit_notes) if rules.payment_on_credit_notes else None
    if document.due_amount.minor <= 0:
        return None
    whole = DueAmount(due_on=document.due_on, amount=document.due_amount)
    sentences = payment_sentences(document) or (part_sentence(whole, document.customer.language),)
    return Payment(
        code=rules.credit_transfer if is_at_home(document) else _CREDIT_TRANSFER,
        reference=document.communication,
        iban=compact(seller.iban),
        account_name=seller.name,
        bic=compact(seller.bic or ""),
        terms="; ".join(sentences),
    )


def early_payment_of(document: Invoice | CreditNote) -> tuple[Adjustment, ...]:
    """What lowers VAT bases is a discount at its rate (BG-20); the sum is charged again as exempt (BG-21), so that the net stays."""
    reductions = document.base_reductions
    if not reductions:
        return ()
    exempt = next(entry for entry in document.vat_breakdown if entry.category == "E")
    bases = {(entry.category, entry.rate): entry.base for entry in document.vat_breakdown}
    reason, amount = say(EARLY_PAYMENT, document.customer.language), add((one.amount for one in reductions), document.currency)
    again = Adjustment(adds=True, code="", reason=reason, percent=None, amount=amount, base=None, taxed=taxed(exempt))
    discount = document.cash_discount if isinstance(document, Invoice) else None
    discounts: list[Adjustment] = []
    for one in reductions:
        base = bases[one.category, one.rate] + one.amount
        says_percent = discount is not None and gives(discount.percent, base, one.amount)
        percent = discount.percent if discount is not None and says_percent else None
        discounts.append(
            Adjustment(
                adds=False,
                code=DISCOUNT_CODE,
                reason=reason,
                percent=percent,
                amount=one.amount,
                base=base if says_percent else None,
                taxed=taxed(one),
            )
        )
    return (*discounts, again)
