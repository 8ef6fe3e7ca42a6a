"""Problems of missing keys; a language that many texts of a file lack is told once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from engine.phrases import LANGUAGES, Phrase, listed, phrase
from engine.problems import Kind, Problem, Span
from engine.text.nearest import nearest, suggestion
from engine.text.yaml_tree import Block

MISSING_KEY = Kind("missing-key", "`{key}` is missing", "add a line `{key}: …` here")
MISSING_IN_BRACES: Final = Kind("missing-key", "`{key}` is missing", "add `{key}: …` between the braces")
MISSING_LANGUAGE: Final = Kind(
    "missing-key",
    "`{key}` is missing in {count} texts of this file, of which this is the first",
    "add `{key}: …` to each, or leave `{key}` out of `languages` in company.yaml",
)
_ALONE: Final = 3
"""The most texts without a language that are told one by one."""


def missing_key(key: str, where: Span, within: object) -> Problem:
    """The problem of a mapping that lacks a key: between braces it is added there, otherwise on a line of its own."""
    first = next(iter(within.keys_at.values()), None) if isinstance(within, Block) else None
    starts = isinstance(within, Block) and first is not None and (first.line, first.column) == (within.span.line, within.span.column)
    return (MISSING_KEY if starts or not isinstance(within, Block) else MISSING_IN_BRACES).at(where, key=key)


def key_remedy(key: str, known: Collection[str], beside: object) -> Phrase:
    """What to do about an unknown key beside others: write one that does not stand there yet, or remove it."""
    there = beside if isinstance(beside, Mapping) else {}
    meant = nearest(key, known)
    if meant in there:
        return phrase("remove it: `{near}` stands here already", near=meant)
    free = [name for name in known if name not in there]
    if there and not free and set(known) == set(LANGUAGES):
        return phrase("remove it: documents are in {languages}", languages=listed([f"`{name}`" for name in LANGUAGES]))
    return suggestion(key, free)


def languages_once(problems: list[Problem]) -> Iterator[Problem]:
    """The problems, where many texts lack one language with one problem for them all."""
    lacking = {key: [one for one in problems if one.code == MISSING_KEY.code and dict(one.words)["key"] == key] for key in LANGUAGES}
    for problem in problems:
        same = lacking.get(dict(problem.words).get("key", ""), []) if problem.code == MISSING_KEY.code else []
        if len(same) <= _ALONE:
            yield problem
        elif problem is same[0]:
            yield MISSING_LANGUAGE.at(problem.where, key=dict(problem.words)["key"], count=len(same))
