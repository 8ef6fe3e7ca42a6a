"""The states of a quote: which verbs are possible in each, and the step from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar

from api.desk.announcing import EVENTS, announce
from api.desk.desk import Desk
from api.refusals import not_possible, unknown
from api.store import document_keys, quotes
from api.store.quotes import StoredQuote, SummarizedQuote
from api.store.sql import Reading, Writing
from api.store.states_of_quotes import WAITING
from engine.problems import Kind, Refusal, refuse

_Quote = TypeVar("_Quote", StoredQuote, SummarizedQuote)
NO_LINE: Final = Kind("no-such-line", "quote `{number}` has no line {line}", "write one of 1 to {last}")
OTHER_CUSTOMER: Final = Kind(
    "other-subscription", "the order `{order}` is of another customer, currency or type", "name a subscription of this customer"
)
LINES: Final = ("add-line", "change-line", "remove-line")
"""The verbs that change the lines of a quote: in a draft in place, else in a new version."""
_POSSIBLE: Final[Mapping[str, tuple[str, ...]]] = {
    "draft": (*LINES, "submit", "version", "refuse"),
    "approval-needed": ("approve", *LINES, "version", "refuse"),
    "approved": ("send", "accept", "refuse", *LINES, "version"),
    "sent": ("accept", "refuse", *LINES, "version"),
    "expired": (*LINES, "version", "refuse"),
}


def possible(state: str) -> tuple[str, ...]:
    """The verbs that a state allows."""
    return _POSSIBLE.get(state, ())


def state_on(quote: StoredQuote | SummarizedQuote, day: date) -> str:
    """The state of a quote on a day: what waits for its customer longer than it is valid has expired."""
    return "expired" if quote.state in WAITING and day > quote.quote.valid_until else quote.state


def as_of(quote: _Quote, day: date) -> _Quote:
    """A quote with its state on a day."""
    return replace(quote, state=state_on(quote, day))


def check(quote: StoredQuote, verb: str, on: date) -> None:
    """Refuses a verb that the state of a quote on a day does not allow."""
    state = state_on(quote, on)
    if verb not in possible(state):
        raise not_possible("quote", quote.number, state, verb, possible(state))


def last_version(connection: Reading, number: str) -> StoredQuote:
    """The last version of a quote; refuses an unknown one."""
    return _last(quotes.find(connection, number), number)


def locked(connection: Writing, number: str) -> StoredQuote:
    """The last version of a quote, locked until the transaction ends; refuses an unknown one."""
    return _last(quotes.lock(connection, number), number)


def take_step(
    desk: Desk,
    connection: Writing,
    of: StoredQuote,
    state: str,
    on: date,
    note: str | None = None,
    details: Mapping[str, object] | None = None,
) -> StoredQuote:
    """The quote in its next state, which is stored."""
    quotes.append_step(connection, of.number, of.version, state, on=on, at=desk.now(), author=desk.author, note=note, details=details)
    if f"quote.{state}" in EVENTS:
        announce(desk, connection, f"quote.{state}", f"quotes/{of.number}", version=str(of.version), customer=of.quote.customer.id)
    return replace(of, state=state)


def _last(versions: tuple[StoredQuote, ...], number: str) -> StoredQuote:
    if not versions:
        raise unknown("quote", number)
    return versions[-1]


def of_line(refusal: Refusal, *lines: int) -> Refusal:
    """The refusal where one line alone is given: its problems point to that line's fields."""
    for line in lines:
        whole = f"/lines/{line - 1}"
        moved = (
            replace(each, pointer=(each.pointer or "").removeprefix(whole)) if f"{each.pointer}/".startswith(f"{whole}/") else each
            for each in refusal.problems
        )
        refusal.problems = tuple(moved)
    return refusal


def no_line(number: str, line: int | str, last: int) -> Refusal:
    """The refusal of a line that a quote does not have."""
    return refuse(NO_LINE, None, "/line", number=number, line=line, last=last)


def not_joined(connection: Reading, name: str) -> Refusal:
    """The refusal of an order that the items of a quote cannot join: it is none of the quote's customer, or there is none."""
    if document_keys.is_stored(connection, "order", name):
        return refuse(OTHER_CUSTOMER, None, "/order", order=name)
    return unknown("order", name)
