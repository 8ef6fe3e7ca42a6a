"""How the desk declines: what it does not know, what conflicts with what it keeps, and what fails outside the house."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.phrases import phrase
from engine.problems import Kind, Problem, Refusal
from engine.text.sources import Sources

UNKNOWN = Kind("unknown-document", "there is no {sort} `{name}`", "look it up with `centwright {what} list`")
NOT_POSSIBLE = Kind("not-possible", "{sort} `{name}` is {state}: it cannot {verb} now", "possible now: {possible}")
NO_DATABASE = Kind("no-database", "the database does not do its work: {fault}", "start it or free it, or give its address with --database")
OTHER_TABLES = Kind(
    "other-tables",
    "the database has tables of another version of this program ({revision}), which this version cannot read",
    "open it with the version that made it, or begin a new database: write another address after --database",
)
_SORTS: Final[Mapping[str, str]] = {
    "customer": phrase("customer"),
    "opportunity": phrase("opportunity"),
    "quote": phrase("quote"),
    "order": phrase("order"),
    "item": phrase("item"),
    "invoice": phrase("invoice"),
}


class Unknown(Refusal):
    """Something was named that the desk does not know."""


class Conflict(Refusal):
    """The action conflicts with the state of what is kept."""


class OutsideFailure(Refusal):
    """A system outside the house failed: a database, a mail server, an accounting tool."""


class Positioned(Refusal):
    """Mistakes in texts that are no rulebook, such as CSV files: with those texts, so that the piece meant can be shown."""

    def __init__(self, problems: tuple[Problem, ...], texts: Sources) -> None:
        super().__init__(problems)
        self.texts = texts


def unknown(what: str, name: str) -> Unknown:
    """The refusal of a name that the desk does not know; `what` is a word of the command line, such as `order`."""
    return Unknown((UNKNOWN.at(None, sort=_SORTS.get(what, what), what=what, name=name),))


def not_possible(what: str, name: str, state: str, verb: str, possible: tuple[str, ...]) -> Conflict:
    """The refusal of a verb that the state of something forbids."""
    problem = NOT_POSSIBLE.at(
        None, sort=_SORTS.get(what, what), name=name, state=state, verb=verb, possible=", ".join(possible) or phrase("nothing")
    )
    return Conflict((problem,), state, possible)
