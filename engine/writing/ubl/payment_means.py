"""How an invoice is paid (BG-16, BT-20), and what a discount for early payment makes of its VAT bases (BG-20, BG-21)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.countries.registry import country_of
from engine.documents.invoice import BaseReduction, CreditNote, DueAmount, Invoice
from engine.documents.totals import add
from engine.money import Money
from engine.phrases import say
from engine.writing.payment_text import EARLY_PAYMENT, part_sentence, payment_sentences
from engine.writing.ubl.addresses import is_at_home
from engine.writing.ubl.elements import DISCOUNT_CODE, Tree, add_amount, add_child, add_text, compact, gives
from engine.writing.ubl.tax_totals import add_category

_CREDIT_TRANSFER: Final = "30"


def write_payment(root: Tree, document: Invoice | CreditNote) -> None:
    """The account to which what is due is paid, and when (BG-16, BT-20); on a credit note only what a country asks for."""
    rules = country_of(document.seller.address.country).e_invoicing
    if isinstance(document, CreditNote):
        add_text(root, "PaymentMeans/PaymentMeansCode", rules.payment_on_credit_notes)
        return
    if document.due_amount.minor <= 0:
        return
    means = add_child(root, "PaymentMeans")
    add_text(means, "PaymentMeansCode", rules.credit_transfer if is_at_home(document) else _CREDIT_TRANSFER)
    add_text(means, "PaymentID", document.communication)
    account = add_child(means, "PayeeFinancialAccount")
    add_text(account, "ID", compact(document.seller.iban))
    add_text(account, "Name", document.seller.name)
    add_text(account, "FinancialInstitutionBranch/ID", compact(document.seller.bic or ""))
    whole = DueAmount(due_on=document.due_on, amount=document.due_amount)
    sentences = payment_sentences(document) or (part_sentence(whole, document.customer.language),)
    add_text(root, "PaymentTerms/Note", "; ".join(sentences))


def write_early_payment(root: Tree, document: Invoice | CreditNote, reductions: Sequence[BaseReduction]) -> None:
    """What lowers VAT bases is an allowance at its rate (BG-20); the sum is charged again as exempt (BG-21), so that the net stays."""
    exempt = next(entry for entry in document.vat_breakdown if entry.category == "E")
    discount = document.cash_discount if isinstance(document, Invoice) else None
    bases = {(entry.category, entry.rate): entry.base for entry in document.vat_breakdown}
    for one in reductions:
        allowance, base = _add_allowance(root, document, adds=False), bases[one.category, one.rate] + one.amount
        says_percent = discount is not None and gives(discount.percent, base, one.amount)
        add_text(allowance, "MultiplierFactorNumeric", discount.percent if discount is not None and says_percent else None)
        add_amount(allowance, "Amount", one.amount)
        if says_percent:
            add_amount(allowance, "BaseAmount", base)
        add_category(add_child(allowance, "TaxCategory"), one)
    charge = _add_allowance(root, document, adds=True)
    add_amount(charge, "Amount", _sum_of(reductions))
    add_category(add_child(charge, "TaxCategory"), exempt)


def _add_allowance(root: Tree, document: Invoice | CreditNote, *, adds: bool) -> Tree:
    allowance = add_child(root, "AllowanceCharge")
    add_text(allowance, "ChargeIndicator", "true" if adds else "false")
    if not adds:
        add_text(allowance, "AllowanceChargeReasonCode", DISCOUNT_CODE)
    add_text(allowance, "AllowanceChargeReason", say(EARLY_PAYMENT, document.customer.language))
    return allowance


def _sum_of(reductions: Sequence[BaseReduction]) -> Money:
    """What all the reductions come to."""
    return add((one.amount for one in reductions), reductions[0].amount.currency)
