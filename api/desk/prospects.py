"""Prospects: registered among the customers so that they can be quoted, and customers once a quote is accepted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from api.desk import customer_changes
from api.desk.desk import Desk
from api.desk.erased import named_by, refuse_erased
from api.desk.sales import VERBS
from api.refusals import Conflict, not_possible, unknown
from api.store import contacts, customer_parties, histories, opportunities, sales_tables
from api.store.sql import Reading, Writing
from engine.documents.opportunity import Opportunity
from engine.documents.party import Customer
from engine.phrases import Phrase, phrase
from engine.problems import Kind, Problem

INCOMPLETE: Final = Kind(
    "prospect-incomplete",
    "`{name}` becomes a customer with this, and {what} is not known",
    "`{remedy}`, and accept the quote again",
)
ONLY_PROSPECT: Final = Kind(
    "only-a-prospect", "`{name}` is a prospect: it has no orders before it accepts a quote", "make a quote, and accept it"
)


def register(desk: Desk, opportunity: str, name: str, given: Mapping[str, str | None], own: Mapping[str, str]) -> Opportunity:
    """Registers the prospect of an open opportunity among the customers, so that it can be quoted; its contacts become theirs."""
    with desk.writing() as connection:
        one = opportunities.lock(connection, opportunity)
        if one is None:
            raise unknown("opportunity", opportunity)
        refuse_erased(connection, named_by(one))
        if one.state != "open" or one.prospect is None:
            state = "registered" if one.state == "open" else one.state
            raise not_possible("opportunity", opportunity, state, "register", VERBS[one.state])
        known = {"name": one.prospect.name, "town": one.prospect.town}
        customer_changes.create_within(desk, connection, name, {**known, **given}, own, is_prospect=True)
        people = contacts.find(connection, opportunity=opportunity).values()
        contacts.store(connection, [person.replace(customer=name, opportunity=None) for person in people])
        registered = one.replace(customer=name, prospect=None)
        opportunities.replace(connection, registered, desk.signed())
    return registered


def refuse_prospect(connection: Reading, name: str) -> None:
    """Refuses an order of a prospect."""
    party = customer_parties.state_of(connection, name)
    if party is not None and party.state == "prospect":
        raise Conflict((ONLY_PROSPECT.at(None, "/customer", name=name),), "prospect", ("accept a quote",))


def check_complete(desk: Desk, connection: Reading, buyer: Customer) -> None:
    """Refuses to make a customer of a prospect of whom something is not known that its invoices need, with each of these."""
    party = customer_parties.state_of(connection, buyer.id)
    if party is not None and party.state == "prospect":
        problems = tuple(_missing(desk, buyer))
        if problems:
            raise Conflict(problems, "prospect", ("change", "vat-checked"))


def become_customer(desk: Desk, connection: Writing, name: str) -> None:
    """Makes a customer of a prospect, with the same id and history; a customer stays one."""
    party = customer_parties.state_of(connection, name)
    if party is not None and party.state == "prospect":
        customer_parties.set_state(connection, name, "customer")
        histories.record(connection, sales_tables.customer_changes, name, {"state": ("prospect", "customer")}, desk.signed())


def _missing(desk: Desk, buyer: Customer) -> Iterator[Problem]:
    change = f"centwright customer change {buyer.id}"
    for field, what in _ADDRESS.items():
        if not getattr(buyer.address, field):
            yield INCOMPLETE.at(None, f"/{field}", name=buyer.id, what=what, remedy=f"{change} --{field} …")
    if buyer.kind != "business":
        return
    if buyer.vat_number is None and buyer.files_periodic_returns is None:
        number = phrase("its VAT number, or that it files no VAT returns")
        remedy = f"{change} --vat-number …|--files-periodic-returns no"
        yield INCOMPLETE.at(None, "/vat_number", name=buyer.id, what=number, remedy=remedy)
    abroad = buyer.address.country != desk.rulebook.company.seller.country
    if buyer.vat_number is not None and buyer.vat_number_state == "unknown" and abroad:
        checked = phrase("whether its VAT number is valid")
        yield INCOMPLETE.at(None, "/vat_number", name=buyer.id, what=checked, remedy=f"centwright customer vat-checked {buyer.id} …")


_ADDRESS: Final[Mapping[str, Phrase]] = {"street": phrase("the street"), "postcode": phrase("the postcode"), "town": phrase("the town")}
