"""Opportunities: opened, changed, moved to another stage, won, lost and reopened; the store records every change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from api.desk.announcing import EVENTS, announce
from api.desk.desk import Desk
from api.desk.erased import named_by, refuse_erased
from api.refusals import Conflict, not_possible, unknown
from api.store import contacts, customer_parties, histories, opportunities, quotes, sales_tables
from api.store.sql import Reading, Writing
from engine.documents.contact import Contact
from engine.documents.opportunity import Opportunity, OpportunityState
from engine.documents.order import OrderType
from engine.documents.party import Customer
from engine.documents.priced_quote import PricedQuote
from engine.money import Money
from engine.problems import Kind, refuse
from engine.rulebook.company import stored_until
from engine.text.nearest import suggestion

UNKNOWN_STAGE = Kind("unknown-stage", "there is no stage `{name}`", "{remedy}")
UNKNOWN_REASON = Kind("unknown-reason", "there is no reason `{name}`", "{remedy}")
QUOTED: Final = Kind(
    "quoted-amount",
    "quote {quote} sets the amount of the opportunity `{name}`",
    "make a new version of the quote, or let no quote set it: `centwright opportunity primary {name} --none`",
)
OTHER_OPPORTUNITY: Final = Kind(
    "other-opportunity", "quote {quote} is not of the opportunity `{name}`", "name one that was made for it: `--opportunity {name}`"
)
OTHER_PARTY: Final = Kind(
    "other-party",
    "the opportunity `{opportunity}` is of {whose}, and the quote would be for `{customer}`",
    "make the quote for whom the opportunity is, or leave the opportunity out",
)
NOT_REGISTERED: Final = Kind(
    "prospect-not-registered",
    "the opportunity `{opportunity}` is of the prospect {whose}, and the quote would be for `{customer}`",
    "give the prospect an id first: `centwright opportunity register {opportunity} ID`",
)
TWICE = Kind("opportunity-twice", "there is an opportunity `{name}` already", "give it another id")
VERBS: Final[Mapping[OpportunityState, tuple[str, ...]]] = {
    "open": ("change", "primary", "stage", "win", "lose", "cancel"),
    "won": ("reopen",),
    "lost": ("reopen",),
    "cancelled": ("reopen",),
}


_OUTCOME: Final = ("state", "stage", "reason")


def find_opportunity(desk: Desk, name: str) -> Opportunity:
    """One opportunity as it is now; refuses an unknown one."""
    with desk.store.reading() as connection:
        by_id = opportunities.find(connection, [name])
    if name not in by_id:
        raise unknown("opportunity", name)
    return by_id[name]


def find_contact(desk: Desk, name: str) -> Contact:
    """One contact; refuses an unknown one."""
    with desk.store.reading() as connection:
        by_id = contacts.find(connection, [name])
    if name not in by_id:
        raise unknown("contact", name)
    return by_id[name]


def open_opportunity(desk: Desk, opportunity: Opportunity) -> Opportunity:
    """Stores a new opportunity, of a known customer or a prospect, in a declared stage."""
    check_stage(desk, opportunity.stage)
    with desk.writing() as connection:
        if opportunity.customer is not None:
            opportunity = opportunity.replace(customer=surviving(connection, opportunity.customer))
        refuse_erased(connection, named_by(opportunity))
        stored = with_retention(desk, opportunity)
        if opportunities.append(connection, [stored], desk.signed()):
            raise Conflict((TWICE.at(None, "/id", name=opportunity.id),), "existing", ("show", "change"))
    return stored


def surviving(connection: Reading, name: str) -> str:
    """The id of a customer, or of the one into which it was merged; refuses an unknown one."""
    state = customer_parties.state_of(connection, name)
    if state is None:
        raise unknown("customer", name)
    return state.merged_into or name


def change(
    desk: Desk, name: str, changes: Mapping[str, object], *, amount: Money | None = None, order_type: OrderType | None = None
) -> Opportunity:
    """Changes fields of an open opportunity, such as expected close, next step, or an amount that no quote sets."""

    def after(one: Opportunity) -> Opportunity:
        typed = one
        if amount is not None or order_type is not None:
            if one.primary_quote is not None:
                raise Conflict((QUOTED.at(None, "/amount", name=name, quote=one.primary_quote),), "quoted", ("primary",))
            typed = one.with_amount(one.amount if amount is None else amount, order_type)
        return typed.replace(**changes)

    return _after(desk, name, "change", after)


def set_primary(desk: Desk, name: str, number: str | None) -> Opportunity:
    """Lets one of its quotes set the amount of an open opportunity, also by its later versions; or none: then it is typed."""

    with desk.store.reading() as connection:
        quote = quotes.last_versions(connection, [number]).get(number) if number else None
    if number is None or quote is None:
        if number is not None:
            raise unknown("quote", number)
        return _after(desk, name, "primary", lambda one: one.replace(primary_quote=None))
    if quote.opportunity != name:
        raise refuse(OTHER_OPPORTUNITY, None, "/quote", quote=number, name=name)
    amounts = quote.quote.contract_by_order_type
    return _after(desk, name, "primary", lambda one: one.quoted(number, amounts))


def check_party(connection: Reading, of: Opportunity, buyer: Customer) -> None:
    """Refuses a quote for another customer or prospect than that of its opportunity."""
    if of.prospect is not None:
        raise refuse(NOT_REGISTERED, None, "/customer", opportunity=of.id, whose=of.prospect.name, customer=buyer.id)
    if of.customer is not None and surviving(connection, of.customer) != buyer.id:
        raise refuse(OTHER_PARTY, None, "/customer", opportunity=of.id, whose=of.customer, customer=buyer.id)


def follow_quote(desk: Desk, connection: Writing, name: str, number: str, quote: PricedQuote) -> None:
    """Gives an open opportunity the amounts of its quote: of the first one that is made, or of the one that sets them."""
    one = opportunities.lock(connection, name)
    if one is not None and one.state == "open" and one.currency == quote.currency and one.primary_quote in (None, number):
        opportunities.replace(connection, one.quoted(number, quote.contract_by_order_type), desk.signed())


def move(desk: Desk, name: str, stage: str) -> Opportunity:
    """Moves an open opportunity to a declared stage."""
    check_stage(desk, stage)
    return _after(desk, name, "stage", lambda one: one.replace(stage=stage))


def win(desk: Desk, name: str, because: str | None = None) -> Opportunity:
    """Closes an open opportunity as won, in free words why, where somebody says it."""
    return _after(desk, name, "win", lambda one: one.replace(state="won", stage="won", reason=because))


def lose(desk: Desk, name: str, reason: str, *, verb: str = "lose") -> Opportunity:
    """Closes an open opportunity as lost (or cancelled), for a declared reason."""
    if reason not in desk.rulebook.reasons:
        raise refuse(UNKNOWN_REASON, None, "/reason", name=reason, remedy=suggestion(reason, desk.rulebook.reasons))
    state = "lost" if verb == "lose" else "cancelled"
    return _after(desk, name, verb, lambda one: one.replace(state=state, stage=state, reason=reason))


def reopen(desk: Desk, name: str, stage: str) -> Opportunity:
    """Reopens a closed opportunity, in a declared stage."""
    check_stage(desk, stage)
    return _after(desk, name, "reopen", lambda one: one.replace(state="open", stage=stage, reason=None))


def with_retention(desk: Desk, opportunity: Opportunity) -> Opportunity:
    """The opportunity with the day until which the data of its prospect are stored, counted from today."""
    if opportunity.prospect is None:
        return opportunity
    until = stored_until(desk.rulebook.company, desk.today, lambda rule: rule.prospect_months)
    return opportunity.replace(prospect=opportunity.prospect.replace(stored_until=until))


def take_back_win(desk: Desk, connection: Writing, name: str, *, since: datetime) -> None:
    """Gives an opportunity that was won since an instant the state, stage and reason again that it had before."""
    history = histories.changes(connection, sales_tables.opportunity_changes, name)
    last = next((row for row in reversed(history) if row["field"] == "state"), None)
    won = opportunities.lock(connection, name)
    if won is None or last is None or last["after"] != "won" or last["changed_at"] < since:
        return
    before = {row["field"]: row["before"] for row in history if row["sequence"] == last["sequence"] and row["field"] in _OUTCOME}
    opportunities.replace(connection, won.replace(**before), desk.signed())


def _after(desk: Desk, name: str, verb: str, changed: Callable[[Opportunity], Opportunity]) -> Opportunity:
    with desk.writing() as connection:
        before = opportunities.lock(connection, name)
        if before is None:
            raise unknown("opportunity", name)
        if verb not in VERBS[before.state]:
            raise not_possible("opportunity", name, before.state, verb, VERBS[before.state])
        refuse_erased(connection, named_by(before))
        after = with_retention(desk, changed(before))
        opportunities.replace(connection, after, desk.signed())
        if f"opportunity.{after.state}" in EVENTS:
            announce(desk, connection, f"opportunity.{after.state}", f"opportunities/{name}", customer=after.customer)
    return after


def check_stage(desk: Desk, stage: str) -> None:
    """Refuses a stage that the rulebook does not declare."""
    if stage not in desk.rulebook.stages:
        raise refuse(UNKNOWN_STAGE, None, "/stage", name=stage, remedy=suggestion(stage, desk.rulebook.stages))
