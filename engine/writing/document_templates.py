"""Reads and checks templates/: the words of documents by language, the templates that show them, and the rules that choose them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Final, Literal

from pydantic import StringConstraints

from engine.phrases import Language
from engine.problems import Kind, Problem, Refusal, Span
from engine.rulebook.yaml_entries import company_languages
from engine.rulebook.yaml_model import Label, Written, required_languages
from engine.text.model_reader import read_file
from engine.writing.document_rules import check_rules, is_rules
from engine.writing.template_checker import UNKNOWN_WORD
from engine.writing.templates import check_templates

FOLDER: Final = "templates/"
MISSING_WORDS: Final = Kind(
    "missing-words",
    "the shipped templates show words that this file, which stands in place of the shipped one, does not have: {names}",
    "add them, or give this file another name: then the shipped words count beside its own",
)
TEMPLATE_ENDING: Final = ".j2"
WordName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class Words(Written):
    """A file of words; templates show them as `words.due_date`."""

    kind: Literal["words"]
    words: dict[WordName, Label]


def read_words(sources: Mapping[str, str]) -> Mapping[str, Label]:
    """The words of all files of words, where a later file overrides an earlier one; Refusal with every problem."""
    words, problems = _words(sources, ())
    if problems:
        raise Refusal(problems)
    return words


def check_document_templates(sources: Mapping[str, str], defaults: Mapping[str, str] | None = None) -> tuple[Problem, ...]:
    """Every mistake in the words and templates of a rulebook; none where it has no templates of its own.

    `defaults` are the texts of templates/ that count where the rulebook has none of that path.
    """
    own = {path: text for path, text in sources.items() if path.startswith(FOLDER)}
    every = {**(defaults or {}), **own}
    languages = company_languages(sources)
    words, problems = _words(every, languages)
    named, of_rules = check_rules(sources, every)
    problems = tuple(problem for problem in (*problems, *of_rules) if problem.where is None or problem.where.path in own)
    if not any(path.endswith(TEMPLATE_ENDING) or path in (defaults or {}) for path in own):
        return problems
    templates = {path: text for path, text in every.items() if path.endswith(TEMPLATE_ENDING)}
    of_templates = check_templates(templates, frozenset(words), named, languages)
    lacking = [problem for problem in of_templates if problem.kind is UNKNOWN_WORD and problem.where and problem.where.path not in own]
    missing = () if problems else _missing_words(lacking, own, defaults or {})
    unread = "\n".join(own[problem.where.path] for problem in problems if problem.where and problem.where.path in own)
    lacking += [one for one in of_templates if one.kind is UNKNOWN_WORD and re.search(rf"(?<![\w-]){dict(one.words)['name']}:", unread)]
    return (*problems, *(problem for problem in of_templates if problem not in lacking), *missing)


def _missing_words(lacking: Sequence[Problem], own: Mapping[str, str], defaults: Mapping[str, str]) -> Iterator[Problem]:
    """The words that templates of the program show and that a rulebook's file in place of theirs does not have."""
    names = sorted({dict(problem.words)["name"] for problem in lacking})
    replaced = next((path for path in sorted(own) if path in defaults and path.endswith((".yaml", ".yml"))), None)
    if names and replaced is not None:
        yield MISSING_WORDS.at(Span(replaced, 1, 1, 1, 2), names=", ".join(f"`{name}`" for name in names))


def _words(sources: Mapping[str, str], required: tuple[Language, ...]) -> tuple[dict[str, Label], tuple[Problem, ...]]:
    """The words of all files, and their problems: also where a word lacks a required language."""
    words: dict[str, Label] = {}
    problems: list[Problem] = []
    before = required_languages.set(required)
    try:
        for path in sorted(sources):
            if path.startswith(FOLDER) and path.endswith((".yaml", ".yml")) and not is_rules(sources[path]):
                file, _, mistakes = read_file(Words, path, sources[path])
                problems += mistakes
                words |= file.words if file else {}
    finally:
        required_languages.reset(before)
    return words, tuple(problems)
