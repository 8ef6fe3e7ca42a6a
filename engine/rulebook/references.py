"""Checks that names used in one file are declared in another, and suggests the nearest one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from engine.code_lists.code_list import COUNTRIES
from engine.phrases import phrase
from engine.problems import Kind, Problem, Span
from engine.rulebook.file_kinds import CAN_RETIRE, RETIRED_KEY
from engine.rulebook.plans import PaymentPlans
from engine.rulebook.yaml_entries import Gathered
from engine.text.country_codes import country_remedy
from engine.text.nearest import suggestion
from engine.text.yaml_tree import Block, Listing, Node, Scalar

_WORD: Final = re.compile(r"\w[\w.-]*")
UNKNOWN_NAME: Final = Kind("unknown-name", "there is no {sort} `{name}`", "{remedy}")
UNKNOWN_COUNTRY: Final = Kind("unknown-country", "`{name}` is no country of ISO 3166", "{remedy}")


_WRITTEN: Final = (
    ("company", "seller/country", "countries"),
    ("company", "payment-terms", "payment-terms"),
    ("products", "products/*/family", "families"),
    ("products", "products/*/unit", "units"),
    ("products", "products/*/account", "accounts"),
    ("products", "products/*/billing-processes/*", "billing-processes"),
    ("products", "products/*/payment-plans/*", "payment-plans"),
    ("products", "products/*/requires/*", "products"),
    ("products", "products/*/excludes/*", "products"),
    ("products", "products/*/prepays/*", "products"),
    ("price-book", "based-on", "price-books"),
    ("price-book", "segments/*", "segments"),
    ("price-book", "prices/@", "products"),
    ("price-book", "index/*/families/*", "families"),
    ("price-book", "index/*/products/*", "products"),
    ("billing-processes", "billing-processes/*/billing-type", "billing-types"),
    ("billing-processes", "billing-processes/*/billing-types/*", "billing-types"),
    ("billing-processes", "billing-processes/*/payment-plan", "payment-plans"),
    ("billing-processes", "billing-processes/*/payment-terms", "payment-terms"),
    ("billing-processes", "billing-processes/*/indexation", "indices"),
    ("payment-plans", "payment-plans/*/instalments/*/event", "events"),
    ("vat-rates", "rates/@", "countries"),
    ("countries", "sets/*/*", "countries"),
    ("countries", "vat-prefixes/@", "countries"),
    ("vat-territories", "territories/*/country", "countries"),
)
"""Uses of names: the kind of file, the path to them (`*` is each entry of a list or mapping, `@` each key), and the kind of names."""
_RETIRED: Final = tuple(
    (kind, way.replace(f"{kind}/*", f"{RETIRED_KEY}/*", 1), to) for kind, way, to in _WRITTEN if kind in CAN_RETIRE and f"{kind}/*" in way
)
REFERENCES: Final = (*_WRITTEN, *_RETIRED)
NAMED: Final = {
    "families": (phrase("family"), phrase("families")),
    "units": (phrase("unit"), phrase("units")),
    "accounts": (phrase("revenue account"), phrase("accounts")),
    "billing-processes": (phrase("billing process"), phrase("billing processes")),
    "payment-plans": (phrase("payment plan"), phrase("payment plans")),
    "products": (phrase("product"), phrase("products")),
    "price-books": (phrase("price book"), phrase("price books")),
    "segments": (phrase("segment"), phrase("segments")),
    "billing-types": (phrase("billing type"), phrase("billing types")),
    "payment-terms": (phrase("payment term"), phrase("payment terms")),
    "indices": (phrase("indexation"), phrase("indices")),
    "events": (phrase("event"), phrase("events")),
}
"""One and several of each kind, in words."""


def check_references(gathered: Gathered) -> Iterator[Problem]:
    """A problem for each name that is used and not declared."""
    known = {to: frozenset(names_given(gathered, to)) for _, _, to in REFERENCES}
    unread = unread_words(gathered)
    for kind, way, to in REFERENCES:
        for file in gathered.files:
            if file.kind.name == kind:
                for name, where in _reached(file.tree.root, way.split("/")):
                    if name and name not in known[to] and (name not in unread or to == "countries"):
                        own = file.tree.root.get("id") if kind == to[:-1] else None  # nothing is based on itself
                        yield unknown_name(to, name[:60], where, known[to] - {str(own)})


def unread_words(gathered: Gathered) -> frozenset[str]:
    """The words of files and lines that could not be read: what they may declare is not told to be missing."""
    trees = {file.path: file.tree for file in gathered.files}
    words: set[str] = set()
    for path in {problem.where.path for problem in gathered.problems if problem.where and problem.where.path in gathered.sources}:
        lines, tree = gathered.sources[path].split("\n"), trees.get(path)
        broken = range(1, len(lines) + 1) if tree is None else tree.broken
        words.update(word for number in broken if number <= len(lines) for word in _WORD.findall(lines[number - 1]))
    return frozenset(words)


def names_given(gathered: Gathered, kind: str) -> Iterable[str]:
    """All names of one kind that files may use."""
    match kind:
        case "countries":
            return COUNTRIES
        case "accounts":
            revenue = [file.tree.root.get("revenue") for file in gathered.files if file.kind.name == "accounts"]
            return [name for block in revenue if isinstance(block, Block) for name in block]
        case "events":
            return gathered.names("events") or PaymentPlans.model_fields["events"].default
        case _:
            return gathered.names(kind)


def unknown_name(kind: str, name: str, where: Span, known: Iterable[str]) -> Problem:
    """The problem of an undeclared name."""
    known = tuple(known)
    if kind == "countries":
        return UNKNOWN_COUNTRY.at(where, name=name, remedy=country_remedy(name))
    missing = phrase("write it in the file that holds the {entries}", entries=NAMED[kind][1])
    remedy = suggestion(name, known) if known else missing
    return UNKNOWN_NAME.at(where, sort=NAMED[kind][0], name=name, remedy=remedy)


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
