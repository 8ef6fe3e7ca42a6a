"""Advice on lists in YAML in which a word stands twice: `billing-types: [monthly, monthly]`, `type: Enum[small, small]`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.problems import Kind, Problem
from engine.rulebook.yaml_entries import Gathered
from engine.text.yaml_tree import Block, Listing, Node, Scalar

REPEATED: Final = Kind(
    "repeated-entry", "`{name}` stands in this list twice", "remove one of the two, or write what was meant instead", "advice"
)

_ALLOWED: Final = re.compile(r"\s*Enum\[(.*)\]\s*")


def check_repeated_entries(gathered: Gathered) -> Iterator[Problem]:
    """The second of each two like entries of one list."""
    for file in gathered.files:
        yield from _repeated(file.tree.root)


def _repeated(node: Node) -> Iterator[Problem]:
    if isinstance(node, Block):
        for each in node.values():
            yield from _repeated(each)
    elif isinstance(node, Scalar) and (allowed := _ALLOWED.fullmatch(node)):
        words = [word.strip() for word in allowed[1].split(",")]
        for word in dict.fromkeys(each for at, each in enumerate(words) if each and each in words[:at]):
            yield REPEATED.at(node.span, name=word[:60])
    elif isinstance(node, Listing):
        texts: set[str] = set()
        for entry in node:
            if isinstance(entry, Scalar) and entry in texts:
                yield REPEATED.at(entry.span, name=entry[:60])
            elif isinstance(entry, Scalar):
                texts.add(str(entry))
            else:
                yield from _repeated(entry)
