"""Problems of missing keys; a language that many texts of a file lack is told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from engine.phrases import LANGUAGES, Phrase, phrase
from engine.problems import Kind, Problem
from engine.text.nearest import nearest, suggestion

MISSING_KEY = Kind("missing-key", "`{key}` is missing", "add a line `{key}: …` here")
MISSING_LANGUAGE: Final = Kind(
    "missing-key",
    "`{key}` is missing in {count} texts of this file, of which this is the first",
    "add `{key}: …` to each, or leave `{key}` out of `languages` in company.yaml",
)
_ALONE: Final = 3
"""The most texts without a language that are told one by one."""


def key_remedy(key: str, known: Iterable[str], beside: object) -> Phrase:
    """What to do about an unknown key beside others: write one that does not stand there yet, or remove it."""
    there = beside if isinstance(beside, Mapping) else {}
    meant = nearest(key, known)
    if meant in there:
        return phrase("remove it: `{near}` stands here already", near=meant)
    return suggestion(key, [name for name in known if name not in there])


def languages_once(problems: list[Problem]) -> Iterator[Problem]:
    """The problems, where many texts lack one language with one problem for them all."""
    lacking = {key: [one for one in problems if one.kind is MISSING_KEY and dict(one.words)["key"] == key] for key in LANGUAGES}
    for problem in problems:
        same = lacking.get(dict(problem.words).get("key", ""), []) if problem.kind is MISSING_KEY else []
        if len(same) <= _ALONE:
            yield problem
        elif problem is same[0]:
            yield MISSING_LANGUAGE.at(problem.where, key=dict(problem.words)["key"], count=len(same))
