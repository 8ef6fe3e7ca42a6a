"""Entries of YAML and CSV files: prices, price books and their first days, plans, billing types, terms and index series."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from engine.phrases import Phrase, phrase
from engine.problems import Span
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import PriceBook
from engine.rulebook.reader import Reading
from engine.testing.coverage_trace import Touched
from engine.text.yaml_tree import Block

Found = tuple[Span, str, Phrase, Phrase | None]
_SORTS: Final = ("billing-types", "billing-processes", "payment-plans", "payment-terms", "indices")
"""The sorts of entries by whose use amounts and dates are decided."""


def entries(reading: Reading, rulebook: Rulebook, touched: Touched) -> Iterator[Found]:
    """Every entry: touched where an answer names a place in it as a reason, or a question names it."""
    for sort in _SORTS:
        for name, entry in reading.gathered.entries.get(sort, {}).items():
            is_used = name in touched.words or _is_inside(entry.node, touched)
            what = phrase("{name} in {path}", name=name, path=entry.path)
            yield entry.named_at, "entry", what, None if is_used else phrase("no scenario asks anything that {name} decides", name=name)
    yield from _prices(reading, touched)
    yield from _books(reading, rulebook, touched)


def _is_inside(node: Block, touched: Touched) -> bool:
    lines = range(node.span.line, node.span.end_line + 1)
    return any(f"{node.span.path}:{line}" in touched.places for line in lines)


def _prices(reading: Reading, touched: Touched) -> Iterator[Found]:
    """Each price that stands in a book or in its CSV."""
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
            yield where, "entry", what, None if f"{where.path}:{where.line}" in touched.places else why


def _price(book: str, product: str, where: Span, touched: Touched) -> Found:
    what = phrase("the price of {product} in {book}", product=product, book=book)
    is_asked = f"{where.path}:{where.line}" in touched.places
    return (
        where,
        "price",
        what,
        None if is_asked else phrase("no scenario asks what {product} costs under {book}", product=product, book=book),
    )


def _books(reading: Reading, rulebook: Rulebook, touched: Touched) -> Iterator[Found]:
    """The first day of each price book after the first, and the day before."""
    days = {day for place, found in touched.places.items() if _is_price(place, reading) for day in found}
    for book in rulebook.price_books[1:]:
        entry = reading.gathered.entries["price-books"][book.id]
        for day in (book.from_ - timedelta(days=1), book.from_):
            what = phrase("a price on {day}, the first day of {book}", day=day, book=book.id)
            if day != book.from_:
                what = phrase("a price on {day}, the day before {book}", day=day, book=book.id)
            yield entry.at("from"), "day", what, None if day in days else _why(day, days)


def _is_price(place: str, reading: Reading) -> bool:
    path = place.rpartition(":")[0]
    books = reading.gathered.entries.get("price-books", {}).values()
    return any(path == book.path for book in books) or any(path == where.path for where in reading.gathered.price_rows.values())


def _why(day: date, days: set[date]) -> Phrase:
    later = [other for other in days if other > day]
    if days and not later:
        return phrase("its day {day} lies after all scenarios", day=day)
    return phrase("no scenario asks a price on {day}", day=day)
