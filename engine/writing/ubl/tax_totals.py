"""VAT by category and rate, and the totals of a document (BG-22, BG-23)."""

from __future__ import annotations

from engine.documents.invoice import BaseReduction, CreditNote, Invoice, InvoiceLine, VatSubtotal
from engine.documents.totals import add
from engine.writing.ubl.elements import Tree, add_amount, add_child, add_text


def write_vat(root: Tree, document: Invoice | CreditNote) -> None:
    """VAT by category and rate, and all of it in the currency of declarations too (BG-23, BT-110, BT-111)."""
    total = add_child(root, "TaxTotal")
    add_amount(total, "TaxAmount", document.vat)
    for entry in document.vat_breakdown:
        part = add_child(total, "TaxSubtotal")
        add_amount(part, "TaxableAmount", entry.base)
        add_amount(part, "TaxAmount", entry.vat)
        reason = entry.mention.in_(document.customer.language) if entry.mention else entry.basis
        is_exempt = entry.category not in ("S", "Z")
        add_category(add_child(part, "TaxCategory"), entry, *((entry.vatex, reason) if is_exempt else ()))
    if document.accounting_vat is not None:
        add_amount(add_child(root, "TaxTotal"), "TaxAmount", document.accounting_vat.vat)


def add_category(
    element: Tree, taxed: InvoiceLine | VatSubtotal | BaseReduction, exemption: str | None = None, reason: str | None = None
) -> None:
    """A VAT category with its rate, and why no VAT is charged (BT-118 to BT-121)."""
    add_text(element, "ID", taxed.category)
    if taxed.category != "O":
        add_text(element, "Percent", taxed.rate)
    add_text(element, "TaxExemptionReasonCode", exemption)
    add_text(element, "TaxExemptionReason", reason)
    add_text(element, "TaxScheme/ID", "VAT")


def write_totals(root: Tree, document: Invoice | CreditNote) -> None:
    """The totals of the document (BG-22)."""
    total = add_child(root, "LegalMonetaryTotal")
    add_amount(total, "LineExtensionAmount", document.net)
    add_amount(total, "TaxExclusiveAmount", document.net)
    add_amount(total, "TaxInclusiveAmount", document.gross)
    if document.base_reductions:
        add_amount(total, "AllowanceTotalAmount", add((one.amount for one in document.base_reductions), document.currency))
        add_amount(total, "ChargeTotalAmount", add((one.amount for one in document.base_reductions), document.currency))
    add_amount(total, "PayableAmount", document.due_amount if isinstance(document, Invoice) else document.gross)
