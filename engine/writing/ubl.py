"""Invoices and credit notes as Peppol BIS Billing 3.0 in UBL 2.1, the only module that writes XML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lxml import etree

from engine.countries.country import Country
from engine.countries.registry import country_of
from engine.dates import Period
from engine.documents.invoice import BaseReduction, CreditNote, Invoice, InvoiceLine, VatSubtotal
from engine.documents.party import Customer, Seller
from engine.documents.quote import FREE_TEXT, LineDiscount
from engine.documents.totals import add
from engine.money import Money
from engine.phrases import say
from engine.writing.payment_text import EARLY_PAYMENT, payment_sentences

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
    if document.base_reductions:
        _early_payment(root, document, document.base_reductions)
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
    scheme = _country_of_number(party).vat_number_scheme
    if party.vat_number and scheme is not None:
        return (scheme, _compact(party.vat_number))
    return ("EM", party.email) if party.email else None


def _registered(party: Customer | Seller) -> tuple[str, str] | None:
    """The register of enterprises and the number in it: of a seller as it is given, of a customer as its VAT number has it."""
    if isinstance(party, Seller):
        register = country_of(party.address.country).register
        return (register.scheme, register.identifier(party.enterprise_number)) if register is not None else None
    register = _country_of_number(party).register
    if register is None or register.identifier_of_vat_number is None or not party.vat_number:
        return None
    return (register.scheme, register.identifier_of_vat_number(party.vat_number))


def _country_of_number(party: Customer | Seller) -> Country:
    """The country that gave a VAT number: that with whose letters it begins (Greek ones begin with EL)."""
    prefix = (party.vat_number or "").strip()[:2].upper()
    return country_of("GR" if prefix == "EL" else prefix)


def _head(root: Tree, document: Invoice | CreditNote) -> None:
    _text(root, "CustomizationID", CUSTOMIZATION)
    _text(root, "ProfileID", PROFILE)
    _text(root, "ID", document.number)
    _text(root, "IssueDate", document.issued_on)
    if isinstance(document, Invoice):
        _text(root, "DueDate", document.due_on)
        _text(root, "InvoiceTypeCode", document.type_code)
        _text(root, "Note", _note(document))
        _tax_point(root, document)
    else:
        _tax_point(root, document)
        _text(root, "CreditNoteTypeCode", "381")
        _text(root, "Note", _note(document))
    _text(root, "DocumentCurrencyCode", document.currency.code)
    if document.accounting_vat is not None:
        _text(root, "TaxCurrencyCode", document.accounting_vat.currency.code)


def _tax_point(root: Tree, document: Invoice | CreditNote) -> None:
    """BT-7, only where it is not the issue date."""
    if document.tax_point != document.issued_on:
        _text(root, "TaxPointDate", document.tax_point)


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
    _text(root, "OrderReference/ID", document.purchase_order)
    corrected = [(document.corrects, document.corrects_issued_on)] if isinstance(document, CreditNote) else []
    followed = [(number, None) for number in (*document.refers_to, *document.replaces)] if isinstance(document, Invoice) else []
    for number, issued_on in (*corrected, *followed):
        reference = _child(root, "BillingReference/InvoiceDocumentReference")
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
    party = _child(root, f"{role}/Party")
    endpoint = endpoint_of(who)
    if endpoint is not None:
        _text(party, "EndpointID", endpoint[1], schemeID=endpoint[0])
    _text(party, "PartyName/Name", who.name)
    address = _child(party, "PostalAddress")
    _text(address, "StreetName", who.address.street)
    _text(address, "CityName", who.address.town)
    _text(address, "PostalZone", who.address.postcode)
    _text(address, "Country/IdentificationCode", who.address.country)
    number = _compact(who.vat_number or "")
    if number and not _outside_scope(document):
        scheme = _child(party, "PartyTaxScheme")
        _text(scheme, "CompanyID", number)
        _text(scheme, "TaxScheme/ID", "VAT")
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


def _outside_scope(document: Invoice | CreditNote) -> bool:
    """Whether a category is O, with which neither party's VAT number may be in the XML (BR-O-02 to 04)."""
    return any(entry.category == "O" for entry in document.vat_breakdown)


def _delivery(root: Tree, document: Invoice | CreditNote) -> None:
    """The day and country of delivery, required for goods to another member state (BR-IC-11, BR-IC-12)."""
    if document.delivered_on is not None or document.ship_to is not None:
        delivery = _child(root, "Delivery")
        _text(delivery, "ActualDeliveryDate", document.delivered_on)
        _text(delivery, "DeliveryLocation/Address/Country/IdentificationCode", document.ship_to)


def _payment(root: Tree, document: Invoice) -> None:
    means = _child(root, "PaymentMeans")
    _text(means, "PaymentMeansCode", _CREDIT_TRANSFER)
    _text(means, "PaymentID", document.communication)
    account = _child(means, "PayeeFinancialAccount")
    _text(account, "ID", _compact(document.seller.iban))
    _text(account, "Name", document.seller.name)
    _text(account, "FinancialInstitutionBranch/ID", _compact(document.seller.bic or ""))
    if document.due_amounts or document.cash_discount:
        _text(_child(root, "PaymentTerms"), "Note", "; ".join(payment_sentences(document)))


def _early_payment(root: Tree, document: Invoice | CreditNote, reductions: Sequence[BaseReduction]) -> None:
    """What lowers VAT bases is an allowance at its rate (BG-20); the sum is charged again as exempt (BG-21), so that the net stays."""
    exempt = next(entry for entry in document.vat_breakdown if entry.category == "E")
    discount = document.cash_discount if isinstance(document, Invoice) else None
    bases = {(entry.category, entry.rate): entry.base for entry in document.vat_breakdown}
    for one in reductions:
        allowance = _document_allowance(root, document, adds=False)
        if discount is not None:
            _text(allowance, "MultiplierFactorNumeric", discount.percent)
        _amount(allowance, "Amount", one.amount)
        if discount is not None:
            _amount(allowance, "BaseAmount", bases[one.category, one.rate] + one.amount)
        _category(_child(allowance, "TaxCategory"), one)
    charge = _document_allowance(root, document, adds=True)
    _amount(charge, "Amount", _sum_of(reductions))
    _category(_child(charge, "TaxCategory"), exempt)


def _document_allowance(root: Tree, document: Invoice | CreditNote, *, adds: bool) -> Tree:
    allowance = _child(root, "AllowanceCharge")
    _text(allowance, "ChargeIndicator", "true" if adds else "false")
    if not adds:
        _text(allowance, "AllowanceChargeReasonCode", _DISCOUNT)
    _text(allowance, "AllowanceChargeReason", say(EARLY_PAYMENT, document.customer.language))
    return allowance


def _sum_of(reductions: Sequence[BaseReduction]) -> Money:
    return add((one.amount for one in reductions), reductions[0].amount.currency)


def _vat(root: Tree, document: Invoice | CreditNote) -> None:
    total = _child(root, "TaxTotal")
    _amount(total, "TaxAmount", document.vat)
    for entry in document.vat_breakdown:
        part = _child(total, "TaxSubtotal")
        _amount(part, "TaxableAmount", entry.base)
        _amount(part, "TaxAmount", entry.vat)
        reason = entry.mention.in_(document.customer.language) if entry.mention else entry.basis
        is_exempt = entry.category not in ("S", "Z")
        _category(_child(part, "TaxCategory"), entry, *((entry.vatex, reason) if is_exempt else ()))
    if document.accounting_vat is not None:
        _amount(_child(root, "TaxTotal"), "TaxAmount", document.accounting_vat.vat)


def _category(
    element: Tree, taxed: InvoiceLine | VatSubtotal | BaseReduction, exemption: str | None = None, reason: str | None = None
) -> None:
    _text(element, "ID", taxed.category)
    if taxed.category != "O":
        _text(element, "Percent", taxed.rate)
    _text(element, "TaxExemptionReasonCode", exemption)
    _text(element, "TaxExemptionReason", reason)
    _text(element, "TaxScheme/ID", "VAT")


def _totals(root: Tree, document: Invoice | CreditNote) -> None:
    total = _child(root, "LegalMonetaryTotal")
    _amount(total, "LineExtensionAmount", document.net)
    _amount(total, "TaxExclusiveAmount", document.net)
    _amount(total, "TaxInclusiveAmount", document.gross)
    if document.base_reductions:
        _amount(total, "AllowanceTotalAmount", _sum_of(document.base_reductions))
        _amount(total, "ChargeTotalAmount", _sum_of(document.base_reductions))
    _amount(total, "PayableAmount", document.due_amount if isinstance(document, Invoice) else document.gross)


def _line(root: Tree, line: InvoiceLine, document: Invoice | CreditNote) -> None:
    is_credit = isinstance(document, CreditNote)
    element = _child(root, "CreditNoteLine" if is_credit else "InvoiceLine")
    _text(element, "ID", line.number)
    _text(element, "CreditedQuantity" if is_credit else "InvoicedQuantity", line.quantity, unitCode=line.unit_code)
    _amount(element, "LineExtensionAmount", line.net)
    _period(element, line.service_period)
    for discount in line.discounts:
        _allowance(element, discount)
    item = _child(element, "Item")
    _text(item, "Description", line.detail)
    _text(item, "Name", line.description)
    _text(item, "SellersItemIdentification/ID", line.product if line.product != FREE_TEXT else "")
    _category(_child(item, "ClassifiedTaxCategory"), line)
    price = _child(element, "Price")
    _text(price, "PriceAmount", line.price, currencyID=document.currency.code)
    _text(price, "BaseQuantity", line.base_quantity, unitCode=line.unit_code)


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
    _text(element, "StartDate", period.start)
    _text(element, "EndDate", period.last)


def _amount(parent: Tree, name: str, amount: Money) -> None:
    _text(parent, name, amount, currencyID=amount.currency.code)


def _text(parent: Tree, path: str, text: object, **attributes: str) -> None:
    """An element with a text, inside of those before it in the path; none at all where the text is empty."""
    written = "" if text is None else str(text)
    if not written.isprintable():
        written = _NOT_XML.sub("", written)
    if written := written.strip():
        *outer, name = path.split("/")
        for each in outer:
            parent = etree.SubElement(parent, f"{{{_CAC}}}{each}")
        etree.SubElement(parent, f"{{{_CBC}}}{name}", attributes).text = written


def _child(parent: Tree, path: str) -> Tree:
    """The innermost of new elements inside of one another."""
    for name in path.split("/"):
        parent = etree.SubElement(parent, f"{{{_CAC}}}{name}")
    return parent


def _compact(number: str) -> str:
    """A VAT number, enterprise number or IBAN without blanks, dots and hyphens."""
    return re.sub(r"[\s.\-]", "", number).upper()
