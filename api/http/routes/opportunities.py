"""`/v1/opportunities`: possible sales listed, shown, opened, changed, moved, won, lost, reopened, and their prospects erased."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from api.desk import erasing, prospects, sales
from api.desk.document_trees import Tree, erasure_tree, opportunity_tree, shown_opportunity_tree
from api.desk.filtering import with_fields
from api.desk.opportunity_details import show_opportunity
from api.desk.owed_amounts import OwedAnswer
from api.desk.sales_lists import OPPORTUNITIES
from api.http.answer_models import answer_of
from api.http.route_declarations import SALES, Call, Resource
from api.http.routes.activity_routes import ActivityAnswer
from api.http.routes.customers import TODAY, AsOf, CustomerChange, ErasureAnswer, ErasureRequest, given_fields
from engine.dates import GivenDay
from engine.documents.document import Document
from engine.documents.opportunity import Opportunity
from engine.documents.order import OrderType
from engine.documents.party import Prospect
from engine.model_errors import field_error
from engine.money import Money
from engine.phrases import phrase

opportunities: Final = Resource("opportunities", "Possible sales and how far they are")
_MAY_BE_ABSENT: Final = ("source", "next_step", "next_step_on")
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
    "ShownOpportunity",
    "An opportunity with its history, its activities and what it needs.",
    OpportunityAnswer,
    history=list[OpportunityChangeAnswer],
    activities=list[ActivityAnswer],
    advice=list[str],
    owed=OwedAnswer,
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
    order_type: OrderType | None = None
    expected_close: GivenDay
    owner: str = Field(min_length=1, max_length=200)
    source: str | None = Field(default=None, min_length=1, max_length=200)
    next_step: str | None = Field(default=None, min_length=1, max_length=500)
    next_step_on: GivenDay | None = None
    attributes: dict[str, str] = Field(default_factory=dict, max_length=100)

    @model_validator(mode="after")
    def _is_of_one(self) -> Self:
        if (self.customer is None) == (self.prospect is None):
            raise field_error("one-of", "give exactly one: `customer` or `prospect`", remedy=phrase("keep one of them"))
        return self


class OpportunityChange(Document):
    """What changes of an open opportunity; a field that is left out stays, and null removes a source or next step.

    An attribute with an empty text is removed.
    """

    what: str | None = Field(default=None, min_length=1, max_length=500)
    amount: Amount | None = None
    order_type: OrderType | None = None
    expected_close: GivenDay | None = None
    owner: str | None = Field(default=None, min_length=1, max_length=200)
    source: str | None = Field(default=None, min_length=1, max_length=200)
    next_step: str | None = Field(default=None, min_length=1, max_length=500)
    next_step_on: GivenDay | None = None
    attributes: dict[str, str] | None = Field(default=None, max_length=100)


class WinRequest(Document):
    """Why it was won, in free words."""

    because: str | None = Field(default=None, min_length=1, max_length=500)


class StageRequest(Document):
    """A stage of rules/stages.yaml."""

    stage: str = Field(max_length=200)


class Registration(CustomerChange):
    """The id of a prospect among the customers, and what is known of it; its name and town are those of the opportunity."""

    id: str = Field(max_length=60)
    country: str | None = Field(max_length=200)


class PrimaryRequest(Document):
    """The quote that sets the amount; null: none does."""

    quote: str | None = Field(max_length=200)


class ReasonRequest(Document):
    """A reason of rules/stages.yaml."""

    reason: str = Field(max_length=200)


class LossRequest(Document):
    """A reason of rules/stages.yaml, and whether it was given up rather than lost."""

    reason: str = Field(max_length=200)
    cancelled: bool = False


_EXAMPLE: Final = {
    "id": "OP-WEB-1",
    "prospect": {"name": "Optique Nouvelle", "town": "Mons"},
    "what": "Three workspaces",
    "stage": "first-talk",
    "amount": "2400.00",
    "expected_close": "2027-03-31",
    "owner": "Ann",
}
opportunities.list_of("/v1/opportunities", OPPORTUNITIES, "Opportunities, open and closed")


@opportunities.show(_ONE, ShownOpportunity, query=AsOf)
def get_opportunity(call: Call, opportunity: str, query: AsOf = TODAY) -> Tree:
    """Show an opportunity, today or as it was on a day, with its history, its activities and what it needs."""
    return shown_opportunity_tree(show_opportunity(call.desk, opportunity, as_of=query.as_of), call.language)


@opportunities.verb(
    "/v1/opportunities", OpportunityAnswer, roles=SALES, request=OpportunityRequest, example=_EXAMPLE, location="/v1/opportunities/{id}"
)
def open_opportunity(call: Call, body: OpportunityRequest) -> Tree:
    """Open an opportunity of a customer or a prospect."""
    given = {name: value for name, value in body if name not in ("prospect", "attributes", "order_type")}
    attributes = with_fields(call.desk, "opportunity", {}, body.attributes.items())
    prospect = Prospect.of(body.prospect) if body.prospect else None
    amounts = {body.order_type: body.amount} if body.order_type else {}
    made = {"amounts": amounts, "state": "open", "prospect": prospect, "attributes": attributes, "currency": call.desk.rulebook.currency}
    return opportunity_tree(sales.open_opportunity(call.desk, Opportunity.model_validate(given | made)))


@opportunities.verb(_ONE, OpportunityAnswer, roles=SALES, request=OpportunityChange, example={"amount": "2600.00"}, method="PATCH")
def change_opportunity(call: Call, opportunity: str, body: OpportunityChange) -> Tree:
    """Change fields of an open opportunity."""
    typed = ("attributes", "amount", "order_type")
    given = ((name, value) for name, value in body if name in body.model_fields_set and name not in typed)
    changes: dict[str, object] = {name: value for name, value in given if value is not None or name in _MAY_BE_ABSENT}
    if body.attributes is not None:
        before = sales.find_opportunity(call.desk, opportunity)
        changes["attributes"] = with_fields(call.desk, "opportunity", before.attributes, body.attributes.items())
    return opportunity_tree(sales.change(call.desk, opportunity, changes, amount=body.amount, order_type=body.order_type))


@opportunities.verb(
    f"{_ONE}/register",
    OpportunityAnswer,
    roles=SALES,
    request=Registration,
    example={"id": "K9", "country": "BE", "segment": "direct"},
)
def register_prospect(call: Call, opportunity: str, body: Registration) -> Tree:
    """Register the prospect of an open opportunity among the customers, so that it can be quoted."""
    return opportunity_tree(prospects.register(call.desk, opportunity, body.id, given_fields(body), body.attributes))


@opportunities.verb(f"{_ONE}/primary", OpportunityAnswer, roles=SALES, request=PrimaryRequest, example={"quote": "Q2027-0001"})
def set_primary(call: Call, opportunity: str, body: PrimaryRequest) -> Tree:
    """Let a quote set the amount of an open opportunity, or none: then it is typed."""
    return opportunity_tree(sales.set_primary(call.desk, opportunity, body.quote))


@opportunities.verb(f"{_ONE}/stage", OpportunityAnswer, roles=SALES, request=StageRequest, example={"stage": "proposal"})
def move_opportunity(call: Call, opportunity: str, body: StageRequest) -> Tree:
    """Move an open opportunity to another stage."""
    return opportunity_tree(sales.move(call.desk, opportunity, body.stage))


@opportunities.verb(f"{_ONE}/win", OpportunityAnswer, roles=SALES, request=WinRequest, example={"because": "the shortest delay"})
def win_opportunity(call: Call, opportunity: str, body: WinRequest) -> Tree:
    """Mark an opportunity as won, and say why."""
    return opportunity_tree(sales.win(call.desk, opportunity, body.because))


@opportunities.verb(f"{_ONE}/lose", OpportunityAnswer, roles=SALES, request=LossRequest, example={"reason": "price"})
def lose_opportunity(call: Call, opportunity: str, body: LossRequest) -> Tree:
    """Mark an opportunity as lost, or given up, with a reason."""
    return opportunity_tree(sales.lose(call.desk, opportunity, body.reason, verb="cancel" if body.cancelled else "lose"))


@opportunities.verb(f"{_ONE}/cancel", OpportunityAnswer, roles=SALES, request=ReasonRequest, example={"reason": "price"})
def cancel_opportunity(call: Call, opportunity: str, body: ReasonRequest) -> Tree:
    """Mark an opportunity as given up, with a reason."""
    return opportunity_tree(sales.lose(call.desk, opportunity, body.reason, verb="cancel"))


@opportunities.verb(f"{_ONE}/reopen", OpportunityAnswer, roles=SALES, request=StageRequest, example={"stage": "first-talk"})
def reopen_opportunity(call: Call, opportunity: str, body: StageRequest) -> Tree:
    """Open a closed opportunity again, in a stage."""
    return opportunity_tree(sales.reopen(call.desk, opportunity, body.stage))


@opportunities.verb(f"{_ONE}/erase", ErasureAnswer, roles=SALES, request=ErasureRequest, example={"because": "asked by the person"})
def erase_prospect(call: Call, opportunity: str, body: ErasureRequest) -> Tree:
    """Erase the prospect of a closed opportunity, with its contacts and what the history says of it."""
    return erasure_tree(erasing.erase_prospect(call.desk, opportunity, by=call.person, because=body.because))
