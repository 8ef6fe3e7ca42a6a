"""Invoices and credit notes as Peppol BIS Billing 3.0 in UBL 2.1, the only module that writes XML."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from engine.countries.registry import country_of
from engine.dates import Period
from engine.documents.invoice import CreditNote, Invoice, InvoiceLine
from engine.documents.party import Address, Customer, Seller
from engine.documents.quote import LineDiscount
from engine.money import Money

CUSTOMIZATION: Final = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE: Final = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_CBC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_CAC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_INVOICE: Final = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
_CREDIT_NOTE: Final = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
_CREDIT_TRANSFER: Final = "30"
_DISCOUNT: Final = "95"

Tree = etree._Element
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(document: Invoice | CreditNote) -> bytes:
    """The document as XML, without empty elements."""
    is_credit = isinstance(document, CreditNote)
    name, space = ("CreditNote", _CREDIT_NOTE) if is_credit else ("Invoice", _INVOICE)
    names: dict[str | None, str] = {None: space, "cac": _CAC, "cbc": _CBC}
    root = etree.Element(etree.QName(space, name), nsmap=names)  # type: ignore[arg-type]  # its types forget the default namespace, whose name is None
    _head(root, document)
    _references(root, document)
    _party(root, "AccountingSupplierParty", document.seller, document)
    _party(root, "AccountingCustomerParty", document.customer, document)
    _delivery(root, document)
    if isinstance(document, Invoice):
        _payment(root, document)
    _vat(root, document)
    _totals(root, document)
    for line in document.lines:
        _line(root, line, document)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def endpoint_of(party: Customer | Seller) -> tuple[str, str] | None:
    """The address for e-invoices of a customer or seller: scheme and number, else the e-mail address; None where unknown."""
    registered = _registered(party)
    if registered is not None:
        return registered
    number, scheme = _compact(party.vat_number or ""), country_of(party.address.country).vat_number_scheme
    if number and scheme is not None:
        return (scheme, number)
    return ("EM", party.email) if party.email else None


def _registered(party: Customer | Seller) -> tuple[str, str] | None:
    """The register of enterprises and the number in it: of a seller as it is given, of a customer as its VAT number has it."""
    register = country_of(party.address.country).register
    if register is None:
        return None
    if isinstance(party, Seller):
        return (register.scheme, register.identifier(party.enterprise_number))
    if register.identifier_of_vat_number is None or not party.vat_number:
        return None
    return (register.scheme, register.identifier_of_vat_number(party.vat_number))


def _head(root: Tree, document: Invoice | CreditNote) -> None:
    _text(root, "CustomizationID", CUSTOMIZATION)
    _text(root, "ProfileID", PROFILE)
    _text(root, "ID", document.number)
    _text(root, "IssueDate", document.issued_on.isoformat())
    if isinstance(document, Invoice):
        _text(root, "DueDate", document.due_on.isoformat())
        _text(root, "InvoiceTypeCode", document.type_code)
        _text(root, "Note", _note(document))
        _tax_point(root, document)
    else:
        _tax_point(root, document)
        _text(root, "CreditNoteTypeCode", "381")
        _text(root, "Note", _note(document))
    _text(root, "DocumentCurrencyCode", document.currency.code)


def _tax_point(root: Tree, document: Invoice | CreditNote) -> None:
    """BT-7, only where it is not the issue date."""
    if document.tax_point != document.issued_on:
        _text(root, "TaxPointDate", document.tax_point.isoformat())


def _note(document: Invoice | CreditNote) -> str:
    """One note (R002): the mentions besides the exemption reasons, in the customer's language."""
    shown = {entry.mention.name for entry in document.vat_breakdown if entry.mention}
    texts = [mention.in_(document.customer.language) for mention in document.mentions if mention.name not in shown]
    return " ".join([document.because, *texts] if isinstance(document, CreditNote) and document.because else texts)


def _references(root: Tree, document: Invoice | CreditNote) -> None:
    """The buyer's reference or the order's, of which R003 requires one."""
    if not document.purchase_order:
        _text(root, "BuyerReference", document.customer.id)
    _period(root, _document_period(document))
    if document.purchase_order:
        _text(_child(root, "OrderReference"), "ID", document.purchase_order)
    if isinstance(document, CreditNote):
        _billing_reference(root, document.corrects, document.corrects_issued_on.isoformat())
    else:
        for number in document.refers_to:
            _billing_reference(root, number, "")


def _billing_reference(root: Tree, number: str, issued_on: str) -> None:
    reference = _child(_child(root, "BillingReference"), "InvoiceDocumentReference")
    _text(reference, "ID", number)
    _text(reference, "IssueDate", issued_on)


def _document_period(document: Invoice | CreditNote) -> Period | None:
    """BG-14, from the first to the last day of the lines; goods not yet delivered to another member state want one too (BR-IC-11)."""
    periods = [line.service_period for line in document.lines if line.service_period]
    if periods:
        return Period(min(one.start for one in periods), max(one.until for one in periods))
    if document.delivered_on is None and any(line.category == "K" for line in document.lines):
        return Period(document.issued_on, document.issued_on.fromordinal(document.issued_on.toordinal() + 1))
    return None


def _party(root: Tree, role: str, who: Seller | Customer, document: Invoice | CreditNote) -> None:
    party = _child(_child(root, role), "Party")
    endpoint = endpoint_of(who)
    if endpoint is not None:
        _text(party, "EndpointID", endpoint[1], schemeID=endpoint[0])
    _text(_child(party, "PartyName"), "Name", who.name)
    _address(_child(party, "PostalAddress"), who.address)
    number = _compact(who.vat_number or "")
    if number and not _outside_scope(document):
        scheme = _child(party, "PartyTaxScheme")
        _text(scheme, "CompanyID", number)
        _text(_child(scheme, "TaxScheme"), "ID", "VAT")
    entity = _child(party, "PartyLegalEntity")
    _text(entity, "RegistrationName", who.name)
    registered = _registered(who)
    if registered is not None:
        _text(entity, "CompanyID", registered[1], schemeID=registered[0])
    elif isinstance(who, Seller):
        _text(entity, "CompanyID", _compact(who.enterprise_number))
    if isinstance(who, Seller):
        _text(entity, "CompanyLegalForm", who.register_entry)
    phone = who.phone if isinstance(who, Seller) else ""
    if who.email or phone:
        contact = _child(party, "Contact")
        _text(contact, "Telephone", phone)
        _text(contact, "ElectronicMail", who.email or "")


def _address(parent: Tree, address: Address) -> None:
    _text(parent, "StreetName", address.street)
    _text(parent, "CityName", address.town)
    _text(parent, "PostalZone", address.postcode)
    _text(_child(parent, "Country"), "IdentificationCode", address.country)


def _outside_scope(document: Invoice | CreditNote) -> bool:
    """Whether a category is O, with which neither party's VAT number may be in the XML (BR-O-02 to 04)."""
    return any(entry.category == "O" for entry in document.vat_breakdown)


def _delivery(root: Tree, document: Invoice | CreditNote) -> None:
    """The day and country of delivery, required for goods to another member state (BR-IC-11, BR-IC-12)."""
    if document.delivered_on is None and document.ship_to is None:
        return
    delivery = _child(root, "Delivery")
    if document.delivered_on is not None:
        _text(delivery, "ActualDeliveryDate", document.delivered_on.isoformat())
    if document.ship_to is not None:
        address = _child(_child(delivery, "DeliveryLocation"), "Address")
        _text(_child(address, "Country"), "IdentificationCode", document.ship_to)


def _payment(root: Tree, document: Invoice) -> None:
    means = _child(root, "PaymentMeans")
    _text(means, "PaymentMeansCode", _CREDIT_TRANSFER)
    _text(means, "PaymentID", document.communication)
    account = _child(means, "PayeeFinancialAccount")
    _text(account, "ID", _compact(document.seller.iban))
    _text(account, "Name", document.seller.name)
    if document.seller.bic:
        _text(_child(account, "FinancialInstitutionBranch"), "ID", _compact(document.seller.bic))


def _vat(root: Tree, document: Invoice | CreditNote) -> None:
    total = _child(root, "TaxTotal")
    _amount(total, "TaxAmount", document.vat)
    for entry in document.vat_breakdown:
        part = _child(total, "TaxSubtotal")
        _amount(part, "TaxableAmount", entry.base)
        _amount(part, "TaxAmount", entry.vat)
        category = _child(part, "TaxCategory")
        _text(category, "ID", entry.category)
        if entry.category != "O":
            _text(category, "Percent", str(entry.rate))
        if entry.category not in ("S", "Z"):
            _text(category, "TaxExemptionReasonCode", entry.vatex or "")
            reason = entry.mention.in_(document.customer.language) if entry.mention else entry.basis
            _text(category, "TaxExemptionReason", reason)
        _text(_child(category, "TaxScheme"), "ID", "VAT")


def _totals(root: Tree, document: Invoice | CreditNote) -> None:
    total = _child(root, "LegalMonetaryTotal")
    _amount(total, "LineExtensionAmount", document.net)
    _amount(total, "TaxExclusiveAmount", document.net)
    _amount(total, "TaxInclusiveAmount", document.gross)
    _amount(total, "PayableAmount", document.due_amount if isinstance(document, Invoice) else document.gross)


def _line(root: Tree, line: InvoiceLine, document: Invoice | CreditNote) -> None:
    is_credit = isinstance(document, CreditNote)
    element = _child(root, "CreditNoteLine" if is_credit else "InvoiceLine")
    _text(element, "ID", str(line.number))
    _text(element, "CreditedQuantity" if is_credit else "InvoicedQuantity", str(line.quantity), unitCode=line.unit_code)
    _amount(element, "LineExtensionAmount", line.net)
    _period(element, line.service_period)
    for discount in line.discounts:
        _allowance(element, discount)
    item = _child(element, "Item")
    _text(item, "Description", line.detail)
    _text(item, "Name", line.description)
    _text(_child(item, "SellersItemIdentification"), "ID", line.product)
    category = _child(item, "ClassifiedTaxCategory")
    _text(category, "ID", line.category)
    if line.category != "O":
        _text(category, "Percent", str(line.rate))
    _text(_child(category, "TaxScheme"), "ID", "VAT")
    price = _child(element, "Price")
    _text(price, "PriceAmount", str(line.price), currencyID=document.currency.code)
    _text(price, "BaseQuantity", str(line.base_quantity), unitCode=line.unit_code)


def _allowance(element: Tree, discount: LineDiscount) -> None:
    """A discount is an allowance; a negative one (of a change) is a charge; one of 0 is left out."""
    if not discount.amount:
        return
    adds = discount.amount.minor < 0
    allowance = _child(element, "AllowanceCharge")
    _text(allowance, "ChargeIndicator", "true" if adds else "false")
    if not adds:
        _text(allowance, "AllowanceChargeReasonCode", _DISCOUNT)
    _text(allowance, "AllowanceChargeReason", discount.label)
    _amount(allowance, "Amount", -discount.amount if adds else discount.amount)


def _period(parent: Tree, period: Period | None) -> None:
    if period is None:
        return
    element = _child(parent, "InvoicePeriod")
    _text(element, "StartDate", period.start.isoformat())
    _text(element, "EndDate", period.last.isoformat())


def _amount(parent: Tree, name: str, amount: Money) -> None:
    _text(parent, name, str(amount), currencyID=amount.currency.code)


def _text(parent: Tree, name: str, text: str, **attributes: str) -> None:
    """An element with a text; none at all where the text is empty."""
    written = _NOT_XML.sub("", text).strip()
    if written:
        element = etree.SubElement(parent, etree.QName(_CBC, name), attributes)
        element.text = written


def _child(parent: Tree, name: str) -> Tree:
    return etree.SubElement(parent, etree.QName(_CAC, name))


def _compact(number: str) -> str:
    """A VAT number, enterprise number or IBAN without blanks, dots and hyphens."""
    return re.sub(r"[\s.\-]", "", number).upper()
