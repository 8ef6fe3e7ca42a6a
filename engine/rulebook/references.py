"""Checks that names used in one file are declared in another, and suggests the nearest one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from engine.phrases import phrase
from engine.problems import Kind, Problem, Span
from engine.rulebook.iso_countries import COUNTRIES
from engine.rulebook.plans import PaymentPlans
from engine.rulebook.yaml_entries import Gathered, RulebookFile
from engine.text.nearest import nearest, suggestion
from engine.text.yaml_tree import Block, Listing, Node, Scalar

UNKNOWN_NAME: Final = Kind("unknown-name", "there is no {sort} `{name}`", "{remedy}")
UNKNOWN_COUNTRY: Final = Kind("unknown-country", "`{name}` is no country of ISO 3166", "{remedy}")


@dataclass(frozen=True, slots=True)
class Reference:
    """A use of names of one kind: the kind of file and the path to them; `*` is each entry of a list or mapping, `@` each key."""

    kind: str
    way: str
    to: str


_REFERENCES: Final = (
    Reference("company", "seller/country", "countries"),
    Reference("company", "payment-terms", "payment-terms"),
    Reference("products", "products/*/family", "families"),
    Reference("products", "products/*/unit", "units"),
    Reference("products", "products/*/account", "accounts"),
    Reference("products", "products/*/billing-processes/*", "billing-processes"),
    Reference("products", "products/*/payment-plans/*", "payment-plans"),
    Reference("products", "products/*/requires/*", "products"),
    Reference("products", "products/*/excludes/*", "products"),
    Reference("price-book", "based-on", "price-books"),
    Reference("price-book", "segments/*", "segments"),
    Reference("price-book", "prices/@", "products"),
    Reference("price-book", "index/*/families/*", "families"),
    Reference("price-book", "index/*/products/*", "products"),
    Reference("billing-processes", "billing-processes/*/billing-type", "billing-types"),
    Reference("billing-processes", "billing-processes/*/billing-types/*", "billing-types"),
    Reference("billing-processes", "billing-processes/*/payment-plan", "payment-plans"),
    Reference("billing-processes", "billing-processes/*/payment-terms", "payment-terms"),
    Reference("billing-processes", "billing-processes/*/indexation", "indices"),
    Reference("payment-plans", "payment-plans/*/instalments/*/event", "events"),
    Reference("vat-rates", "rates/@", "countries"),
    Reference("countries", "sets/*/*", "countries"),
    Reference("countries", "vat-prefixes/@", "countries"),
    Reference("vat-territories", "territories/*/country", "countries"),
)
_KINDS: Final = {
    "families": phrase("family"),
    "units": phrase("unit"),
    "accounts": phrase("revenue account"),
    "billing-processes": phrase("billing process"),
    "payment-plans": phrase("payment plan"),
    "products": phrase("product"),
    "price-books": phrase("price book"),
    "segments": phrase("segment"),
    "billing-types": phrase("billing type"),
    "payment-terms": phrase("payment term"),
    "indices": phrase("indexation"),
    "events": phrase("event"),
}
_ENTRIES: Final = {
    "families": phrase("families"),
    "units": phrase("units"),
    "accounts": phrase("accounts"),
    "billing-processes": phrase("billing processes"),
    "payment-plans": phrase("payment plans"),
    "products": phrase("products"),
    "price-books": phrase("price books"),
    "segments": phrase("segments"),
    "billing-types": phrase("billing types"),
    "payment-terms": phrase("payment terms"),
    "indices": phrase("indices"),
    "events": phrase("events"),
}


def check_references(gathered: Gathered) -> Iterator[Problem]:
    """A problem for each name that is used and not declared."""
    known = {kind: frozenset(names_given(gathered, kind)) for kind in {reference.to for reference in _REFERENCES}}
    for reference in _REFERENCES:
        for file in gathered.files:
            if file.kind.name == reference.kind:
                yield from _unknown(file, reference, known[reference.to])


def names_given(gathered: Gathered, kind: str) -> Iterable[str]:
    """All names of one kind that files may use."""
    match kind:
        case "countries":
            return COUNTRIES
        case "accounts":
            return _keys(gathered, "accounts", "revenue")
        case "events":
            return gathered.names("events") or PaymentPlans.model_fields["events"].default
        case _:
            return gathered.names(kind)


def unknown_name(kind: str, name: str, where: Span, known: Iterable[str]) -> Problem:
    """The problem of an undeclared name."""
    known = tuple(known)
    remedy = suggestion(name, known)
    if kind == "countries":
        is_near = nearest(name, known) is not None
        return UNKNOWN_COUNTRY.at(where, name=name, remedy=remedy if is_near else phrase("write its two letters, such as `BE`"))
    if not known:
        remedy = phrase("write it in the file that holds the {entries}", entries=_ENTRIES[kind])
    return UNKNOWN_NAME.at(where, sort=_KINDS[kind], name=name, remedy=remedy)


def _keys(gathered: Gathered, kind: str, key: str) -> Iterator[str]:
    for file in gathered.files:
        if file.kind.name == kind and isinstance(file.tree.root.get(key), Block):
            yield from (str(name) for name in file.tree.root[key])


def _unknown(file: RulebookFile, reference: Reference, known: frozenset[str]) -> Iterator[Problem]:
    for name, where in _reached(file.tree.root, reference.way.split("/")):
        if name and name not in known:
            yield unknown_name(reference.to, name[:60], where, known)


def _reached(node: Node, way: list[str]) -> Iterator[tuple[str, Span]]:
    """The names at the end of a path, each with its position."""
    if not way:
        if isinstance(node, Scalar):
            yield str(node), node.span
        return
    step, rest = way[0], way[1:]
    if step == "@" and isinstance(node, Block):
        yield from node.keys_at.items()
    elif step == "*":
        for below in node.values() if isinstance(node, Block) else node if isinstance(node, Listing) else ():
            yield from _reached(below, rest)
    elif isinstance(node, Block) and step in node:
        yield from _reached(node[step], rest)
