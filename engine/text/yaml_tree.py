"""The tree of a YAML file: mappings, lists and texts with their positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from engine.problems import Span

DEEPEST: Final = 50
"""The deepest nesting of mappings and lists."""


class Scalar(str):
    """A text of a YAML file, with its position; `content` is its first character, after a quote or a `|` mark."""

    __slots__ = ("content", "span")
    span: Span
    content: Span


class Block(dict[str, "Node"]):
    """A mapping of a YAML file with its position and those of its keys."""

    __slots__ = ("keys_at", "span")
    span: Span
    keys_at: dict[str, Span]


class Listing(list["Node"]):
    """A list of a YAML file with its position."""

    __slots__ = ("span",)
    span: Span


@dataclass(frozen=True, slots=True)
class Mark:
    """A start or end mark in the text of a YAML file: its offsets, and its style."""

    kind: Literal["text", "mapping", "listing", "end"]
    start: int
    end: int
    style: str = ""
    """The quote or the `|` or `>` that a text begins with."""
    is_flow: bool = False
    """Whether a mapping or list is in braces or brackets."""
    text: str = ""
    """The value of a text."""


Step = str | int
Node = Scalar | Block | Listing


@dataclass(frozen=True, slots=True)
class Spans:
    """The positions of the content of a file; a path is keys and indexes from 0: `("products", 3, "vat-class")`."""

    root: Block

    def at(self, *path: Step) -> Span:
        """The position of a path; of the innermost existing ancestor where the path leads nowhere."""
        return self._walk(path)[0].span

    def key(self, *path: Step) -> Span:
        """The position of the key that ends a path, or of the item of a list."""
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
    """One YAML file as nested mappings, lists and texts. In the `broken` lines something unreadable was left out."""

    path: str
    root: Block
    broken: frozenset[int]

    @property
    def spans(self) -> Spans:
        """The positions of its content."""
        return Spans(self.root)


def child(node: Node, step: Step) -> Node | None:
    """The child of a node, or None."""
    if isinstance(node, Block) and step in node:
        return node[str(step)]
    if isinstance(node, Listing) and isinstance(step, int) and 0 <= step < len(node):
        return node[step]
    return None
