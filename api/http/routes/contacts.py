"""`/v1/contacts` and `/v1/mandates`: the people of customers and opportunities, and the mandates of customers."""

from __future__ import annotations

from typing import Final

from api.desk import erasing, sales
from api.desk.document_trees import Tree, erasure_tree
from api.desk.sales_lists import CONTACTS, MANDATES
from api.http.answer_models import answer_of
from api.http.route_declarations import FINANCE, SALES_AND_BILLING, Call, Resource
from api.http.routes.customers import ErasureAnswer, ErasureRequest
from engine.documents.contact import Contact

contacts: Final = Resource("contacts", "The people of customers and opportunities")
mandates: Final = Resource("mandates", "Mandates for direct debits")
ContactAnswer: Final = answer_of("ContactAnswer", "A contact with all its fields.", Contact)

contacts.list_of("/v1/contacts", CONTACTS, "Contacts with the day until which their data are stored")
mandates.list_of("/v1/mandates", MANDATES, "Mandates of customers", roles=FINANCE)


@contacts.show("/v1/contacts/{contact}", ContactAnswer)
def get_contact(call: Call, contact: str) -> Tree:
    """Show a contact with all its fields."""
    return sales.find_contact(call.desk, contact).model_dump(mode="json")


@contacts.verb(
    "/v1/contacts/{contact}/erase", ErasureAnswer, roles=SALES_AND_BILLING, request=ErasureRequest, example={"because": "asked by her"}
)
def erase_contact(call: Call, contact: str, body: ErasureRequest) -> Tree:
    """Erase a contact; refused while its opportunity is open."""
    return erasure_tree(erasing.erase_contact(call.desk, contact, by=call.person, because=body.because))
