"""The tables of a rulebook that can be exported: its price books, and the decision tables in `.rules` files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from api.workbench.tables.table_cells import NO_TABLE, Table, TableCell, TableRow
from engine.language import CheckedRules
from engine.problems import Span, refuse
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import PriceBook, Product
from engine.rulebook.reader import Reading
from engine.rulebook.yaml_entries import Entry, Gathered
from engine.stages.pricing.price_versions import versions_of
from engine.text.csv_rows import read_csv, with_decimal_points
from engine.text.nearest import suggestion
from engine.text.yaml_tree import Block, Scalar

PRICE_COLUMNS: Final = ("product", "label", "unit", "price")


def tables_of(reading: Reading, rulebook: Rulebook) -> Mapping[str, Table]:
    """Every table by its name: price books by their id, decision tables as `rules.pricing.segment-factor`."""
    tables = {table.name: table for table in _price_books(reading.gathered, rulebook)}
    return tables | {table.name: table for table in _decision_tables(reading.checked, rulebook)}


def table_called(name: str, tables: Mapping[str, Table]) -> Table:
    """A table by its full name or its last part, if unique; Refusal where there is none."""
    ends = [table for full, table in tables.items() if full.rpartition(".")[2] == name]
    if name in tables:
        return tables[name]
    if len(ends) == 1:
        return ends[0]
    raise refuse(NO_TABLE, name=name[:80], remedy=suggestion(name, tables))


def _price_books(gathered: Gathered, rulebook: Rulebook) -> Iterator[Table]:
    in_files = _prices_in_files(gathered)
    for name, entry in gathered.of("price-books", PriceBook).items():
        rows = {code: _row(rulebook, entry, code, in_files) for code in rulebook.products}
        listed = {code: row for code, row in rows.items() if row.cells[3].text}
        more = {code: row.cells for code, row in rows.items() if code not in listed}
        has_commas = any(row.cells[3].has_comma for row in listed.values())
        path = next((span.path for (book, _), span in gathered.price_rows.items() if book == name), entry.path)
        yield Table(
            name=name, kind="price-book", title=entry.written.label.in_("en"), path=path, columns=PRICE_COLUMNS,
            rows=tuple(listed.values()), amounts=frozenset({"price"}), currency=rulebook.currency, addable=more, has_commas=has_commas,
        )  # fmt: skip


def _row(rulebook: Rulebook, entry: Entry[PriceBook], code: str, in_files: Mapping[tuple[str, str], TableCell]) -> TableRow:
    product = rulebook.products[code]
    locked = (TableCell(code, locked=True), TableCell(product.name.in_("en"), locked=True), TableCell(product.unit, locked=True))
    return TableRow(code, (*locked, _price(rulebook, entry, product, in_files)))


def _price(rulebook: Rulebook, entry: Entry[PriceBook], product: Product, in_files: Mapping[tuple[str, str], TableCell]) -> TableCell:
    """The price in a book: as written there, or as the book derives it, without a position."""
    own = entry.node.get("prices")
    written = own.get(product.code) if isinstance(own, Block) else None
    if isinstance(written, Scalar):
        return TableCell(str(written), written.content)
    if (entry.name, product.code) in in_files:
        return in_files[entry.name, product.code]
    segment = entry.written.segments[0] if entry.written.segments else None
    version = next((each for each in versions_of(rulebook, product.code, segment) if each.book.id == entry.name), None)
    return TableCell(str(version.list_price) if version else "")


def _prices_in_files(gathered: Gathered) -> Mapping[tuple[str, str], TableCell]:
    prices: dict[tuple[str, str], TableCell] = {}
    files = {name: span.path for (name, _), span in gathered.price_rows.items()}
    for name, path in files.items():
        rows = read_csv(path, gathered.sources[path], ("product", "price"))[0]
        read = with_decimal_points(gathered.sources[path], [row["price"] for row in rows])
        has_commas = any(price.text != row["price"].text for row, price in zip(rows, read, strict=True))
        for row, price in zip(rows, read, strict=True):
            place = _inside(gathered.sources[path], price.span)
            prices.setdefault((name, row["product"].text), TableCell(price.text, place, has_comma=has_commas))
    return prices


def _inside(text: str, span: Span) -> Span:
    """The span of a cell's text without the blanks and quotes around it."""
    line = text.removeprefix("\ufeff").splitlines()[span.line - 1]
    piece = line[span.column - 1 : span.end_column - 1]
    start = len(piece) - len(piece.lstrip(' "'))
    end = len(piece.rstrip(' "'))
    return Span(span.path, span.line, span.column + start, span.line, span.column + max(start, end))


def _decision_tables(checked: CheckedRules, rulebook: Rulebook) -> Iterator[Table]:
    for table in checked.written_tables():
        rows = tuple(
            TableRow(str(number), (TableCell(str(number), locked=True), *(TableCell(cell.text, cell.span) for cell in row)))
            for number, row in enumerate(table.rows, start=1)
        )
        yield Table(
            name=table.name, kind="table", path=table.path, title=table.title, columns=("row", *table.columns), rows=rows,
            currency=rulebook.currency, addable={},
        )  # fmt: skip
