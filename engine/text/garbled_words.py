"""Words that lost letters on their way through programs with different encodings: `Soci\ufffdt\ufffd`, `SociÃ©tÃ©`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.phrases import Replacement, phrase
from engine.problems import Kind, Problem, Span

GARBLED: Final = Kind("garbled-word", "`{word}` went through programs that read and wrote its letters in different encodings", "{remedy}")

_LOST: Final = "\ufffd"
_TRACES: Final = re.compile("[\ufffd\u00c2\u00c3\u00c5\u00e2]")
"""The sign for a letter that could not be read, and how the letters of UTF-8 begin that are read as Windows-1252."""
_WORD: Final = re.compile(r"""[^\s"'{}\[\],;:|`]*[\ufffd\u00c2\u00c3\u00c5\u00e2][^\s"'{}\[\],;:|`]*""")
_RUN: Final = re.compile("[\u00c2\u00c3\u00c5\u00e2][^\x00-\x7f\u00c2\u00c3\u00c5\u00e2]+")


def garbled_words(path: str, text: str) -> Iterator[Problem]:
    """Each such word of a text, with what it was where that is known."""
    if not _TRACES.search(text):
        return
    for number, line in enumerate(text.split("\n"), start=1):
        for match in _WORD.finditer(line):
            word = match.group()
            where = Span(path, number, match.start() + 1, number, match.end() + 1)
            if _LOST in word:
                yield GARBLED.at(where, word=word[:60], remedy=phrase("type it again: its letters are lost"))
            elif (corrected := _RUN.sub(_as_it_was, word)) != word:
                yield GARBLED.at(where, word=word[:60], remedy=phrase("write `{corrected}`", corrected=Replacement(corrected)))


def _as_it_was(run: re.Match[str]) -> str:
    """Letters of UTF-8 that were read as Windows-1252, as they were; others stay."""
    try:
        return run.group().encode("cp1252").decode("utf-8")
    except UnicodeError:
        return run.group()
