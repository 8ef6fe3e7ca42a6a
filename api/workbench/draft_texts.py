"""Changes of texts that the workbench makes for its reader: a fix at its place, new answers in scenarios, a test of a case."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Final

from api.workbench.draft_review import ReviewedScenario
from engine.problems import Kind, refuse
from engine.text.sources import Sources

NO_PLACE: Final = Kind("no-such-place", "`{path}` has no such place any more", "look at the file as it is now")
_TESTS: Final = ".test.yaml"
_HEAD: Final = "kind: tests\nscenarios:\n"
_NAME: Final = re.compile(r"^  - name: (.+)$", re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEdit:
    """A text that replaces a piece of a line, or of several; the end is exclusive, lines and columns begin at 1."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


def with_edits(path: str, text: str, edits: Iterable[TextEdit]) -> str:
    """A text with all of some edits, none of which touches another; refuses a place that is not in it."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda each: (each.line, each.column), reverse=True):
        if not 1 <= edit.line <= edit.end_line <= len(lines) or edit.column < 1 or edit.end_column < 1:
            raise refuse(NO_PLACE, path=path[:80])
        before, after = lines[edit.line - 1][: edit.column - 1], lines[edit.end_line - 1][edit.end_column - 1 :]
        lines[edit.line - 1 : edit.end_line] = f"{before}{edit.text}{after}".split("\n")
    return "\n".join(lines)


def with_new_answers(texts: Sources, failed: Iterable[ReviewedScenario], name: str | None = None) -> dict[str, str]:
    """The files of failing scenarios, of all or of one, that expect what came out; failures are as a review lists them."""
    edits: dict[str, list[TextEdit]] = {}
    for scenario in failed:
        if name is not None and scenario.name != name:
            continue
        for one in scenario.differences:
            if one.text is not None:
                edit = TextEdit(line=one.line, column=one.column, end_line=one.end_line, end_column=one.end_column, text=one.text)
                edits.setdefault(scenario.file, []).append(edit)
    return {path: with_edits(path, texts[path], of_file) for path, of_file in edits.items()}


def with_test(texts: Sources, beside: str, scenario: str) -> tuple[str, str]:
    """The file of scenarios beside a file, with one more, which gets a name that no other has."""
    path = beside if beside.endswith(_TESTS) else f"{beside.rpartition('.')[0] or beside}{_TESTS}"
    before = texts.get(path, _HEAD)
    names = {name for text in texts.values() for name in _NAME.findall(text)}
    return path, before.rstrip("\n") + "\n" + _with_own_name(scenario, names)


def _with_own_name(scenario: str, names: set[str]) -> str:
    (name,) = _NAME.findall(scenario)
    if name not in names:
        return scenario
    bare, quote = (name[:-1], '"') if name.endswith('"') else (name, "")
    own = next(each for each in (f"{bare} ({at}){quote}" for at in count(2)) if each not in names)
    return scenario.replace(name, own, 1)
