"""Invoices and credit notes in UBL 2.1: by Peppol BIS Billing 3.0 between parties with addresses in Peppol, else by EN 16931 alone."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.documents.invoice import CreditNote, Invoice
from engine.documents.party import Address
from engine.writing.e_invoices.addresses import is_for_peppol
from engine.writing.e_invoices.content import Adjustment, Content, Line, Party, Payment, Taxed, with_texts
from engine.writing.e_invoices.content_of_document import content_of
from engine.writing.ubl.elements import CAC, CBC, Tree, add_amount, add_child, add_period, add_text

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
    names: dict[str | None, str] = {None: space, "cac": CAC, "cbc": CBC}
    root = etree.Element(etree.QName(space, name), nsmap=names)  # type: ignore[arg-type]  # its types forget the default namespace, whose name is None
    add_text(root, "CustomizationID", PEPPOL if for_peppol else EN_16931)
    add_text(root, "ProfileID", PROFILE if for_peppol else None)
    _write_head(root, content)
    _write_references(root, content)
    _write_party(root, "AccountingSupplierParty", content.seller)
    _write_party(root, "AccountingCustomerParty", content.customer)
    if content.delivered_on is not None or content.ship_to is not None:
        _write_delivery(add_child(root, "Delivery"), content)
    if content.payment is not None:
        _write_payment(root, content.payment)
    for adjustment in content.adjustments:
        _write_adjustment(root, adjustment)
    _write_vat(root, content)
    _write_totals(root, content)
    for line in content.lines:
        _write_line(root, line, content)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def renumbered(xml: bytes, invoice: Invoice, number: str, communication: str) -> bytes:
    """The XML of an invoice as it is written with another number and payment reference."""
    return with_texts(xml, (("cbc:ID", invoice.number, number), ("cbc:PaymentID", invoice.communication, communication)))


def _write_head(root: Tree, content: Content) -> None:
    add_text(root, "ID", content.number)
    add_text(root, "IssueDate", content.issued_on)
    if content.is_credit:
        add_text(root, "TaxPointDate", content.tax_point)
        add_text(root, "CreditNoteTypeCode", content.type_code)
        add_text(root, "Note", content.note)
    else:
        add_text(root, "DueDate", content.due_on)
        add_text(root, "InvoiceTypeCode", content.type_code)
        add_text(root, "Note", content.note)
        add_text(root, "TaxPointDate", content.tax_point)
    add_text(root, "DocumentCurrencyCode", content.currency.code)
    if content.accounting_vat is not None:
        add_text(root, "TaxCurrencyCode", content.accounting_vat.currency.code)


def _write_references(root: Tree, content: Content) -> None:
    add_text(root, "BuyerReference", content.buyer_reference)
    add_period(root, content.period)
    add_text(root, "OrderReference/ID", content.purchase_order)
    for number, issued_on in content.references:
        reference = add_child(root, "BillingReference/InvoiceDocumentReference")
        add_text(reference, "ID", number)
        add_text(reference, "IssueDate", issued_on)


def _write_delivery(delivery: Tree, content: Content) -> None:
    """When and where it is delivered, and to whom there (BG-13, BG-15); a country stands in every address (BR-57)."""
    add_text(delivery, "ActualDeliveryDate", content.delivered_on)
    address = add_child(delivery, "DeliveryLocation/Address") if content.ship_to else None
    if address is not None:
        if content.deliver_to is not None:
            _write_place(address, content.deliver_to.address)
        add_text(address, "Country/IdentificationCode", content.ship_to)
    if content.deliver_to is not None:
        add_text(delivery, "DeliveryParty/PartyName/Name", content.deliver_to.recipient)


def _write_place(element: Tree, address: Address) -> None:
    add_text(element, "StreetName", address.street)
    add_text(element, "CityName", address.town)
    add_text(element, "PostalZone", address.postcode)


def _write_party(root: Tree, role: str, who: Party) -> None:
    """The seller or the customer with address, numbers and contact (BG-4, BG-7)."""
    party = add_child(root, f"{role}/Party")
    if who.endpoint is not None:
        add_text(party, "EndpointID", who.endpoint.number, schemeID=who.endpoint.scheme)
    add_text(party, "PartyIdentification/ID", who.number)
    add_text(party, "PartyName/Name", who.name)
    address = add_child(party, "PostalAddress")
    _write_place(address, who.address)
    add_text(address, "Country/IdentificationCode", who.address.country)
    if who.vat_number:
        scheme = add_child(party, "PartyTaxScheme")
        add_text(scheme, "CompanyID", who.vat_number)
        add_text(scheme, "TaxScheme/ID", "VAT")
    entity = add_child(party, "PartyLegalEntity")
    add_text(entity, "RegistrationName", who.name)
    if who.registered is not None:
        add_text(entity, "CompanyID", who.registered.number, **({"schemeID": who.registered.scheme} if who.registered.scheme else {}))
    add_text(entity, "CompanyLegalForm", who.register_entry)
    if who.contact is not None:
        contact = add_child(party, "Contact")
        add_text(contact, "Name", who.contact.name)
        add_text(contact, "Telephone", who.contact.phone)
        add_text(contact, "ElectronicMail", who.contact.email)


def _write_payment(root: Tree, payment: Payment) -> None:
    """The code, the reference and the account (BG-16, BG-17), and the terms (BT-20)."""
    means = add_child(root, "PaymentMeans")
    add_text(means, "PaymentMeansCode", payment.code)
    add_text(means, "PaymentID", payment.reference)
    if payment.iban:
        account = add_child(means, "PayeeFinancialAccount")
        add_text(account, "ID", payment.iban)
        add_text(account, "Name", payment.account_name)
        add_text(account, "FinancialInstitutionBranch/ID", payment.bic)
    add_text(root, "PaymentTerms/Note", payment.terms)


def _write_adjustment(parent: Tree, adjustment: Adjustment) -> None:
    """A discount is an allowance, a surcharge a charge."""
    allowance = add_child(parent, "AllowanceCharge")
    add_text(allowance, "ChargeIndicator", "true" if adjustment.adds else "false")
    add_text(allowance, "AllowanceChargeReasonCode", adjustment.code)
    add_text(allowance, "AllowanceChargeReason", adjustment.reason)
    add_text(allowance, "MultiplierFactorNumeric", adjustment.percent)
    add_amount(allowance, "Amount", adjustment.amount)
    if adjustment.base is not None:
        add_amount(allowance, "BaseAmount", adjustment.base)
    if adjustment.taxed is not None:
        _write_category(add_child(allowance, "TaxCategory"), adjustment.taxed)


def _write_vat(root: Tree, content: Content) -> None:
    """VAT by category and rate, and all of it in the currency of declarations too (BG-23, BT-110, BT-111)."""
    total = add_child(root, "TaxTotal")
    add_amount(total, "TaxAmount", content.vat)
    for entry in content.vat_parts:
        part = add_child(total, "TaxSubtotal")
        add_amount(part, "TaxableAmount", entry.base)
        add_amount(part, "TaxAmount", entry.vat)
        _write_category(add_child(part, "TaxCategory"), entry.taxed, entry.vatex, entry.reason)
    if content.accounting_vat is not None:
        add_amount(add_child(root, "TaxTotal"), "TaxAmount", content.accounting_vat)


def _write_category(element: Tree, taxed: Taxed, exemption: str | None = None, reason: str | None = None) -> None:
    """A VAT category with its rate, and why no VAT is charged (BT-118 to BT-121)."""
    add_text(element, "ID", taxed.category)
    add_text(element, "Percent", taxed.rate)
    add_text(element, "TaxExemptionReasonCode", exemption)
    add_text(element, "TaxExemptionReason", reason)
    add_text(element, "TaxScheme/ID", "VAT")


def _write_totals(root: Tree, content: Content) -> None:
    """The totals of the document (BG-22)."""
    total = add_child(root, "LegalMonetaryTotal")
    add_amount(total, "LineExtensionAmount", content.lines_net)
    add_amount(total, "TaxExclusiveAmount", content.net)
    add_amount(total, "TaxInclusiveAmount", content.gross)
    if content.discounts is not None:
        add_amount(total, "AllowanceTotalAmount", content.discounts)
    if content.surcharges is not None:
        add_amount(total, "ChargeTotalAmount", content.surcharges)
    add_amount(total, "PayableAmount", content.due)


def _write_line(root: Tree, line: Line, content: Content) -> None:
    """One line: what, how much of it, for how much, and its VAT category (BG-25 to BG-31)."""
    element = add_child(root, "CreditNoteLine" if content.is_credit else "InvoiceLine")
    add_text(element, "ID", line.number)
    add_text(element, "CreditedQuantity" if content.is_credit else "InvoicedQuantity", line.quantity, unitCode=line.unit_code)
    add_amount(element, "LineExtensionAmount", line.net)
    add_period(element, line.period)
    for adjustment in line.adjustments:
        _write_adjustment(element, adjustment)
    item = add_child(element, "Item")
    add_text(item, "Description", line.detail)
    add_text(item, "Name", line.name)
    add_text(item, "SellersItemIdentification/ID", line.product)
    _write_category(add_child(item, "ClassifiedTaxCategory"), line.taxed)
    price = add_child(element, "Price")
    add_text(price, "PriceAmount", line.price, currencyID=content.currency.code)
    add_text(price, "BaseQuantity", line.base_quantity, unitCode=line.unit_code)
