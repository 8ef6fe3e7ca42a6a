"""Mutants of YAML and CSV files: rates, dates, shares, factors, prices, numbers of days, and words of closed lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, Literal, get_args, get_origin

from engine.rulebook.reader import Reading
from engine.rulebook.yaml_entries import RulebookFile
from engine.text.model_reader import annotations_below, members
from engine.text.mutants import Mutant, Text, next_of, other_days, other_numbers
from engine.text.yaml_tree import Block, Listing, Node, Scalar

_KINDS: Final[Mapping[str, frozenset[str]]] = {
    "price-book": frozenset({"id", "label", "because", "prices-file", "based-on", "kind"}),
    "billing-types": frozenset({"id", "label", "because", "kind"}),
    "billing-processes": frozenset({"id", "label", "because", "kind", "applies-when", "payment-plan", "payment-terms", "billing-types"}),
    "payment-plans": frozenset({"id", "label", "because", "kind", "events"}),
    "payment-terms": frozenset({"id", "label", "kind"}),
    "indices": frozenset({"id", "label", "kind"}),
    "vat-rates": frozenset({"source", "kind"}),
    "vat": frozenset({"kind"}),
    "products": frozenset(
        {"code", "name", "label", "family", "unit", "account", "attributes", "available-when", "billing-processes", "kind",
         "order-type", "supply-kind"}
    ),
}  # fmt: skip
"""The kinds of files that decide amounts and dates, each with the keys that are not changed: names and explanations."""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER: Final = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)(%?| (?:days?|weeks?|months?|years?)(?: .*)?| [A-Z]{3})")
_PRICE: Final = re.compile(r"(?P<code>[^,\n]+),(?P<price>[0-9]+(\.[0-9]+)?)")


def mutants_of_file(file: RulebookFile, reading: Reading) -> Iterator[Mutant]:
    """Every mutant of one YAML file."""
    if file.kind.name in _KINDS:
        text = Text(file.path, reading.gathered.sources[file.path])
        yield from _inside(file.tree.root, text, _KINDS[file.kind.name], [file.kind.model])


def mutants_of_prices(path: str, text: str) -> Iterator[Mutant]:
    """Every price of a CSV file of prices, one cent more and one less."""
    source = Text(path, text)
    at = 0
    for line in text.split("\n"):
        match = _PRICE.match(line)
        if match is not None:
            for other in other_numbers(match["price"]):
                yield source.between(at + match.start("price"), at + match.end("price"), other)
        at += len(line) + 1


def _inside(node: Node, text: Text, excluded: frozenset[str], annotations: Sequence[object]) -> Iterator[Mutant]:
    if isinstance(node, Block):
        for key, below in node.items():
            if key not in excluded:
                yield from _inside(below, text, excluded, annotations_below(annotations, key))
                if isinstance(below, Scalar) and _DAY.fullmatch(key):
                    yield from (text.mutant(node.keys_at[key], other) for other in other_days(date.fromisoformat(key)))
    elif isinstance(node, Listing):
        for at, each in enumerate(node):
            yield from _inside(each, text, excluded, annotations_below(annotations, at))
    else:
        yield from _of_text(node, text, annotations)


def _of_text(scalar: Scalar, text: Text, annotations: Sequence[object]) -> Iterator[Mutant]:
    start, end = text.bounds(scalar.content)
    number = _NUMBER.fullmatch(scalar)
    other = next_of(scalar, _words(annotations))
    if scalar in ("yes", "no"):
        yield text.between(start, end, "no" if scalar == "yes" else "yes")
    elif _DAY.fullmatch(scalar):
        yield from (text.between(start, end, day) for day in other_days(date.fromisoformat(scalar)))
    elif number is not None:
        yield from (text.between(start, start + len(number.group(1)), changed) for changed in other_numbers(number.group(1)))
    elif other is not None:
        yield text.between(start, end, other)


def _words(annotations: Sequence[object]) -> tuple[str, ...]:
    """The words of a closed list that a field may hold."""
    literals = (one for annotation in annotations for one in members(annotation) if get_origin(one) is Literal)
    return tuple(word for one in literals for word in get_args(one) if isinstance(word, str))
