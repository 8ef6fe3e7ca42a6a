"""Further addresses of customers, and their names in other systems, such as a CRM or a web shop."""

from __future__ import annotations

from typing import Final

from api.desk.customer_changes import locked
from api.desk.customer_details import ShownCustomer, find_customer
from api.desk.desk import Desk
from api.refusals import Conflict, unknown
from api.store import customer_parties, histories, sales_tables
from api.store.customer_parties import NamedAddress
from engine.code_lists.code_list import COUNTRIES
from engine.problems import Kind, refuse
from engine.text.country_codes import country_remedy

ADDRESS_INCOMPLETE: Final = Kind("address-incomplete", "an address needs a street, a postcode and a town", "write what is missing")
NO_COUNTRY: Final = Kind("no-country", "there is no country `{code}`", "{remedy}")
NOT_FREE: Final = Kind(
    "reference-not-free", "`{system}` knows another customer by `{reference}`: `{customer}`", "correct the one of the two that is wrong"
)


def set_address(desk: Desk, customer: str, address: NamedAddress) -> NamedAddress:
    """Gives a customer an address in the place of the one of that name."""
    for field in ("street", "postcode", "town"):
        if not getattr(address, field).strip():
            raise refuse(ADDRESS_INCOMPLETE, None, f"/{field}")
    if address.country not in COUNTRIES:
        raise refuse(NO_COUNTRY, None, "/country", code=address.country[:20], remedy=country_remedy(address.country))
    _store(desk, customer, address.name, address)
    return address


def remove_address(desk: Desk, customer: str, name: str) -> None:
    """Removes an address of a customer; refuses an unknown one."""
    _store(desk, customer, name, None)


def set_reference(desk: Desk, customer: str, system: str, reference: str | None) -> None:
    """Records by which name another system knows a customer, or that it knows it no more; one name is of one customer."""
    with desk.writing() as connection:
        locked(desk, connection, customer)
        before = customer_parties.references(connection, customer).get(system)
        if before == reference:
            return
        if not customer_parties.store_reference(connection, customer, system, reference):
            other = customer_parties.customer_of_reference(connection, system, reference or "") or ""
            raise Conflict(
                (NOT_FREE.at(None, "/reference", system=system, reference=reference, customer=other),), "existing", ("show", "change")
            )
        changed = {f"references/{system}": (before, reference)}
        histories.record(connection, sales_tables.customer_changes, customer, changed, desk.signed())


def find_by_reference(desk: Desk, system: str, reference: str) -> ShownCustomer:
    """The customer that another system knows by a name; refuses a name that none has."""
    with desk.store.reading() as connection:
        customer = customer_parties.customer_of_reference(connection, system, reference)
    if customer is None:
        raise unknown("customer", f"{system}/{reference}")
    return find_customer(desk, customer)


def _store(desk: Desk, customer: str, name: str, address: NamedAddress | None) -> None:
    with desk.writing() as connection:
        locked(desk, connection, customer)
        before = {one.name: one for one in customer_parties.addresses(connection, customer)}.get(name)
        if before is None and address is None:
            raise unknown("address", name)
        if before == address:
            return
        customer_parties.store_address(connection, customer, name, address)
        texts = (None if before is None else str(before), None if address is None else str(address))
        histories.record(connection, sales_tables.customer_changes, customer, {f"addresses/{name}": texts}, desk.signed())
