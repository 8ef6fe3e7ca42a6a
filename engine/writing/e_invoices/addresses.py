"""The electronic addresses of parties (BT-34, BT-49) and their numbers in registers of enterprises (BT-30, BT-47)."""

from __future__ import annotations

from engine.code_lists.code_list import COUNTRIES
from engine.countries.country import Register
from engine.countries.registry import country_of, country_of_vat_number
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.party import Customer, Seller
from engine.writing.e_invoices.content import Identifier, compact


def is_for_peppol(document: Invoice | CreditNote) -> bool:
    """Whether both parties have an address in Peppol: the document then follows its rules, else those of EN 16931 alone."""
    return peppol_address(document.seller) is not None and peppol_address(document.customer) is not None


def is_at_home(document: Invoice | CreditNote) -> bool:
    """Whether seller and customer are of one country: some have rules of their own then."""
    return document.seller.address.country == document.customer.address.country


def endpoint_of(party: Customer | Seller) -> Identifier | None:
    """The address for e-invoices of a customer or seller: that in Peppol, else the e-mail address; None where unknown."""
    return peppol_address(party) or (Identifier("EM", party.email.strip()) if party.email and party.email.strip() else None)


def peppol_address(party: Customer | Seller) -> Identifier | None:
    """The address in Peppol: as it was given, else the number in the register, else the VAT number; None where it has none."""
    if isinstance(party, Customer) and party.peppol_address:
        return Identifier(*party.peppol_address.split(":", 1))
    if isinstance(party, Customer) and party.kind == "private":
        return None
    if isinstance(party, Seller) and not country_of(party.address.country).e_invoicing.sells_by_peppol:
        return None
    registered, number = _in_register(party), vat_number_of(party)
    if registered is not None and registered[0].is_address:
        return registered[1]
    country = country_of_vat_number(number or "", party.address.country)
    return Identifier(country.vat_number_scheme, number) if number and country.vat_number_scheme else None


def registered_number(party: Customer | Seller) -> Identifier | None:
    """The number in the register of enterprises: of a seller as it is given, of a customer as its address or VAT number has it."""
    if isinstance(party, Customer) and party.peppol_address:
        given, register = peppol_address(party), country_of(party.address.country).register
        if given is not None and register is not None and given.scheme == register.scheme:
            return given
    registered = _in_register(party)
    return None if registered is None else registered[1]


def vat_number_of(party: Customer | Seller) -> str | None:
    """The VAT number without blanks and dots; None where it does not begin with the code of a country (BR-CO-09)."""
    number = compact(party.vat_number or "")
    return number if number[:2] in COUNTRIES or number[:2] == "EL" else None


def _in_register(party: Customer | Seller) -> tuple[Register, Identifier] | None:
    written = party.enterprise_number if isinstance(party, Seller) else party.vat_number or ""
    if isinstance(party, Seller):
        register = country_of(party.address.country).register
        identifier = None if register is None else register.identifier
    else:
        register = country_of_vat_number(written, party.address.country).register
        identifier = None if register is None else register.identifier_of_vat_number
    if register is None or identifier is None or not written:
        return None
    number = identifier(written)
    return None if register.mistake(number) else (register, Identifier(register.scheme, number))
