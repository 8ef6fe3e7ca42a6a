"""Reads a text in which git left two versions of some lines: the first counts, so that the rest can be checked."""

from __future__ import annotations

import re
from typing import Final

from engine.problems import Kind, Problem, Span

CONFLICT: Final = Kind(
    "merge-conflict",
    "git left two versions of these lines here, down to line {last}",
    "delete the lines of the version that is not meant, and the three lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`",
)
_CONFLICT: Final = re.compile(r"^<{7}(?: .*)?\n((?:(?!={7}\r?\n).*\n)*?)(={7}\r?\n(?:.*\n)*?>{7}(?: .*|\r)?)$", re.MULTILINE)
_BEFORE_BOTH: Final = re.compile(r"^\|{7}(?: .*)?\n(?:.*\n)*", re.MULTILINE)
"""With `diff3`, git writes what was there before, too."""


def without_conflicts(path: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """A text with empty lines in place of all but the first version of a conflict, and the problem with each."""
    if "\n>>>>>>>" not in text:
        return text, ()
    problems = []
    for place in _CONFLICT.finditer(text):
        line = text.count("\n", 0, place.start()) + 1
        width = len(place.group().partition("\n")[0].rstrip())
        problems.append(CONFLICT.at(Span(path, line, 1, line, width + 1), last=line + place.group().count("\n")))
    return _CONFLICT.sub(_first, text), tuple(problems)


def _first(place: re.Match[str]) -> str:
    first = _BEFORE_BOTH.sub(lambda before: "\n" * before.group().count("\n"), place[1])
    return "\n" + first + "\n" * place[2].count("\n")
