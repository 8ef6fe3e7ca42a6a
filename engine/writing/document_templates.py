"""Reads and checks templates/: the words of documents by language, and the templates that show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import StringConstraints

from engine.phrases import Language
from engine.problems import Problem, Refusal
from engine.rulebook.yaml_entries import company_languages
from engine.rulebook.yaml_model import Label, Written, required_languages
from engine.text.model_reader import read_file
from engine.writing.templates import check_templates

FOLDER: Final = "templates/"
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


def check_document_templates(sources: Mapping[str, str]) -> tuple[Problem, ...]:
    """Every mistake in the words and templates of a rulebook; none where it has no templates of its own."""
    words, problems = _words(sources, company_languages(sources))
    templates = {path: text for path, text in sources.items() if path.startswith(FOLDER) and path.endswith(TEMPLATE_ENDING)}
    return problems + check_templates(templates, frozenset(words))


def _words(sources: Mapping[str, str], required: tuple[Language, ...]) -> tuple[dict[str, Label], tuple[Problem, ...]]:
    """The words of all files, and their problems: also where a word lacks a required language."""
    words: dict[str, Label] = {}
    problems: list[Problem] = []
    before = required_languages.set(required)
    try:
        for path in sorted(sources):
            if path.startswith(FOLDER) and path.endswith((".yaml", ".yml")):
                file, _, mistakes = read_file(Words, path, sources[path])
                problems += mistakes
                words |= file.words if file else {}
    finally:
        required_languages.reset(before)
    return words, tuple(problems)
