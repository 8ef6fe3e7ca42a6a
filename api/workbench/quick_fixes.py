"""Quick fixes: the texts that may stand in the place of a problem, where its remedy names them."""

from __future__ import annotations

import re
from typing import Final

from engine.problems import Problem

_WORD: Final = "`([^`]+)`"
_ONE: Final = re.compile(rf"(?:did you mean|write(?: a decimal point:| it per unit:)?) {_WORD}(?:\??|, as EN .*|, or remove .*)")
_OF_A_MONTH: Final = re.compile(rf"write an existing day; the last of that month is {_WORD}")
_EITHER: Final = re.compile(rf"write {_WORD}(?: or {_WORD}|, or {_WORD} if .*)")
_SEVERAL: Final = re.compile(r"write one of (`[^`]+`(?:, `[^`]+`)*)")
_FORM: Final = re.compile(r"…|\b(?:D|NAME|UNIT|DATE)\b")
"""What a remedy leaves to the reader: such a text shows a form."""
_ELSEWHERE: Final = frozenset({"bad-number-format", "unknown-vatex"})
"""Kinds whose remedy is to be written beside the place of the problem, or into a part of it."""


def fixes_of(problem: Problem) -> tuple[str, ...]:
    """The texts of which one replaces the place of a problem; none where its remedy is no such text.

    Names that a remedy gives are the same in every language, so that of English is read.
    """
    if problem.where is None or problem.code in _ELSEWHERE:
        return ()
    remedy = problem.help
    for pattern in (_ONE, _OF_A_MONTH, _EITHER):
        if match := pattern.fullmatch(remedy):
            return tuple(text for text in match.groups() if text and not _FORM.search(text))
    match = _SEVERAL.fullmatch(remedy)
    return () if match is None else tuple(re.findall("`([^`]+)`", match[1]))
