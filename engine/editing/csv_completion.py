"""What may be written in the CSV files of a rulebook: the columns of the first line, and the values below them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.editing.completion_items import Completion, CompletionItem
from engine.editing.meanings import Meaning, Meanings
from engine.phrases import phrase
from engine.rulebook.catalog import PriceBook
from engine.rulebook.reader import Reading
from engine.text.csv_rows import known_columns

_COLUMNS = {
    "product": phrase("the code of the product; each stands once in the file"),
    "price": phrase("what one of it costs, with a decimal point, in the currency of the company"),
}
"""The columns of the CSV of a price book."""
_COLUMN = phrase("column")


def complete_csv(reading: Reading, meanings: Meanings, path: str, text: str, line: int, column: int) -> Completion:
    """What may be written at a cursor of a CSV file; only price books have such files."""
    lines = text.split("\n")
    if not _is_of_a_price_book(reading, path) or not 1 <= line <= len(lines):
        return Completion(column)
    head = next((one for one in lines if one.strip()), "")
    separator = ";" if ";" in head and "," not in head else ","
    before = lines[line - 1][: column - 1]
    cell = before.rpartition(separator)[2]
    start = len(before) - len(cell.lstrip(' "')) + 1
    if lines[line - 1] is head or not head.strip():
        named = known_columns(tuple(_COLUMNS)).read([one.strip(' "\r') for one in lines[line - 1].split(separator)]).columns
        return Completion(start, tuple(_column(name) for name in _COLUMNS if name not in named))
    names = known_columns(tuple(_COLUMNS)).read([one.strip(' "\r') for one in head.split(separator)]).columns
    at = before.count(separator)
    is_product = at < len(names) and names[at] == "product"
    return Completion(start, tuple(_products(reading, meanings, lines, line, separator, at)) if is_product else ())


def column_meaning(reading: Reading, path: str, word: str) -> Meaning | None:
    """What a column of the CSV of a price book means."""
    meant = known_columns(tuple(_COLUMNS)).meant(word)
    return Meaning(word, _COLUMN, _COLUMNS[meant]) if meant in _COLUMNS and _is_of_a_price_book(reading, path) else None


def _products(reading: Reading, meanings: Meanings, lines: list[str], line: int, separator: str, at: int) -> Iterator[CompletionItem]:
    """The products that have no row yet."""
    rows = [each.split(separator) for number, each in enumerate(lines, start=1) if number != line]
    listed = {row[at].strip(' "\r') for row in rows if at < len(row)}
    for code in reading.gathered.names("products"):
        if code not in listed:
            yield CompletionItem(code, "product", meanings.first(code, "products"))


def _column(name: str) -> CompletionItem:
    return CompletionItem(name, "column", Meaning(name, _COLUMN, _COLUMNS[name]))


def _is_of_a_price_book(reading: Reading, path: str) -> bool:
    books = reading.gathered.of("price-books", PriceBook).values()
    name = path.rpartition("/")[2]
    return any(book.written.prices_file in (name, path) for book in books)
