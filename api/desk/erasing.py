"""Erasing the personal data of customers, contacts and prospects; issued documents keep their copy, as law requires."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from api.desk import quote_states
from api.desk.desk import Desk
from api.desk.erased import refuse_erased
from api.desk.ordering import as_shown
from api.desk.signed_prices import erase_attributes
from api.refusals import Conflict, unknown
from api.store import contacts, customer_parties, customers, delivery_log, erasures, mandates, opportunities, orders, quote_replies
from api.store.erasures import Erasure, ErasureKind, Need
from api.store.sql import Reading, Writing
from engine.documents.opportunity import Opportunity
from engine.documents.party import Address, Customer
from engine.phrases import Phrase, listed, phrase
from engine.problems import Kind, refuse

ERASED: Final = "(erased)"
"""What stands in the place of an erased name."""
STILL_NEEDED: Final = Kind(
    "still-needed", "the data of {what} `{name}` are still needed: {needs}", "end or close these first, or wait until they are invoiced"
)
NO_PROSPECT: Final = Kind(
    "no-prospect",
    "the opportunity `{name}` has no prospect: it is one of the customer `{customer}`",
    "erase the data of the customer: `centwright customer erase {customer}`",
)
ERASED_ALREADY: Final = Kind("erased-already", "{what} `{name}` was erased on {on}", "nothing needs to be done")
NO_DECISION: Final = Kind(
    "no-decision",
    "an erasure records who decided it and why, and one of them is empty",
    "write a name after `--by` and a reason after `--because`",
)
_WORDS: Final[Mapping[ErasureKind, Phrase]] = {
    "customer": phrase("customer"),
    "contact": phrase("contact"),
    "prospect": phrase("prospect"),
}
_NAMED_AT_MOST: Final = 5


def erase_customer(desk: Desk, name: str, *, by: str, because: str) -> Erasure:
    """Erases the data, contacts and mandates of a customer, and quotes it never accepted; refused while something open needs them."""
    with desk.writing() as connection:
        stored = customers.find(connection, [name])
        if name not in stored:
            raise unknown("customer", name)
        erasure = _start(desk, connection, "customer", name, by, because)
        refuse_erased(connection, ("customer", name))
        with_merged = (name, *customer_parties.merged_into(connection, name))
        needs = [need for each in with_merged for need in erasures.needs_of_customer(connection, each)]
        _refuse_if_needed("customer", name, [need for need in needs if _is_still(desk, connection, *need)])
        for each in customers.find(connection, with_merged).values():
            erasures.erase_customer(connection, _erased(each))
        erase_attributes(connection, name)
        customer_parties.remove(connection, name)
        mandates.remove(connection, name)
        of_contacts = [replace(erasure, kind="contact", id=each) for each in contacts.find(connection, customer=name)]
        erasures.record(connection, [*(replace(erasure, id=each) for each in with_merged), *of_contacts], at=desk.now())
        contacts.remove(connection, [each.id for each in of_contacts])
        delivery_log.forget(connection, with_merged)
        _erase_replies(desk, connection, quote_replies.quotes_of(connection, with_merged), by=by, because=because)
        for each_name in with_merged:
            erasures.delete_quotes(connection, each_name)
            erasures.clear_deliveries(connection, each_name)
    return erasure


def erase_contact(desk: Desk, name: str, *, by: str, because: str) -> Erasure:
    """Erases a contact; refused while its opportunity is open."""
    with desk.writing() as connection:
        erasure = _start(desk, connection, "contact", name, by, because)
        stored = contacts.find(connection, [name])
        if name not in stored:
            raise unknown("contact", name)
        belongs_to = stored[name].opportunity
        if belongs_to is not None:
            _refuse_if_needed("contact", name, _open_ones(opportunities.find(connection, [belongs_to]).values()))
        contacts.remove(connection, [name])
        delivery_log.forget(connection, [stored[name].customer or ""], stored[name].email or "")
        erasures.record(connection, [erasure], at=desk.now())
    return erasure


def erase_prospect(desk: Desk, opportunity: str, *, by: str, because: str) -> Erasure:
    """Erases the prospect of an opportunity with its history and contacts; refused while the opportunity is open."""
    with desk.writing() as connection:
        stored = opportunities.find(connection, [opportunity])
        if opportunity not in stored:
            raise unknown("opportunity", opportunity)
        if stored[opportunity].prospect is None:
            raise _without_prospect(stored[opportunity])
        erasure = _start(desk, connection, "prospect", opportunity, by, because)
        _refuse_if_needed("prospect", opportunity, _open_ones(stored.values()))
        of_contacts = [replace(erasure, kind="contact", id=each) for each in contacts.find(connection, opportunity=opportunity)]
        erasures.record(connection, [erasure, *of_contacts], at=desk.now())
        contacts.remove(connection, [each.id for each in of_contacts])
        erasures.erase_prospect(connection, opportunity, ERASED)
    return erasure


def _without_prospect(one: Opportunity) -> Conflict:
    """The refusal of the erasure of an opportunity that belongs to a customer, whose data are erased as such."""
    return Conflict((NO_PROSPECT.at(None, name=one.id, customer=one.customer or ""),), one.state, ("customer erase",))


def erase_reply(desk: Desk, number: str, *, by: str, because: str) -> int:
    """Erases what is personal in the replies on the links of a quote, and gives how many there were; refused while orders from it run."""
    with desk.writing() as connection:
        _refuse_without_decision(by, because)
        quote_states.locked(connection, number)
        replies = quote_replies.of_quote(connection, number).values()
        if not replies:
            raise unknown("reply", number)
        if all(one.erased_on is not None for one in replies):
            on = max(one.erased_on for one in replies if one.erased_on is not None)
            raise Conflict((ERASED_ALREADY.at(None, what=phrase("reply"), name=number, on=on),), "erased", ())
        orders_of_quote = quote_replies.running_orders(connection, number)
        running = [_reason("order", name) for name in orders_of_quote if _is_still(desk, connection, "order", name)]
        if running:
            needs = listed(running[:_NAMED_AT_MOST], "and")
            raise Conflict(
                (STILL_NEEDED.at(None, what=phrase("reply"), name=number, needs=needs),), "needed", ("erase once they are done",)
            )
        return _erase_replies(desk, connection, [number], by=by, because=because)


def _erase_replies(desk: Desk, connection: Writing, numbers: Iterable[str], *, by: str, because: str) -> int:
    return quote_replies.erase(connection, numbers, on=desk.today, by=by, because=because)


def _is_still(desk: Desk, connection: Reading, need: Need, name: str) -> bool:
    """Whether an order still runs today and a quote still waits: their states were stored with their last step, and days end both."""
    match need:
        case "order":
            [order] = as_shown(desk, connection, orders.find(connection, [name]).values())
            return order.state in ("pending", "active", "suspended")
        case "quote":
            return quote_states.state_on(quote_states.last_version(connection, name), desk.today) != "expired"
        case _:
            return True


def _refuse_without_decision(by: str, because: str) -> None:
    for pointer, text in (("/by", by), ("/because", because)):
        if not text.strip():
            raise refuse(NO_DECISION, None, pointer)


def _start(desk: Desk, connection: Writing, kind: ErasureKind, name: str, by: str, because: str) -> Erasure:
    """The erasure to be recorded; refused where there was one before, and without a name or a reason."""
    _refuse_without_decision(by, because)
    for earlier in erasures.find(connection, kind):
        if earlier.id == name:
            raise Conflict((ERASED_ALREADY.at(None, what=_WORDS[kind], name=name, on=earlier.erased_on),), "erased", ())
    return Erasure(kind=kind, id=name, erased_on=desk.today, author=by, because=because)


def _refuse_if_needed(kind: ErasureKind, name: str, needs: Iterable[tuple[Need, str]]) -> None:
    reasons = [_reason(what, needed) for what, needed in needs]
    if reasons:
        shown = listed(reasons[:_NAMED_AT_MOST], "and")
        raise Conflict((STILL_NEEDED.at(None, what=_WORDS[kind], name=name, needs=shown),), "needed", ("erase once they are done",))


def _reason(what: Need, name: str) -> Phrase:
    match what:
        case "order":
            return phrase("the order {name} is not ended", name=name)
        case "transaction":
            return phrase("amounts of the order {name} are not invoiced", name=name)
        case "quote":
            return phrase("the quote {name} is not decided", name=name)
        case "opportunity":
            return phrase("the opportunity {name} is open", name=name)
        case "invoice":
            return phrase("the invoice {name} of the former system is open", name=name)


def _open_ones(of: Iterable[Opportunity]) -> list[tuple[Need, str]]:
    return [("opportunity", one.id) for one in of if one.state == "open"]


def _erased(customer: Customer) -> Customer:
    """What stays of a customer: its id, country, language and segment, by which reports of past months count."""
    address = Address(street="", postcode="", town="", country=customer.address.country)
    return Customer(id=customer.id, name=ERASED, address=address, language=customer.language, kind=customer.kind, segment=customer.segment)
