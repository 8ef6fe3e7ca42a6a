"""Finds the rules responsible for a changed amount: the reasons that differ, each with its text before and after."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.phrases import Named, Phrase
from engine.reasons import Reason

_ARITHMETIC: Final = frozenset({"line", "rounding", "proration", "period", "tier"})
"""Subjects of reasons that follow from others: shown only where nothing else differs."""
_OF_AN_AMOUNT: Final = re.compile(r"( of -?[0-9.]+)? = -?[0-9.]+")


@dataclass(frozen=True, slots=True)
class Why:
    """A rule or file with another decision: its subject, and its text before and after (None: it took no part)."""

    subject: str
    rule: str
    before: str | None
    after: str | None
    because: str | None = None
    where: str | None = None
    """File and line on the later side, if known."""


def responsible(before: Sequence[Reason], after: Sequence[Reason]) -> tuple[Why, ...]:
    """The reasons of an amount that differ; nothing where all are the same.

    Reasons that follow from others (products, roundings, days) are left out where another one explains the difference. Rows are compared
    by their text without names: a row that moved to another line, or of a product that has another name, is the same.
    """
    paired = [*_paired(_without(before, after), _without(after, before))]
    deciding = [why for why in paired if why.subject not in _ARITHMETIC and _bare(why.before) != _bare(why.after)]
    return tuple(dict.fromkeys(deciding or paired))


def _bare(says: str | None) -> str | None:
    """A sentence without its results, and without the amount of which an instalment is a part: these follow from others."""
    return None if says is None else _OF_AN_AMOUNT.sub("", _nameless(says))


def _nameless(says: str) -> str:
    """A sentence without the names of things: another name changes no amount."""
    if isinstance(says, Named):
        return "…"
    return says.template.format(**{name: _nameless(word) for name, word in says.words}) if isinstance(says, Phrase) else says


def _text(reason: Reason) -> tuple[str, str, str | None]:
    return reason.subject, _nameless(reason.says), reason.because


def _without(these: Sequence[Reason], those: Sequence[Reason]) -> list[Reason]:
    """The reasons that the other side does not have, by their texts."""
    known = {_text(reason) for reason in those}
    return [reason for reason in dict.fromkeys(these) if _text(reason) not in known]


def _paired(removed: list[Reason], added: list[Reason]) -> Iterator[Why]:
    """Each removed reason with an added one of the same rule, else of the same subject."""
    left = list(added)
    for reason in removed:
        same = [one for one in left if one.subject == reason.subject]
        other = next((one for one in same if one.rule == reason.rule), same[0] if same else None)
        if other is None:
            yield Why(reason.subject, reason.rule, reason.says, None, reason.because, reason.where)
        else:
            left.remove(other)
            yield Why(other.subject, other.rule, reason.says, other.says, other.because, other.where)
    for reason in left:
        yield Why(reason.subject, reason.rule, None, reason.says, reason.because, reason.where)
