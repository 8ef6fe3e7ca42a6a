"""Says of an unknown name, beside the known ones, in which file a new one is declared: a firm has units and roles of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from engine.phrases import Phrase, phrase
from engine.problems import Problem
from engine.rulebook.file_kinds import KINDS
from engine.rulebook.references import NAMED, unread_words
from engine.rulebook.yaml_entries import MISSING_FILE, Gathered
from engine.text.yaml_reader import EMPTY_FILE

_DECLARED: Final = frozenset({"families", "units", "segments", "products", "roles", "accounts", "events", "mentions"})
"""The kinds of names that an analyst adds while writing something else."""
_BY_WORD: Final = {str(one): kind for kind, (one, _) in NAMED.items()}
_NOTHING: Final = "nothing is allowed here: remove it"
_LISTS: Final = frozenset({"write one of {listed}", "write one of {listed} and {more} more"})


def with_homes(problems: Iterable[Problem], gathered: Gathered) -> Iterator[Problem]:
    """The problems; a remedy that lists the known names says too where a new one is added."""
    for problem in problems:
        words = dict(problem.words)
        remedy, name = words.get("remedy"), words.get("name", words.get("word", words.get("unit")))
        kind = _kind_of(problem.code, words)
        if kind in _DECLARED and name and isinstance(remedy, Phrase) and remedy.template == _NOTHING:
            words["remedy"] = phrase("add `{name}` to {file}", name=name, file=_file_of(kind, gathered))
            yield replace(problem, words=tuple(words.items()))
        elif kind in _DECLARED and name and isinstance(remedy, Phrase) and remedy.template in _LISTS:
            words["remedy"] = phrase("{remedy}; or add `{name}` to {file}", remedy=remedy, name=name, file=_file_of(kind, gathered))
            yield replace(problem, words=tuple(words.items()))
        else:
            yield problem


def without_undeclared(problems: Iterable[Problem], gathered: Gathered) -> Iterator[Problem]:
    """The problems, without those of names whose file is missing or empty, or whose line cannot be read: that is reported already."""
    given = list(problems)
    reported = {str(dict(problem.words)["kind"]) for problem in given if problem.kind is MISSING_FILE}
    empty = {problem.where.path for problem in given if problem.kind is EMPTY_FILE and problem.where}
    reported |= {kind.name for kind in KINDS.values() if any(path.startswith(f"{kind.folder}/") for path in empty if kind.folder)}
    undeclared = {
        giver.kind for kind in KINDS.values() if kind.name in reported for giver in kind.names or () if not gathered.names(giver.kind)
    }
    unread = unread_words(gathered)
    for problem in given:
        words = dict(problem.words)
        kind, name = _kind_of(problem.code, words), words.get("name", words.get("word", words.get("unit")))
        if kind not in undeclared and not (kind in _DECLARED and name in unread):
            yield problem


def _kind_of(code: str, words: dict[str, str]) -> str:
    match code:
        case "unknown-name":
            return _BY_WORD.get(words.get("sort", ""), "")
        case "unknown-value":
            return words.get("key", "")
        case "ladder-word":
            return words.get("ladder", "")
        case "unknown-unit":
            return "units"
        case _:
            return ""


def _file_of(kind: str, gathered: Gathered) -> str:
    """The file that declares names of a kind; its folder, where several do; its usual path, where none does yet."""
    givers = {each.name for each in KINDS.values() if any(giver.kind == kind for giver in each.names or ())}
    givers |= {"accounts"} if kind == "accounts" else set()
    paths = [file.path for file in gathered.files if file.kind.name in givers]
    if len(paths) > 1:
        return f"{paths[0].rpartition('/')[0]}/"
    return paths[0] if paths else next(each.path for each in KINDS.values() if each.name in givers)
