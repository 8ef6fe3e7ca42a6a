"""`/v1/opportunities`: possible sales listed, shown, opened, changed, moved, won, lost, reopened, and their prospects erased."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from api.desk import erasing, sales
from api.desk.document_trees import Tree, erasure_tree, opportunity_tree
from api.desk.filtering import with_fields
from api.desk.sales_lists import OPPORTUNITIES
from api.http.answer_models import answer_of
from api.http.route_declarations import SALES, Call, Resource
from api.http.routes.customers import ErasureAnswer, ErasureRequest
from engine.dates import Day
from engine.documents.document import Document
from engine.documents.opportunity import Opportunity
from engine.documents.party import Prospect
from engine.model_errors import field_error
from engine.money import Money
from engine.phrases import phrase

opportunities: Final = Resource("opportunities", "Possible sales and how far they are")
_ONE: Final = "/v1/opportunities/{opportunity}"
OpportunityAnswer: Final = answer_of("OpportunityAnswer", "An opportunity.", Opportunity)


class OpportunityChangeAnswer(BaseModel):
    """A field that changed: when, by whom, and its texts before and after."""

    field: str
    before: str | None
    after: str | None
    changed_on: date
    changed_at: datetime
    author: str


ShownOpportunity: Final = answer_of(
    "ShownOpportunity", "An opportunity with its history.", OpportunityAnswer, history=list[OpportunityChangeAnswer]
)


def _not_negative(amount: Money) -> Money:
    if amount.minor < 0:
        raise field_error("amount", "an opportunity has an amount of 0 or more", remedy=phrase("write an amount of 0 or more"))
    return amount


Amount = Annotated[Money, AfterValidator(_not_negative), Field(description="Net, as a decimal string of 0 or more.")]


class ProspectRequest(Document):
    """Who might become a customer."""

    name: str = Field(min_length=1, max_length=200)
    town: str | None = Field(default=None, max_length=200)
    contact: str | None = Field(default=None, max_length=200)


class OpportunityRequest(Document):
    """A possible sale to a customer or a prospect; the amount is net, in the currency of the company."""

    id: str = Field(min_length=1, max_length=100)
    customer: str | None = Field(default=None, max_length=200)
    prospect: ProspectRequest | None = None
    what: str = Field(min_length=1, max_length=500)
    stage: str = Field(max_length=200)
    amount: Amount
    expected_close: Day
    owner: str = Field(min_length=1, max_length=200)
    attributes: dict[str, str] = Field(default_factory=dict, max_length=100)

    @model_validator(mode="after")
    def _is_of_one(self) -> Self:
        if (self.customer is None) == (self.prospect is None):
            raise field_error("one-of", "give exactly one: `customer` or `prospect`", remedy=phrase("keep one of them"))
        return self


class OpportunityChange(Document):
    """What changes of an open opportunity; a field that is left out stays. An attribute with an empty text is removed."""

    what: str | None = Field(default=None, min_length=1, max_length=500)
    amount: Amount | None = None
    expected_close: Day | None = None
    owner: str | None = Field(default=None, min_length=1, max_length=200)
    next_step: str | None = Field(default=None, max_length=500)
    next_step_on: Day | None = None
    attributes: dict[str, str] | None = Field(default=None, max_length=100)


class StageRequest(Document):
    """A stage of rules/stages.yaml."""

    stage: str = Field(max_length=200)


class LossRequest(Document):
    """A reason of rules/stages.yaml, and whether it was given up rather than lost."""

    reason: str = Field(max_length=200)
    cancelled: bool = False


_EXAMPLE: Final = {
    "id": "OP-WEB-1",
    "prospect": {"name": "Optique Nouvelle", "town": "Mons"},
    "what": "Till and two workstations",
    "stage": "qualification",
    "amount": "2400.00",
    "expected_close": "2027-03-31",
    "owner": "Ann",
}
opportunities.list_of("/v1/opportunities", OPPORTUNITIES, "Opportunities, open and closed")


@opportunities.show(_ONE, ShownOpportunity)
def get_opportunity(call: Call, opportunity: str) -> Tree:
    """Show an opportunity with its history."""
    return opportunity_tree(sales.find_opportunity(call.desk, opportunity)) | {"history": sales.history_of(call.desk, opportunity)}


@opportunities.verb(
    "/v1/opportunities", OpportunityAnswer, roles=SALES, request=OpportunityRequest, example=_EXAMPLE, location="/v1/opportunities/{id}"
)
def open_opportunity(call: Call, body: OpportunityRequest) -> Tree:
    """Open an opportunity of a customer or a prospect."""
    given = {name: value for name, value in body if name not in ("prospect", "attributes")}
    attributes = with_fields(call.desk, "opportunity", {}, body.attributes.items())
    prospect = Prospect.of(body.prospect) if body.prospect else None
    made = {"state": "open", "prospect": prospect, "attributes": attributes, "currency": call.desk.rulebook.currency}
    return opportunity_tree(sales.open_opportunity(call.desk, Opportunity.model_validate(given | made)))


@opportunities.verb(_ONE, OpportunityAnswer, roles=SALES, request=OpportunityChange, example={"amount": "2600.00"}, method="PATCH")
def change_opportunity(call: Call, opportunity: str, body: OpportunityChange) -> Tree:
    """Change fields of an open opportunity."""
    changes: dict[str, object] = {name: value for name, value in body if value is not None and name != "attributes"}
    if body.attributes is not None:
        before = sales.find_opportunity(call.desk, opportunity)
        changes["attributes"] = with_fields(call.desk, "opportunity", before.attributes, body.attributes.items())
    return opportunity_tree(sales.change(call.desk, opportunity, changes))


@opportunities.verb(f"{_ONE}/stage", OpportunityAnswer, roles=SALES, request=StageRequest, example={"stage": "proposal"})
def move_opportunity(call: Call, opportunity: str, body: StageRequest) -> Tree:
    """Move an open opportunity to another stage."""
    return opportunity_tree(sales.move(call.desk, opportunity, body.stage))


@opportunities.verb(f"{_ONE}/win", OpportunityAnswer, roles=SALES)
def win_opportunity(call: Call, opportunity: str) -> Tree:
    """Mark an opportunity as won."""
    return opportunity_tree(sales.win(call.desk, opportunity))


@opportunities.verb(f"{_ONE}/lose", OpportunityAnswer, roles=SALES, request=LossRequest, example={"reason": "price"})
def lose_opportunity(call: Call, opportunity: str, body: LossRequest) -> Tree:
    """Mark an opportunity as lost, or given up, with a reason."""
    return opportunity_tree(sales.lose(call.desk, opportunity, body.reason, verb="cancel" if body.cancelled else "lose"))


@opportunities.verb(f"{_ONE}/reopen", OpportunityAnswer, roles=SALES, request=StageRequest, example={"stage": "qualification"})
def reopen_opportunity(call: Call, opportunity: str, body: StageRequest) -> Tree:
    """Open a closed opportunity again, in a stage."""
    return opportunity_tree(sales.reopen(call.desk, opportunity, body.stage))


@opportunities.verb(f"{_ONE}/erase", ErasureAnswer, roles=SALES, request=ErasureRequest, example={"because": "asked by the person"})
def erase_prospect(call: Call, opportunity: str, body: ErasureRequest) -> Tree:
    """Erase the prospect of a closed opportunity, with its contacts and what the history says of it."""
    return erasure_tree(erasing.erase_prospect(call.desk, opportunity, by=call.person, because=body.because))
