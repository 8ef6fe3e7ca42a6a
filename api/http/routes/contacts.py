"""`/v1/contacts` and `/v1/mandates`: the people of customers and opportunities, and the mandates of customers."""

from __future__ import annotations

from typing import Final, Self

from pydantic import Field, model_validator

from api.desk import contact_changes, erasing, sales
from api.desk.document_trees import Tree, erasure_tree
from api.desk.sales_lists import CONTACTS, MANDATES
from api.http.answer_models import answer_of
from api.http.route_declarations import FINANCE, SALES_AND_BILLING, Call, Resource
from api.http.routes.customers import ErasureAnswer, ErasureRequest
from engine.dates import GivenDay
from engine.documents.contact import Contact
from engine.documents.document import Document
from engine.model_errors import field_error
from engine.phrases import phrase

contacts: Final = Resource("contacts", "The people of customers and opportunities")
mandates: Final = Resource("mandates", "Mandates for direct debits")
ContactAnswer: Final = answer_of("ContactAnswer", "A contact with all its fields.", Contact)

_LONGEST: Final = 200


class ContactChange(Document):
    """What changes of a contact, named as in contacts.csv: what is absent stays, null removes."""

    name: str | None = Field(default=None, max_length=_LONGEST)
    role: str | None = Field(default=None, max_length=_LONGEST)
    email: str | None = Field(default=None, max_length=_LONGEST)
    phone: str | None = Field(default=None, max_length=_LONGEST)
    stored_until: GivenDay | None = None
    attributes: dict[str, str] = Field(default_factory=dict, max_length=100)
    """Fields that the rulebook declares, by name; an empty text removes one."""


class NewContact(ContactChange):
    """A person of a customer, or of an opportunity; never of both."""

    id: str = Field(max_length=60)
    customer: str | None = Field(default=None, max_length=_LONGEST)
    opportunity: str | None = Field(default=None, max_length=_LONGEST)

    @model_validator(mode="after")
    def _is_of_one(self) -> Self:
        if (self.customer is None) == (self.opportunity is None):
            raise field_error("one-of", "give exactly one: `customer` or `opportunity`", remedy=phrase("keep one of them"))
        return self


contacts.list_of("/v1/contacts", CONTACTS, "Contacts with the day until which their data are stored")
mandates.list_of("/v1/mandates", MANDATES, "Mandates of customers", roles=FINANCE)


@contacts.show("/v1/contacts/{contact}", ContactAnswer)
def get_contact(call: Call, contact: str) -> Tree:
    """Show a contact with all its fields."""
    return sales.find_contact(call.desk, contact).model_dump(mode="json")


@contacts.verb(
    "/v1/contacts",
    ContactAnswer,
    roles=SALES_AND_BILLING,
    request=NewContact,
    example={"id": "P9", "customer": "K9", "name": "Jeanne Petit", "role": "buyer", "phone": "+32 81 555 12 34"},
    location="/v1/contacts/{id}",
)
def create_contact(call: Call, body: NewContact) -> Tree:
    """Create a contact of a customer or an opportunity; its fields are checked as those of contacts.csv."""
    whose = {"customer": body.customer, "opportunity": body.opportunity}
    return contact_changes.create(call.desk, body.id, _given(body), body.attributes, **whose).model_dump(mode="json")


@contacts.verb(
    "/v1/contacts/{contact}", ContactAnswer, roles=SALES_AND_BILLING, request=ContactChange, example={"role": "owner"}, method="PATCH"
)
def change_contact(call: Call, contact: str, body: ContactChange) -> Tree:
    """Change what is given of a contact."""
    return contact_changes.change(call.desk, contact, _given(body), body.attributes).model_dump(mode="json")


@contacts.verb(
    "/v1/contacts/{contact}/erase", ErasureAnswer, roles=SALES_AND_BILLING, request=ErasureRequest, example={"because": "asked by her"}
)
def erase_contact(call: Call, contact: str, body: ErasureRequest) -> Tree:
    """Erase a contact; refused while its opportunity is open."""
    return erasure_tree(erasing.erase_contact(call.desk, contact, by=call.person, because=body.because))


def _given(body: ContactChange) -> dict[str, str | None]:
    """What a body gives, as a row of contacts.csv writes it."""
    given = {name: getattr(body, name) for name in body.model_fields_set & {*contact_changes.FIELDS}}
    return {name: None if part is None else str(part) for name, part in given.items()}
