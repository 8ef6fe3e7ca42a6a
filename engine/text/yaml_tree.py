"""The tree of a YAML file: mappings, lists and texts with their positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from engine.problems import Span

DEEPEST: Final = 50
"""How many mappings and lists may stand in one another."""


class Scalar(str):
    """A text of a YAML file, with its place; `content` is where its first character stands, behind a quote or a `|` mark."""

    __slots__ = ("content", "span")
    span: Span
    content: Span


class Block(dict[str, "Node"]):
    """A mapping of a YAML file with its place and the places of its keys."""

    __slots__ = ("keys_at", "span")
    span: Span
    keys_at: dict[str, Span]


class Listing(list["Node"]):
    """A list of a YAML file with its place."""

    __slots__ = ("span",)
    span: Span


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that begins or ends in the text of a YAML file: from which character to which, and how it is written."""

    kind: Literal["text", "mapping", "listing", "end"]
    start: int
    end: int
    style: str = ""
    """The quote or the `|` or `>` that a text begins with."""
    is_flow: bool = False
    """Whether a mapping or listing stands between braces or brackets."""
    text: str = ""
    """What a text says."""


Step = str | int
Node = Scalar | Block | Listing


@dataclass(frozen=True, slots=True)
class Spans:
    """Where what stands in a file; a path is keys and positions from 0: `("products", 3, "vat-class")`."""

    root: Block

    def at(self, *path: Step) -> Span:
        """The place of what stands at a path; of the innermost thing around it where the path leads nowhere."""
        return self._walk(path)[0].span

    def key(self, *path: Step) -> Span:
        """The place of the key that ends a path; the place of the thing itself where it stands in a list."""
        around, left = self._walk(path[:-1])
        if not left and isinstance(around, Block) and path and path[-1] in around.keys_at:
            return around.keys_at[str(path[-1])]
        return self.at(*path)

    def _walk(self, path: tuple[Step, ...]) -> tuple[Node, tuple[Step, ...]]:
        here: Node = self.root
        for depth, step in enumerate(path):
            below = child(here, step)
            if below is None:
                return here, path[depth:]
            here = below
        return here, ()


@dataclass(frozen=True, slots=True)
class YamlTree:
    """One YAML file as nested mappings, lists and texts. Of the `broken` lines something was left out, because it could not be read."""

    path: str
    root: Block
    broken: frozenset[int]

    @property
    def spans(self) -> Spans:
        """Where what stands in it."""
        return Spans(self.root)


def child(node: Node, step: Step) -> Node | None:
    """What stands one step below a node, or None."""
    if isinstance(node, Block) and step in node:
        return node[str(step)]
    if isinstance(node, Listing) and isinstance(step, int) and 0 <= step < len(node):
        return node[step]
    return None
