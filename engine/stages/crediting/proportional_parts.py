"""Cuts an amount in proportion to what each line has left, within the limit of each line and of its group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.money import round_half_up


@dataclass(frozen=True, slots=True)
class Share:
    """What one line has left, in minor units, and the index of the group whose limit it shares."""

    left: int
    group: int


def proportional_parts(amount: int, shares: Sequence[Share], limits: Sequence[int]) -> list[int]:
    """The part of each share, rounded half up; the last takes the residue.

    What exceeds a line or its group goes to the next lines, and from the last one to the lines before it, the nearest first.
    """
    total = sum(share.left for share in shares)
    room, parts, rest, excess = list(limits), [0] * len(shares), amount, 0

    def take(at: int, wanted: int) -> int:
        share = shares[at]
        part = min(wanted, share.left - parts[at], room[share.group])
        parts[at] += part
        room[share.group] -= part
        return part

    for at, share in enumerate(shares):
        is_last = at == len(shares) - 1
        wanted = rest if is_last else min(round_half_up(amount * share.left, total) + excess, rest)
        part = take(at, wanted)
        excess, rest = wanted - part, rest - part
    for at in range(len(shares) - 1, -1, -1):
        rest -= take(at, rest)
    return parts
