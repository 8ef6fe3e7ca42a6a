"""The rule responsible for a changed amount: which of the reasons behind it differ, and what each said before and says now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.reasons import Reason

_ARITHMETIC: Final = frozenset({"line", "rounding", "proration", "period", "tier"})
"""What only follows from the others: told where nothing else differs."""
_OF_AN_AMOUNT: Final = re.compile(r"( of -?[0-9.]+)? = -?[0-9.]+")


@dataclass(frozen=True, slots=True)
class Why:
    """One rule or file that decides otherwise: what it decides, what it said before and says now (None: it had, or has, no say)."""

    subject: str
    rule: str
    before: str | None
    after: str | None
    because: str | None = None
    where: str | None = None
    """File and line on the newer side, where the reason knows them."""


def responsible(before: Sequence[Reason], after: Sequence[Reason]) -> tuple[Why, ...]:
    """The reasons of an amount that differ, those that decide before those that only follow; nothing where all are alike.

    What is only worked out from others (products, roundings, days) is left out where something else explains the difference. Rows are
    compared by what they say: a row that moved to another line is the same.
    """
    gone, come = _without(before, after), _without(after, before)
    paired = [*_paired(gone, come)]
    deciding = [why for why in paired if why.subject not in _ARITHMETIC and _bare(why.before) != _bare(why.after)]
    return tuple(dict.fromkeys(deciding or paired))


def _bare(says: str | None) -> str | None:
    """A sentence without its results, and without the amount of which an instalment is a part: these only follow from others."""
    return None if says is None else _OF_AN_AMOUNT.sub("", says)


def _said(reason: Reason) -> tuple[str, str, str | None]:
    return reason.subject, reason.says, reason.because


def _without(these: Sequence[Reason], those: Sequence[Reason]) -> list[Reason]:
    """The reasons that the other side does not have, by what they say."""
    known = {_said(reason) for reason in those}
    return [reason for reason in dict.fromkeys(these) if _said(reason) not in known]


def _paired(gone: list[Reason], come: list[Reason]) -> Iterator[Why]:
    """Each reason that went beside the one that came in its place: of the same rule, else of the same subject."""
    left = list(come)
    for reason in gone:
        same = [one for one in left if one.subject == reason.subject]
        other = next((one for one in same if one.rule == reason.rule), same[0] if same else None)
        if other is None:
            yield Why(reason.subject, reason.rule, reason.says, None, reason.because, reason.where)
        else:
            left.remove(other)
            yield Why(other.subject, other.rule, reason.says, other.says, other.because, other.where)
    for reason in left:
        yield Why(reason.subject, reason.rule, None, reason.says, reason.because, reason.where)
