"""Invoices and credit notes in UBL 2.1: by Peppol BIS Billing 3.0 between parties with addresses in Peppol, else by EN 16931 alone."""

from __future__ import annotations

from datetime import date
from typing import Final

from lxml import etree

from engine.countries.registry import country_of
from engine.dates import Period
from engine.documents.invoice import CreditNote, Invoice
from engine.writing.ubl.addresses import is_at_home, is_for_peppol
from engine.writing.ubl.elements import CAC, CBC, Tree, add_child, add_period, add_text, visible, written_text
from engine.writing.ubl.lines import write_line
from engine.writing.ubl.parties import write_delivery, write_party
from engine.writing.ubl.payment_means import write_early_payment, write_payment
from engine.writing.ubl.tax_totals import write_totals, write_vat

EN_16931: Final = "urn:cen.eu:en16931:2017"
PEPPOL: Final = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE: Final = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_INVOICE: Final = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
_CREDIT_NOTE: Final = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"


def write(document: Invoice | CreditNote) -> bytes:
    """The document as XML, without empty elements."""
    is_credit = isinstance(document, CreditNote)
    name, space = ("CreditNote", _CREDIT_NOTE) if is_credit else ("Invoice", _INVOICE)
    names: dict[str | None, str] = {None: space, "cac": CAC, "cbc": CBC}
    root = etree.Element(etree.QName(space, name), nsmap=names)  # type: ignore[arg-type]  # its types forget the default namespace, whose name is None
    _write_head(root, document)
    _write_references(root, document)
    write_party(root, "AccountingSupplierParty", document.seller, document)
    write_party(root, "AccountingCustomerParty", document.customer, document)
    write_delivery(root, document)
    write_payment(root, document)
    if document.base_reductions:
        write_early_payment(root, document, document.base_reductions)
    write_vat(root, document)
    write_totals(root, document)
    for line in document.lines:
        write_line(root, line, document)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def renumbered(xml: bytes, invoice: Invoice, number: str, communication: str) -> bytes:
    """The XML of an invoice as it is written with another number and payment reference: each stands in the first element of its name."""
    for name, before, after in (("ID", invoice.number, number), ("PaymentID", invoice.communication, communication)):
        xml = xml.replace(written_text(name, before), written_text(name, after), 1)
    return xml


def _write_head(root: Tree, document: Invoice | CreditNote) -> None:
    for_peppol = is_for_peppol(document)
    add_text(root, "CustomizationID", PEPPOL if for_peppol else EN_16931)
    add_text(root, "ProfileID", PROFILE if for_peppol else None)
    add_text(root, "ID", document.number)
    add_text(root, "IssueDate", document.issued_on)
    if isinstance(document, Invoice):
        add_text(root, "DueDate", document.due_on)
        add_text(root, "InvoiceTypeCode", document.type_code)
        add_text(root, "Note", _note(document))
        _tax_point(root, document)
    else:
        _tax_point(root, document)
        add_text(root, "CreditNoteTypeCode", "381")
        add_text(root, "Note", _note(document))
    add_text(root, "DocumentCurrencyCode", document.currency.code)
    if document.accounting_vat is not None:
        add_text(root, "TaxCurrencyCode", document.accounting_vat.currency.code)


def _tax_point(root: Tree, document: Invoice | CreditNote) -> None:
    """BT-7, only where it is not the issue date."""
    if document.tax_point != document.issued_on:
        add_text(root, "TaxPointDate", document.tax_point)


def _note(document: Invoice | CreditNote) -> str:
    """One note (R002): the mentions besides the exemption reasons, in the customer's language."""
    shown = {entry.mention.name for entry in document.vat_breakdown if entry.mention}
    texts = [mention.in_(document.customer.language) for mention in document.mentions if mention.name not in shown]
    return " ".join([document.because, *texts] if isinstance(document, CreditNote) and document.because else texts)


def _write_references(root: Tree, document: Invoice | CreditNote) -> None:
    add_text(root, "BuyerReference", _buyer_reference(document))
    add_period(root, _document_period(document))
    add_text(root, "OrderReference/ID", document.purchase_order)
    if isinstance(document, CreditNote):
        references: list[tuple[str, date | None]] = [(document.corrects, document.corrects_issued_on)]
    else:
        numbers = dict.fromkeys((*document.refers_to, *document.replaces))
        references = [(number, document.reference_dates.get(number)) for number in numbers]
    for number, issued_on in references:
        reference = add_child(root, "BillingReference/InvoiceDocumentReference")
        add_text(reference, "ID", number)
        add_text(reference, "IssueDate", issued_on)


def _buyer_reference(document: Invoice | CreditNote) -> str:
    """BT-10: the customer's own reference. Where Peppol asks for one and there is none, nor an order's, our number of the customer."""
    own = visible(document.buyer_reference or document.customer.buyer_reference)
    is_needed = not visible(document.purchase_order) or (
        is_at_home(document) and country_of(document.seller.address.country).e_invoicing.buyer_reference_at_home
    )
    return own or (document.customer.id if is_for_peppol(document) and is_needed else "")


def _document_period(document: Invoice | CreditNote) -> Period | None:
    """BG-14, from the first to the last day of the lines; goods not yet delivered to another member state want one too (BR-IC-11)."""
    periods = [line.service_period for line in document.lines if line.service_period]
    if periods:
        return Period(min(one.start for one in periods), max(one.until for one in periods))
    if document.delivered_on is None and any(line.category == "K" for line in document.lines):
        return Period(document.issued_on, document.issued_on.fromordinal(document.issued_on.toordinal() + 1))
    return None
