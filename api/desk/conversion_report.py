"""The conversion report: how opportunities moved from stage to stage in a period, in how many days, and with which amounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from api.desk.desk import Desk
from api.desk.report_parameters import Months, Option
from api.output.sheets import Cell, Sheet
from api.store import opportunities
from engine.dates import Period
from engine.money import Money, Quantity, round_half_up

OfOnePerson = Annotated[str | None, Option("Only the opportunities of this person.")]
_OPENED: Final = "opened"
"""Where an opportunity came from that was opened in a stage."""


@dataclass(slots=True)
class _Moves:
    """The moves from one stage to another."""

    count: int = 0
    days: int = 0
    amount: int = 0


def conversion(desk: Desk, period: Annotated[Period, Months(12)], *, owner: OfOnePerson = None) -> Sheet:
    """Show how opportunities moved from stage to stage in a period, by default twelve months from the current one.

    Of each pair of stages: how many moves, their part of all that left the first stage, the mean of the days in it, and the amounts
    of the moment. One that moved twice counts twice.
    """
    moves: dict[tuple[str, str], _Moves] = {}
    with desk.store.reading() as connection:
        for move in opportunities.moves(connection, period.start, period.until):
            if owner in (None, move.owner):
                of_pair = moves.setdefault((move.before or _OPENED, move.after), _Moves())
                of_pair.count, of_pair.days, of_pair.amount = of_pair.count + 1, of_pair.days + move.days, of_pair.amount + move.amount
    places = {stage: at for at, stage in enumerate((_OPENED, *desk.rulebook.stages, "won", "lost", "cancelled"))}
    pairs = sorted(moves, key=lambda pair: [(places.get(stage, len(places)), stage) for stage in pair])
    left = {before: sum(each.count for (stage, _), each in moves.items() if stage == before) for before, _ in moves}
    rows = tuple(_row(pair, moves[pair], left[pair[0]], desk) for pair in pairs)
    return Sheet(name="conversion", columns=("before", "after", "count", "share", "days", "amount"), rows=rows)


def _row(pair: tuple[str, str], of_pair: _Moves, left: int, desk: Desk) -> tuple[Cell, ...]:
    before, after = pair
    share = f"{Quantity(round_half_up(of_pair.count * 1_000, left) * 100_000)}%"
    days = None if before == _OPENED else Quantity(round_half_up(of_pair.days * 10, of_pair.count) * 100_000)
    return (before, after, of_pair.count, share, days, Money(of_pair.amount, desk.rulebook.currency))
