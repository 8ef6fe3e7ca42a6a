"""Removes unreadable entries from a file, so that the others are still checked."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import ValidationError

from engine.money import Currency
from engine.text.model_reader import validated
from engine.text.yaml_fields import Written
from engine.text.yaml_tree import Block, Listing, Node, Step, child

_MOST_ROUNDS = 5
_SHORTEST_WAY = 3


def readable_entries(model: type[Written], root: Block, currency: Currency) -> tuple[Block, frozenset[str]]:
    """The file without unreadable entries, and the paths (`rates/BE/standard`) of the lists and mappings that lack one."""
    lacking: set[str] = set()
    for _ in range(_MOST_ROUNDS):
        try:
            validated(model, root, currency)
            break
        except ValidationError as mistakes:
            wrong = {_way(root, mistake["loc"]) for mistake in mistakes.errors(include_url=False)} - {()}
            if not wrong:
                break
            lacking |= {"/".join(str(step) for step in way if isinstance(step, str)) for way in wrong}
            root = _without(root, wrong)
    return root, frozenset(lacking)


def _way(root: Block, loc: tuple[Step, ...]) -> tuple[Step, ...]:
    """The path of the entry with a mistake: that of the innermost list, or what is deep enough; empty without one."""
    here: Node = root
    walked: list[Step] = []
    entry: tuple[Step, ...] = ()
    for step in loc:
        below = child(here, step)
        if below is None:
            break
        walked.append(step)
        if isinstance(here, Listing):
            entry = tuple(walked)
        here = below
    return entry or (tuple(walked) if len(walked) >= _SHORTEST_WAY else ())


def _without(node: Block, ways: Collection[tuple[Step, ...]]) -> Block:
    """A copy of a mapping without the content at some paths; positions stay those of the file."""
    copied = Block(node)
    copied.span, copied.keys_at = node.span, node.keys_at
    for step in {way[0] for way in ways}:
        below = [way[1:] for way in ways if way[0] == step]
        if () in below:
            del copied[str(step)]
        else:
            copied[str(step)] = _below(copied[str(step)], below)
    return copied


def _below(node: Node, ways: list[tuple[Step, ...]]) -> Node:
    if isinstance(node, Block):
        return _without(node, ways)
    if not isinstance(node, Listing):
        return node
    left = [entry for at, entry in enumerate(node) if (at,) not in ways]
    copied = Listing(left)
    copied.span = node.span
    return copied
