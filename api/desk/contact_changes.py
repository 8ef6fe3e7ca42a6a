"""Contacts created and changed at the desk, with the checks of contacts.csv."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.desk.customer_changes import refusal_of_fields, written_fields
from api.desk.desk import Desk
from api.desk.erased import named_by, refuse_erased
from api.desk.filtering import with_fields
from api.desk.sales import surviving
from api.importing.contact_file import read_contact
from api.refusals import Conflict, unknown
from api.store import contacts, opportunities
from api.store.sql import Writing
from engine.documents.contact import Contact
from engine.problems import Kind
from engine.rulebook.company import stored_until

FIELDS: Final = ("name", "role", "email", "phone", "stored_until")
"""What is given of a contact, named and checked as in contacts.csv."""
CONTACT_EXISTS: Final = Kind("contact-exists", "there is a contact `{name}` already", "choose another id, or change that contact")


def create(
    desk: Desk,
    name: str,
    given: Mapping[str, str | None],
    own: Mapping[str, str],
    *,
    customer: str | None = None,
    opportunity: str | None = None,
) -> Contact:
    """Stores a new contact of a customer or an opportunity, for as long as company.yaml says unless a day is given."""
    read = _read(desk, name, given)
    until = read["stored_until"] or stored_until(desk.rulebook.company, desk.today, lambda rule: rule.contact_months)
    attributes = with_fields(desk, "contact", {}, own.items())
    with desk.writing() as connection:
        if customer is not None:
            customer = surviving(connection, customer)
        fields = read | {"stored_until": until, "customer": customer, "opportunity": opportunity, "attributes": attributes}
        made = Contact.model_validate({"id": name, **fields})
        _refuse_erased(connection, made)
        if not contacts.append(connection, made):
            raise Conflict((CONTACT_EXISTS.at(None, "/id", name=name),), "existing", ("show", "change"))
    return made


def change(desk: Desk, name: str, given: Mapping[str, str | None], own: Mapping[str, str]) -> Contact:
    """Changes what is given of a contact."""
    with desk.writing() as connection:
        before = contacts.find(connection, [name]).get(name)
        if before is None:
            raise unknown("contact", name)
        _refuse_erased(connection, before)
        written = {field: None if (part := getattr(before, field)) is None else str(part) for field in FIELDS}
        attributes = with_fields(desk, "contact", before.attributes, own.items())
        after = before.replace(**_read(desk, name, written | dict(given)), attributes=attributes)
        contacts.store(connection, [after])
    return after


def _read(desk: Desk, name: str, given: Mapping[str, str | None]) -> dict[str, object]:
    """What a row of contacts.csv says of a person; refused with a pointer to each field that is wrong."""
    fields = written_fields(name, FIELDS, given)
    read = read_contact(fields)
    if fields.problems:
        raise refusal_of_fields(fields)
    return read


def _refuse_erased(connection: Writing, contact: Contact) -> None:
    refuse_erased(connection, ("contact", contact.id))
    if contact.customer is not None:
        refuse_erased(connection, ("customer", contact.customer))
        return
    chance = opportunities.find(connection, [contact.opportunity or ""]).get(contact.opportunity or "")
    if chance is None:
        raise unknown("opportunity", contact.opportunity or "")
    refuse_erased(connection, named_by(chance))
