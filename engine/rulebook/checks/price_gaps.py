"""Checks that every product has a price for everybody on each day on which it is sold, and the parts of bundles too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice, pairwise
from typing import Final

from engine.language import Cases, CheckedRules, Sale, Wanted
from engine.phrases import phrase
from engine.problems import Kind, Problem, Span
from engine.rulebook.catalog import PriceBook, Product
from engine.rulebook.checks.prices import PRICE_ZERO, based_on_cycles, listed
from engine.rulebook.company import Company
from engine.rulebook.facts import availability, product_facts
from engine.rulebook.yaml_entries import Entry, Gathered

NO_PRICE: Final = Kind(
    "no-price", "{product} has no price{whom}", "add it to a price book of catalog/, or write a `price` or `bundle` block for it in rules/"
)
PRICE_GAP: Final = Kind(
    "price-gap",
    "{product} has no price{whom} before {day}",
    "add a price in force on {start}, or give the product `from: {day}` if it is sold from then on",
)
PRICE_ENDS: Final = Kind(
    "price-ends",
    "{product} has no price{whom} from {day} on",
    "add a price from {day} on, or give the product `until: {last}` if it is not sold any more",
)
PRICE_PAUSE: Final = Kind(
    "price-pause", "{product} has no price{whom} from {day} to {last}", "let a price before or after cover these days"
)
PART_GAP: Final = Kind(
    "part-without-price",
    "{product}, a part of {bundle}, has no price from {day} to {last}",
    "give it a price then: the price of the bundle is allocated in proportion to the list prices of its parts",
)
_DAY: Final = timedelta(days=1)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """Consecutive days, both ends included."""

    first: date
    last: date


def check_prices(gathered: Gathered, rules: CheckedRules) -> Iterator[Problem]:
    """Checks all products; where a price book could not be read in full, only those that nothing mentions."""
    books = gathered.of("price-books", PriceBook)
    yield from (PRICE_ZERO.at(where, name=product) for product, where in dict.fromkeys(rules.free_prices()))
    if not books or any(based_on_cycles(books)):
        return
    is_whole = gathered.has_all("price-books") and all(
        not entry.left_out and (entry.written.based_on or entry.name) in books for entry in books.values()
    )
    yield from (_Coverage(gathered, rules).problems() if is_whole else _listed_nowhere(gathered, rules))


def first_day(gathered: Gathered) -> date:
    """The first day for which this rulebook must answer: the cut-over, or else the declared day."""
    company = gathered.only("company", Company)
    if company is None:
        return date.max
    return company.written.cut_over or company.written.rules_answer_from


class _Coverage:
    """The days with a price of every product, by segment."""

    def __init__(self, gathered: Gathered, rules: CheckedRules) -> None:
        company = gathered.only("company", Company)
        books = gathered.of("price-books", PriceBook)
        self._rules = rules
        self._products = gathered.of("products", Product)
        self._segments = (None, *gathered.names("segments"))
        self._answered = Days(first_day(gathered), company.written.rules_answer_until if company else date.max)
        self._lists = [(book.written, listed(book.written, books)) for book in books.values()]
        self._unread = rules.sold(self._products) - {code for code in self._products if rules.sales(code)}
        """Products of blocks with problems."""
        self._cases: dict[tuple[object, ...], str | None] = {}
        self._have_problems = any(problem.stops for problem in rules.problems)

    def problems(self) -> Iterator[Problem]:
        """The products and the parts of bundles without a price on some day."""
        for code, entry in self._products.items():
            if code in self._unread or not entry.has("code"):
                continue
            problems = ((segment, self._gap(code, segment, entry.named_at)) for segment in self._segments)
            yield from islice((gap for segment, gap in problems if gap is not None and self._is_sold_to(entry, segment, gap)), 1)
            yield from self._parts(code)

    def _gap(self, code: str, segment: str | None, where: Span) -> Problem | None:
        """The first days without a price for a segment."""
        sold, priced = self._sold(code), self._priced(code, segment)
        if sold.first > sold.last:
            return None
        whom = phrase(" for the segment `{segment}`", segment=segment) if segment else ""
        if not priced:
            is_for_segments = segment is None and any(code in codes for _, codes in self._lists)
            return None if is_for_segments else NO_PRICE.at(where, product=code, whom=whom)
        gap, whom = self._first_gap(code, segment, sold, priced, whom)
        if gap is None:
            return None
        if gap.first > sold.first:
            if gap.last < sold.last:
                return PRICE_PAUSE.at(where, product=code, whom=whom, day=gap.first, last=gap.last)
            return PRICE_ENDS.at(where, product=code, whom=whom, day=gap.first, last=gap.first - _DAY)
        first_price = min((days.first for days in priced if days.first > gap.first), default=None)
        if first_price is None:
            return NO_PRICE.at(where, product=code, whom=whom)
        return PRICE_GAP.at(where, product=code, whom=whom, day=first_price, start=gap.first)

    def _first_gap(self, code: str, segment: str | None, sold: Days, priced: Sequence[Days], whom: str) -> tuple[Days | None, str]:
        """The first days without a price, and for whom: also for those whom no condition of a `price` or `bundle` block admits then."""
        gap = next(_uncovered(sold, priced), None)
        sales = self._rules.sales(code)
        always = [Days(sale.start or date.min, sale.until or date.max) for sale in sales if sale.when is None] + self._listed(code, segment)
        if gap is not None or self._have_problems or next(_uncovered(sold, always), None) is None:
            return gap, whom
        for days in _uncovered(sold, always):
            for part in _parted(days, sales):
                case = self._case_without(code, segment, [one for one in sales if _overlap(one, part)])
                if case is not None:
                    return part, phrase(" where {case}", case=case)
        return None, whom

    def _case_without(self, code: str, segment: str | None, sales: Sequence[Sale]) -> str | None:
        """A case in which a product is sold to a segment and none of some blocks counts."""
        question = self._sold_to(self._products[code], segment)
        key = (code, segment, tuple(id(sale.when) for sale in sales))
        if key not in self._cases:
            conditions = [sale.when for sale in sales if sale.when is not None]
            cases = Cases(products=(product_facts(self._products[code].written),))
            self._cases[key] = self._rules.case_without(cases, question, conditions)
        return self._cases[key]

    def _is_sold_to(self, entry: Entry[Product], segment: str | None, gap: Problem) -> bool:
        """Whether a case of `available-when` needs the missing price; False too where that is not proved."""
        condition = entry.written.available_when
        if condition is None and entry.has("available-when"):
            return True
        if condition is None or self._have_problems or (gap.kind is not NO_PRICE and _DATE.search(condition.text)):
            return False
        cases = Cases(products=(product_facts(entry.written),))
        return self._rules.joint_cases(cases, [self._sold_to(entry, segment)])[0] is not None

    def _sold_to(self, entry: Entry[Product], segment: str | None) -> Wanted:
        """The question whether a product is sold to a segment."""
        question: Wanted = {"product.code": ((entry.name,), True), "customer.segment": ((segment,) if segment else (), True)}
        return {availability(entry.name): ((True,), True), **question} if entry.written.available_when is not None else question

    def _parts(self, bundle: str) -> Iterator[Problem]:
        """The parts without a price on days of their bundle."""
        sold = self._sold(bundle)
        for sale in self._rules.sales(bundle):
            days = Days(max(sold.first, sale.start or date.min), min(sold.last, sale.until or date.max))
            for part, span in sale.parts:
                priced = [of_segment for segment in self._segments for of_segment in self._priced(part, segment)]
                gap = next(_uncovered(days, priced), None)
                if gap is not None and priced and part not in self._unread:
                    yield PART_GAP.at(span, product=part, bundle=bundle, day=gap.first, last=gap.last)

    def _sold(self, code: str) -> Days:
        product = self._products[code].written
        return Days(max(self._answered.first, product.from_ or date.min), min(self._answered.last, product.until or date.max))

    def _listed(self, code: str, segment: str | None) -> list[Days]:
        """The days with a price of a book: from the first on."""
        return [Days(book.from_, date.max) for book, codes in self._lists if code in codes and book.serves(segment)]

    def _priced(self, code: str, segment: str | None) -> list[Days]:
        """The days with a price for some: those of each block, whatever its conditions, and those of books."""
        return [*self._listed(code, segment), *(Days(sale.start or date.min, sale.until or date.max) for sale in self._rules.sales(code))]


def _overlap(sale: Sale, days: Days) -> bool:
    return (sale.start or date.min) <= days.last and days.first <= (sale.until or date.max)


def _parted(days: Days, sales: Iterable[Sale]) -> Iterator[Days]:
    """The pieces of some days between which blocks begin and end."""
    starts = {sale.start for sale in sales if sale.start} | {sale.until + _DAY for sale in sales if sale.until and sale.until < date.max}
    firsts = [days.first, *sorted(start for start in starts if days.first < start <= days.last)]
    yield from (Days(first, after - _DAY) for first, after in pairwise(firsts))
    yield Days(firsts[-1], days.last)


def _uncovered(wanted: Days, covering: Iterable[Days]) -> Iterator[Days]:
    """The days of a range that no other range covers, the earliest first."""
    first = wanted.first
    for days in sorted(covering):
        if days.first > first <= wanted.last:
            yield Days(first, min(days.first - _DAY, wanted.last))
        if days.last >= wanted.last:
            return
        first = max(first, days.last + _DAY)
    if first <= wanted.last:
        yield Days(first, wanted.last)


def _listed_nowhere(gathered: Gathered, rules: CheckedRules) -> Iterator[Problem]:
    """Where a book could not be read in full: the products that no book mentions."""
    books = gathered.of("price-books", PriceBook)
    if any("prices" in entry.left_out and not entry.written.prices for entry in books.values()):
        return  # a list could not be read at all: what it has prices for is not known
    priced_by_rules = rules.sold(gathered.names("products"))
    texts = [text for path, text in gathered.sources.items() if path.endswith(".csv")]
    texts += [gathered.sources[file.path] for file in gathered.files if file.kind.name == "price-book"]
    somewhere = frozenset[str]().union(*(listed(book.written, books) for book in books.values()))
    for code, entry in gathered.of("products", Product).items():
        if entry.has("code") and code not in priced_by_rules and code not in somewhere and not any(code in text for text in texts):
            yield NO_PRICE.at(entry.named_at, product=code, whom="")
