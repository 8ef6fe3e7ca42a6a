"""What a customer has beside its fields: addresses, names in other systems, and its merge with another one."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, Field

from api.desk import customer_addresses, customer_merging
from api.desk.customer_details import find_customer
from api.desk.document_trees import Tree, customer_tree, merge_tree
from api.http.route_declarations import SALES_AND_BILLING, Call, Resource
from api.http.routes.customers import CustomerAnswer
from api.store.customer_parties import AddressKind, NamedAddress
from engine.documents.document import Document

customer_parties: Final = Resource("customers", "Addresses, references and merging of customers")
_ONE: Final = "/v1/customers/{customer}"
_LONGEST: Final = 200


class AddressRequest(Document):
    """A further address: where goods go, or where somebody else is."""

    kind: AddressKind = "delivery"
    recipient: str | None = Field(default=None, max_length=_LONGEST)
    street: str = Field(max_length=_LONGEST)
    postcode: str = Field(max_length=_LONGEST)
    town: str = Field(max_length=_LONGEST)
    country: str = Field(max_length=_LONGEST)


class ReferenceRequest(Document):
    """The name of a customer in another system; null: it is not known there any more."""

    reference: str | None = Field(min_length=1, max_length=_LONGEST)


class MergeRequest(Document):
    """Into which customer, and whether what it would do is only shown."""

    into: str = Field(max_length=_LONGEST)
    preview: bool = False


class MergeAnswer(BaseModel):
    """What moves, what stays under its id, which fields the other one gets, what is planned otherwise, and what keeps its signed prices."""

    customer: str
    into: str
    moves: dict[str, int]
    stays: dict[str, int]
    filled: list[str]
    differing: int
    signed: int
    net_before: str
    net_after: str


_SHOP: Final = {"recipient": "Optique Neuf, back door", "street": "Rue 12", "postcode": "5000", "town": "Namur", "country": "BE"}


@customer_parties.verb(
    f"{_ONE}/addresses/{{address}}", CustomerAnswer, roles=SALES_AND_BILLING, request=AddressRequest, example=_SHOP, method="PUT"
)
def set_address(call: Call, customer: str, address: str, body: AddressRequest) -> Tree:
    """Give a customer a further address, in the place of the one of that name."""
    customer_addresses.set_address(call.desk, customer, NamedAddress(name=address, **dict(body)))
    return customer_tree(find_customer(call.desk, customer))


@customer_parties.verb(f"{_ONE}/addresses/{{address}}", CustomerAnswer, roles=SALES_AND_BILLING, method="DELETE")
def remove_address(call: Call, customer: str, address: str) -> Tree:
    """Remove an address of a customer."""
    customer_addresses.remove_address(call.desk, customer, address)
    return customer_tree(find_customer(call.desk, customer))


@customer_parties.verb(
    f"{_ONE}/references/{{system}}",
    CustomerAnswer,
    roles=SALES_AND_BILLING,
    request=ReferenceRequest,
    example={"reference": "0015-77"},
    method="PUT",
)
def set_reference(call: Call, customer: str, system: str, body: ReferenceRequest) -> Tree:
    """Record by which name another system knows a customer."""
    customer_addresses.set_reference(call.desk, customer, system, body.reference)
    return customer_tree(find_customer(call.desk, customer))


@customer_parties.show("/v1/references/{system}/{reference}", CustomerAnswer)
def find_reference(call: Call, system: str, reference: str) -> Tree:
    """Show the customer that another system knows by a name."""
    return customer_tree(customer_addresses.find_by_reference(call.desk, system, reference))


@customer_parties.verb(f"{_ONE}/merge", MergeAnswer, roles=SALES_AND_BILLING, request=MergeRequest, example={"into": "K1", "preview": True})
def merge_customers(call: Call, customer: str, body: MergeRequest) -> Tree:
    """Merge a customer into another, or show what that would do; what was issued keeps its copy."""
    merging = customer_merging.preview_merge if body.preview else customer_merging.merge
    return merge_tree(merging(call.desk, customer, body.into))
