"""The records that have a page of their own in place of the general one, and what such a page is made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from api.desk.desk import Desk
from api.pages.frame.navigation import Values
from api.pages.frame.visits import Visit
from api.pages.records.named_values import Named, shown_customer
from api.pages.records.tree_view import Shown
from engine.problems import Problem


class Read(Protocol):
    """Reads what another route says, as the person of the page; None where this person may not see it."""

    def __call__(self, path: str, names: Mapping[str, str], **parameters: str) -> Mapping[str, object] | None:
        """The answer of the route of a path, such as `/quotes/{number}/history`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedForm:
    """A form of a page that was refused: its verb, what it names, what was typed into it, and what is wrong."""

    verb: str
    names: Mapping[str, str]
    given: Mapping[str, str]
    problems: Sequence[Problem]
    outdated: Values | None
    """What changed since it was shown, where that is why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRecord:
    """A record that a page of its own shows, of the answer of its route."""

    visit: Visit
    desk: Desk
    answer: Mapping[str, object]
    etag: str
    may: Callable[[str], bool]
    """Whether the person may do the verb of a name."""
    read: Read
    refused: RefusedForm | None = None
    """The form of the page that was refused, where one was just sent."""

    @property
    def named(self) -> Named:
        """Puts names in place of codes in what is shown."""
        return Named(self.desk, self.visit.language)

    def customer(self) -> Shown | None:
        """The customer that the answer names, with its name and the way to it."""
        given = self.answer.get("customer")
        id_ = given.get("id") if isinstance(given, Mapping) else given
        if not isinstance(id_, str) or not id_:
            return None
        held = given if isinstance(given, Mapping) else self.read("/customers/{customer}", {"customer": id_}) or {}
        return shown_customer(id_, held.get("name"))


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A template, and its values beside those of every page of a record."""

    template: str
    values: Callable[[ShownRecord], Values]
    nowhere: Callable[[ShownRecord], Collection[str]] = lambda _: ()
    """The routes beside the record, by name, at which there is nothing now."""


OwnPages = Mapping[str, OwnPage]
"""By the name of the route that answers the record."""


def rows_of(answer: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    """A list of things in an answer."""
    listed = answer.get(name)
    assert isinstance(listed, list), name
    return listed


def named_in(answer: Mapping[str, object], name: str) -> object:
    """What an answer says under a name; of its customer, only the id."""
    value = answer.get(name)
    return value["id"] if name == "customer" and isinstance(value, Mapping) else value
