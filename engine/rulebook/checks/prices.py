"""Checks price books: every product has a price for everybody from the first day on, and no two books contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from engine.money import Price
from engine.phrases import phrase
from engine.problems import Kind, Problem
from engine.rulebook.catalog import PriceBook
from engine.rulebook.checks.catalog import cycles
from engine.rulebook.checks.factors import check_factor
from engine.rulebook.references import unknown_name, unread_words
from engine.rulebook.yaml_entries import Entry, Gathered
from engine.rulebook.yaml_model import CODE, LONGEST_CODE
from engine.text.csv_rows import TOTAL_ROW, TOTALS, read_csv, with_decimal_points
from engine.text.nearest import suggestion
from engine.text.sources import TextCell
from engine.text.written_numbers import misread_number, thousands_or_decimals, without_separators, written_number

SAME_DATE: Final = Kind(
    "books-of-one-date",
    "this price book and `{other}` ({first}) both begin on {day}, for the same customers, and both list {product}",
    "give one of them another date or other segments, or put them together",
)
ONE_DAY_LATE: Final = Kind(
    "one-day-late",
    "this price book begins on {day}: on {first} `{product}` still has the price of `{other}`",
    "write `from: {first}`, or leave it so where {day} is meant",
    "advice",
)
BASED_ON_CYCLE: Final = Kind("based-on-cycle", "price books that are based on one another: {chain}", "let one of them list its own prices")
BASED_ON_LATER: Final = Kind("based-on-later", "`{book}` begins on {day}, after this book", "base a book on an earlier one")
NO_CSV: Final = Kind("no-file", "there is no file `{name}` beside this one", "{remedy}")
NO_SHEET: Final = Kind(
    "no-file",
    "`{name}` is a spreadsheet, and prices are read from CSV",
    "save its sheet as `{file}` beside this file, and write that name here",
)
CSV_TWICE: Final = Kind("csv-twice", "`{name}` has a price already, on line {line}", "keep one of the two rows")
NOT_A_PRICE: Final = Kind(
    "not-a-price", "`{word}` is not a price: {what}", "write digits with a decimal point and nothing else, such as `91.58`"
)
NEGATIVE_PRICE: Final = Kind(
    "negative-price", "the price of `{name}` is less than 0", "write a price of 0 or more; what is given off is a discount"
)
PRICE_ZERO: Final = Kind(
    "price-zero", "the price of `{name}` is 0", "write its price, or leave it so where nothing is to be paid for it", "advice"
)

READ_WITH_COMMAS: Final = Kind(
    "decimal-commas-read",
    "all prices of this file have decimal commas: `{written}` is read as `{read}`",
    "nothing needs to be done if that is right; `table import` writes prices in the same way",
    "advice",
)

Books = Mapping[str, Entry[PriceBook]]
_COLUMNS: Final = ("product", "price")


def check_price_books(gathered: Gathered) -> Iterator[Problem]:
    """Checks all price books, and against one another."""
    books = gathered.of("price-books", PriceBook)
    for entry in books.values():
        yield from _factors(entry)
        yield from _negative(entry)
    cyclic = list(based_on_cycles(books))
    yield from cyclic
    if cyclic:
        return
    yield from _later(books)
    yield from _same_date(books)
    yield from _one_day_late(books)


def with_prices_of_files(gathered: Gathered) -> Iterator[Problem]:
    """Adds the prices of CSV files to the books that name them; yields the problems of those files."""
    unread = unread_words(gathered) - gathered.named.get("products", {}).keys()
    for name, entry in list(gathered.of("price-books", PriceBook).items()):
        book = entry.written
        if book.prices_file is None:
            continue
        folder = entry.path.rpartition("/")[0]
        path = next((at for at in (f"{folder}/{book.prices_file}", book.prices_file) if at in gathered.sources), None)
        if path is None:
            stem, _, ending = book.prices_file.rpartition(".")
            if ending.lower() in ("xlsx", "xls", "ods"):
                yield NO_SHEET.at(entry.at("prices-file"), name=book.prices_file, file=f"{stem}.csv")
                gathered.entries["price-books"][name] = _with(entry, {}, left_out="prices")
                continue
            there = [at.rpartition("/")[2] for at in gathered.sources if at.endswith(".csv") and at.startswith(folder)]
            remedy = suggestion(book.prices_file, there) if there else phrase("write it")
            yield NO_CSV.at(entry.at("prices-file"), name=book.prices_file, remedy=remedy)
            gathered.entries["price-books"][name] = _with(entry, {}, left_out="prices")
            continue
        every, problems = read_csv(path, gathered.sources[path], _COLUMNS)
        yield from problems
        rows = [row for row in every if not _is_total(gathered, row)]
        yield from (TOTAL_ROW.at(row["product"].span) for row in every if _is_total(gathered, row))
        lines: dict[str, int] = {}
        prices: dict[str, Price] = {}
        listed = {row["product"].text for row in rows}
        read = with_decimal_points(gathered.sources[path], [row["price"] for row in rows])
        if rows and (example := next((at for at, row in enumerate(rows) if read[at].text != row["price"].text), None)) is not None:
            price = rows[example]["price"]
            yield READ_WITH_COMMAS.at(price.span, written=price.text, read=read[example].text)
        for row, price in zip(rows, read, strict=True):
            if row["product"].text not in unread:
                yield from _row(gathered, prices, lines, row["product"], price, listed)
            gathered.price_rows.setdefault((name, row["product"].text), row["product"].span)
        is_broken = any(problem.stops and problem.where and problem.where.path == path for problem in problems)
        gathered.entries["price-books"][name] = _with(entry, prices, left_out="prices" if is_broken else None)


def _is_total(gathered: Gathered, row: Mapping[str, TextCell]) -> bool:
    code = row["product"].text
    return code not in gathered.named.get("products", {}) and TOTALS.fullmatch(code) is not None


def _row(
    gathered: Gathered, prices: dict[str, Price], lines: dict[str, int], product: TextCell, price: TextCell, listed: set[str]
) -> Iterator[Problem]:
    """Adds one row to the prices; yields what is wrong with it."""
    code = product.text
    if code not in gathered.named.get("products", {}):
        codes = [name for name in gathered.names("products") if re.match(CODE, name)]
        yield unknown_name("products", code[:60], product.span, [name for name in codes if name not in listed] or codes)
    elif code in lines:
        yield CSV_TWICE.at(product.span, name=code, line=lines[code])
    else:
        lines[code] = product.span.line
        either = thousands_or_decimals(price.text, price.span, currency=gathered.currency.code)
        if either is not None:
            prices[code] = Price(0, gathered.currency)
            yield either
            return
        try:
            prices[code] = Price.parse(_digits(price.text, gathered.currency.code), gathered.currency)
            if prices[code].micros <= 0:
                yield (NEGATIVE_PRICE if prices[code].micros else PRICE_ZERO).at(price.span, name=code)
        except ValueError as mistake:
            prices[code] = Price(0, gathered.currency)
            misread = misread_number(price.text, price.span, currency=gathered.currency.code)
            yield misread or NOT_A_PRICE.at(price.span, word=price.text[:60], what=mistake.args[0])


def _digits(text: str, currency: str) -> str:
    """The digits of a price, without the currency of the rulebook beside it: `24.50 €`."""
    beside = written_number(text) if "," not in text else None
    return beside.digits if beside is not None and beside.unit == currency else without_separators(text)


def _with(entry: Entry[PriceBook], prices: Mapping[str, Price], left_out: str | None = None) -> Entry[PriceBook]:
    """The book with the prices of its file; prices in the YAML take precedence. A product whose own code is a mistake has none."""
    book = entry.written
    named = {code: price for code, price in prices.items() if len(code) <= LONGEST_CODE and re.match(CODE, code)}
    written = PriceBook.model_validate({**dict(book), "prices": {**named, **book.prices}})
    dropped = entry.left_out | ({left_out} if left_out else set())
    return Entry(entry.name, written, entry.path, entry.node, entry.named_at, frozenset(dropped))


def _factors(entry: Entry[PriceBook]) -> Iterator[Problem]:
    for at, step in enumerate(entry.written.index):
        yield from check_factor(step.factor, entry, "index", at, "factor")


def _negative(entry: Entry[PriceBook]) -> Iterator[Problem]:
    for product, price in entry.written.prices.items():
        if price.micros <= 0 and "prices" in entry.node and product in entry.node["prices"]:
            yield (NEGATIVE_PRICE if price.micros else PRICE_ZERO).at(entry.at("prices", product), name=product)


def based_on_cycles(books: Books) -> Iterator[Problem]:
    """The price books that are based on one another."""
    for cycle in cycles({name: (entry.written.based_on or "",) for name, entry in books.items()}):
        yield BASED_ON_CYCLE.at(books[cycle[0]].at("based-on"), chain=" ← ".join([*cycle, cycle[0]]))


def _later(books: Books) -> Iterator[Problem]:
    for entry in books.values():
        source = books.get(entry.written.based_on or "")
        if source is not None and entry.has("from") and source.has("from") and source.written.from_ > entry.written.from_:
            yield BASED_ON_LATER.at(entry.at("based-on"), book=source.name, day=source.written.from_)


def _same_date(books: Books) -> Iterator[Problem]:
    """Of two books of one day, the one for certain segments counts; two general ones, or two for one segment, contradict each other."""
    entries = list(books.values())
    for at, entry in enumerate(entries):
        for other in entries[:at]:
            mine, theirs = entry.written, other.written
            if mine.from_ != theirs.from_ or (mine.segments is None) != (theirs.segments is None):
                continue
            if mine.segments is not None and not set(mine.segments) & set(theirs.segments or ()):
                continue
            shared = sorted(listed(mine, books) & listed(theirs, books))
            if shared:
                where = entry.at("from")
                yield SAME_DATE.at(where, other=other.name, first=other.at("from"), day=mine.from_, product=shared[0])


def _one_day_late(books: Books) -> Iterator[Problem]:
    """A book from the second day of a month, although an earlier one has prices for the same customers: probably a typing mistake."""
    for entry in books.values():
        mine = entry.written
        if mine.from_.day != 2:
            continue
        before = [other for other in books.values() if other.written.from_ < mine.from_ and other.written.segments == mine.segments]
        shared = {other.name: sorted(listed(mine, books) & listed(other.written, books)) for other in before}
        latest = max((other for other in before if shared[other.name]), key=lambda other: other.written.from_, default=None)
        if latest is not None:
            where, first = entry.at("from"), mine.from_.replace(day=1)
            yield ONE_DAY_LATE.at(where, day=mine.from_, first=first, product=shared[latest.name][0], other=latest.name)


def listed(book: PriceBook, books: Books) -> frozenset[str]:
    """The products with a price in a book, or in the book it is based on."""
    names = set(book.prices)
    while (source := books.get(book.based_on or "")) is not None:
        book = source.written
        names.update(book.prices)
    return frozenset(names)
