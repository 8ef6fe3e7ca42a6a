"""What may be written at a place of a text that is laid over a rulebook, and what the word there means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pydantic import BaseModel, Field

from api.workbench.overlay import Overlay, Workbench
from api.workbench.schema_files import described_schema
from engine.editing.edited_rulebook import EditedRulebook
from engine.editing.meanings import Meaning
from engine.phrases import Language, say

_LONGEST_PATH: Final = 300
_MOST_LINES: Final = 100_000
_LONGEST_LINE: Final = 100_000


class CursorRequest(Overlay):
    """Texts as an overlay, and a place in one of them: lines and columns begin at 1 and count characters."""

    file: str = Field(min_length=1, max_length=_LONGEST_PATH)
    line: int = Field(ge=1, le=_MOST_LINES)
    column: int = Field(ge=1, le=_LONGEST_LINE)


class WordMeaning(BaseModel):
    """What a word means: what it is, a sentence about it, more such as prices, and the file and line in which it is declared."""

    name: str
    what: str
    about: str
    details: list[str]
    where: str | None


class SuggestedText(BaseModel):
    """A text that may be written; `kind` is `word`, `key`, `fact`, `product` and the like, `behind` what belongs behind it."""

    text: str
    kind: str
    behind: str
    meaning: WordMeaning | None


class WordAtCursor(BaseModel):
    """The word at the place, from a column to another (exclusive), with its meanings, the most special first."""

    column: int
    end_column: int
    meanings: list[WordMeaning]


class CursorAnswer(BaseModel):
    """What may be written from `column` to the place, the most probable first; and the word there, where it means something."""

    column: int
    suggestions: list[SuggestedText]
    word: WordAtCursor | None


def cursor_answer(workbench: Workbench, request: CursorRequest, language: Language) -> dict[str, object]:
    """The answer at a place of the texts."""
    overlay = Overlay(files=request.files, rulebook=request.rulebook)
    edited = EditedRulebook(workbench.reading(overlay), described_schema)
    place = (request.file, request.line, request.column)
    completion, word = edited.complete(*place), edited.meanings(*place)
    suggestions = [
        {"text": one.text, "kind": one.kind, "behind": one.behind, "meaning": _meaning(one.meaning, language) if one.meaning else None}
        for one in completion.items
    ]
    return {
        "column": completion.column,
        "suggestions": suggestions,
        "word": None if word is None else {
            "column": word[0].column, "end_column": word[0].end_column, "meanings": _meanings(word[1], language),
        },
    }  # fmt: skip


def cursor_example(fact: str) -> dict[str, object]:
    """A request at the end of a definition that begins with a fact."""
    text = f"module rules.example\n\ndefine large-order : Bool = {fact} "
    return {"files": {"rules/example.rules": text}, "file": "rules/example.rules", "line": 3, "column": len(text.rpartition("\n")[2]) + 1}


def _meanings(meanings: Iterable[Meaning], language: Language) -> list[dict[str, object]]:
    return [_meaning(one, language) for one in meanings]


def _meaning(one: Meaning, language: Language) -> dict[str, object]:
    return {
        "name": one.name,
        "what": say(one.what, language),
        "about": say(one.about, language),
        "details": [say(detail, language) for detail in one.details],
        "where": None if one.where is None else one.where.place,
    }
