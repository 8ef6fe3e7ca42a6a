"""Invoices and credit notes in UBL 2.1: by Peppol BIS Billing 3.0 between parties with addresses in Peppol, else by EN 16931 alone."""

from __future__ import annotations

from typing import Final

from engine.documents.invoice import CreditNote, Invoice
from engine.documents.party import Address
from engine.writing.e_invoices.addresses import is_for_peppol
from engine.writing.e_invoices.content import Adjustment, Content, Line, Party, Payment, Taxed, with_texts
from engine.writing.e_invoices.content_of_document import content_of
from engine.writing.ubl.elements import Element, begin_document

EN_16931: Final = "urn:cen.eu:en16931:2017"
PEPPOL: Final = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE: Final = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_INVOICE: Final = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
_CREDIT_NOTE: Final = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"


def write(document: Invoice | CreditNote) -> bytes:
    """The document as XML, without empty elements."""
    for_peppol = is_for_peppol(document)
    content = content_of(document, for_peppol=for_peppol)
    name, space = ("CreditNote", _CREDIT_NOTE) if content.is_credit else ("Invoice", _INVOICE)
    root = begin_document(name, space)
    root.add_text("CustomizationID", PEPPOL if for_peppol else EN_16931)
    root.add_text("ProfileID", PROFILE if for_peppol else None)
    _write_head(root, content)
    _write_references(root, content)
    _write_party(root, "AccountingSupplierParty", content.seller)
    _write_party(root, "AccountingCustomerParty", content.customer)
    if content.delivered_on is not None or content.ship_to is not None:
        _write_delivery(root.add_child("Delivery"), content)
    if content.payment is not None:
        _write_payment(root, content.payment)
    for adjustment in content.adjustments:
        _write_adjustment(root, adjustment)
    _write_vat(root, content)
    _write_totals(root, content)
    for line in content.lines:
        _write_line(root, line, content)
    return root.end()


def renumbered(xml: bytes, invoice: Invoice, number: str, communication: str) -> bytes:
    """The XML of an invoice as it is written with another number and payment reference."""
    return with_texts(xml, (("cbc:ID", invoice.number, number), ("cbc:PaymentID", invoice.communication, communication)))


def _write_head(root: Element, content: Content) -> None:
    root.add_text("ID", content.number)
    root.add_text("IssueDate", content.issued_on)
    if content.is_credit:
        root.add_text("TaxPointDate", content.tax_point)
        root.add_text("CreditNoteTypeCode", content.type_code)
        root.add_text("Note", content.note)
    else:
        root.add_text("DueDate", content.due_on)
        root.add_text("InvoiceTypeCode", content.type_code)
        root.add_text("Note", content.note)
        root.add_text("TaxPointDate", content.tax_point)
    root.add_text("DocumentCurrencyCode", content.currency.code)
    if content.accounting_vat is not None:
        root.add_text("TaxCurrencyCode", content.accounting_vat.currency.code)


def _write_references(root: Element, content: Content) -> None:
    root.add_text("BuyerReference", content.buyer_reference)
    root.add_period(content.period)
    root.add_text("OrderReference/ID", content.purchase_order)
    for number, issued_on in content.references:
        reference = root.add_child("BillingReference/InvoiceDocumentReference")
        reference.add_text("ID", number)
        reference.add_text("IssueDate", issued_on)


def _write_delivery(delivery: Element, content: Content) -> None:
    """When and where it is delivered, and to whom there (BG-13, BG-15); a country stands in every address (BR-57)."""
    delivery.add_text("ActualDeliveryDate", content.delivered_on)
    address = delivery.add_child("DeliveryLocation/Address") if content.ship_to else None
    if address is not None:
        if content.deliver_to is not None:
            _write_place(address, content.deliver_to.address)
        address.add_text("Country/IdentificationCode", content.ship_to)
    if content.deliver_to is not None:
        delivery.add_text("DeliveryParty/PartyName/Name", content.deliver_to.recipient)


def _write_place(element: Element, address: Address) -> None:
    element.add_text("StreetName", address.street)
    element.add_text("CityName", address.town)
    element.add_text("PostalZone", address.postcode)


def _write_party(root: Element, role: str, who: Party) -> None:
    """The seller or the customer with address, numbers and contact (BG-4, BG-7)."""
    party = root.add_child(f"{role}/Party")
    if who.endpoint is not None:
        party.add_text("EndpointID", who.endpoint.number, schemeID=who.endpoint.scheme)
    party.add_text("PartyIdentification/ID", who.number)
    party.add_text("PartyName/Name", who.name)
    address = party.add_child("PostalAddress")
    _write_place(address, who.address)
    address.add_text("Country/IdentificationCode", who.address.country)
    if who.vat_number:
        scheme = party.add_child("PartyTaxScheme")
        scheme.add_text("CompanyID", who.vat_number)
        scheme.add_text("TaxScheme/ID", "VAT")
    entity = party.add_child("PartyLegalEntity")
    entity.add_text("RegistrationName", who.name)
    if who.registered is not None:
        entity.add_text("CompanyID", who.registered.number, **({"schemeID": who.registered.scheme} if who.registered.scheme else {}))
    entity.add_text("CompanyLegalForm", who.register_entry)
    if who.contact is not None:
        contact = party.add_child("Contact")
        contact.add_text("Name", who.contact.name)
        contact.add_text("Telephone", who.contact.phone)
        contact.add_text("ElectronicMail", who.contact.email)


def _write_payment(root: Element, payment: Payment) -> None:
    """The code, the reference and the account (BG-16, BG-17), and the terms (BT-20)."""
    means = root.add_child("PaymentMeans")
    means.add_text("PaymentMeansCode", payment.code)
    means.add_text("PaymentID", payment.reference)
    if payment.iban:
        account = means.add_child("PayeeFinancialAccount")
        account.add_text("ID", payment.iban)
        account.add_text("Name", payment.account_name)
        account.add_text("FinancialInstitutionBranch/ID", payment.bic)
    root.add_text("PaymentTerms/Note", payment.terms)


def _write_adjustment(parent: Element, adjustment: Adjustment) -> None:
    """A discount is an allowance, a surcharge a charge."""
    allowance = parent.add_child("AllowanceCharge")
    allowance.add_text("ChargeIndicator", "true" if adjustment.adds else "false")
    allowance.add_text("AllowanceChargeReasonCode", adjustment.code)
    allowance.add_text("AllowanceChargeReason", adjustment.reason)
    allowance.add_text("MultiplierFactorNumeric", adjustment.percent)
    allowance.add_amount("Amount", adjustment.amount)
    if adjustment.base is not None:
        allowance.add_amount("BaseAmount", adjustment.base)
    if adjustment.taxed is not None:
        _write_category(allowance.add_child("TaxCategory"), adjustment.taxed)


def _write_vat(root: Element, content: Content) -> None:
    """VAT by category and rate, and all of it in the currency of declarations too (BG-23, BT-110, BT-111)."""
    total = root.add_child("TaxTotal")
    total.add_amount("TaxAmount", content.vat)
    for entry in content.vat_parts:
        part = total.add_child("TaxSubtotal")
        part.add_amount("TaxableAmount", entry.base)
        part.add_amount("TaxAmount", entry.vat)
        _write_category(part.add_child("TaxCategory"), entry.taxed, entry.vatex, entry.reason)
    if content.accounting_vat is not None:
        root.add_child("TaxTotal").add_amount("TaxAmount", content.accounting_vat)


def _write_category(element: Element, taxed: Taxed, exemption: str | None = None, reason: str | None = None) -> None:
    """A VAT category with its rate, and why no VAT is charged (BT-118 to BT-121)."""
    element.add_text("ID", taxed.category)
    element.add_text("Percent", taxed.rate)
    element.add_text("TaxExemptionReasonCode", exemption)
    element.add_text("TaxExemptionReason", reason)
    element.add_text("TaxScheme/ID", "VAT")


def _write_totals(root: Element, content: Content) -> None:
    """The totals of the document (BG-22)."""
    total = root.add_child("LegalMonetaryTotal")
    total.add_amount("LineExtensionAmount", content.lines_net)
    total.add_amount("TaxExclusiveAmount", content.net)
    total.add_amount("TaxInclusiveAmount", content.gross)
    if content.discounts is not None:
        total.add_amount("AllowanceTotalAmount", content.discounts)
    if content.surcharges is not None:
        total.add_amount("ChargeTotalAmount", content.surcharges)
    total.add_amount("PayableAmount", content.due)


def _write_line(root: Element, line: Line, content: Content) -> None:
    """One line: what, how much of it, for how much, and its VAT category (BG-25 to BG-31)."""
    element = root.add_child("CreditNoteLine" if content.is_credit else "InvoiceLine")
    element.add_text("ID", line.number)
    element.add_text("CreditedQuantity" if content.is_credit else "InvoicedQuantity", line.quantity, unitCode=line.unit_code)
    element.add_amount("LineExtensionAmount", line.net)
    element.add_period(line.period)
    for adjustment in line.adjustments:
        _write_adjustment(element, adjustment)
    item = element.add_child("Item")
    item.add_text("Description", line.detail)
    item.add_text("Name", line.name)
    item.add_text("SellersItemIdentification/ID", line.product)
    _write_category(item.add_child("ClassifiedTaxCategory"), line.taxed)
    price = element.add_child("Price")
    price.add_text("PriceAmount", line.price, currencyID=content.currency.code)
    price.add_text("BaseQuantity", line.base_quantity, unitCode=line.unit_code)
