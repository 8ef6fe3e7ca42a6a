"""Finds misspelt targets of the vocabulary: names that nothing reads, while nothing answers the target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Final

from engine.language.syntax.blocks import BrokenBlock, DecisionBlock, DefineBlock, Module
from engine.language.syntax.nodes import Word
from engine.language.syntax.table_blocks import TableBlock
from engine.language.types.vocabulary import Vocabulary
from engine.phrases import Replacement
from engine.problems import Kind, Problem

MISSPELT_TARGET: Final = Kind(
    "misspelt-target", "nothing asks for `{name}`, and no rule answers `{target}`", "write `{target}`, or give this another name"
)
MISSPELT_COLUMN: Final = Kind(
    "misspelt-column", "`{name}` is a result column that nothing asks for", "write `{meant}`, or give it another name"
)


def misspelt_names(modules: Iterable[Module], vocabulary: Vocabulary) -> tuple[tuple[Problem, ...], frozenset[str]]:
    """The problems of misspelt names, and the targets for which no block exists, not even a misspelt or unreadable one."""
    read = tuple(modules)
    words = [word for module in read for word in _answers(module)]
    names = {word.name for word in words} | {name for module in read for name in _broken(module)}
    targets = [name for name, entry in vocabulary.entries.items() if entry.role == "target" and name not in names]
    problems: list[Problem] = []
    for word in words:
        meant = _meant(word.name, targets)
        if meant is not None and word.name not in vocabulary.entries:
            problems.append(MISSPELT_TARGET.at(word.span, name=word.name, target=Replacement(meant)))
            targets.remove(meant)
    for word in (column for module in read for column in _columns(module)):
        if word.name != "because" and _meant(word.name, ["because"]):
            problems.append(MISSPELT_COLUMN.at(word.span, name=word.name, meant=Replacement("because")))
    return tuple(problems), frozenset(targets)


def _answers(module: Module) -> Iterator[Word]:
    """The names that a module answers, with their positions."""
    for block in module.blocks:
        match block:
            case TableBlock():
                yield from (column.name for column in block.results if column.kind == "name" and "." in column.name.name)
            case DefineBlock() | DecisionBlock():
                yield block.head.name
            case _:
                pass


def _columns(module: Module) -> Iterator[Word]:
    tables = [block for block in module.blocks if isinstance(block, TableBlock)]
    return (column.name for block in tables for column in block.results if column.kind == "name")


def _broken(module: Module) -> Iterator[str]:
    return (name for block in module.blocks if isinstance(block, BrokenBlock) for name in block.names)


def _meant(name: str, known: list[str]) -> str | None:
    """The known name at an edit distance of one letter; in a long name two."""
    return next((each for each in known if _letters_apart(name, each) <= 1 + len(each) // 12), None)


def _letters_apart(one: str, other: str) -> int:
    """How many letters of the longer name are missing in the other, in order."""
    if abs(len(one) - len(other)) > 2:
        return max(len(one), len(other))
    matching = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return max(len(one), len(other)) - sum(block.size for block in matching)
