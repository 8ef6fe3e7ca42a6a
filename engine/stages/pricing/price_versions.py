"""The price versions of a product: the price book that applies by day and segment, and its unrounded price with index factors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import prod

from engine.documents.amount_phrases import PER, figure
from engine.money import Price
from engine.phrases import Figure, named, phrase
from engine.reasons import Reason
from engine.rulebook.book import Places, Rulebook, cached_in_rulebook
from engine.rulebook.catalog import IndexStep, PriceBook, Product


@dataclass(frozen=True)
class Version:
    """A product's price in one price book: the price written in the first book of the chain, and the product of the index factors."""

    book: PriceBook
    written: Price
    index: Fraction
    source: PriceBook
    """The book in which the price is written."""
    product: Product
    where: str | None = None
    """File and line of the written price."""
    steps: tuple[tuple[PriceBook, Fraction, str | None], ...] = ()
    """The books of the chain with an index on this product, the oldest first: each with its factor and its place."""

    @property
    def from_(self) -> date:
        """The first day on which new items get it."""
        return self.book.from_

    @property
    def running_from(self) -> date:
        """The first day on which it reaches running items."""
        return self.book.running_items_from or self.book.from_

    @property
    def list_price(self) -> Price:
        """The price of the book, rounded to six decimals for display; charged prices are rounded from the exact product."""
        micros = round_micros(*(self.written.micros * self.index).as_integer_ratio())
        return Price(micros, self.written.currency)

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """The book of the written price, then every index on it."""
        sold, written = self.product.name, self.written
        says = phrase(
            "{product} costs {price} {currency} {per} in “{book}”",
            product=named(sold.texts),
            price=Figure(written),
            currency=written.currency,
            per=PER[self.product.priced_per],
            book=named(self.source.label.texts),
        )
        reasons = [Reason("price", f"catalog: price book {self.source.id}", says, self.source.because, self.where)]
        index = Fraction(1)
        for book, factor, where in self.steps:
            index *= factor
            price = Price(round_micros(*(written.micros * index).as_integer_ratio()), written.currency)
            text = phrase("× {factor} in “{book}” = {price}", factor=figure(factor), book=named(book.label.texts), price=Figure(price))
            reasons.append(Reason("index", f"catalog: price book {book.id}", text, book.because, where))
        return tuple(reasons)


def round_micros(numerator: int, denominator: int) -> int:
    """An exact number of micros, rounded half up for show."""
    return (2 * numerator + denominator) // (2 * denominator)


def new_version(rulebook: Rulebook, product: str, segment: str | None, on: date) -> Version | None:
    """The version for items that are new on a day: the latest book by `from`."""
    versions = [version for version in versions_of(rulebook, product, segment) if version.from_ <= on]
    return versions[-1] if versions else None


def running_version(rulebook: Rulebook, product: str, segment: str | None, on: date, first: Version | None) -> Version | None:
    """The version for a running item on a day by `running-items-from`, never older than its first version."""
    reached = [version for version in versions_of(rulebook, product, segment) if version.running_from <= on]
    if first is not None and (not reached or reached[-1].from_ < first.from_):
        return first
    return reached[-1] if reached else None


def index_on(rulebook: Rulebook, product: str, segment: str | None, on: date) -> Fraction:
    """The product of all index factors on a product in the latest book of a segment, also without a price: for bundles with an index."""
    by_name = {each.id: each for each in rulebook.price_books}
    book = max((book for book in rulebook.price_books if book.serves(segment) and book.from_ <= on), key=_order, default=None)
    index = Fraction(1)
    while book is not None and book.based_on is not None:
        index *= prod(step.factor for step in book.index if _applies(step, rulebook.products[product]))
        book = by_name[book.based_on]
    return index


@cached_in_rulebook(20_000)
def versions_of(rulebook: Rulebook, product: str, segment: str | None) -> tuple[Version, ...]:
    """The versions of all books with a price of a product for a segment, of their own or of a base book, the oldest first."""
    return versions_in(rulebook.price_books, rulebook.products[product], segment, rulebook.places)


def versions_in(price_books: Iterable[PriceBook], product: Product, segment: str | None, places: Places) -> tuple[Version, ...]:
    """The versions of a product in some books, none of which is based on itself or on an unknown one."""
    books = {book.id: book for book in price_books}
    versions = [_version(book, product, books, places) for book in sorted(books.values(), key=_order) if book.serves(segment)]
    return tuple(version for version in versions if version is not None)


def _order(book: PriceBook) -> tuple[date, bool]:
    """The sort key: by date; on one day a book for certain segments comes last, and applies."""
    return book.from_, book.segments is not None


def _version(book: PriceBook, product: Product, books: Mapping[str, PriceBook], places: Places) -> Version | None:
    written = book.prices.get(product.code)
    if written is not None:
        return Version(book, written, Fraction(1), book, product, places.price(book.id, product.code))
    if book.based_on is None:
        return None
    source = _version(books[book.based_on], product, books, places)
    if source is None:
        return None
    steps = [
        (book, step.factor, places.of("price-books", book.id, "index", at)) for at, step in enumerate(book.index) if _applies(step, product)
    ]
    index = prod((factor for _, factor, _ in steps), start=source.index)
    return replace(source, book=book, index=index, steps=(*source.steps, *steps))


def _applies(step: IndexStep, product: Product) -> bool:
    return (
        (step.supply_kinds is None or product.supply_kind in step.supply_kinds)
        and (step.vat_classes is None or product.vat_class in step.vat_classes)
        and (step.families is None or product.family in step.families)
        and (step.products is None or product.code in step.products)
    )
