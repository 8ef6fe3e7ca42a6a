"""What of a rulebook is touched by its scenarios, piece by piece: and of each piece that is not, why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.phrases import Phrase
from engine.problems import Span
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import Reading
from engine.testing.coverage_trace import Touched
from engine.testing.file_coverage import entries


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a rulebook that a scenario can touch: where, what, and why none does (None: one does)."""

    where: Span
    sort: str
    what: Phrase
    why_not: Phrase | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """All pieces of a rulebook."""

    pieces: tuple[Piece, ...]

    @property
    def missing(self) -> tuple[Piece, ...]:
        """The pieces that nothing touches."""
        return tuple(piece for piece in self.pieces if piece.why_not is not None)

    @property
    def share(self) -> Fraction:
        """Which part of them is touched; all of nothing."""
        return Fraction(len(self.pieces) - len(self.missing), len(self.pieces)) if self.pieces else Fraction(1)

    def sorts(self) -> dict[str, tuple[int, int]]:
        """By sort of piece how many are touched, of how many."""
        found: dict[str, tuple[int, int]] = {}
        for piece in self.pieces:
            touched, all_of_them = found.get(piece.sort, (0, 0))
            found[piece.sort] = (touched + (piece.why_not is None), all_of_them + 1)
        return found


def coverage_of(reading: Reading, rulebook: Rulebook, touched: Touched) -> Coverage:
    """Every piece, and whether it was touched."""
    found: list[tuple[Span, str, Phrase, Phrase | None]] = [
        *reading.checked.coverage(rulebook.rules, touched.questions, touched.places),
        *entries(reading, rulebook, touched),
    ]
    return Coverage(tuple(_once(Piece(*piece) for piece in found)))


def _once(pieces: Iterable[Piece]) -> Sequence[Piece]:
    found = {(piece.where, piece.what): piece for piece in pieces}
    return sorted(found.values(), key=lambda piece: piece.where)
