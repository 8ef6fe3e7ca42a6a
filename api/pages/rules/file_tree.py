"""The files of a rulebook as a tree: the kind of each, whether a draft changes it, and how many problems it has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from api.workbench.draft_changes import DraftInForce
from engine.phrases import Language, Phrase, phrase, say
from engine.rulebook.file_kinds import KINDS

_KIND: Final = re.compile(r"^kind: *([a-z-]+)", re.M)
_BY_ENDING: Final[Mapping[str, Phrase]] = {
    ".rules": phrase("rules: prices, discounts, tables, decisions"),
    ".csv": phrase("rows of a table"),
    ".j2": phrase("layout of documents"),
    ".css": phrase("style of documents"),
}
_FIRST: Final = ""
FOLDERS: Final = (_FIRST, "catalog", "rules", "plans", "vat", "templates")


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeFile:
    """A file of the tree."""

    path: str
    name: str
    kind: str
    address: str
    is_open: bool
    is_changed: bool
    is_removed: bool
    problems: int
    marks: int
    """How many of its lines decided the amount that is explained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeFolder:
    """A folder of the tree, with the files in it and below it."""

    name: str
    files: tuple[TreeFile, ...]
    is_open: bool


def tree_of(
    draft: DraftInForce,
    counts: Mapping[str, int],
    opened: str | None,
    language: Language,
    *,
    of: str | None,
    marks: Mapping[str, Sequence[int]],
) -> Sequence[TreeFolder]:
    """The folders of a rulebook with a draft; `of` is whose draft it is, where it is that of another."""
    texts = {**draft.base, **{path: text for path, text in draft.files.items() if text is not None}}
    folders = []
    for name in FOLDERS:
        files = tuple(
            TreeFile(
                path=path,
                name=path.removeprefix(f"{name}/"),
                kind=say(kind_of(path, texts[path]), language),
                address=address_of(path, of),
                is_open=path == opened,
                is_changed=path in draft.files,
                is_removed=path in draft.files and draft.files[path] is None,
                problems=counts.get(path, 0),
                marks=len(set(marks.get(path, ()))),
            )
            for path in sorted(texts)
            if (path.partition("/")[0] if "/" in path else _FIRST) == name
        )
        is_open = (
            name != "templates" if opened is None else any(one.is_open or one.problems or one.is_changed or one.marks for one in files)
        )
        if files:
            folders.append(TreeFolder(name=name, files=files, is_open=is_open))
    return folders


def address_of(path: str | None, of: str | None = None, line: int | None = None) -> str:
    """The address of a file in the workbench; `of` is whose draft it is, where it is that of another."""
    named = {name: text for name, text in (("file", path), ("draft", of)) if text}
    return "/rules" + (f"?{urlencode(named, safe='/')}" if named else "") + (f"#L{line}" if line else "")


def kind_of(path: str, text: str) -> Phrase:
    """What is in a file, in a few words."""
    match = _KIND.search(text) if path.endswith((".yaml", ".yml")) else None
    if match is not None and match[1] in KINDS:
        what = KINDS[match[1]].what
        return what if isinstance(what, Phrase) else phrase("a file")
    ending = path[path.rfind(".") :]
    return _BY_ENDING.get(ending, phrase("a file"))
