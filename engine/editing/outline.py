"""What a file contains: the blocks of rule files, the entries of YAML files, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.language import rule_names
from engine.problems import Span
from engine.rulebook.reader import Reading
from engine.text.yaml_tree import Block, Listing, Node, Scalar

_NAMES = ("code", "id", "name")
_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Outlined:
    """A named piece of a file; `kind` is the keyword of its block, or what kind of entry it is."""

    name: str
    kind: str
    title: str
    where: Span
    """The place of its name."""
    span: Span
    """The whole of it."""
    within: str = ""
    """The name of the piece around it."""


def outline(reading: Reading, path: str) -> tuple[Outlined, ...]:
    """The pieces of a file, in its order."""
    if path.endswith(".rules"):
        named = (one for one in rule_names(reading.checked) if one.span.path == path)
        return tuple(Outlined(one.name, one.kind, one.title, one.where, one.span, one.within) for one in named)
    root = next((file.tree.root for file in reading.gathered.files if file.path == path), None)
    return () if root is None else tuple(_of_yaml(root))[:_MOST]


def _of_yaml(root: Block) -> Iterator[Outlined]:
    """The keys of a file, and the entries below them."""
    for key, node in root.items():
        where = root.keys_at[key]
        yield Outlined(key, "key", str(node)[:60] if isinstance(node, Scalar) else "", where, where.through(node.span))
        if isinstance(node, Block):
            yield from (
                Outlined(name, "entry", "", node.keys_at[name], node.keys_at[name].through(below.span), key) for name, below in node.items()
            )
        elif isinstance(node, Listing):
            for entry in node:
                named = _name_of(entry)
                if named is not None:
                    yield Outlined(str(named), "entry", "", named.span, entry.span, key)


def _name_of(entry: Node) -> Scalar | None:
    if not isinstance(entry, Block):
        return None
    return next((node for key in _NAMES if isinstance(node := entry.get(key), Scalar)), None)
