"""Where orders are delivered: an address of the customer, chosen by its name."""

from __future__ import annotations

from typing import Final

from api.importing.parsed_files import ParsedOrder, placed
from api.store import customer_parties
from api.store.sql import Reading
from engine.documents.order import Order
from engine.documents.party import Address, DeliveryAddress
from engine.phrases import phrase
from engine.problems import Kind, Problem, Refusal, Span, refuse
from engine.text.nearest import suggestion

NO_ADDRESS: Final = Kind("no-such-address", "the customer `{customer}` has no address `{name}`", "{remedy}")


def delivery_address(connection: Reading, customer: str, name: str, pointer: str) -> DeliveryAddress:
    """The address of a customer by its name, as it is now; refuses one that it does not have."""
    known = {one.name: one for one in customer_parties.addresses(connection, customer)}
    if name not in known:
        add = phrase("add it with `centwright customer address {customer} {name}`", customer=customer, name=name[:60])
        raise refuse(NO_ADDRESS, None, pointer, customer=customer, name=name[:60], remedy=suggestion(name, known) if known else add)
    one = known[name]
    address = Address(street=one.street, postcode=one.postcode, town=one.town, country=one.country)
    return DeliveryAddress(name=name, recipient=one.recipient, address=address)


def delivered_order(connection: Reading, parsed: ParsedOrder, name: str, where: Span, problems: list[Problem]) -> Order:
    """The order of imported rows with the address that they name; one that the customer does not have is added to the problems."""
    order = parsed.make()
    try:
        return order.replace(deliver_to=delivery_address(connection, order.customer, name, ""))
    except Refusal as refusal:
        problems += placed(refusal, where)
        return order
