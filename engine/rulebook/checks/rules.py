"""Checks of what the rules answer: everything that billing asks for has a rule, and no rule misses its target by a letter."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from engine.language.syntax.blocks import BrokenBlock, DecisionBlock, DefineBlock, Module, TableBlock
from engine.language.syntax.nodes import Word
from engine.language.types.vocabulary import Vocabulary
from engine.phrases import phrase
from engine.problems import Problem, Span
from engine.rulebook.rulebook_problems import MISSPELT_COLUMN, MISSPELT_TARGET, NO_RULE_FOR

_NEEDED: Final = dict.fromkeys(("vat.treatment", "vat.category", "vat.rate"), phrase("every invoice needs"))


def check_answers(modules: tuple[Module, ...], vocabulary: Vocabulary) -> Iterator[Problem]:
    """Targets that no rule answers although billing needs them, and names that look like a target that nobody answers."""
    answered = [word for module in modules for word in _answers(module)]
    names = {word.name for word in answered} | {name for module in modules for name in _broken(module)}
    targets = [name for name, entry in vocabulary.entries.items() if entry.role == "target" and name not in names]
    for word in answered:
        meant = _meant(word.name, targets)
        if meant is not None and word.name not in vocabulary.entries:
            yield MISSPELT_TARGET.at(word.span, name=word.name, target=meant)
            targets.remove(meant)
    for word in (column for module in modules for column in _columns(module)):
        meant = _meant(word.name, ["because"])
        if meant is not None and word.name != meant:
            yield MISSPELT_COLUMN.at(word.span, name=word.name, meant=meant)
    if modules:
        where = next((module.name.span for module in modules if module.path.startswith("vat/")), Span("vat/treatment.rules", 1, 1, 1, 1))
        for target in targets:
            if target in _NEEDED:
                yield NO_RULE_FOR.at(where, target=target, why=_NEEDED[target], folder="vat")


def _answers(module: Module) -> Iterator[Word]:
    """The names that a module answers, where they stand."""
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
    """The known name that is this one but for a letter; in a long name two."""
    return next((each for each in known if _letters_apart(name, each) <= 1 + len(each) // 12), None)


def _letters_apart(one: str, other: str) -> int:
    """How many letters of the longer name are not in the other, in order."""
    if abs(len(one) - len(other)) > 2:
        return max(len(one), len(other))
    matching = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return max(len(one), len(other)) - sum(block.size for block in matching)
