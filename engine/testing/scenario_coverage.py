"""The coverage of a rulebook by its scenarios: every piece that a scenario can reach, and why none does.

Pieces of rules come from the compiler; those of YAML and CSV files are prices, first days of price books, plans, terms and indices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from engine.budgets import COVERAGE_QUESTIONS
from engine.phrases import Phrase, phrase
from engine.problems import Span
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import PriceBook
from engine.rulebook.reader import Reading
from engine.testing.coverage_trace import Touched
from engine.text.yaml_tree import Block

_KINDS: Final = ("billing-types", "billing-processes", "payment-plans", "payment-terms", "indices")
"""The kinds of entries that decide amounts and dates."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a rulebook: its place, kind and text, and why no scenario reaches it (None: one does)."""

    where: Span
    kind: str
    what: Phrase
    why_not: Phrase | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """All pieces of a rulebook."""

    pieces: tuple[Piece, ...]

    @property
    def missing(self) -> tuple[Piece, ...]:
        """The pieces that no scenario reaches."""
        return tuple(piece for piece in self.pieces if piece.why_not is not None)

    @property
    def share(self) -> Fraction:
        """The share of pieces that scenarios reach; 1 where there are none."""
        return Fraction(len(self.pieces) - len(self.missing), len(self.pieces)) if self.pieces else Fraction(1)

    def by_kind(self) -> dict[str, tuple[int, int]]:
        """By kind the number of pieces reached, and of all pieces."""
        counts: dict[str, tuple[int, int]] = {}
        for piece in self.pieces:
            reached, total = counts.get(piece.kind, (0, 0))
            counts[piece.kind] = (reached + (piece.why_not is None), total + 1)
        return counts


def coverage_of(reading: Reading, rulebook: Rulebook, touched: Touched) -> Coverage:
    """Every piece, each once, and whether a scenario reaches it; Refusal where there are too many pieces for the questions."""
    of_rules = _within_bound(reading.checked.coverage(rulebook.rules, touched.questions, touched.places), len(touched.questions))
    pieces = {(piece.where, piece.what): piece for piece in (*of_rules, *_file_pieces(reading, rulebook, touched))}
    return Coverage(tuple(sorted(pieces.values(), key=lambda piece: piece.where)))


def _within_bound(pieces: Iterable[tuple[Span, str, Phrase, Phrase | None]], questions: int) -> Iterator[Piece]:
    """The pieces, each of which is compared with all questions, as long as the bound allows."""
    for count, piece in enumerate(pieces, 1):
        COVERAGE_QUESTIONS.check(count * questions)
        yield Piece(*piece)


def _file_pieces(reading: Reading, rulebook: Rulebook, touched: Touched) -> Iterator[Piece]:
    """Every entry of the files: reached where a reason names a place in it, or a question names it."""
    for kind in _KINDS:
        for name, entry in reading.gathered.entries.get(kind, {}).items():
            is_used = name in touched.words or _is_inside(entry.node, touched)
            what = phrase("{name} in {path}", name=name, path=entry.path)
            why = None if is_used else phrase("no scenario asks anything that {name} decides", name=name)
            yield Piece(entry.named_at, "entry", what, why)
    yield from _prices(reading, touched)
    yield from _books(reading, rulebook, touched)


def _is_inside(node: Block, touched: Touched) -> bool:
    lines = range(node.span.line, node.span.end_line + 1)
    return any(f"{node.span.path}:{line}" in touched.places for line in lines)


def _prices(reading: Reading, touched: Touched) -> Iterator[Piece]:
    """Each price of a book or its CSV file, and each index factor."""
    for (book, product), where in reading.gathered.price_rows.items():
        yield _price(book, product, where, touched)
    for name, entry in reading.gathered.of("price-books", PriceBook).items():
        prices = entry.node.get("prices")
        for product in prices if isinstance(prices, Block) else ():
            yield _price(name, product, entry.at("prices", product), touched)
        for at, _ in enumerate(entry.written.index):
            where = entry.at("index", at)
            why = phrase("no scenario asks a price to which this factor belongs")
            what = phrase("factor {number} of {book}", number=at + 1, book=name)
            yield Piece(where, "entry", what, None if where.place in touched.places else why)


def _price(book: str, product: str, where: Span, touched: Touched) -> Piece:
    what = phrase("the price of {product} in {book}", product=product, book=book)
    why = phrase("no scenario asks what {product} costs under {book}", product=product, book=book)
    return Piece(where, "price", what, None if where.place in touched.places else why)


def _books(reading: Reading, rulebook: Rulebook, touched: Touched) -> Iterator[Piece]:
    """The first day of each price book after the first, and the day before."""
    days = {day for place, days in touched.places.items() if _is_price(place, reading) for day in days}
    for book in rulebook.price_books[1:]:
        entry = reading.gathered.entries["price-books"][book.id]
        for day in (book.from_ - timedelta(days=1), book.from_):
            what = phrase("a price on {day}, the first day of {book}", day=day, book=book.id)
            if day != book.from_:
                what = phrase("a price on {day}, the day before {book}", day=day, book=book.id)
            yield Piece(entry.at("from"), "day", what, None if day in days else _why(day, days))


def _is_price(place: str, reading: Reading) -> bool:
    path = place.rpartition(":")[0]
    books = reading.gathered.entries.get("price-books", {}).values()
    return any(path == book.path for book in books) or any(path == where.path for where in reading.gathered.price_rows.values())


def _why(day: date, days: set[date]) -> Phrase:
    if days and max(days) <= day:
        return phrase("its day {day} lies after all scenarios", day=day)
    return phrase("no scenario asks a price on {day}", day=day)
