"""`/v1/customers`: customers listed and shown."""

from __future__ import annotations

from typing import Final

from api.desk.customer_lists import CUSTOMERS
from api.desk.document_trees import Tree, customer_tree
from api.desk.sales import find_customer
from api.http.answer_models import answer_of
from api.http.route_declarations import Call, Resource
from engine.documents.mandate import Mandate
from engine.documents.party import Customer

customers: Final = Resource("customers", "Who buys")
MandateAnswer: Final = answer_of("MandateAnswer", "A mandate for direct debits.", Mandate, without=("customer",))
CustomerAnswer: Final = answer_of(
    "CustomerAnswer",
    "A customer with the ids of its contacts, and its mandates.",
    Customer,
    contacts=list[str],
    mandates=list[MandateAnswer],  # type: ignore[valid-type]  # a model made above
)

customers.list_of("/v1/customers", CUSTOMERS, "Customers")


@customers.show("/v1/customers/{customer}", CustomerAnswer)
def get_customer(call: Call, customer: str) -> Tree:
    """Show a customer with all its fields, the ids of its contacts, and its mandates."""
    return customer_tree(*find_customer(call.desk, customer))
