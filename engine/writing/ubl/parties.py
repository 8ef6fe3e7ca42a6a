"""Seller, customer and delivery (BG-4, BG-7, BG-13)."""

from __future__ import annotations

from engine.countries.country import EInvoicing
from engine.countries.registry import country_of
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.party import Customer, Seller
from engine.writing.ubl.addresses import endpoint_of, is_at_home, registered_number, vat_number_of
from engine.writing.ubl.elements import Tree, add_child, add_text, compact, visible


def write_party(root: Tree, role: str, who: Seller | Customer, document: Invoice | CreditNote) -> None:
    """The seller or the customer with address, numbers and contact (BG-4, BG-7)."""
    party, name = add_child(root, f"{role}/Party"), visible(who.name) or (who.id if isinstance(who, Customer) else who.vat_number)
    endpoint = endpoint_of(who)
    if endpoint is not None:
        add_text(party, "EndpointID", endpoint[1], schemeID=endpoint[0])
    if isinstance(who, Customer) and (not is_at_home(document) or _rules(document).customer_number_at_home):
        add_text(party, "PartyIdentification/ID", who.id)
    add_text(party, "PartyName/Name", name)
    address = add_child(party, "PostalAddress")
    add_text(address, "StreetName", who.address.street)
    add_text(address, "CityName", who.address.town)
    add_text(address, "PostalZone", who.address.postcode)
    add_text(address, "Country/IdentificationCode", who.address.country)
    number = vat_number_of(who)
    if number and not is_outside_scope(document):
        scheme = add_child(party, "PartyTaxScheme")
        add_text(scheme, "CompanyID", number)
        add_text(scheme, "TaxScheme/ID", "VAT")
    entity = add_child(party, "PartyLegalEntity")
    add_text(entity, "RegistrationName", name)
    registered = registered_number(who)
    if registered is not None:
        add_text(entity, "CompanyID", registered[1], schemeID=registered[0])
    elif isinstance(who, Seller):
        add_text(entity, "CompanyID", compact(who.enterprise_number))
    if isinstance(who, Seller):
        add_text(entity, "CompanyLegalForm", who.register_entry)
    _write_contact(party, who)


def _write_contact(party: Tree, who: Seller | Customer) -> None:
    """Whom to ask, where there is a way to (BT-41 to BT-43, BT-58)."""
    name, phone = (who.contact or who.name, who.phone) if isinstance(who, Seller) else ("", "")
    if visible(who.email) or visible(phone):
        contact = add_child(party, "Contact")
        add_text(contact, "Name", name)
        add_text(contact, "Telephone", phone)
        add_text(contact, "ElectronicMail", who.email)


def _rules(document: Invoice | CreditNote) -> EInvoicing:
    return country_of(document.seller.address.country).e_invoicing


def is_outside_scope(document: Invoice | CreditNote) -> bool:
    """Whether a category is O, with which neither party's VAT number may be in the XML (BR-O-02 to 04)."""
    return any(entry.category == "O" for entry in document.vat_breakdown)


def write_delivery(root: Tree, document: Invoice | CreditNote) -> None:
    """The day and country of delivery, required for goods to another member state (BR-IC-11, BR-IC-12)."""
    if document.delivered_on is not None or document.ship_to is not None:
        delivery = add_child(root, "Delivery")
        add_text(delivery, "ActualDeliveryDate", document.delivered_on)
        add_text(delivery, "DeliveryLocation/Address/Country/IdentificationCode", document.ship_to)
