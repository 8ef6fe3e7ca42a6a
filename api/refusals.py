"""The refusals of the desk: unknown names, conflicts with stored state, failures of other systems, and problems in other texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.phrases import as_written, phrase
from engine.problems import Kind, Problem, Refusal
from engine.text.sources import Sources

UNKNOWN = Kind("unknown-document", "there is no {sort} `{name}`", "look it up with `centwright {command}`")
NEAR = Kind("unknown-document", "there is no {sort} `{name}`", "did you mean `{near}`?")
NOT_POSSIBLE = Kind("not-possible", "{sort} `{name}` is {state}: `{verb}` is not possible now", "possible now: {possible}")
NO_DATABASE = Kind("no-database", "the database does not answer: {fault}", "start it or unlock it, or give its address with --database")
LOCKED_DATABASE = Kind("database-locked", "the database is locked by another: {fault}", "try again in a moment")
DAMAGED_DATABASE = Kind(
    "damaged-database",
    "the database is damaged: {fault}",
    "restore it from a copy, or give the address of another with --database",
)
MISSING_DATABASE = Kind(
    "missing-database",
    "there is no database at {path}",
    "`centwright import DIR` creates it; or give the address of another with --database",
)
OTHER_TABLES = Kind(
    "other-tables",
    "the database has tables of another version of this program ({revision}), which this version cannot read",
    "open it with the version that made it, or start a new database: write another address after --database",
)
_DOCUMENTS: Final[Mapping[str, str]] = {
    "forecast": phrase("snapshot"),
    "customer": phrase("customer"),
    "contact": phrase("contact"),
    "activity": phrase("activity"),
    "address": phrase("address"),
    "user": phrase("user"),
    "key": phrase("key"),
    "opportunity": phrase("opportunity"),
    "quote": phrase("quote"),
    "reply": phrase("reply"),
    "order": phrase("order"),
    "item": phrase("item"),
    "invoice": phrase("invoice"),
    "version": phrase("version"),
    "usage": phrase("usage report"),
    "payment": phrase("payment"),
    "reminder": phrase("reminder"),
    "charge": phrase("charge"),
    "webhook": phrase("webhook"),
    "outbox": phrase("message"),
    "e-invoice rules": phrase("rule set"),
}

_LOOKED_UP: Final[Mapping[str, str]] = {
    "activity": "report activities",
    "address": "customer show",
    "charge": "reminder charges",
    "reply": "quote history",
    "version": "rulebook list",
    "e-invoice rules": "e-invoice rules",
}
"""The commands that list documents which have no command of their own."""


class Unknown(Refusal):
    """A name that is not stored; `sought` is the kind of document and the name, where it may be a mistyped one."""

    def __init__(
        self,
        problems: tuple[Problem, ...],
        state: str | None = None,
        possible: tuple[str, ...] = (),
        *,
        sought: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(problems, state, possible)
        self.sought = sought


class Conflict(Refusal):
    """An action that conflicts with the stored state."""


class OutsideFailure(Refusal):
    """The failure of another system: a database, a disk, a mail server, an accounting tool."""


class Unavailable(Refusal):
    """The service itself cannot do the work now: it is busy, or the work took too long."""


class NoKey(Refusal):
    """A request without a key that is in force."""


class NotAllowed(Refusal):
    """A request that the role or the scopes of its key do not allow."""


class Outdated(Refusal):
    """A change of a document that is not any more as the request says it was read."""


class TooMany(Refusal):
    """More requests than a key may send."""


class Positioned(Refusal):
    """Problems in texts other than the rulebook in use, such as CSV files; carries the texts, so that excerpts can be shown."""

    def __init__(self, problems: tuple[Problem, ...], texts: Sources) -> None:
        super().__init__(problems)
        self.texts = texts


def unknown(what: str, name: str) -> Unknown:
    """The refusal of an unknown name; `what` is a command such as `order`."""
    problem = UNKNOWN.at(None, sort=_DOCUMENTS.get(what, what), name=name, command=_LOOKED_UP.get(what, f"{what} list"))
    return Unknown((problem,), sought=(what, name))


def not_possible(what: str, name: str, state: str, verb: str, possible: tuple[str, ...]) -> Conflict:
    """The refusal of a verb that the state forbids."""
    problem = NOT_POSSIBLE.at(
        None,
        sort=_DOCUMENTS.get(what, what),
        name=name,
        state=as_written(state),
        verb=verb,
        possible=", ".join(possible) or phrase("nothing"),
    )
    return Conflict((problem,), state, possible)
