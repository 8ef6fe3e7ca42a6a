"""A rulebook as somebody edits it: the answers that editors ask of its texts, whatever mistakes stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from engine.editing.completion_items import Completion, CompletionItem
from engine.editing.csv_completion import column_meaning, complete_csv
from engine.editing.meanings import Meaning, Meanings
from engine.editing.outline import Outlined, outline
from engine.editing.uses import uses_of
from engine.editing.yaml_completion import SchemaOf, TextPlace, complete_yaml, key_meaning, kind_of, referred
from engine.editing.yaml_places import yaml_place
from engine.language import quotes_before, suggest_in_rules
from engine.problems import Span
from engine.rulebook.file_kinds import KINDS
from engine.rulebook.json_schemas import schema_of_file
from engine.rulebook.reader import Reading

_WORD: Final = re.compile(r"[^\W_][\w.-]*\w|[^\W_]")
_WORDS: Final = (
    "exactly one",
    "first match",
    "same result",
    "all matches",
    "highest of",
    "best for the customer",
    "added together",
    "highest priority",
)
_FILES: Final = (".csv", ".yaml")
_LONGEST_LINE: Final = 10_000


@dataclass(frozen=True)
class EditedRulebook:
    """A rulebook that was read. Lines and columns begin at 1 and count characters."""

    reading: Reading
    schema_of: SchemaOf = schema_of_file
    """The schema of a kind of YAML file; one with descriptions tells what keys mean."""

    def complete(self, path: str, line: int, column: int) -> Completion:
        """What may be written at a cursor."""
        text = self._text(path)
        if len(self._line(path, line)) > _LONGEST_LINE:
            return Completion(column)
        if path.endswith(".rules"):
            start = _offset(text, line, 1)
            files = tuple(one for one in self.reading.gathered.sources if one.endswith(_FILES) and ".test." not in one)
            suggestions = suggest_in_rules(self.reading.checked, path, text, start + column - 1, files)
            items = tuple(CompletionItem(one.text, one.kind, self._meanings.first(one.text)) for one in suggestions.each)
            return Completion(max(suggestions.start - start, 0) + 1, items)
        if path.endswith((".yaml", ".yml")):
            return complete_yaml(self.reading, self._meanings, self.schema_of, TextPlace(path, text, line, column))
        if path.endswith(".csv"):
            return complete_csv(self.reading, self._meanings, path, text, line, column)
        return Completion(column)

    def meanings(self, path: str, line: int, column: int) -> tuple[Span, tuple[Meaning, ...]] | None:
        """The word at a place and what it means, the most special meaning first; None where there is no word with a meaning."""
        word, where = self._word_at(path, line, column)
        if not word:
            return None
        meanings = tuple(self._of_place(path, word, where))
        return (where, meanings) if meanings else None

    def definitions(self, path: str, line: int, column: int) -> tuple[Span, ...]:
        """Where the word at a place is declared, or the file that it names."""
        named = self._file_named(path, line, column)
        if named is not None:
            return (Span(named, 1, 1, 1, 1),)
        result = self.meanings(path, line, column)
        return tuple(dict.fromkeys(one.where for one in result[1] if one.where)) if result else ()

    def uses(self, path: str, line: int, column: int) -> tuple[Span, ...]:
        """Every place at which the name at a place stands; none for words of the language and for values of closed lists."""
        result = self.meanings(path, line, column)
        if result is None or not any(one.where for one in result[1]):
            return ()
        return tuple(uses_of(self.reading, result[1][0].name))

    def renamed(self, path: str, line: int, column: int) -> tuple[Span, ...]:
        """The places to change for another name of what stands at a place; none where it is not declared here, or has parts of its own."""
        result = self.meanings(path, line, column)
        if result is None or not result[1][0].can_be_renamed:
            return ()
        return self.uses(path, line, column)

    def outline(self, path: str) -> tuple[Outlined, ...]:
        """The pieces of a file."""
        return outline(self.reading, path)

    # --- Words and texts. ---

    def _of_place(self, path: str, word: str, where: Span) -> Iterator[Meaning]:
        if path.endswith(".csv") and (column := column_meaning(self.reading, path, word)) is not None:
            yield column
        if not path.endswith((".yaml", ".yml")):
            yield from self._meanings.of(word)
            return
        text = self._text(path)
        place = yaml_place(text, where.line, where.end_column)
        if place is None:
            return
        kind, line = kind_of(self.reading, path, text), self._line(path, where.line)
        is_key = place.is_key and line[where.end_column - 1 :].lstrip("'\"").startswith(":")
        to = referred(kind, place.path, is_key=is_key)
        root = self.schema_of(kind) if kind in KINDS else {}
        if is_key and to is None and (key := key_meaning(root, (*place.path, word))) is not None:
            yield key
            return
        yield from self._meanings.of(word, to)

    def _word_at(self, path: str, line: int, column: int) -> tuple[str, Span]:
        """The word around a place; in rule files also words that mean something together. Nothing in comments and texts."""
        text = self._line(path, line)
        nowhere = Span(path, line, column, line, column)
        if len(text) > _LONGEST_LINE or not path.endswith((".rules", ".yaml", ".yml", ".csv")):
            return "", nowhere
        if path.endswith(".rules"):
            quotes = quotes_before(text[: column - 1])
            if quotes is None or quotes % 2:  # in a comment or a text
                return "", nowhere
            for words in _WORDS:
                at = text.find(words)
                if 0 <= at < column <= at + len(words) + 1:
                    return words, Span(path, line, at + 1, line, at + len(words) + 1)
        for match in _WORD.finditer(text):
            if match.start() < column <= match.end() + 1:
                return match.group(), Span(path, line, match.start() + 1, line, match.end() + 1)
        return "", nowhere

    def _file_named(self, path: str, line: int, column: int) -> str | None:
        """The file of the rulebook whose name stands at a place."""
        for match in re.finditer(r"[\w./-]+\.(?:csv|yaml|rules)", self._line(path, line)[:_LONGEST_LINE]):
            if match.start() < column <= match.end() + 1:
                beside = f"{path.rpartition('/')[0]}/{match.group()}"
                return next((one for one in (match.group(), beside) if one in self.reading.gathered.sources), None)
        return None

    def _text(self, path: str) -> str:
        return self.reading.gathered.sources.get(path, "")

    def _line(self, path: str, line: int) -> str:
        lines = self._text(path).split("\n")
        return lines[line - 1].rstrip("\r") if 1 <= line <= len(lines) else ""

    @cached_property
    def _meanings(self) -> Meanings:
        return Meanings(self.reading)


def _offset(text: str, line: int, column: int) -> int:
    """The offset of a place of a text."""
    start = 0
    for _ in range(line - 1):
        end = text.find("\n", start)
        if end < 0:
            return len(text)
        start = end + 1
    return start + column - 1
