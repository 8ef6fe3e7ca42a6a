"""Invoices and credit notes as Cross Industry Invoices (D22B) in the profile EN 16931 of Factur-X and ZUGFeRD."""

from __future__ import annotations

from datetime import date
from typing import Final

from lxml import etree

from engine.documents.invoice import CreditNote, Invoice
from engine.documents.party import Address
from engine.writing.cii.cii_elements import QDT, RAM, RSM, UDT, Tree, add_amount, add_child, add_day, add_period, add_text
from engine.writing.e_invoices.content import Adjustment, Content, Line, Party, Payment, Taxed, VatPart, with_texts
from engine.writing.e_invoices.content_of_document import content_of

EN_16931: Final = "urn:cen.eu:en16931:2017"
_NAMES: Final = {"rsm": RSM, "qdt": QDT, "ram": RAM, "udt": UDT}
_DATE_STRING: Final = f"{{{UDT}}}DateString"
_FORMATTED: Final = f"{{{QDT}}}DateTimeString"


def write(document: Invoice | CreditNote) -> bytes:
    """The document as XML, without empty elements."""
    content = content_of(document, for_peppol=False)
    root = etree.Element(etree.QName(RSM, "CrossIndustryInvoice"), nsmap=_NAMES)
    context = etree.SubElement(root, f"{{{RSM}}}ExchangedDocumentContext")
    add_text(context, "GuidelineSpecifiedDocumentContextParameter/ID", EN_16931)
    head = etree.SubElement(root, f"{{{RSM}}}ExchangedDocument")
    add_text(head, "ID", content.number)
    add_text(head, "TypeCode", content.type_code)
    add_day(head, "IssueDateTime", content.issued_on)
    add_text(head, "IncludedNote/Content", content.note)
    transaction = etree.SubElement(root, f"{{{RSM}}}SupplyChainTradeTransaction")
    for line in content.lines:
        _write_line(transaction, line)
    _write_agreement(transaction, content)
    delivery = add_child(transaction, "ApplicableHeaderTradeDelivery")
    if content.deliver_to is None:
        add_text(delivery, "ShipToTradeParty/PostalTradeAddress/CountryID", content.ship_to)
    else:
        party = add_child(delivery, "ShipToTradeParty")
        add_text(party, "Name", content.deliver_to.recipient)
        _write_place(add_child(party, "PostalTradeAddress"), content.deliver_to.address)
    add_day(delivery, "ActualDeliverySupplyChainEvent/OccurrenceDateTime", content.delivered_on)
    _write_settlement(transaction, content)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def renumbered(xml: bytes, invoice: Invoice, number: str, communication: str) -> bytes:
    """The XML of an invoice as it is written with another number and payment reference."""
    return with_texts(xml, (("ram:ID", invoice.number, number), ("ram:PaymentReference", invoice.communication, communication)))


def _write_line(transaction: Tree, line: Line) -> None:
    """One line: what, how much of it, for how much, and its VAT category (BG-25 to BG-31)."""
    element = add_child(transaction, "IncludedSupplyChainTradeLineItem")
    add_text(element, "AssociatedDocumentLineDocument/LineID", line.number)
    product = add_child(element, "SpecifiedTradeProduct")
    add_text(product, "SellerAssignedID", line.product)
    add_text(product, "Name", line.name)
    add_text(product, "Description", line.detail)
    price = add_child(element, "SpecifiedLineTradeAgreement/NetPriceProductTradePrice")
    add_text(price, "ChargeAmount", line.price)
    add_text(price, "BasisQuantity", line.base_quantity, unitCode=line.unit_code)
    add_text(element, "SpecifiedLineTradeDelivery/BilledQuantity", line.quantity, unitCode=line.unit_code)
    settlement = add_child(element, "SpecifiedLineTradeSettlement")
    _write_category(add_child(settlement, "ApplicableTradeTax"), line.taxed)
    add_period(settlement, line.period)
    for adjustment in line.adjustments:
        _write_adjustment(settlement, adjustment)
    add_amount(settlement, "SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount", line.net)


def _write_agreement(transaction: Tree, content: Content) -> None:
    """Who sells to whom, and their references (BG-4, BG-7, BT-10, BT-13)."""
    agreement = add_child(transaction, "ApplicableHeaderTradeAgreement")
    add_text(agreement, "BuyerReference", content.buyer_reference)
    _write_party(add_child(agreement, "SellerTradeParty"), content.seller)
    _write_party(add_child(agreement, "BuyerTradeParty"), content.customer)
    add_text(agreement, "BuyerOrderReferencedDocument/IssuerAssignedID", content.purchase_order)


def _write_party(party: Tree, who: Party) -> None:
    """The seller or the customer with numbers, contact and address (BG-4, BG-7)."""
    add_text(party, "ID", who.number)
    add_text(party, "Name", who.name)
    add_text(party, "Description", who.register_entry)
    if who.registered is not None:
        scheme = {"schemeID": who.registered.scheme} if who.registered.scheme else {}
        add_text(party, "SpecifiedLegalOrganization/ID", who.registered.number, **scheme)
    if who.contact is not None:
        contact = add_child(party, "DefinedTradeContact")
        add_text(contact, "PersonName", who.contact.name)
        add_text(contact, "TelephoneUniversalCommunication/CompleteNumber", who.contact.phone)
        add_text(contact, "EmailURIUniversalCommunication/URIID", who.contact.email)
    _write_place(add_child(party, "PostalTradeAddress"), who.address)
    if who.endpoint is not None:
        add_text(party, "URIUniversalCommunication/URIID", who.endpoint.number, schemeID=who.endpoint.scheme)
    add_text(party, "SpecifiedTaxRegistration/ID", who.vat_number, schemeID="VA")


def _write_place(element: Tree, address: Address) -> None:
    add_text(element, "PostcodeCode", address.postcode)
    add_text(element, "LineOne", address.street)
    add_text(element, "CityName", address.town)
    add_text(element, "CountryID", address.country)


def _write_settlement(transaction: Tree, content: Content) -> None:
    """How it is paid, VAT, discounts and surcharges of the document, the totals, and earlier invoices (BG-3, BG-16, BG-20 to BG-23)."""
    settlement = add_child(transaction, "ApplicableHeaderTradeSettlement")
    if content.payment is not None:
        add_text(settlement, "PaymentReference", content.payment.reference)
    if content.accounting_vat is not None:
        add_text(settlement, "TaxCurrencyCode", content.accounting_vat.currency.code)
    add_text(settlement, "InvoiceCurrencyCode", content.currency.code)
    if content.payment is not None:
        _write_means(settlement, content.payment)
    for part in content.vat_parts:
        _write_vat(settlement, part, content.tax_point if part is content.vat_parts[0] else None)
    add_period(settlement, content.period)
    for adjustment in content.adjustments:
        _write_adjustment(settlement, adjustment)
    terms = content.payment.terms if content.payment is not None else ""
    if terms or content.due_on is not None:
        element = add_child(settlement, "SpecifiedTradePaymentTerms")
        add_text(element, "Description", terms)
        add_day(element, "DueDateDateTime", content.due_on)
    _write_totals(settlement, content)
    for number, issued_on in content.references:
        reference = add_child(settlement, "InvoiceReferencedDocument")
        add_text(reference, "IssuerAssignedID", number)
        add_day(reference, "FormattedIssueDateTime", issued_on, _FORMATTED)


def _write_means(settlement: Tree, payment: Payment) -> None:
    """The code of the means of payment, and the account (BG-16, BG-17)."""
    means = add_child(settlement, "SpecifiedTradeSettlementPaymentMeans")
    add_text(means, "TypeCode", payment.code)
    if payment.iban:
        account = add_child(means, "PayeePartyCreditorFinancialAccount")
        add_text(account, "IBANID", payment.iban)
        add_text(account, "AccountName", payment.account_name)
        add_text(means, "PayeeSpecifiedCreditorFinancialInstitution/BICID", payment.bic)


def _write_vat(settlement: Tree, part: VatPart, tax_point: date | None) -> None:
    """VAT by category and rate, the first with the day on which it becomes due, which stands once (BG-23, BT-7, CII-SR-461)."""
    tax = add_child(settlement, "ApplicableTradeTax")
    add_amount(tax, "CalculatedAmount", part.vat)
    add_text(tax, "TypeCode", "VAT")
    add_text(tax, "ExemptionReason", part.reason)
    add_amount(tax, "BasisAmount", part.base)
    add_text(tax, "CategoryCode", part.taxed.category)
    add_text(tax, "ExemptionReasonCode", part.vatex)
    add_day(tax, "TaxPointDate", tax_point, _DATE_STRING)
    add_text(tax, "RateApplicablePercent", part.taxed.rate)


def _write_category(tax: Tree, taxed: Taxed) -> None:
    add_text(tax, "TypeCode", "VAT")
    add_text(tax, "CategoryCode", taxed.category)
    add_text(tax, "RateApplicablePercent", taxed.rate)


def _write_adjustment(parent: Tree, adjustment: Adjustment) -> None:
    """A discount or a surcharge, of a line or of the document."""
    element = add_child(parent, "SpecifiedTradeAllowanceCharge")
    etree.SubElement(add_child(element, "ChargeIndicator"), f"{{{UDT}}}Indicator").text = "true" if adjustment.adds else "false"
    add_text(element, "CalculationPercent", adjustment.percent)
    add_amount(element, "BasisAmount", adjustment.base)
    add_amount(element, "ActualAmount", adjustment.amount)
    add_text(element, "ReasonCode", adjustment.code)
    add_text(element, "Reason", adjustment.reason)
    if adjustment.taxed is not None:
        _write_category(add_child(element, "CategoryTradeTax"), adjustment.taxed)


def _write_totals(settlement: Tree, content: Content) -> None:
    """The totals of the document (BG-22); VAT also in the currency of declarations (BT-111)."""
    total = add_child(settlement, "SpecifiedTradeSettlementHeaderMonetarySummation")
    add_amount(total, "LineTotalAmount", content.lines_net)
    add_amount(total, "ChargeTotalAmount", content.surcharges)
    add_amount(total, "AllowanceTotalAmount", content.discounts)
    add_amount(total, "TaxBasisTotalAmount", content.net)
    add_text(total, "TaxTotalAmount", content.vat, currencyID=content.currency.code)
    if content.accounting_vat is not None:
        add_text(total, "TaxTotalAmount", content.accounting_vat, currencyID=content.accounting_vat.currency.code)
    add_amount(total, "GrandTotalAmount", content.gross)
    add_amount(total, "DuePayableAmount", content.due)
