"""A customer with all that is known of it, now or on a past day, and its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.desk.desk import Desk
from api.desk.owed_amounts import owed_of
from api.desk.peppol_reachability import Reachability, reachability
from api.refusals import unknown
from api.store import contacts, customer_parties, customers, histories, mandates, prepaid_movements, sales_records, sales_tables
from api.store.customer_parties import NamedAddress, PartyState
from api.store.customers import Hold
from api.store.sales_records import Activity, VatCheck
from engine.documents.mandate import Mandate
from engine.documents.party import Customer
from engine.documents.payment_match import Owed
from engine.money import Money
from engine.phrases import Phrase, phrase

MERGED: Final = "the customer `{name}` was merged into `{into}` on {on}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCustomer:
    """A customer with all that is known of it."""

    customer: Customer
    party: PartyState
    merged: tuple[str, ...]
    """The customers that were merged into it."""
    notice: Phrase | None
    """That it was asked for under the id of one that was merged into it."""
    addresses: tuple[NamedAddress, ...]
    references: Mapping[str, str]
    """Its names in other systems, by system."""
    contacts: tuple[str, ...]
    mandates: tuple[Mandate, ...]
    hold: Hold | None
    vat_checks: tuple[VatCheck, ...]
    activities: tuple[Activity, ...]
    owed: Owed
    """What is open, overdue and paid of its invoices today."""
    prepaid: Money
    """What is left of the amounts that it paid in advance."""
    peppol: Reachability


def find_customer(desk: Desk, name: str, *, as_of: date | None = None) -> ShownCustomer:
    """A customer with all that is known of it, its fields as they were at the end of a day; refuses one that is unknown, or was then.

    The id of one that was merged into another shows that one, with a notice.
    """
    with desk.store.reading() as connection:
        party, notice = customer_parties.state_of(connection, name), None
        if party is not None and party.merged_into is not None:
            notice = phrase(MERGED, name=name, into=party.merged_into, on=party.merged_on or "")
            name, party = party.merged_into, customer_parties.state_of(connection, party.merged_into)
        then = customers.find(connection, [name]).get(name)
        if then is not None and as_of is not None:
            then = customers.as_of(connection, then, as_of)
        if then is None or party is None:
            raise unknown("customer", name)
        return ShownCustomer(
            customer=then,
            party=party,
            merged=customer_parties.merged_into(connection, name),
            notice=notice,
            addresses=customer_parties.addresses(connection, name),
            references=customer_parties.references(connection, name),
            contacts=tuple(contacts.find(connection, customer=name)),
            mandates=tuple(mandates.find(connection, customer=name).values()),
            hold=customers.hold_of(connection, name),
            vat_checks=sales_records.vat_checks(connection, name),
            activities=sales_records.activities(connection, "customer", name),
            owed=owed_of(desk, connection, "customer", [name])[name],
            prepaid=Money(prepaid_movements.left_of(connection, name), desk.rulebook.currency),
            peppol=reachability(connection, then),
        )


def history_of_customer(desk: Desk, name: str) -> list[dict[str, object]]:
    """Every change of a customer, oldest first; refuses an unknown one."""
    desk.check_names(customer=name)
    with desk.store.reading() as connection:
        history = histories.changes(connection, sales_tables.customer_changes, name)
    return [{field: part for field, part in change.items() if field != "customer"} for change in history]
