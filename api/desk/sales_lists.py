"""The lists of opportunities, quotes, replies to them, contacts, mandates and users: their columns, and what may be asked of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final, Literal, NamedTuple, get_args

from pydantic import BaseModel, Field

from api.desk.customer_lists import WHERE
from api.desk.desk import Desk
from api.desk.listing import Cells, Listing, Row, Walked, listing, own_cells, uncounted
from api.desk.owed_amounts import owed_cells, with_owed
from api.desk.quote_states import as_of
from api.desk.sales import VERBS, check_stage
from api.store import contacts, customers, mandates, opportunities, quote_replies, quotes, states_of_quotes, users, walks
from api.store.quote_replies import Reply, ReplyKind
from api.store.quotes import SummarizedQuote
from api.store.sql import Reading
from api.store.states_of_quotes import StateOn
from api.store.users import Role, UserState
from api.store.walks import Start
from engine.dates import Day
from engine.documents.contact import Contact
from engine.documents.document import Document
from engine.documents.mandate import Mandate
from engine.documents.opportunity import Opportunity, OpportunityState
from engine.documents.order import OrderType
from engine.documents.payment_match import Owed
from engine.money import Currency, Money

QuoteStateNow = Literal["draft", "approval-needed", "approved", "sent", "accepted", "refused", "expired", "superseded"]
STATES_OF_QUOTES: Final[tuple[str, ...]] = get_args(QuoteStateNow)
_NAME: Final = Field(default=None, max_length=200)


class ListedOpportunity(BaseModel, extra="allow"):
    """An opportunity in a list; the fields that the rulebook declares follow."""

    id: str
    customer: str | None
    prospect: str | None
    what: str
    stage: str
    state: OpportunityState
    amount: Money
    currency: str
    expected_close: date
    owner: str
    reason: str | None
    next_step: str | None
    next_step_on: date | None
    source: str | None
    order_type: OrderType | None
    primary_quote: str | None
    open: Money
    overdue: Money
    paid: Money
    customer_name: str | None


class OpportunityConditions(Document):
    """What may be asked of opportunities."""

    customer: str | None = _NAME
    stage: str | None = _NAME
    state: OpportunityState | None = None
    owner: str | None = _NAME
    source: str | None = _NAME
    close_from: Day | None = None
    close_to: Day | None = None
    next_step_to: Day | None = Field(default=None, description="Only those whose next step is due until this day at the latest.")
    where: str | None = WHERE


class ListedQuote(BaseModel, extra="allow"):
    """A version of a quote in a list, the last one unless all are wanted; the fields that the rulebook declares follow."""

    number: str
    version: int
    customer: str
    opportunity: str | None
    state: QuoteStateNow
    on: date
    valid_until: date
    one_off: Money
    mrr: Money
    contract_value: Money
    currency: str


class QuoteConditions(Document):
    """What may be asked of quotes."""

    customer: str | None = _NAME
    opportunity: str | None = _NAME
    state: QuoteStateNow | None = None
    versions: bool = Field(default=False, description="Whether every version is listed, not only the last one.")
    where: str | None = WHERE


class ListedReply(BaseModel):
    """A reply on the link of a version of a quote, of which something personal is stored."""

    number: str
    version: int
    reply: ReplyKind
    name: str | None
    purchase_order: str | None
    replied_on: date
    stored_until: date | None
    """The last day on which what is personal may be stored."""


class ReplyConditions(Document):
    """What may be asked of replies."""

    reply: ReplyKind | None = None
    stored_to: Day | None = Field(default=None, description="Only those that may be stored until this day at the latest.")


class ListedContact(BaseModel, extra="allow"):
    """A contact in a list; the fields that the rulebook declares follow."""

    id: str
    customer: str | None
    opportunity: str | None
    name: str
    role: str | None
    email: str | None
    phone: str | None
    stored_until: date | None


class ContactConditions(Document):
    """What may be asked of contacts."""

    customer: str | None = _NAME
    opportunity: str | None = _NAME
    stored_to: Day | None = Field(default=None, description="Only those that may be stored until this day at the latest.")
    where: str | None = WHERE


class ListedMandate(BaseModel):
    """A mandate in a list."""

    reference: str
    customer: str
    iban: str
    signed_on: date
    state: Literal["active", "ended"]


class MandateConditions(Document):
    """What may be asked of mandates."""

    customer: str | None = _NAME
    state: Literal["active", "ended"] | None = None


class ListedUser(BaseModel):
    """A user in a list."""

    name: str
    full_name: str
    email: str
    role: Role
    state: UserState
    approves: str | None
    """The roles in which the user approves quotes, with commas between them."""


class UserConditions(Document):
    """What may be asked of users."""

    role: Role | None = None
    state: UserState | None = None


class _NamedOpportunity(NamedTuple):
    """An opportunity with what is owed of it, and the name of its customer."""

    document: Opportunity
    owed: Owed
    customer_name: str | None


def _opportunities(desk: Desk, connection: Reading, ids: Collection[str]) -> Mapping[str, _NamedOpportunity]:
    some = opportunities.find(connection, ids)
    owing = with_owed(desk, connection, "opportunity", some)
    names = customers.names_of(connection, {one.customer for one in some.values() if one.customer})
    return {name: _NamedOpportunity(one, owing[name].owed, names.get(one.customer or "")) for name, one in some.items()}


def _opportunity_cells(desk: Desk, one: Opportunity, owed: Owed, customer_name: str | None) -> Cells:
    prospect = one.prospect.name if one.prospect else None
    amount = (one.amount, one.currency.code, one.expected_close)
    steps = (one.owner, one.reason, one.next_step, one.next_step_on, one.source, one.order_type, one.primary_quote)
    own = own_cells(desk, "opportunity", one.attributes)
    return (one.id, one.customer, prospect, one.what, one.stage, one.state, *amount, *steps, *owed_cells(owed), customer_name, *own)


def _opportunities_in_stage(desk: Desk, conditions: OpportunityConditions, start: Start) -> Iterator[Row]:
    """The rows of opportunities; refuses a stage that neither the rulebook nor an opportunity has."""
    if conditions.stage is not None and conditions.stage not in {*desk.rulebook.stages, *VERBS}:
        with desk.store.reading() as connection:
            is_left = opportunities.is_in_stage(connection, conditions.stage)
        if not is_left:
            check_stage(desk, conditions.stage)
    return _OPPORTUNITIES.rows(desk, conditions, start)


def _quotes(desk: Desk, connection: Reading, numbers: Collection[str]) -> Mapping[str, SummarizedQuote]:
    return {number: as_of(one, desk.today) for number, one in quotes.last_summaries(connection, numbers).items()}


def _versions(desk: Desk, connection: Reading, keys: Collection[str]) -> Mapping[str, SummarizedQuote]:
    return {key: as_of(one, desk.today) for key, one in quotes.some_summaries(connection, keys).items()}


def _quote_cells(desk: Desk, one: SummarizedQuote) -> Cells:
    priced = one.quote
    head = (one.number, one.version, priced.customer.id, one.opportunity, one.state, priced.on, priced.valid_until)
    amounts = (priced.one_off, priced.mrr, priced.contract_value, priced.currency.code)
    return (*head, *amounts, *own_cells(desk, "quote", one.attributes))


def _walked_quotes(conditions: QuoteConditions) -> Walked:
    return _ALL_VERSIONS if conditions.versions else _LAST_VERSIONS


def _quote_criteria(desk: Desk, given: Mapping[str, object]) -> Mapping[str, object]:
    """The criteria of a walk: a state is that of the business date."""
    return {**given, "state": StateOn(str(given["state"]), desk.today)} if given.get("state") else given


def _contract_value(desk: Desk, conditions: QuoteConditions) -> Mapping[str, Money] | None:
    """The sum of quotes in one currency; None where a condition of the rule language has to look at each."""
    if conditions.where is not None:
        return None
    walked, total = _walked_quotes(conditions), dict[Currency, int]()
    criteria = walks.conditions(walked.walk, walked.criteria(desk, dict(conditions)))
    with desk.store.reading() as connection:
        for value in states_of_quotes.contract_values(connection, criteria, versions=conditions.versions):
            total[value.currency] = total.get(value.currency, 0) + value.minor
    ((currency, minor), *others) = total.items() or [(desk.rulebook.currency, 0)]
    return {} if others else {"contract_value": Money(minor, currency)}


def _replies(_desk: Desk, connection: Reading, keys: Collection[str]) -> Mapping[str, Reply]:
    return quote_replies.some(connection, keys)


def _reply_cells(_desk: Desk, one: Reply) -> Cells:
    return tuple(getattr(one, name) for name in ListedReply.model_fields)


def _contacts(_desk: Desk, connection: Reading, ids: Collection[str]) -> Mapping[str, Contact]:
    return contacts.find(connection, ids)


def _contact_cells(desk: Desk, one: Contact) -> Cells:
    named = tuple(getattr(one, name) for name in ListedContact.model_fields)
    return (*named, *own_cells(desk, "contact", one.attributes))


def _mandates(_desk: Desk, connection: Reading, references: Collection[str]) -> Mapping[str, Mandate]:
    return mandates.find(connection, references=references)


def _mandate_cells(_desk: Desk, one: Mandate) -> Cells:
    return tuple(getattr(one, name) for name in ListedMandate.model_fields)


def _users(desk: Desk, conditions: UserConditions, start: Start) -> Iterator[Row]:
    with desk.store.reading() as connection:
        by_name = users.find(connection)
    for name in sorted(by_name, reverse=start.is_descending):
        one = by_name[name]
        is_past = start.after is None or (name < str(start.after[0]) if start.is_descending else name > str(start.after[0]))
        if is_past and conditions.role in (None, one.role) and conditions.state in (None, one.state):
            own = (getattr(one, column) for column in ListedUser.model_fields if column != "approves")
            yield (name,), (*own, ", ".join(one.approves) or None)


_OPPORTUNITIES: Final = Walked(
    walk=walks.OPPORTUNITIES,
    load=_opportunities,
    cells=lambda desk, one: _opportunity_cells(desk, *one),
    facts=lambda filtering: lambda one: filtering.of_opportunity(one.document),
)
OPPORTUNITIES: Final = replace(
    listing("opportunities", ListedOpportunity, OpportunityConditions, _OPPORTUNITIES, subject="opportunity", facets=("state", "stage")),
    rows=_opportunities_in_stage,
)
_LAST_VERSIONS: Final = Walked(
    walk=walks.QUOTES,
    load=_quotes,
    cells=_quote_cells,
    facts=lambda filtering: filtering.of_quote,
    criteria=_quote_criteria,
)
_ALL_VERSIONS: Final = replace(_LAST_VERSIONS, walk=walks.QUOTE_VERSIONS, load=_versions)
QUOTES: Final = replace(
    listing("quotes", ListedQuote, QuoteConditions, _LAST_VERSIONS, subject="quote"),
    rows=lambda desk, conditions, start: _walked_quotes(conditions).rows(desk, conditions, start),
    totals=lambda desk, conditions: (_walked_quotes(conditions).count(desk, conditions), _contract_value(desk, conditions)),
    summed=("contract_value",),
    has=lambda desk, conditions, key: _walked_quotes(conditions).has(desk, conditions, key),
)
REPLIES: Final = listing("replies", ListedReply, ReplyConditions, Walked(walk=walks.REPLIES, load=_replies, cells=_reply_cells))
CONTACTS: Final = listing(
    "contacts",
    ListedContact,
    ContactConditions,
    Walked(walk=walks.CONTACTS, load=_contacts, cells=_contact_cells, facts=lambda filtering: filtering.of_contact),
    subject="contact",
)
MANDATES: Final = listing("mandates", ListedMandate, MandateConditions, Walked(walk=walks.MANDATES, load=_mandates, cells=_mandate_cells))
USERS: Final = Listing(name="users", row=ListedUser, conditions=UserConditions, key="name", rows=_users, totals=uncounted)
