"""`/v1/customers`: customers listed, shown, created, changed, put on hold, released, checked and erased, with notes and history."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Literal

from pydantic import BaseModel, Field

from api.delivery.vat_registers.enquiries import enquire
from api.delivery.vat_registers.vies import vies
from api.desk import activities, customer_changes, erasing, vat_evidence
from api.desk.customer_details import find_customer, history_of_customer
from api.desk.customer_lists import CUSTOMERS
from api.desk.document_trees import Tree, customer_tree, erasure_tree, history_tree
from api.desk.erased import refuse_erased
from api.desk.owed_amounts import OwedAnswer
from api.desk.peppol_reachability import ReachedState
from api.http.answer_models import answer_of
from api.http.route_declarations import FINANCE, SALES_AND_BILLING, Call, Resource, Roles
from api.http.routes.activity_routes import ActivityAnswer
from api.store.customer_parties import AddressKind, CustomerState
from api.store.sales_records import VatAnswer, VatCheckResult
from engine.dates import GivenDay
from engine.documents.document import Document
from engine.documents.mandate import Mandate
from engine.documents.party import Customer

customers: Final = Resource("customers", "Who buys")
HOLDING: Final[Roles] = ("sales", "billing", "accounting", "admin")
_LONGEST: Final = 200


class HoldAnswer(BaseModel):
    """Why a customer is billed nothing, since when, and who decided it."""

    because: str
    on: date
    by: str


class AddressAnswer(BaseModel):
    """A further address."""

    name: str
    kind: AddressKind
    recipient: str | None
    street: str
    postcode: str
    town: str
    country: str


class VatCheckAnswer(BaseModel):
    """What a check said of a VAT number; of a register also for whom it was asked, whose number it is, and why there was no answer."""

    vat_number: str
    checked_on: date
    result: VatAnswer
    consultation: str | None
    checked_by: str
    source: str | None
    requester: str | None
    name: str | None
    address: str | None
    because: str | None
    recorded_at: datetime


class ChangeAnswer(BaseModel):
    """One change of one field; `created` stands for all fields."""

    sequence: int
    field: str
    before: str | None
    after: str | None
    changed_on: date
    changed_at: datetime
    author: str


class HistoryAnswer(BaseModel):
    """Every change, oldest first."""

    changes: list[ChangeAnswer]


MandateAnswer: Final = answer_of("MandateAnswer", "A mandate for direct debits.", Mandate, without=("customer",))


class PeppolAnswer(BaseModel):
    """The address of a customer in Peppol, and whether the last document that was sent to it arrived there, with the day."""

    address: str | None
    state: ReachedState
    on: date | None


CustomerAnswer: Final = answer_of(
    "CustomerAnswer",
    "A customer with the ids of its contacts, its mandates, its hold, the evidence of its VAT number, and its activities.",
    Customer,
    state=CustomerState,
    merged=list[str],
    notice=str | None,
    addresses=list[AddressAnswer],
    references=dict[str, str],
    contacts=list[str],
    mandates=list[MandateAnswer],  # type: ignore[valid-type]  # a model made above
    hold=HoldAnswer | None,
    vat_checks=list[VatCheckAnswer],
    notes=list[ActivityAnswer],
    activities=list[ActivityAnswer],
    owed=OwedAnswer,
    prepaid=str,
    peppol=PeppolAnswer,
)


class CustomerChange(Document):
    """What changes of a customer, named as in customers.csv: what is absent stays, null removes."""

    name: str | None = Field(default=None, max_length=_LONGEST)
    street: str | None = Field(default=None, max_length=_LONGEST)
    postcode: str | None = Field(default=None, max_length=_LONGEST)
    town: str | None = Field(default=None, max_length=_LONGEST)
    country: str | None = Field(default=None, max_length=_LONGEST)
    language: str | None = Field(default=None, max_length=_LONGEST)
    vat_number: str | None = Field(default=None, max_length=_LONGEST)
    email: str | None = Field(default=None, max_length=_LONGEST)
    segment: str | None = Field(default=None, max_length=_LONGEST)
    kind: str | None = Field(default=None, max_length=_LONGEST)
    files_periodic_returns: bool | None = None
    small_business: bool | None = None
    purchase_order: str | None = Field(default=None, max_length=_LONGEST)
    payment_terms: str | None = Field(default=None, max_length=_LONGEST)
    buyer_reference: str | None = Field(default=None, max_length=_LONGEST)
    peppol_address: str | None = Field(default=None, max_length=_LONGEST)
    e_invoice_format: str | None = Field(default=None, max_length=_LONGEST)
    attributes: dict[str, str] = Field(default_factory=dict, max_length=100)
    """Fields that the rulebook declares, by name; an empty text removes one."""


class NewCustomer(CustomerChange):
    """A customer to be created, its fields named as in customers.csv."""

    id: str = Field(max_length=60)
    prospect: bool = False
    """Whether it may be quoted and has bought nothing: of its address the country alone is needed until it accepts a quote."""


class AsOf(Document):
    """As it was at the end of which day."""

    as_of: GivenDay | None = None


TODAY: Final = AsOf()


class HoldRequest(Document):
    """Why nothing is billed."""

    because: str = Field(max_length=500)


class NoteRequest(Document):
    """What is noted."""

    text: str = Field(max_length=5000)


class VatCheckRequest(Document):
    """What a check said of the VAT number, on which day, under which number, and who made it."""

    on: GivenDay
    result: VatCheckResult
    consultation: str | None = Field(default=None, max_length=_LONGEST)
    by: str | None = Field(default=None, max_length=_LONGEST)


customers.list_of("/v1/customers", CUSTOMERS, "Customers")
_OPTICIAN: Final = {
    "id": "K9", "name": "Optique Neuf", "street": "Rue 9", "postcode": "5000", "town": "Namur", "country": "BE",
    "vat_number": "BE0999888767",
}  # fmt: skip


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


@customers.verb(
    "/v1/customers", CustomerAnswer, roles=SALES_AND_BILLING, request=NewCustomer, example=_OPTICIAN, location="/v1/customers/{id}"
)
def create_customer(call: Call, body: NewCustomer) -> Tree:
    """Create a customer or a prospect; its fields are checked as those of customers.csv."""
    customer_changes.create(call.desk, body.id, given_fields(body), body.attributes, is_prospect=body.prospect)
    return customer_tree(find_customer(call.desk, body.id))


@customers.show("/v1/customers/{customer}", CustomerAnswer, query=AsOf)
def get_customer(call: Call, customer: str, query: AsOf = TODAY) -> Tree:
    """Show a customer with all its fields, today or as they were on a day, and all that is known of it."""
    return customer_tree(find_customer(call.desk, customer, as_of=query.as_of))


@customers.verb(
    "/v1/customers/{customer}",
    CustomerAnswer,
    roles=SALES_AND_BILLING,
    request=CustomerChange,
    example={"email": "accounts@optique.example"},
    method="PATCH",
)
def change_customer(call: Call, customer: str, body: CustomerChange) -> Tree:
    """Change what is given of a customer; its orders are planned again, and invoices keep their copy."""
    customer_changes.change(call.desk, customer, given_fields(body), body.attributes)
    return customer_tree(find_customer(call.desk, customer))


@customers.verb(
    "/v1/customers/{customer}/hold", CustomerAnswer, roles=HOLDING, request=HoldRequest, example={"because": "the address is disputed"}
)
def hold_customer(call: Call, customer: str, body: HoldRequest) -> Tree:
    """Put a customer on hold: runs hold back what is due from it until it is released."""
    customer_changes.hold(call.desk, customer, body.because)
    return customer_tree(find_customer(call.desk, customer))


@customers.verb("/v1/customers/{customer}/release", CustomerAnswer, roles=HOLDING)
def release_customer(call: Call, customer: str) -> Tree:
    """Release a customer on hold: the next run bills what is due from it."""
    customer_changes.release(call.desk, customer)
    return customer_tree(find_customer(call.desk, customer))


@customers.verb(
    "/v1/customers/{customer}/notes", CustomerAnswer, roles=HOLDING, request=NoteRequest, example={"text": "asks for one invoice a month"}
)
def note_customer(call: Call, customer: str, body: NoteRequest) -> Tree:
    """Note something about a customer."""
    activities.add(call.desk, "customer", customer, "note", body.text)
    return customer_tree(find_customer(call.desk, customer))


@customers.verb(
    "/v1/customers/{customer}/vat-checks",
    CustomerAnswer,
    roles=FINANCE,
    request=VatCheckRequest,
    example={"on": "2027-01-15", "result": "valid", "consultation": "WAPIAAAAX1"},
)
def check_vat_number(call: Call, customer: str, body: VatCheckRequest) -> Tree:
    """Record that the VAT number of a customer was checked: the evidence for invoices without VAT."""
    customer_changes.vat_checked(call.desk, customer, on=body.on, result=body.result, consultation=body.consultation, by=body.by)
    return customer_tree(find_customer(call.desk, customer))


@customers.verb("/v1/customers/{customer}/vat-checks/ask", CustomerAnswer, roles=FINANCE, is_one_transaction=False)
def ask_register(call: Call, customer: str) -> Tree:
    """Ask VIES about the VAT number of a customer, and record what it answers; without an answer nothing else changes."""
    with call.desk.store.reading() as connection:
        refuse_erased(connection, ("customer", customer))
    register = vies(call.vies_url, call.desk.rulebook.company.seller.vat_number)
    list(enquire(call.desk, register, vat_evidence.named(call.desk, [customer], register.has), pauses=()))
    return customer_tree(find_customer(call.desk, customer))


@customers.show("/v1/customers/{customer}/history", HistoryAnswer)
def customer_history(call: Call, customer: str) -> Tree:
    """Show every change of a customer, with its moment and author."""
    return {"changes": history_tree(history_of_customer(call.desk, customer))}


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


def given_fields(body: CustomerChange) -> dict[str, str | None]:
    """What a body gives, as a row of customers.csv writes it."""
    written = {field: getattr(body, field) for field in body.model_fields_set & {*customer_changes.FIELDS}}
    return {field: ("yes" if part else "no") if isinstance(part, bool) else part for field, part in written.items()}
