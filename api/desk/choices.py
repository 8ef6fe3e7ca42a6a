"""What a field may hold, for who fills it in: names of the rulebook in force, people, and customers and their documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.desk.desk import Desk
from api.desk.reconciling import snapshots
from api.desk.rulebook_names import names_in, offered_in, priced_products
from api.store import customers, opportunities, searches, users
from api.store.sql import Reading
from api.store.users import User
from engine.phrases import Language, as_written, say
from engine.writing.locale_format import day_text

Choices = tuple[tuple[str, str], ...]
"""Each as it is written into the field, and as people call it."""
MOST: Final = 20
"""So many are offered at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What is offered for a field."""

    choices: Choices
    is_closed: bool = False
    """Whether it may hold nothing else."""
    has_more: bool = False
    """Whether more choices are found by what is typed."""


def offered(desk: Desk, name: str, language: Language) -> Offered | None:
    """What is offered for the field of a name before anything is typed; None where anything may be written."""
    if name in SOUGHT:
        return Offered(choices=(), has_more=True)
    listed = _listed(desk, name, language)
    if listed is None:
        return None
    has_more = len(listed) > MOST
    return Offered(choices=listed[:MOST], is_closed=name not in _OPEN and not has_more, has_more=has_more)


def fitting(desk: Desk, name: str, language: Language, words: str) -> Choices:
    """The first choices for a field that begin with some words, or have them in their label."""
    if name in SOUGHT:
        with desk.store.reading() as connection:
            return tuple(_sought(desk, connection, SOUGHT[name], words, language))
    sought = words.casefold()
    listed = _listed(desk, name, language) or ()
    return tuple((code, label) for code, label in listed if code.casefold().startswith(sought) or sought in label.casefold())[:MOST]


def people(desk: Desk) -> Mapping[str, str]:
    """The full names of all who work or worked with the program, by the name under which histories know them."""
    return _named(_users(desk))


def customer_names(desk: Desk, ids: Iterable[str]) -> Mapping[str, str]:
    """The names of customers by id."""
    with desk.store.reading() as connection:
        return customers.names_of(connection, ids)


def _users(desk: Desk) -> Sequence[User]:
    with desk.store.reading() as connection:
        return sorted(users.find(connection).values(), key=lambda each: each.full_name.casefold())


def _named(some: Iterable[User]) -> dict[str, str]:
    return {each.name: each.full_name for each in some}


def _listed(desk: Desk, name: str, language: Language) -> Choices | None:
    """The choices for a field of few values, all of them; None where it has none."""
    if name == "snapshot":
        return tuple((each.name, each.name) for each in reversed(snapshots(desk)))
    if name == "owner":
        return tuple(_owners(desk).items())
    if name in _PEOPLE:
        return tuple(_named(each for each in _users(desk) if each.state == "active").items())
    listed = priced_products(desk.rulebook, desk.today, language) if name == "product" else offered_in(desk.rulebook, name, language)
    return None if listed is None else tuple(listed.items())


def _owners(desk: Desk) -> Mapping[str, str]:
    """Who may look after something: those who work with the program, and who does so already, such as one of a former system."""
    known = _users(desk)
    with desk.store.reading() as connection:
        present = opportunities.owners(connection)
    return {**_named(each for each in known if each.state == "active"), **{name: _named(known).get(name, name) for name in present}}


def _sought(desk: Desk, connection: Reading, kind: searches.Kind, words: str, language: Language) -> Iterator[tuple[str, str]]:
    """What the store has that fits, each with what tells it from others."""
    if kind == "customer":
        buyers = customers.find(connection, searches.customers_named(connection, words, MOST))
        for name, buyer in sorted(buyers.items()):
            yield name, _together(buyer.name, f"{buyer.address.postcode} {buyer.address.town}".strip(), buyer.vat_number)
        return
    stages = names_in(desk.rulebook, "stage", language) or {}
    for one in searches.named(connection, kind, words, MOST):
        day = None if one.on is None else day_text(one.on, language)
        words_of = (stages.get(each) or say(as_written(each), language) for each in one.words)
        yield one.number, _together(one.name, one.customer, *words_of, day)


def _together(*parts: str | None) -> str:
    return " · ".join(dict.fromkeys(part for part in parts if part))


SOUGHT: Final[Mapping[str, searches.Kind]] = {
    "customer": "customer",
    "into": "customer",
    "opportunity": "opportunity",
    "quote": "quote",
    "order": "order",
    "invoice": "invoice",
    "document": "invoice",
    "customers": "customer",
    "documents": "invoice",
}
"""Fields that name what the store has, which is found by what is typed."""
_PEOPLE: Final = ("user", "actor", "author", "discount_author")
"""Fields that name who works with the program."""
_OPEN: Final = ("product", "country", "language", "snapshot", "actor", "discount_author")
"""Fields that may hold what is not offered, such as another language of a customer."""
