"""The electronic addresses of parties (BT-34, BT-49) and their numbers in registers of enterprises (BT-30, BT-47)."""

from __future__ import annotations

from engine.countries.country import Country
from engine.countries.registry import country_of
from engine.documents.party import Customer, Seller
from engine.writing.ubl.elements import compact


def endpoint_of(party: Customer | Seller) -> tuple[str, str] | None:
    """The address for e-invoices of a customer or seller: scheme and number, else the e-mail address; None where unknown."""
    registered = registered_number(party)
    if registered is not None:
        return registered
    scheme = _country_of_number(party).vat_number_scheme
    if party.vat_number and scheme is not None:
        return (scheme, compact(party.vat_number))
    return ("EM", party.email) if party.email else None


def registered_number(party: Customer | Seller) -> tuple[str, str] | None:
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
