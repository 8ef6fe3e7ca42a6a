"""`/v1/customers`: customers listed, shown and erased."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from pydantic import BaseModel, Field

from api.desk import erasing
from api.desk.customer_lists import CUSTOMERS
from api.desk.document_trees import Tree, customer_tree, erasure_tree
from api.desk.sales import find_customer
from api.http.answer_models import answer_of
from api.http.route_declarations import SALES_AND_BILLING, Call, Resource
from engine.documents.document import Document
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


class ErasureRequest(Document):
    """Why data are erased; who asks is who decided it."""

    because: str = Field(min_length=1, max_length=2000)


class ErasureAnswer(BaseModel):
    """What was erased, when, by whom and why."""

    kind: Literal["customer", "contact", "prospect"]
    id: str
    erased_on: date
    author: str
    because: str


@customers.show("/v1/customers/{customer}", CustomerAnswer)
def get_customer(call: Call, customer: str) -> Tree:
    """Show a customer with all its fields, the ids of its contacts, and its mandates."""
    return customer_tree(*find_customer(call.desk, customer))


@customers.verb(
    "/v1/customers/{customer}/erase",
    ErasureAnswer,
    roles=SALES_AND_BILLING,
    request=ErasureRequest,
    example={"because": "asked by the customer"},
)
def erase_customer(call: Call, customer: str, body: ErasureRequest) -> Tree:
    """Erase the data and contacts of a customer; refused while something open needs them, and issued documents keep their copy."""
    return erasure_tree(erasing.erase_customer(call.desk, customer, by=call.person, because=body.because))
