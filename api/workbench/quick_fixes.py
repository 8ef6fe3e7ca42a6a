"""Quick fixes: the texts that may stand in the place of a problem, where its remedy names them."""

from __future__ import annotations

import re
from typing import Final

from engine.problems import Problem

_ONE: Final = re.compile(r"(?:did you mean|write(?: a decimal point:)?) `([^`]+)`\??")
_EITHER: Final = re.compile(r"write `([^`]+)` or `([^`]+)`")
_SEVERAL: Final = re.compile(r"write one of (`[^`]+`(?:, `[^`]+`)*)")
_ELSEWHERE: Final = frozenset({"bad-number-format", "event-day"})
"""Kinds whose remedy is to be written beside the place of the problem, or into a part of it."""


def fixes_of(problem: Problem) -> tuple[str, ...]:
    """The texts of which one replaces the place of a problem; none where its remedy is no such text.

    Names that a remedy gives are the same in every language, so that of English is read.
    """
    if problem.where is None or problem.code in _ELSEWHERE:
        return ()
    remedy = problem.help
    for pattern in (_ONE, _EITHER):
        if match := pattern.fullmatch(remedy):
            return match.groups()
    match = _SEVERAL.fullmatch(remedy)
    return () if match is None else tuple(re.findall("`([^`]+)`", match[1]))
