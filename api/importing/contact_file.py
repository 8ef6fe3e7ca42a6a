"""Parsing contacts.csv: the people of customers and of opportunities."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Final

from api.importing.cell_values import Fields
from api.importing.column_meanings import names_of
from api.importing.csv_files import Columns, CsvRow
from api.importing.own_fields import read_own_fields
from api.importing.parsed_files import ParsedFiles, content_hash
from api.importing.party_files import EMAIL, customer_of, named_rows
from engine.documents.contact import Contact
from engine.phrases import phrase
from engine.problems import Kind
from engine.rulebook.book import Rulebook
from engine.text.nearest import suggestion

CONTACTS: Final = Columns(
    needed=("id", "name"), optional=("customer", "opportunity", "role", "email", "phone", "stored_until"), names=names_of("contacts.csv")
)
WHOSE_CONTACT = Kind(
    "whose-contact", "a contact belongs to a customer or to an opportunity, and this row names {what}", "fill one of the two columns"
)
UNKNOWN_OPPORTUNITY = Kind("unknown-opportunity", "there is no opportunity `{name}`", "add it to opportunities.csv, or mend the id{remedy}")
_PHONE: Final = r"[+0-9][0-9 ./()-]{3,29}"


def read_contacts(rows: Iterable[CsvRow], rulebook: Rulebook, customers: Container[str], parsed: ParsedFiles) -> None:
    """Adds the contacts."""
    for each in named_rows(rows, parsed, phrase("contact")):
        fields, name = each.fields, each.id
        customer, opportunity = customer_of(fields, customers, parsed, required=False), _opportunity(fields, parsed)
        named = [column for column in ("customer", "opportunity") if fields.cell(column)]
        if len(named) != 1:
            fields.report(WHOSE_CONTACT, "customer", what=phrase("both") if named else phrase("neither"))
        own = read_contact(fields)
        own["attributes"] = read_own_fields(fields, "contact", ("contact",), rulebook) if fields.has_own_fields else {}
        if each.is_right:
            contact = Contact.model_validate({"id": name, "customer": customer, "opportunity": opportunity, **own})
            parsed.contacts[name] = (contact, content_hash(fields.row))
            parsed.places["contact", name] = fields.row.where


def read_contact(fields: Fields) -> dict[str, object]:
    """What a row says of a person."""
    return {
        "name": fields.needed("name", phrase("the name")),
        "role": fields.text("role"),
        "email": fields.matching("email", EMAIL, phrase("an e-mail address"), phrase("one address such as accounts@example.com")),
        "phone": fields.matching("phone", _PHONE, phrase("a telephone number"), phrase("digits, such as +32 2 555 12 34")),
        "stored_until": fields.day("stored_until", required=False),
    }


def _opportunity(fields: Fields, parsed: ParsedFiles) -> str | None:
    cell = fields.cell("opportunity")
    if cell is None:
        return None
    if cell.text in parsed.opportunities or cell.text in parsed.known_opportunities:
        return cell.text
    remedy = phrase(": {remedy}", remedy=suggestion(cell.text, parsed.opportunities)) if parsed.opportunities else ""
    fields.report(UNKNOWN_OPPORTUNITY, "opportunity", name=cell.text, remedy=remedy)
    return None
